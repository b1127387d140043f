"""Fetching lists of revoked certificates from their authorities (RFC 5280 §4.2.1.13).

A list proves itself by its authority's signature, so plain HTTP is usual and enough. No redirects,
no proxies; size and time are bounded. Blocks: for a thread of its own, never for the loop.
"""

from __future__ import annotations

import http.client
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sync.domain.failures import Failure, FailureKind
from sync.proof.certificates import authority_name, x5t_of
from sync.server.lists import take_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

MOST = 16 * 1024 * 1024  # bytes of a list: half a million entries
PATIENCE_S = 30.0  # for the whole of a fetch
_PIECE = 64 * 1024
_WEB = ("http", "https")


@dataclass(frozen=True, slots=True)
class Source:
    """Where the list of one authority lies: http, https or file."""

    ca: x509.Certificate
    url: str

    @property
    def name(self) -> str:
        """Return the authority's name, for people."""
        return authority_name(self.ca)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of one source: the code of its failure, or whether the list was a new one."""

    name: str
    fresh: bool = False
    code: str | None = None


def check_urls(urls: Mapping[str, str]) -> None:
    """Refuse addresses that nothing can be fetched from.

    Raises:
        Failure: centre.crl_url.
    """
    for url in urls.values():
        parts = urlsplit(url)
        whole = parts.path if parts.scheme == "file" else parts.hostname
        if parts.scheme not in (*_WEB, "file") or not whole:
            raise Failure("centre.crl_url", FailureKind.BROKEN, url=url)


def sources(
    cas: Sequence[x509.Certificate],
    urls: Mapping[str, str],
    issued: Iterable[x509.Certificate] = (),
) -> list[Source]:
    """Return where each authority's list is to be fetched.

    Args:
        cas: the authorities that policy trusts.
        urls: by an authority's common name or thumbprint (x5t), as the operator set them.
        issued: certificates whose distribution points count where no address was set: none
            unless the operator allows it. Of these, only http and https are followed.
    """
    found = []
    certificates = list(issued)
    for ca in cas:
        url = urls.get(x5t_of(ca.public_bytes(Encoding.DER))) or urls.get(authority_name(ca))
        of_ca = (each for each in certificates if each.issuer == ca.subject)
        url = url or next((point for each in of_ca for point in _points(each)), None)
        if url is not None:
            found.append(Source(ca, url))
    return found


def _points(certificate: x509.Certificate) -> Iterator[str]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return
    for point in points:
        for name in point.full_name or ():
            uri = isinstance(name, x509.UniformResourceIdentifier)
            if uri and urlsplit(name.value).scheme in _WEB:
                yield name.value


class ListLine:
    """Fetches from one address after the other; hung up for good when the centre ends.

    Args:
        most: bytes of a list.
        patience_s: how long one fetch may take as a whole.
    """

    def __init__(self, most: int = MOST, patience_s: float = PATIENCE_S) -> None:
        self._most = most
        self._patience_s = patience_s
        self._held: http.client.HTTPConnection | None = None
        self._over = False

    def get(self, url: str) -> bytes:
        """Return what lies there.

        Raises:
            Failure: centre.crl_unreachable, centre.crl_size.
        """
        parts = urlsplit(url)
        try:
            if parts.scheme == "file":
                return self._bounded_file(Path(unquote(parts.path)))
            return self._ask(url)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Failure("centre.crl_unreachable", FailureKind.RETRIABLE, url=url) from error

    def hang_up(self) -> None:
        """Break off what is under way, and begin nothing more. Any thread."""
        self._over = True
        held = self._held
        if held is not None and held.sock is not None:
            held.sock.shutdown(socket.SHUT_RDWR)

    def _bounded_file(self, path: Path) -> bytes:
        with path.open("rb") as stream:
            data = stream.read(self._most + 1)
        return self._sized(data)

    def _ask(self, url: str) -> bytes:
        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else None
        end = time.monotonic() + self._patience_s
        made = kind or http.client.HTTPConnection
        connection = made(parts.hostname or "", parts.port, timeout=self._patience_s)
        self._held = connection
        try:
            if self._over:
                raise OSError("the centre ends")
            path = parts.path or "/"
            connection.request("GET", f"{path}?{parts.query}" if parts.query else path)
            return self._read(connection, end)
        finally:
            self._held = None
            connection.close()

    def _read(self, connection: http.client.HTTPConnection, end: float) -> bytes:
        """Read the answer; each piece gets what is left of the time, so a trickle ends too."""
        connection.sock.settimeout(max(0.1, end - time.monotonic()))
        with connection.getresponse() as answer:
            if answer.status != http.client.OK:
                raise OSError(answer.status, "not answered with a list")
            if (answer.length or 0) > self._most:
                raise Failure("centre.crl_size", limit=self._most)
            data = b""
            while piece := answer.read1(_PIECE):
                data = self._sized(data + piece)
                if time.monotonic() > end:
                    raise OSError("too slow")
            if answer.length:
                raise OSError("cut off")
        return data

    def _sized(self, data: bytes) -> bytes:
        if len(data) > self._most:
            raise Failure("centre.crl_size", limit=self._most)
        return data


def fetch_lists(line: ListLine, wanted: Iterable[Source], folder: Path) -> list[Fetched]:
    """Fetch each list and put it in the place of its authority's former one; never for the worse.

    One that fails holds up no other.
    """
    done = []
    for source in wanted:
        try:
            taken = take_list(line.get(source.url), source.url, folder, [source.ca])
        except Failure as failure:
            done.append(Fetched(source.name, code=failure.code))
        else:
            done.append(Fetched(source.name, fresh=taken.fresh))
    return done
