"""Cards for tests of the vault: a 9D key in memory that counts what it was asked."""

from __future__ import annotations

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.helpers.cards import MADE_AT


def certificate_for(key, person: str) -> bytes:
    """Return a self-issued certificate; the vault does not judge who issued it."""
    name = x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, person)])
    signer = key if isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) else None
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(MADE_AT)
        .not_valid_after(MADE_AT + timedelta(days=1))
        .sign(signer or ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    )
    return made.public_bytes(Encoding.DER)


class SoftCard:
    """What the vault asks of a card, answered in memory."""

    def __init__(self, person: str, key=None) -> None:
        self.person = person
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        self.asked: list[bytes] = []
        self._certificate = certificate_for(self.key, person)

    def certificate(self, slot: str) -> bytes:
        assert slot == "9D"
        return self._certificate

    def agree(self, point: bytes) -> bytes:
        self.asked.append(point)
        peer = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        return self.key.exchange(ec.ECDH(), peer)

    def decipher(self, block: bytes) -> bytes:
        self.asked.append(block)
        numbers = self.key.private_numbers()
        value = pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n)
        return value.to_bytes(len(block), "big")
