"""A timestamp joins a sealed paper and changes not one byte of what was sealed."""

from __future__ import annotations

import io
import subprocess
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper

from client.documents.sign import check
from installer.demo.tsa import TimeAuthority
from sync.domain.failures import Failure
from sync.server.services.cases.timestamp import _Authority
from sync.server.services.cases.timestamp import stamp as stamp_for
from tests.unit.documents.authority import START, _usage, pki, root
from tests.unit.documents.test_sign import SEALED, TRUST, WHEN

if TYPE_CHECKING:
    from pathlib import Path

LATER = WHEN + timedelta(days=2)
STRANGER = root("邻县根")


def authority(issuer=None, *, stamping: bool = True, now=LATER) -> TimeAuthority:
    """Return an authority whose certificate our root issued, for time stamps alone."""
    issuer, key = issuer or pki().root, ec.generate_private_key(ec.SECP256R1())
    purpose = ExtendedKeyUsageOID.TIME_STAMPING if stamping else ExtendedKeyUsageOID.CLIENT_AUTH
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "演示时间戳")]))
        .issuer_name(issuer.name)
        .public_key(key.public_key())
        .serial_number(9001)
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=3 * 365))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
        .sign(issuer.key, hashes.SHA256())
    )
    return TimeAuthority(key, certificate, lambda: now)


def stamp(pdf, ask, trust=TRUST):
    """Return the stamped paper; its time is the authority's."""
    stamped, told = stamp_for(pdf, ask, trust, LATER)
    assert told == LATER.replace(microsecond=0)
    return stamped


STAMPED = stamp(SEALED, authority().answer)


def test_a_stamped_paper_holds_as_it_was_sealed_and_tells_the_time() -> None:
    before, after = check(SEALED, TRUST), check(STAMPED, TRUST)
    assert STAMPED.startswith(SEALED)
    assert before.stamped_at is None
    assert after.holds
    assert (after.signer, after.person, after.signed_at) == (
        before.signer,
        before.person,
        before.signed_at,
    )
    assert after.stamped_at == LATER.replace(microsecond=0)


def test_pdfsig_finds_seal_and_timestamp_whole(tmp_path: Path) -> None:
    paper, trust = tmp_path / "stamped.pdf", tmp_path / "ca.pem"
    paper.write_bytes(STAMPED)
    root = x509.load_der_x509_certificate(TRUST[0])
    trust.write_bytes(root.public_bytes(Encoding.PEM))
    database = f"sql:{tmp_path}"
    for command in (
        ["certutil", "-N", "-d", database, "--empty-password"],
        ["certutil", "-A", "-d", database, "-n", "ca", "-t", "C,C,C", "-a", "-i", str(trust)],
    ):
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, timeout=30)
    said = subprocess.run(
        ["pdfsig", "-nssdir", database, str(paper)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    seal, timestamp = said.split("Signature #2")
    assert "Signature is Valid" in seal
    assert "Certificate is Trusted" in seal
    assert "Signature Field Name: Timestamp" in timestamp
    assert "Total document signed" in timestamp


@pytest.mark.parametrize(
    "at",
    [100, len(SEALED) // 2, len(SEALED) + 200, len(STAMPED) - 400],
    ids=["head", "sealed", "revision", "stamp"],  # lengths differ in each process
)
def test_a_changed_byte_is_seen_before_and_after_the_seal(at: int) -> None:
    changed = bytearray(STAMPED)
    changed[at] ^= 1
    assert not check(bytes(changed), TRUST).holds


def test_what_follows_the_seal_must_be_a_trusted_timestamp_and_nothing_else() -> None:
    foreign = unheld(authority(STRANGER))
    other = unheld(authority(stamping=False))
    for paper in (foreign, other):
        verdict = check(paper, TRUST)
        assert (verdict.holds, verdict.problem) == (False, "document.timestamp_broken")
    assert not check(STAMPED + b"\n% more", TRUST).holds
    assert check(STAMPED[: len(SEALED)], TRUST).holds  # the paper as handed out


def test_an_answer_to_another_question_is_refused() -> None:
    def wrong(request: bytes) -> bytes:
        asked = tsp.TimeStampReq.load(request)
        asked["nonce"] = 7
        return authority().answer(asked.dump(force=True))

    assert code_of(wrong) == "document.timestamp_refused"


@pytest.mark.parametrize(
    "answer",
    [
        authority(STRANGER).answer,
        authority(stamping=False).answer,
        authority(now=START - timedelta(days=900)).answer,
        lambda _asked: b"",
        lambda _asked: b"0\x03\x02\x01",
        lambda _asked: tsp.TimeStampResp({"status": {"status": "rejection"}}).dump(),
    ],
    ids=["foreign", "not for stamping", "before its validity", "empty", "broken", "rejection"],
)
def test_a_stamp_that_does_not_hold_is_not_added(answer) -> None:
    assert code_of(answer) == "document.timestamp_refused"


def test_an_authority_whose_certificate_has_ended_adds_nothing() -> None:
    with pytest.raises(Failure, match=r"document\.timestamp_refused"):
        stamp_for(SEALED, authority().answer, TRUST, START + timedelta(days=4 * 365))


def test_what_is_no_paper_gets_no_stamp() -> None:
    with pytest.raises(Failure, match=r"document\.pdf_broken"):
        stamp_for(b"%PDF-1.7 nothing", authority().answer, TRUST, LATER)


def test_what_the_line_says_passes_through() -> None:
    def away(_asked: bytes) -> bytes:
        raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        stamp_for(SEALED, away, TRUST, LATER)


def code_of(answer) -> str:
    with pytest.raises(Failure) as refused:
        stamp_for(SEALED, answer, TRUST, LATER)
    return refused.value.code


def unheld(asked: TimeAuthority) -> bytes:
    """Return the paper stamped by whoever answers, as a careless centre would."""
    writer = IncrementalPdfFileWriter(io.BytesIO(SEALED))
    stamper = PdfTimeStamper(_Authority(asked.answer), field_name="Timestamp")
    return stamper.timestamp_pdf(writer, "sha256", bytes_reserved=16384).getvalue()
