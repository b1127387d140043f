"""A try of the line to a centre before anything is enrolled: who answers, and by what certificate.

Nothing is believed yet and nothing of this machine is sent: the centre's hello is asked under the
roots that the person names, and what was found is shown for people to compare.
"""

from __future__ import annotations

import asyncio
import hashlib
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.x509.oid import NameOID

from sync.engine.connecting import trust_for
from sync.engine.transport import Transport
from sync.proof import enrolment as proof

if TYPE_CHECKING:
    from datetime import datetime

    from sync.engine.ports import Clock
    from sync.engine.session import CentreAddress

_WAIT_S = 8.0
_HTTPS = 443
_GROUP = 4


@dataclass(frozen=True, slots=True)
class ShownCertificate:
    """A certificate as people compare it.

    Args:
        name: whom it names.
        issuer: who signed it.
        until: when it ends, UTC.
        fingerprint: SHA-256 over its DER, hexadecimal in groups of four.
    """

    name: str
    issuer: str
    until: datetime
    fingerprint: str


@dataclass(frozen=True, slots=True)
class LineTried:
    """What a try found.

    Args:
        name: the centre's name.
        aud: what the centre calls itself.
        fingerprint: of the centre's beginning, as the administrator reads it out (ADR 003).
        offset_s: the centre's clock minus this machine's.
        certificate: what the server showed; None on this machine's own loopback without TLS.
    """

    name: str
    aud: str
    fingerprint: str
    offset_s: int
    certificate: ShownCertificate | None


async def try_line(address: CentreAddress, clock: Clock) -> LineTried:
    """Ask the centre who it is; seconds. Leaves no connection behind.

    Raises:
        LineFailure: as for any request.
    """
    async with Transport(address, clock) as line:
        hello = await line.hello()
        offset_s = line.offset_ms // 1000
    der = await asyncio.to_thread(_server_certificate, address)
    return LineTried(
        hello.name,
        hello.aud,
        proof.fingerprint(hello.genesis),
        offset_s,
        None if der is None else shown(der),
    )


def shown(der: bytes) -> ShownCertificate:
    """Return a certificate as people compare it."""
    read = x509.load_der_x509_certificate(der)
    digest = hashlib.sha256(der).hexdigest().upper()
    groups = [digest[at : at + _GROUP] for at in range(0, len(digest), _GROUP)]
    return ShownCertificate(
        _name(read.subject), _name(read.issuer), read.not_valid_after_utc, " ".join(groups)
    )


def _name(name: x509.Name) -> str:
    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common[0].value) if common else name.rfc4514_string()


def _server_certificate(address: CentreAddress) -> bytes | None:
    """Return the certificate that the server shows under these roots; None where it shows none."""
    parts = urlsplit(address.url)
    trust = trust_for(address)
    if not isinstance(trust, ssl.SSLContext) or not parts.hostname:
        return None
    try:
        with (
            socket.create_connection((parts.hostname, parts.port or _HTTPS), _WAIT_S) as plain,
            trust.wrap_socket(plain, server_hostname=parts.hostname) as line,
        ):
            return line.getpeercert(binary_form=True)
    except OSError:  # it answered a moment ago: it shows none now
        return None
