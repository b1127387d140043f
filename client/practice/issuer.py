"""A certificate authority in memory, for cards that are files: practice and demonstration.

The keys of a real authority are born on cards and never leave them; nothing of a real centre
trusts what is issued here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = timedelta(days=1)
TWO_YEARS = timedelta(days=730)
_COUNTRY = "CN"

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a card is for: name, roster id, and the name of his department."""

    name: str
    person: str
    department: str | None = None


class Issuer:
    """An authority that lasts as long as the process; its certificate outlives it.

    Args:
        name: its common name.
        organisation: stands in every subject.
        now: aware; cards hold from the day before to two years after.
    """

    def __init__(self, name: str, organisation: str, now: datetime) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.now = now.astimezone(UTC).replace(microsecond=0)
        self.organisation = organisation
        subject = self.subject(name)
        public = self.key.public_key()
        self.certificate = (
            x509.CertificateBuilder(subject, subject, public, x509.random_serial_number())
            .not_valid_before(self.now - 5 * TWO_YEARS)  # older than the oldest expired card
            .not_valid_after(self.now + 5 * TWO_YEARS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage(key_cert_sign=True, crl_sign=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .sign(self.key, hashes.SHA256())
        )

    def card_certificate(
        self, key: Key, slot: str, holder: Holder, *, from_: datetime | None = None
    ) -> x509.Certificate:
        """Issue for one key of a card.

        Args:
            key: the card's.
            slot: "9A" logs in, "9C" signs, "9D" agrees on keys.
            holder: whose card it is.
            from_: moves the validity, which lasts two years.
        """
        start = from_ or self.now - DAY
        subject = self.subject(holder.name, holder.person, holder.department)
        builder = self.builder(key, subject, start, start + DAY + TWO_YEARS)
        if slot == "9A":
            builder = builder.add_extension(usage(digital_signature=True), critical=True)
            client = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
            return builder.add_extension(client, critical=False).sign(self.key, hashes.SHA256())
        # 9C carries no extended key usage: readers of signed PDFs mistrust clientAuth there.
        bits = usage(content_commitment=True) if slot == "9C" else usage(key_agreement=True)
        return builder.add_extension(bits, critical=True).sign(self.key, hashes.SHA256())

    def builder(
        self, key: Key, subject: x509.Name, from_: datetime, to: datetime
    ) -> x509.CertificateBuilder:
        """Begin a certificate of this authority that is no authority itself."""
        public = key.public_key()
        own = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        issuer = self.certificate.subject
        return (
            x509.CertificateBuilder(issuer, subject, public, x509.random_serial_number())
            .not_valid_before(from_)
            .not_valid_after(to)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(own, critical=False)
        )

    def subject(
        self, common_name: str, person: str | None = None, department: str | None = None
    ) -> x509.Name:
        """Return a subject of this authority's organisation."""
        parts = [
            (NameOID.COUNTRY_NAME, _COUNTRY),
            (NameOID.ORGANIZATION_NAME, self.organisation),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, department),
            (NameOID.COMMON_NAME, common_name),
            (NameOID.SERIAL_NUMBER, person),
        ]
        return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts if text])


def usage(**named: bool) -> x509.KeyUsage:
    """Return a key usage with these bits and no others."""
    every = (
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
    return x509.KeyUsage(**{name: named.get(name, False) for name in every})


def new_key() -> ec.EllipticCurvePrivateKey:
    """Return a fresh P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def key_pem(key: Key) -> str:
    """Return a private key, PKCS #8 PEM, in the clear: of practice and demonstration only."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def cert_pem(certificate: x509.Certificate) -> str:
    """Return a certificate, PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def cert_der(certificate: x509.Certificate) -> bytes:
    """Return a certificate, DER."""
    return certificate.public_bytes(serialization.Encoding.DER)
