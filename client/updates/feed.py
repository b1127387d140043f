"""A channel of releases behind The Update Framework: nothing is believed that is not signed.

The framework's own client (python-tuf) refuses what was altered, an older state than one seen
before, a state past its date, and parts of different states put together. Here it gets a source,
the centre's server or a folder on a stick, and its refusals get our codes.
"""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import urllib3
from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadHTTPError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.ngclient.fetcher import FetcherInterface
from tuf.ngclient.updater import Updater

from client.updates.failures import UpdateFailure
from client.updates.offer import CHANNEL, read_channel
from sync.domain.failures import FailureKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from client.updates.offer import Channel, Release

PACKAGE_LARGEST = 400 * 2**20
_CHUNK = 256 * 1024
_WAIT = urllib3.Timeout(connect=10.0, read=30.0)
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

#: The framework's refusals, the special before the general.
_CODES: tuple[tuple[type[Exception], str, FailureKind], ...] = (
    (ExpiredMetadataError, "update.expired", FailureKind.REFUSED),
    (BadVersionNumberError, "update.rolled_back", FailureKind.REFUSED),
    (LengthOrHashMismatchError, "update.altered", FailureKind.REFUSED),
    (UnsignedMetadataError, "update.unsigned", FailureKind.REFUSED),
    (RepositoryError, "update.altered", FailureKind.REFUSED),
    (DownloadError, "update.unreachable", FailureKind.RETRIABLE),
    (OSError, "update.no_room", FailureKind.RETRIABLE),
)


class Feed:
    """A channel as one machine sees it.

    Args:
        trusted: the first root metadata, as it came with the program.
        kept: folder of the states seen so far; an older one is refused from then on.
        source: https address of the channel, or a folder that holds it whole.
        roots: PEM of what signs the server's TLS certificate; the signatures do not rest on it.
        told: called with the bytes of whatever is fetched, as they come.
    """

    def __init__(
        self,
        trusted: bytes,
        kept: Path,
        source: str,
        roots: str = "",
        told: Callable[[int], None] = lambda _size: None,
    ) -> None:
        self._trusted = trusted
        self._kept = kept
        self._source = source.rstrip("/")
        self._fetch: FetcherInterface = (
            _Server(source, roots, told) if "://" in source else _Folder(Path(source), told)
        )

    def look(self) -> Channel:
        """Return what is on offer now.

        Raises:
            UpdateFailure: update.unreachable, .expired, .rolled_back, .altered, .unsigned,
                .unreadable, .no_room.
        """
        with _coded():
            return self._look(self._client())

    def fetch(self, release: Release, into: Path) -> Path:
        """Bring a release's package; return where it lies, verified.

        Args:
            release: as `look` gave it.
            into: folder for the package; what of that name lies there is replaced.

        Raises:
            UpdateFailure: as `look`; update.gone when it is no longer on offer, update.too_large.
        """
        with _coded():
            client = self._client()
            if release not in self._look(client).releases:
                raise UpdateFailure("update.gone")
            target = client.get_targetinfo(release.package)
            if target is None:
                raise UpdateFailure("update.gone")
            if target.length > PACKAGE_LARGEST:
                raise UpdateFailure("update.too_large")
            into.mkdir(parents=True, exist_ok=True)
            part = into / f"{release.package}.part"
            client.download_target(target, str(part))
            return part.replace(into / release.package)

    def _client(self) -> Updater:
        """Return a new client; each looks once, and keeps what it saw for the next."""
        self._kept.mkdir(parents=True, exist_ok=True)
        return Updater(
            metadata_dir=str(self._kept),
            metadata_base_url=f"{self._source}/metadata/",
            target_base_url=f"{self._source}/targets/",
            fetcher=self._fetch,
            bootstrap=self._trusted,
        )

    def _look(self, client: Updater) -> Channel:
        client.refresh()
        target = client.get_targetinfo(CHANNEL)
        if target is None:
            raise UpdateFailure("update.unreadable", FailureKind.BROKEN)
        place = self._kept / CHANNEL
        client.download_target(target, str(place))
        return read_channel(place.read_bytes())


class _Server(FetcherInterface):
    """A channel on a server: TLS 1.3 under own roots, no proxy, no redirect."""

    def __init__(self, source: str, roots: str, told: Callable[[int], None]) -> None:
        parts = urlsplit(source)
        context: ssl.SSLContext | None = None
        if parts.scheme == "https":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.minimum_version = ssl.TLSVersion.TLSv1_3
            try:
                context.load_verify_locations(cadata=roots)
            except (ssl.SSLError, ValueError) as error:  # no root, or what is no certificate
                raise UpdateFailure("update.no_root", FailureKind.REFUSED) from error
        elif parts.hostname not in _LOOPBACK:
            raise UpdateFailure("update.not_https")
        self._pool = urllib3.PoolManager(ssl_context=context, timeout=_WAIT, retries=False)
        self._told = told

    def _fetch(self, url: str) -> Iterator[bytes]:
        answer = self._pool.request("GET", url, preload_content=False, redirect=False)
        if answer.status != 200:
            answer.release_conn()
            raise DownloadHTTPError("refused", answer.status)
        return self._chunks(answer)

    def _chunks(self, answer: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
        try:
            for chunk in answer.stream(_CHUNK, decode_content=False):
                self._told(len(chunk))
                yield chunk
        except urllib3.exceptions.HTTPError as error:
            raise DownloadError(type(error).__name__) from error
        finally:
            answer.release_conn()


class _Folder(FetcherInterface):
    """The same channel, carried on a stick to where there is no line."""

    def __init__(self, folder: Path, told: Callable[[int], None]) -> None:
        self._folder = folder.resolve()
        self._told = told

    def _fetch(self, url: str) -> Iterator[bytes]:
        file = Path(url).resolve()
        if not file.is_relative_to(self._folder) or not file.is_file():
            raise DownloadHTTPError("404", 404)
        return self._chunks(file)

    def _chunks(self, file: Path) -> Iterator[bytes]:
        with file.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                self._told(len(chunk))
                yield chunk


@contextmanager
def _coded() -> Iterator[None]:
    try:
        yield
    except UpdateFailure:
        raise
    except Exception as error:
        for kind, code, what in _CODES:
            if isinstance(error, kind):
                raise UpdateFailure(code, what) from error
        raise
