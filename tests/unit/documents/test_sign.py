"""A sealed paper holds, for two readers that are not ours, and no changed byte goes unseen."""

from __future__ import annotations

import hashlib
import io
import random
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pikepdf
import pytest
import zxingcpp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image, ImageDraw

from client.documents.compose import SealBox
from client.documents.failures import DocumentFailure
from client.documents.papers import compose_paper
from client.documents.preview import render
from client.documents.sign import Prepared, check, finish, prepare
from tests.unit.documents.authority import START, Signer, p256, pki, root, rsa2048
from tests.unit.documents.samples import at, papers

PAPER = compose_paper(papers()["food"])
REASON = "食品经营许可证 JY23399010001234"
WHEN = at(27, 15)

if TYPE_CHECKING:
    from pathlib import Path


def seal_png() -> bytes:
    image = Image.new("RGBA", (240, 240), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((4, 4, 236, 236), outline=(200, 16, 24, 255), width=10)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def prepared(signer: Signer, when: datetime = WHEN) -> Prepared:
    assert PAPER.seal is not None
    return prepare(PAPER.pdf, signer.chain, seal_png(), PAPER.seal, REASON, when)


def sealed(signer: Signer, when: datetime = WHEN) -> bytes:
    return finish(prepared(signer, when), signer.sign)


TRUST = [pki().root.der]
SEALED = sealed(p256())


@pytest.mark.parametrize("signer", [p256(), rsa2048()], ids=["P-256", "RSA-2048"])
def test_a_sealed_paper_holds(signer: Signer) -> None:
    verdict = check(sealed(signer), TRUST)
    assert verdict.holds
    assert verdict.problem is None
    assert (verdict.signer, verdict.person, verdict.signed_at) == ("周明", "p0106", WHEN)


def test_the_paper_that_was_shown_stands_in_the_sealed_one_byte_for_byte() -> None:
    assert SEALED.startswith(PAPER.pdf)
    assert hashlib.sha256(SEALED[: PAPER.size]).hexdigest() == PAPER.sha256


def test_the_digest_of_the_intent_is_that_of_what_the_card_signs() -> None:
    intent = prepared(p256())
    asked: list[bytes] = []

    def card(data: bytes) -> bytes:
        asked.append(data)
        return p256().sign(data)

    pdf = finish(intent, card)
    assert [hashlib.sha256(data).digest() for data in asked] == [intent.digest]
    assert intent.document_digest in asked[0]
    first, last = intent.gap
    around = pdf[: first - 1] + pdf[last + 1 :]
    assert hashlib.sha256(around).digest() == intent.document_digest


def test_preparing_twice_is_the_same_intent() -> None:
    first, second = prepared(p256()), prepared(p256())
    assert len(first.unsigned) == len(second.unsigned)
    assert first.gap == second.gap


@pytest.mark.slow
def test_poppler_and_qpdf_accept_it(tmp_path: Path) -> None:
    path = tmp_path / "sealed.pdf"
    path.write_bytes(SEALED)
    subprocess.run(["qpdf", "--check", str(path)], check=True, capture_output=True)
    store = tmp_path / "nss"
    store.mkdir()
    (tmp_path / "root.der").write_bytes(TRUST[0])
    subprocess.run(
        ["certutil", "-N", "-d", str(store), "--empty-password"], check=True, capture_output=True
    )
    subprocess.run(
        [
            "certutil",
            "-A",
            "-d",
            str(store),
            "-n",
            "root",
            "-t",
            "CT,C,C",
            "-i",
            str(tmp_path / "root.der"),
        ],
        check=True,
        capture_output=True,
    )
    said = subprocess.run(
        ["pdfsig", "-nssdir", str(store), str(path)], check=True, capture_output=True, text=True
    ).stdout
    assert "Signature is Valid" in said
    assert "Certificate is Trusted" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said


def test_sealing_keeps_pdf_a_and_adds_no_font() -> None:
    with pikepdf.open(io.BytesIO(SEALED)) as document, document.open_metadata() as xmp:
        assert xmp["pdfaid:part"] == "2"
        assert str(document.docinfo["/ModDate"]) == "D:20261123022400Z"
        assert "/Producer" not in document.docinfo
        field = document.Root.AcroForm.Fields[0]
        assert int(field.F) & 4, "printed"
        assert "/Font" not in field.AP.N.Resources
        assert str(field.AP.N.Resources.ExtGState.Ink.BM) == "/Multiply", "print shows through"
        assert "/DA" not in document.Root.AcroForm
        assert str(field.V.Reason) == REASON
        assert str(field.V.M) == "D:20261127150000+08'00'"


def test_the_seal_is_seen_and_the_code_still_scans() -> None:
    picture = render(SEALED, 0, 1400)
    image = Image.frombytes("RGB", (picture.width, picture.height), picture.rgb)
    check_of_paper = papers()["food"].frame.check
    assert check_of_paper is not None
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [check_of_paper.url]
    assert PAPER.seal is not None
    scale = picture.width / 841.89
    box = (
        int(PAPER.seal.x1 * scale),
        int(picture.height - PAPER.seal.y2 * scale),
        int(PAPER.seal.x2 * scale),
        int(picture.height - PAPER.seal.y1 * scale),
    )
    seal = image.crop(box).get_flattened_data()
    assert sum(1 for red, green, _ in seal if red > 150 and green < 80) > 500


def test_a_flipped_bit_anywhere_is_seen() -> None:
    dice = random.Random(20261123)  # noqa: S311
    for _ in range(100):
        changed = bytearray(SEALED)
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
        assert not check(bytes(changed), TRUST).holds


def test_a_flipped_bit_inside_the_container_is_seen() -> None:
    first, last = prepared(p256()).gap
    dice = random.Random(7)  # noqa: S311
    places = {first - 1, first, last - 1, last, *(dice.randrange(first, last) for _ in range(60))}
    for place in places:
        for bit in (0x01, 0x20):  # 0x20 turns A into a: the same number, spelt otherwise
            changed = bytearray(SEALED)
            changed[place] ^= bit
            assert not check(bytes(changed), TRUST).holds


@pytest.mark.parametrize("tail", [b"\n", b"%comment\n", b"\0"])
def test_anything_appended_is_seen(tail: bytes) -> None:
    verdict = check(SEALED + tail, TRUST)
    assert not verdict.holds
    assert verdict.problem in {"document.seal_not_whole", "document.seal_broken"}


def test_a_later_revision_is_seen() -> None:
    second = Signer(p256().key, p256().chain)
    with pikepdf.open(io.BytesIO(SEALED)) as document:
        out = io.BytesIO()
        document.save(out)
    assert not check(out.getvalue(), TRUST).holds
    assert PAPER.seal is not None
    with pytest.raises(DocumentFailure) as caught:
        prepare(SEALED, second.chain, seal_png(), PAPER.seal, REASON, WHEN)
    assert caught.value.code == "document.pdf_broken"


def test_a_seal_moved_to_another_paper_does_not_hold() -> None:
    other = compose_paper(papers()["business"])
    first = PAPER.pdf.rindex(b"%%EOF")
    assert not check(other.pdf + SEALED[first:], TRUST).holds


@pytest.mark.parametrize("data", [b"", b"x", PAPER.pdf[:500], b"%PDF-1.7\n%%EOF", PAPER.pdf])
def test_what_bears_no_seal_says_so(data: bytes) -> None:
    verdict = check(data, TRUST)
    assert not verdict.intact
    assert not verdict.holds
    assert verdict.problem in {"document.not_sealed", "document.seal_broken"}


def test_an_unknown_authority_is_not_trusted_though_the_seal_is_intact() -> None:
    verdict = check(SEALED, [root("别的根").der])
    assert (verdict.intact, verdict.trusted, verdict.problem) == (
        True,
        False,
        "document.seal_untrusted",
    )
    assert not check(SEALED, []).holds


def test_an_authority_of_the_same_name_is_not_trusted() -> None:
    assert not check(SEALED, [root().der]).trusted


@pytest.mark.parametrize(
    ("moment", "trusted"),
    [
        (START - timedelta(days=1), False),
        (START + timedelta(days=1), True),
        (START + timedelta(days=4 * 365), False),
    ],
)
def test_the_certificate_must_have_been_valid_then(moment: datetime, trusted: bool) -> None:
    assert check(SEALED, TRUST, at=moment).trusted is trusted
    assert check(sealed(p256(), moment), TRUST).trusted is trusted


def test_a_revoked_certificate_is_not_trusted() -> None:
    serial = x509.load_der_x509_certificate(p256().chain[0]).serial_number
    before = pki().middle.revoking(serial, WHEN - timedelta(days=3))
    assert not check(SEALED, TRUST, crls=[before]).trusted
    another = pki().middle.revoking(4711, WHEN - timedelta(days=3))
    assert check(SEALED, TRUST, crls=[another]).trusted


def test_a_login_certificate_cannot_seal() -> None:
    signer = pki().signer(ec.generate_private_key(ec.SECP256R1()), digital_signature=True)
    verdict = check(sealed(signer), TRUST)
    assert verdict.intact
    assert not verdict.trusted


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP384R1()),
        rsa.generate_private_key(65537, 1024),  # noqa: S505 - to be refused
    ],
    ids=["P-384", "RSA-1024"],
)
def test_an_unfit_key_is_refused_before_anything_is_asked_of_the_card(key: object) -> None:
    with pytest.raises(DocumentFailure) as caught:
        prepared(pki().signer(key))
    assert caught.value.code == "document.key_unusable"


