"""The line to the time stamp authority (RFC 3161 §3.4: one POST, one answer).

What comes back proves itself by its signature, so plain HTTP is usual and enough. No redirects,
no proxies. Blocks; for a thread of its own, never for the loop.
"""

from __future__ import annotations

import http.client
import socket
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sync.domain.failures import Failure, FailureKind

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE_S = 10.0  # for the whole of a question
_MOST = 64 * 1024
_ASKED, _ANSWERED = "application/timestamp-query", "application/timestamp-reply"


class TimeStampLine:
    """Asks one authority.

    Args:
        url: http or https.
        patience_s: how long a whole question may take.

    Raises:
        Failure: centre.tsa_url.
    """

    def __init__(self, url: str, patience_s: float = PATIENCE_S) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise Failure("centre.tsa_url", FailureKind.BROKEN)
        self._parts = parts
        self._patience_s = patience_s
        self._held: http.client.HTTPConnection | None = None

    def ask(self, request: bytes) -> bytes:
        """Send a DER TimeStampReq; return what was answered, at most 64 KiB.

        Raises:
            OSError: nobody there, too slow, or no answer of this protocol.
        """
        made = http.client.HTTPSConnection if self._parts.scheme == "https" else None
        kind = made or http.client.HTTPConnection
        end = time.monotonic() + self._patience_s
        connection = kind(self._parts.hostname or "", self._parts.port, timeout=self._patience_s)
        self._held = connection
        try:
            path = self._parts.path or "/"
            path = f"{path}?{self._parts.query}" if self._parts.query else path
            connection.request("POST", path, request, {"Content-Type": _ASKED})
            return self._read(connection, end)
        except http.client.HTTPException as error:
            raise OSError("no answer of HTTP") from error
        finally:
            self._held = None
            connection.close()

    def hang_up(self) -> None:
        """Break off a question that is being asked: the centre ends. Any thread."""
        held = self._held
        if held is not None and held.sock is not None:
            held.sock.shutdown(socket.SHUT_RDWR)

    def _read(self, connection: http.client.HTTPConnection, end: float) -> bytes:
        """Read the answer; each piece gets what is left of the time, so a trickle ends too."""
        connection.sock.settimeout(max(0.1, end - time.monotonic()))
        with connection.getresponse() as answer:
            if answer.status != http.client.OK or answer.headers.get_content_type() != _ANSWERED:
                raise OSError("no answer of RFC 3161")
            data = b""
            while piece := answer.read1(_MOST):
                data += piece
                if len(data) > _MOST or time.monotonic() > end:
                    raise OSError("answered too much, or too slowly")
            if answer.length:
                raise OSError("cut off")
        return data


def roots_in(file: Path) -> tuple[bytes, ...]:
    """Return the certificates (DER) of a PEM file.

    Raises:
        Failure: centre.tsa_roots.
    """
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415

    try:
        found = load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        raise Failure("centre.tsa_roots", FailureKind.BROKEN) from error
    return tuple(each.public_bytes(Encoding.DER) for each in found)
