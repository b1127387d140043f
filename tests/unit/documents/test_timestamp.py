"""A timestamp joins a sealed paper and changes not one byte of what was sealed."""

from __future__ import annotations

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

from client.documents.failures import DocumentFailure
from client.documents.sign import check
from client.documents.timestamp import stamp
from installer.demo.tsa import TimeAuthority
from tests.unit.documents.authority import START, _usage, pki
from tests.unit.documents.test_sign import SEALED, TRUST, WHEN

if TYPE_CHECKING:
    from pathlib import Path

LATER = WHEN + timedelta(days=2)


def authority(issuer=None, *, stamping: bool = True) -> TimeAuthority:
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
    return TimeAuthority(key, certificate, lambda: LATER)


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


@pytest.mark.parametrize("at", [100, len(SEALED) // 2, len(SEALED) + 200, len(STAMPED) - 400])
def test_a_changed_byte_is_seen_before_and_after_the_seal(at: int) -> None:
    changed = bytearray(STAMPED)
    changed[at] ^= 1
    assert not check(bytes(changed), TRUST).holds


def test_what_follows_the_seal_must_be_a_trusted_timestamp_and_nothing_else() -> None:
    foreign = stamp(SEALED, authority(_stranger()).answer)
    other = stamp(SEALED, authority(stamping=False).answer)
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

    with pytest.raises(DocumentFailure) as refused:
        stamp(SEALED, wrong)
    assert refused.value.code == "document.timestamp_refused"


def _stranger():
    from tests.unit.documents.authority import root  # noqa: PLC0415

    return root("邻县根")