def test_a_wrong_signature_is_not_sealed() -> None:
    intent = prepared(p256())
    answers = (
        b"",
        b"\x30\x06\x02\x01\x01\x02\x01\x01",
        p256().sign(b"other"),
        rsa2048().sign(intent.to_be_signed),
    )
    for answer in answers:
        with pytest.raises(DocumentFailure) as caught:
            finish(intent, lambda _data, answer=answer: answer)
        assert caught.value.code == "document.signature_wrong"


def test_a_card_pulled_while_signing_passes_its_failure_on() -> None:
    class CardPulledError(Exception):
        pass

    def pulled(_data: bytes) -> bytes:
        raise CardPulledError

    with pytest.raises(CardPulledError):
        finish(prepared(p256()), pulled)


@pytest.mark.parametrize(
    "box",
    [
        SealBox(1, 10, 10, 100, 100),
        SealBox(-1, 10, 10, 100, 100),
        SealBox(0, 800, 10, 900, 100),
        SealBox(0, 100, 10, 10, 100),
    ],
)
def test_a_box_outside_the_page_is_refused(box: SealBox) -> None:
    with pytest.raises(DocumentFailure) as caught:
        prepare(PAPER.pdf, p256().chain, seal_png(), box, REASON, WHEN)
    assert caught.value.code == "document.box_outside"


