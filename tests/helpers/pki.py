"""A small certificate authority for tests: persons' cards with 9A, 9C and 9D keys, lists, oddities.

    authority = Authority()
    card = authority.card("p0103", "李明")
    card.certs["9A"], card.keys["9A"]          # DER, SoftwareKey
    authority.anchors()                        # TrustAnchors that trust it
    authority.crl([(serial, moment)])          # DER

Keys are fresh in each run; moments are fixed, so nothing expires in a test that did not ask for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from sync.proof.certificates import TrustAnchors, read_certificate, x5t_of
from sync.proof.keys import SoftwareKey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    from sync.proof.certificates import Revocation

START = datetime(2026, 1, 1, tzinfo=UTC)
#: A working Tuesday inside every certificate's validity.
NOW = datetime(2026, 3, 3, 1, 30, tzinfo=UTC)

#: Slot → which key usage bits its certificate sets.
USAGE = {
    "9A": {"digital_signature"},
    "9C": {"content_commitment"},
    "9D": {"key_agreement"},
}


def subject(name: str, person: str | None = None) -> x509.Name:
    """Return a subject as the authority writes it: common name, person in serialNumber."""
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if person is not None:
        attributes.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, person))
    return x509.Name(attributes)


def key_usage(bits: Iterable[str]) -> x509.KeyUsage:
    """Return a key usage with the named bits."""
    names = [
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ]
    wanted = set(bits)
    return x509.KeyUsage(**{name: name in wanted for name in names})


@dataclass
class Card:
    """A person's card as files: what a real one would hold, private keys included."""

    person: str
    name: str
    keys: dict[str, SoftwareKey] = field(default_factory=dict)
    certs: dict[str, bytes] = field(default_factory=dict)

    def x5t(self, slot: str) -> str:
        """Return the name of a slot's certificate on the wire."""
        return x5t_of(self.certs[slot])

    def serial(self, slot: str) -> str:
        """Return the serial of a slot's certificate in lower-case hex."""
        return format(read_certificate(self.certs[slot]).serial_number, "x")


class Authority:
    """A certificate authority with a P-256 key; `parent` makes it an intermediate one."""

    def __init__(
        self,
        name: str = "演示证书中心",
        *,
        days: int = 3650,
        start: datetime = START,
        parent: Authority | None = None,
    ) -> None:
        self.key = SoftwareKey.generate()
        self.name = subject(name)
        issuer = parent or self
        self._start, self._days = start, days
        self.certificate = issuer.sign_certificate(
            self.name, self.key.public, {"key_cert_sign", "crl_sign"}, ca=True, days=days
        )
        self.parent = parent

    @property
    def der(self) -> bytes:
        """Return the authority's certificate."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        """Return the authority's certificate as PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def ca(self) -> str:
        """Return the authority's name in revocations."""
        return x5t_of(self.der)

    def sign_certificate(
        self,
        name: x509.Name,
        public: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
        usage: set[str] | None,
        *,
        ca: bool = False,
        start: datetime | None = None,
        days: int = 730,
        lists: Iterable[str] = (),
    ) -> x509.Certificate:
        """Sign any certificate; `usage` None leaves the extension out, `lists` are its CDPs."""
        start = start or self._start
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public),
                critical=False,
            )
        )
        if usage is not None:
            builder = builder.add_extension(key_usage(usage), critical=True)
        points = [
            x509.DistributionPoint([x509.UniformResourceIdentifier(uri)], None, None, None)
            for uri in lists
        ]
        if points:
            builder = builder.add_extension(x509.CRLDistributionPoints(points), critical=False)
        return builder.sign(self.key.private, hashes.SHA256())

    def card(self, person: str, name: str = "李明", **dates: Any) -> Card:
        """Make a person's card with three keys and certificates."""
        card = Card(person, name)
        for slot, usage in USAGE.items():
            card.keys[slot] = SoftwareKey.generate()
            certificate = self.sign_certificate(
                subject(name, person), card.keys[slot].public, usage, **dates
            )
            card.certs[slot] = certificate.public_bytes(serialization.Encoding.DER)
        return card

    def crl(
        self,
        revoked: Iterable[tuple[str, datetime]] = (),
        *,
        this: datetime = START,
        until: datetime = START + timedelta(days=365),
    ) -> bytes:
        """Sign a list of revoked certificates, given as (serial in hex, moment)."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.name)
            .last_update(this)
            .next_update(until)
            .add_extension(x509.CRLNumber(1), critical=False)
        )
        for serial, moment in revoked:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(int(serial, 16))
                .revocation_date(moment)
                .build()
            )
        crl = builder.sign(self.key.private, hashes.SHA256())
        return crl.public_bytes(serialization.Encoding.DER)

    def anchors(
        self,
        crls: Iterable[bytes] = (),
        revoked: Iterable[Revocation] = (),
        roster: dict[str, str] | None = None,
        *,
        crl_required: bool = False,
    ) -> TrustAnchors:
        """Return anchors that trust this authority alone."""
        return TrustAnchors.of([self.der], crls, revoked, roster, crl_required=crl_required)
