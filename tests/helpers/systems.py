"""Departments' systems for tests: a certificate of the authority, introduced by policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from client.practice.issuer import usage
from installer.demo.department_sender import Sender
from sync.protocol.codec import b64u_encode

if TYPE_CHECKING:
    from tests.helpers.centre import RunningCentre


@dataclass(frozen=True)
class Issued:
    """A system's key and its certificate as it stands in policy."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def cert(self) -> str:
        """Return the certificate's DER, base64url."""
        return b64u_encode(self.certificate.public_bytes(serialization.Encoding.DER))


def issue(centre: RunningCentre, name: str, days: int = 365) -> Issued:
    """Have the demonstration's authority issue a certificate for a system."""
    ca = x509.load_pem_x509_certificate(centre.authority.ca.read_bytes())
    ca_key = serialization.load_pem_private_key(centre.authority.ca_key.read_bytes(), None)
    key, now = ec.generate_private_key(ec.SECP256R1()), centre.clock.now()
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, f"system {name}"),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, name),
        ]
    )
    own = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.public_key())
    certificate = (
        x509.CertificateBuilder(ca.subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(own, critical=False)
        .add_extension(usage(digital_signature=True), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    return Issued(key, certificate)


def introduce(centre: RunningCentre, system: str = "scjg-1", **changes: Any) -> Issued:
    """Issue a certificate and have policy name the system."""
    issued = issue(centre, system)
    body = {
        "id": system,
        "name": "市场监管业务系统",
        "hall": "339901",
        "department": "scjg",
        "officer": centre.card("chief").person,
        "cert": issued.cert,
        "kinds": "*",
    }
    centre.enact("system", body | changes)
    return issued


def sender_of(centre: RunningCentre, issued: Issued) -> Sender:
    """Return the sample sender with a system's key."""
    trust = centre.tls_context() if centre.origin.startswith("https") else None
    return Sender(centre.origin, issued.key, trust)