def test_a_seal_that_is_no_png_is_refused() -> None:
    assert PAPER.seal is not None
    big = io.BytesIO()
    Image.new("1", (3000, 10)).save(big, "PNG")
    for picture in (b"", b"GIF89a", seal_png()[:60], big.getvalue()):
        with pytest.raises(DocumentFailure) as caught:
            prepare(PAPER.pdf, p256().chain, picture, PAPER.seal, REASON, WHEN)
        assert caught.value.code == "document.seal_unreadable"


def test_what_is_no_pdf_cannot_be_sealed() -> None:
    assert PAPER.seal is not None
    with pytest.raises(DocumentFailure) as caught:
        prepare(b"%PDF-1.7", p256().chain, seal_png(), PAPER.seal, REASON, WHEN)
    assert caught.value.code == "document.pdf_broken"


def test_useless_certificates_are_not_taken_along() -> None:
    intent = prepared(Signer(p256().key, (*p256().chain, *p256().chain)))
    assert intent.chain == p256().chain[:2]
    stranger = root("路人").issue(
        x509.load_der_x509_certificate(p256().chain[0]).subject, p256().key, serial=9
    )
    verdict = check(sealed(Signer(p256().key, (*p256().chain, stranger))), TRUST)
    assert not verdict.trusted


def test_the_moment_may_be_given_in_any_zone() -> None:
    assert check(SEALED, TRUST, at=WHEN.astimezone(UTC)).holds
    assert x509.load_der_x509_certificate(TRUST[0]).public_bytes(Encoding.DER) == TRUST[0]
