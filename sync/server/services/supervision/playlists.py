"""Playlists of HLS (RFC 8216) as a browser may have them: made anew out of what is known.

Nothing of a camera's playlist is passed on as it stands. Each reference is sealed under the look's
own key, so that a browser can ask for what the camera named and for nothing else, and never learns
where it lies. Tags that are not known here are left out: sound and subtitles apart, keys, byte
ranges, low latency's parts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from sync.domain.failures import Failure
from sync.protocol.codec import b64u_decode, b64u_encode
from sync.protocol.errors import ReaderError, WireError

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY_BYTES = 32
LINES_MOST = 2000
NAME_MAX = 1024
_REFERENCE_MAX = 512
_FIRST = "#EXTM3U"
_PLAIN = re.compile(
    r"#EXT-X-(VERSION|TARGETDURATION|MEDIA-SEQUENCE|DISCONTINUITY-SEQUENCE):\d{1,18}"
    r"|#EXT-X-(DISCONTINUITY|INDEPENDENT-SEGMENTS|ENDLIST|GAP)"
    r"|#EXT-X-PLAYLIST-TYPE:(EVENT|VOD)"
    r"|#EXT-X-PROGRAM-DATE-TIME:[0-9T:.Z+-]{1,40}"
)
_EXTINF = re.compile(r"#EXTINF:(\d{1,6}(\.\d{1,9})?),?")
_MAP = re.compile(r'#EXT-X-MAP:URI="([^"]*)"')
_VARIANT = "#EXT-X-STREAM-INF:"
_SAID = re.compile(
    r"(?:^|,)((?:AVERAGE-)?BANDWIDTH=\d{1,12}|RESOLUTION=\d{1,5}x\d{1,5}|FRAME-RATE=[\d.]{1,10}"
    r'|CODECS="[A-Za-z0-9.,-]{1,64}")(?=,|$)'
)
_PATH = re.compile(r"/[A-Za-z0-9._~/-]*")
_QUERY = re.compile(r"[A-Za-z0-9._~=&-]*")
_BOXES = (b"ftyp", b"styp", b"moof", b"sidx", b"emsg", b"prft", b"free", b"skip")
_TS_SYNC, _TS_PACKET = 0x47, 188
_TYPES = {"m3u8": "application/vnd.apple.mpegurl", "ts": "video/mp2t", "mp4": "video/mp4"}


@dataclass(frozen=True, slots=True)
class Part:
    """What a sealed name stands for."""

    url: str
    playlist: bool


class Sealed:
    """Names of one look's stream.

    Args:
        root: the camera's registered address; references lead to its folder or below.
        look: id of the look: a name of one serves no other.
        key: of the look, KEY_BYTES long.
    """

    def __init__(self, root: str, look: str, key: bytes) -> None:
        self._root = root
        self._look = look.encode()
        self._cipher = AESSIV(key)

    def name(self, base: str, reference: str, *, playlist: bool) -> str:
        """Return the name of what a playlist refers to; the same reference, the same name.

        Raises:
            Failure: camera.answer: it leads out of the camera's folder.
        """
        url = self._within(base, reference)
        kind = b"p" if playlist else b"s"
        sealed = b64u_encode(self._cipher.encrypt(kind + url.encode(), [self._look]))
        ends = "m3u8" if playlist else ("ts" if urlsplit(url).path.endswith(".ts") else "mp4")
        return f"{sealed}.{ends}"

    def open(self, name: str) -> Part:
        """Return what a name stands for.

        Raises:
            WireError: not_found: we did not give it.
        """
        try:
            data = b64u_decode(name[:NAME_MAX].rpartition(".")[0])
            plain = self._cipher.decrypt(data, [self._look])
        except (ReaderError, InvalidTag, ValueError) as error:
            raise WireError("wire.not_found") from error
        return Part(plain[1:].decode(), plain[:1] == b"p")

    def _within(self, base: str, reference: str) -> str:
        """Return the whole address of a reference: same machine, same folder or below."""
        try:
            url = urljoin(base, reference)
            parts, root = urlsplit(url), urlsplit(self._root)
        except ValueError as error:
            raise Failure("camera.answer") from error
        same = (parts.scheme, parts.netloc) == (root.scheme, root.netloc)
        folder = root.path.rpartition("/")[0] + "/"
        below = parts.path.startswith(folder) and ".." not in parts.path
        known = _PATH.fullmatch(parts.path) and _QUERY.fullmatch(parts.query)
        if not (same and below and known) or len(reference) > _REFERENCE_MAX or parts.fragment:
            raise Failure("camera.answer")
        return url


def rewritten(data: bytes, base: str, sealed: Sealed) -> str:
    """Return a camera's playlist as a browser may have it.

    Args:
        data: as the camera answered.
        base: the address that it came from.
        sealed: names of this look.

    Raises:
        Failure: camera.answer: it is no playlist, or one that leads elsewhere.
    """
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise Failure("camera.answer") from error
    lines = [line.strip("\r \t") for line in lines]
    if lines[0] != _FIRST or len(lines) > LINES_MOST:
        raise Failure("camera.answer")
    return "\n".join((_FIRST, *_known(lines[1:], base, sealed), ""))


def _known(lines: list[str], base: str, sealed: Sealed) -> Iterator[str]:
    announced = ""  # what the next reference is: "" for nothing that we know
    for line in lines:
        segment, mapped = _EXTINF.match(line), _MAP.match(line)
        if line.startswith(_VARIANT):
            announced = _VARIANT
            yield _VARIANT + ",".join(_SAID.findall(line.removeprefix(_VARIANT)))
        elif segment:
            announced = "segment"
            yield f"#EXTINF:{segment[1]},"
        elif mapped:
            yield f'#EXT-X-MAP:URI="{sealed.name(base, mapped[1], playlist=False)}"'
        elif _PLAIN.fullmatch(line):
            yield line
        elif line.startswith("#EXT-X-KEY") and "METHOD=NONE" not in line:
            raise Failure("camera.answer")  # we pass no keys on, and no picture without them
        elif line and not line.startswith("#"):
            if not announced:
                raise Failure("camera.answer")
            yield sealed.name(base, line, playlist=announced == _VARIANT)
            announced = ""


def check_part(data: bytes) -> bytes:
    """Return a part of a stream if it is one: MPEG-TS or ISO BMFF, by its first bytes.

    Raises:
        Failure: camera.answer.
    """
    packets = data[:1] == bytes([_TS_SYNC]) and len(data) % _TS_PACKET == 0
    if not packets and data[4:8] not in _BOXES:
        raise Failure("camera.answer")
    return data


def type_of(name: str) -> str:
    """Return the media type of a name that we gave."""
    return _TYPES.get(name.rpartition(".")[2], "application/octet-stream")
