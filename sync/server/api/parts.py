"""Forms with files: multipart/form-data (RFC 7578) out of a body that was read whole and bounded.

Not Starlette's own parser: it writes what is larger than a megabyte to a plain temporary file, and
an applicant's papers lie nowhere unsealed. And not `email`'s: it fails in its own ways on headers
that no browser writes. Delimiters are RFC 2046's, names as the HTML standard has them written
("multipart/form-data encoding algorithm").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sync.protocol.errors import WireError

PARTS_MOST = 120
_HEAD_MOST = 2048
_TYPE = re.compile(
    r"multipart/form-data; *boundary="
    r"(?:\"([0-9A-Za-z'()+_,./:=?-]{1,70})\"|([0-9A-Za-z'+_.-]{1,70}))",
    re.IGNORECASE | re.ASCII,
)
_NAMES = re.compile(
    rb'^\r\n(?:[^\r\n]+\r\n)*?content-disposition: *form-data; *name="([^"\r\n]*)"'
    rb'(?:; *filename="([^"\r\n]*)")?(?:;[^\r\n]*)?(?:\r\n|$)',
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form; `file` is the name that a file came with, None of a plain field."""

    name: str
    data: bytes
    file: str | None = None

    @property
    def text(self) -> str:
        """Return a plain field's text.

        Raises:
            WireError: malformed.
        """
        try:
            return self.data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise WireError("wire.malformed") from error


def read_parts(content_type: str, body: bytes) -> list[Part]:
    """Return the fields of a form, in order.

    Raises:
        WireError: malformed.
    """
    boundary = _boundary(content_type)
    # What stands before the first delimiter and after the last is nothing (RFC 2046 §5.1.1).
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary, PARTS_MOST + 2)
    if len(pieces) < 2 or len(pieces) > PARTS_MOST + 2 or not pieces[-1].startswith(b"--"):
        raise WireError("wire.malformed")
    return [_part(piece) for piece in pieces[1:-1]]


def _boundary(content_type: str) -> bytes:
    found = _TYPE.fullmatch(content_type)
    if found is None:
        raise WireError("wire.malformed")
    return (found[1] or found[2]).encode("ascii")


def _part(piece: bytes) -> Part:
    head, divided, data = piece.partition(b"\r\n\r\n")
    found = _NAMES.search(head) if divided and len(head) <= _HEAD_MOST else None
    if found is None:
        raise WireError("wire.malformed")
    return Part(_name(found[1]), data, None if found[2] is None else _name(found[2]))


def _name(text: bytes) -> str:
    """Return a name as a browser wrote it: UTF-8, with the quote and line breaks escaped."""
    plain = text.decode("utf-8", "replace")
    return plain.replace("%22", '"').replace("%0D", " ").replace("%0A", " ")
