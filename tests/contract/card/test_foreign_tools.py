"""Programs of others read the card, sign with it, and count its tries: it is a PIV card to them."""

from __future__ import annotations

import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from client.card.failures import CardFailure, CardProblem
from client.card.piv import PivCard
from installer.demo.pcsc.machine import NAMES
from tests.helpers.cards import MADE_AT, PIN

pytestmark = pytest.mark.slow

EC, RSA = "ECDSA-SHA256", "SHA256-RSA-PKCS"
NUMBERS = {"9A": "01", "9C": "02", "9D": "03"}  # OpenSC's, of the same keys


def run(*words, ends: int = 0) -> str:
    done = subprocess.run(
        [str(word) for word in words],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    said = (done.stdout + done.stderr).decode(errors="replace")
    assert done.returncode == ends, said
    return said


def yubico(*words, ends: int = 0) -> str:
    return run("yubico-piv-tool", "-r", NAMES[0], *words, ends=ends)


def public_key(bench, slot, folder):
    """Return the file of the public key that our own session finds in a slot."""
    with PivCard.open(bench.reader) as card:
        certificate = x509.load_der_x509_certificate(card.certificate(slot))
    path = folder / f"{slot}.pub"
    path.write_bytes(
        certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    return path


def tries_left(bench) -> int | None:
    with PivCard.open(bench.reader) as card:
        return card.tries_left()


def test_opensc_knows_the_card_by_its_kind_its_holder_and_its_keys(real_bench, card_of):
    content = card_of("chief")
    real_bench.insert(content)
    kind = "Personal Identity Verification Card"
    assert kind in run("piv-tool", "--reader", "0", "--name")
    assert kind in run("opensc-tool", "--reader", "0", "--name")
    assert content.name in run("pkcs11-tool", "--list-slots")
    keys = run("pkcs15-tool", "--reader", "0", "--list-keys")
    assert [line for line in ("(0x9A)", "(0x9C)", "(0x9D)") if line not in keys] == []


@pytest.mark.parametrize("slot", ["9A", "9C", "9D"])
def test_all_read_the_same_certificate_and_openssl_verifies_its_chain(
    real_bench, card_of, authority, tmp_path, slot
):
    content = card_of("chief")
    real_bench.insert(content)
    there = tmp_path / "opensc.pem"
    run("pkcs15-tool", "--reader", "0", "--read-certificate", NUMBERS[slot], "-o", there)
    yubico("-a", "read-certificate", "-s", slot.lower(), "-o", tmp_path / "yubico.pem")
    assert there.read_text().strip() == content.keys[slot].cert.strip()
    assert (tmp_path / "yubico.pem").read_text().strip() == content.keys[slot].cert.strip()
    at = str(int(MADE_AT.timestamp()) + 60)
    assert ": OK" in run("openssl", "verify", "-attime", at, "-CAfile", authority.ca, there)


@pytest.mark.parametrize(
    ("name", "slot", "how"),
    [("chief", "9A", EC), ("chief", "9C", EC), ("rsa", "9A", EC), ("rsa", "9C", RSA)],
)
def test_openssl_verifies_what_the_card_signs_for_opensc(
    real_bench, card_of, tmp_path, name, slot, how
):
    real_bench.insert(card_of(name))
    key = public_key(real_bench, slot, tmp_path)
    paper, signature = tmp_path / "paper", tmp_path / "signature"
    paper.write_bytes("准予许可".encode() * 5000)
    run(
        "pkcs11-tool", "--login", "--pin", PIN.reveal(), "--sign", "--id", NUMBERS[slot],
        "--mechanism", how, "--signature-format", "openssl",
        "--input-file", paper, "--output-file", signature,
    )  # fmt: skip
    check = ["openssl", "dgst", "-sha256", "-verify", key, "-signature", signature]
    assert "Verified OK" in run(*check, paper)
    paper.write_bytes(b"another")
    assert "failure" in run(*check, paper, ends=1).lower()


@pytest.mark.parametrize("slot", ["9A", "9C"])
def test_openssl_verifies_what_our_own_session_signs(real_bench, card_of, tmp_path, slot):
    real_bench.insert(card_of("chief"))
    key = public_key(real_bench, slot, tmp_path)
    digest, signature = tmp_path / "digest", tmp_path / "signature"
    digest.write_bytes(bytes(range(32)))
    with PivCard.open(real_bench.reader) as card:
        card.verify_pin(PIN)
        signature.write_bytes(card.sign_digest(slot, digest.read_bytes()))
    check = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-sigfile", signature]
    assert "Successfully" in run(*check, "-in", digest, "-pkeyopt", "digest:sha256")


@pytest.mark.parametrize("slot", ["9a", "9c"])
def test_yubicos_tool_signs_and_verifies(real_bench, card_of, tmp_path, slot):
    real_bench.insert(card_of("chief"))
    certificate = tmp_path / "certificate.pem"
    yubico("-a", "read-certificate", "-s", slot, "-o", certificate)
    said = yubico(
        "-a",
        "verify-pin",
        "-P",
        PIN.reveal(),
        "-a",
        "test-signature",
        "-s",
        slot,
        "-i",
        certificate,
    )
    assert "Successful ECDSA verification" in said


def test_opensc_agrees_on_the_same_secret(real_bench, card_of, tmp_path):
    content = card_of("clerk")
    real_bench.insert(content)
    other = ec.generate_private_key(ec.SECP256R1())
    peer, secret = tmp_path / "peer.der", tmp_path / "secret"
    peer.write_bytes(
        other.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )
    run(
        "pkcs11-tool", "--login", "--pin", PIN.reveal(), "--derive", "--id", NUMBERS["9D"],
        "--mechanism", "ECDH1-COFACTOR-DERIVE", "--input-file", peer, "--output-file", secret,
    )  # fmt: skip
    mine = x509.load_pem_x509_certificate(content.keys["9D"].cert.encode()).public_key()
    assert secret.read_bytes() == other.exchange(ec.ECDH(), mine)


def test_tries_spent_elsewhere_are_spent_here_and_the_puk_brings_them_back(real_bench, card_of):
    real_bench.insert(card_of("clerk"))
    assert "2 tries left" in yubico("-a", "verify-pin", "-P", "654321", ends=1)
    assert tries_left(real_bench) == 2
    run("pkcs15-tool", "--reader", "0", "--verify-pin", "--pin", "654321", ends=255)
    assert tries_left(real_bench) == 1
    yubico("-a", "verify-pin", "-P", "654321", ends=1)
    assert tries_left(real_bench) == 0
    with PivCard.open(real_bench.reader) as card, pytest.raises(CardFailure) as blocked:
        card.verify_pin(PIN)
    assert blocked.value.what is CardProblem.PIN_BLOCKED
    yubico("-a", "unblock-pin", "-P", "12345678", "-N", "246810")
    assert tries_left(real_bench) == 3
    assert "Successfully verified" in yubico("-a", "verify-pin", "-P", "246810")
