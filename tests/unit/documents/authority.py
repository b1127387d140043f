"""A small authority for tests: root, intermediate, one signer; made once per run."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

START = datetime(2026, 1, 1, tzinfo=UTC)


def _name(common: str, person: str | None = None) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if person:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, person))
    return x509.Name(parts)


def _usage(**said: bool) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: said.get(name, False) for name in names})


@dataclass(frozen=True)
class Issuer:
    name: x509.Name
    key: Any
    der: bytes

    def issue(
        self, subject: x509.Name, key: Any, *, ca: bool = False, serial: int, **usage: bool
    ) -> bytes:
        return _certificate(subject, key, self.name, self.key, ca=ca, serial=serial, **usage)

    def revoking(self, serial: int, at: datetime) -> bytes:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at).build()
        return (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.name)
            .last_update(at)
            .next_update(at + timedelta(days=365))
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
            .add_revoked_certificate(entry)
            .sign(self.key, hashes.SHA256())
            .public_bytes(Encoding.DER)
        )


def _certificate(
    subject: x509.Name,
    key: Any,
    issuer: x509.Name,
    issuer_key: Any,
    *,
    ca: bool,
    serial: int,
    **usage: bool,
) -> bytes:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=3 * 365))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(_usage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
        .sign(issuer_key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )


def root(common: str = "云岭县演示根") -> Issuer:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(common)
    der = _certificate(name, key, name, key, ca=True, serial=1, key_cert_sign=True, crl_sign=True)
    return Issuer(name, key, der)


@dataclass(frozen=True)
class Signer:
    """A card as the sealing step sees it: a chain and something that signs."""

    key: Any
    chain: tuple[bytes, ...]

    def sign(self, data: bytes) -> bytes:
        digest = hashlib.sha256(data).digest()
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
        return self.key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256())))


@dataclass(frozen=True)
class Pki:
    root: Issuer
    middle: Issuer

    def signer(self, key: Any, serial: int = 77, **usage: bool) -> Signer:
        usage = usage or {"content_commitment": True}
        leaf = self.middle.issue(_name("周明", "p0106"), key, serial=serial, **usage)
        return Signer(key, (leaf, self.middle.der, self.root.der))


@lru_cache(maxsize=1)
def pki() -> Pki:
    top = root()
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("云岭县演示签发")
    der = top.issue(name, key, ca=True, serial=2, key_cert_sign=True, crl_sign=True)
    return Pki(top, Issuer(name, key, der))


@lru_cache(maxsize=1)
def p256() -> Signer:
    return pki().signer(ec.generate_private_key(ec.SECP256R1()))


@lru_cache(maxsize=1)
def rsa2048() -> Signer:
    return pki().signer(rsa.generate_private_key(65537, 2048), serial=78)
