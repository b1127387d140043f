"""Departments' systems for tests: a certificate of the authority, introduced by policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import serialization

from installer.demo.department import issue_system
from installer.demo.department_sender import Sender
from sync.protocol.codec import b64u_encode

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

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
    return Issued(*issue_system(centre.authority, centre.clock.now(), name, days))


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
