"""How a connection comes about: httpx when it is first needed, TLS that trusts our own roots only.

Why one did not come about is told from what TLS raised, never from its words.
"""

from __future__ import annotations

import importlib
import importlib.util
import ssl
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sync.engine import faults
from sync.engine.faults import Fault, LineFailure

if TYPE_CHECKING:
    from sync.engine.session import CentreAddress

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_UNTIMELY = frozenset({9, 10})  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED


def load_httpx() -> Any:
    """Load httpx, and settle that it runs on asyncio.

    Its httpcore asks for sniffio twice in each request. Where that is not installed, Python looks
    through every folder of its path for it each time, a tenth of what a request costs.
    """
    if importlib.util.find_spec("sniffio") is None:
        sys.modules["sniffio"] = None  # type: ignore[assignment]  # Python's own word for "not here"
    return importlib.import_module("httpx")


def trust_for(address: CentreAddress) -> ssl.SSLContext | bool:
    """Make the one TLS setting (proof.md §7): own roots only, TLS 1.3, hostname, no key log."""
    parts = urlsplit(address.url)
    if parts.scheme == "http" and parts.hostname in _LOOPBACK:
        return False  # nothing to verify: it does not leave this machine
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = True
    context.verify_mode = ssl.CERT_REQUIRED
    if parts.scheme != "https":
        raise LineFailure(faults.TLS, Fault.REFUSED)
    try:
        context.load_verify_locations(cadata=address.roots)
    except (ssl.SSLError, ValueError) as error:
        raise LineFailure(faults.TLS, Fault.REFUSED) from error
    return context


def _cause(error: BaseException | None) -> ssl.SSLError | None:
    """Return the TLS error that another one was caused by, if any."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error


def why_none(error: BaseException) -> str:
    """Say why there is no connection, as a code of a line failure.

    Hanging up within the handshake is what an end without TLS 1.3 does.
    """
    refused = _cause(error)
    if refused is None:
        return faults.NOBODY
    untimely = getattr(refused, "verify_code", 0) in _UNTIMELY
    return faults.CLOCK if untimely else faults.TLS
