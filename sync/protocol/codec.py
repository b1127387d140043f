"""Bytes to values and back, strictly: nothing gets through that another reader would see otherwise.

joserfc, msgspec and cbor2 each let some malformed form through (a member twice, spare bits in the
last base64 character, 1e2 for an integer), so the reader of everything signed is this one. HTTP
messages, which carry no signature of their own, are read by msgspec.
"""

from __future__ import annotations

import binascii
import json
import re
from typing import Annotated, Any, NoReturn, TypeVar

import msgspec

from sync.protocol.errors import ReaderError, WireError
from sync.protocol.limits import BODY_MAX, DEPTH_MAX, INTEGER_MAX
from sync.typed import from_json, json_reader

M = TypeVar("M", bound=msgspec.Struct)

_HALF = re.compile("[\ud800-\udfff]")
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
# What stands for nothing here is refused there, and what is more than a letter to JSON.
_STANDARD = bytes.maketrans(b'-_+/="\\', b"+/!!!!!")
_PADDING = {0: b"", 2: b"==", 3: b"="}
_LAST = {2: frozenset("AQgw"), 3: frozenset("AEIMQUYcgkosw048")}  # without spare bits
_MARK = re.compile(r'\\.|["\[\]{}]', re.DOTALL)


def b64u_encode(data: bytes) -> str:
    """Return base64url without padding (RFC 7515 §2)."""
    text = binascii.b2a_base64(data, newline=False).translate(_URL_SAFE)
    return text.rstrip(b"=").decode("ascii")


def b64u_decode(text: str) -> bytes:
    """Return the bytes of a base64url text that is the only one for those bytes.

    Raises:
        ReaderError: reader.base64 for padding, foreign characters, an impossible length, or spare
            bits that are not zero.
    """
    spare = len(text) % 4
    if spare and text[-1] not in _LAST.get(spare, ""):
        raise ReaderError("reader.base64")
    try:
        letters = text.encode("ascii").translate(_STANDARD)
        found: bytes = _bytes.decode(b'"%b%b"' % (letters, _PADDING[spare]))
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise ReaderError("reader.base64") from error
    return found


def read_json(data: bytes, limit: int = BODY_MAX) -> dict[str, Any]:
    """Read one JSON object, strictly (proof.md §1).

    Order: length, UTF-8, depth, JSON with members once at every depth and integers only, texts.

    Raises:
        ReaderError: too_long, utf8, depth, json, duplicate, float, integer, text, object.
    """
    if len(data) > limit:
        raise ReaderError("reader.too_long", limit=limit)
    return value if (value := _read_plain(data)) is not None else _read_strictly(data)


def _read_plain(data: bytes) -> dict[str, Any] | None:
    """Read what stands as our own writers write it, a fifth of the time; None for all the rest.

    What comes out again byte by byte held no member twice; the type lets in no fraction, no
    integer beyond the limit, and fewer levels than the limit. No escape, no text to be refused.
    """
    if b"\\u" in data:
        return None
    try:
        value: dict[str, Any] = _plain.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return value if msgspec.json.encode(value) == data else None


def _read_strictly(data: bytes) -> dict[str, Any]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ReaderError("reader.utf8") from error
    _refuse_depth(text)
    try:
        value = _decoder.decode(text)
    except json.JSONDecodeError as error:
        raise ReaderError("reader.json", position=error.pos) from error
    if type(value) is not dict:
        raise ReaderError("reader.object")
    if "\\u" in text:  # only an escape can bring what UTF-8 cannot
        _refuse_texts(value)
    return value


def write_json(value: dict[str, Any]) -> bytes:
    """Write one JSON object, compact, UTF-8 unescaped; whatever comes out `read_json` takes.

    Raises:
        ReaderError: float, integer, text: the value has no form on this wire.
        TypeError: a value that is not JSON at all: a defect of the caller.
    """
    _refuse_values(value)
    return _encoder.encode(value).encode("utf-8")


def read_message(data: bytes, form: type[M], limit: int) -> M:
    """Read the body of a request or answer into its form; unknown members are ignored.

    Raises:
        WireError: wire.too_large, wire.malformed.
    """
    if len(data) > limit:
        raise WireError("wire.too_large", limit=limit)
    try:
        return from_json(data, form)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError("wire.malformed") from error


def write_message(message: msgspec.Struct) -> bytes:
    """Write the body of a request or answer."""
    return msgspec.json.encode(message)


def _refuse_depth(text: str) -> None:
    # Most records hold fewer brackets than may nest; only the rest are looked at closely.
    if text.count("[") + text.count("{") <= DEPTH_MAX:
        return
    depth, inside = 0, False
    for found in _MARK.finditer(text):  # one pass, whatever a hostile text holds
        mark = found.group()
        if mark == '"':
            inside = not inside
        elif not inside and mark in "[{":
            depth += 1
            if depth > DEPTH_MAX:
                raise ReaderError("reader.depth", limit=DEPTH_MAX)
        elif not inside and mark in "]}":
            depth -= 1


def _members_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ReaderError("reader.duplicate")
    return members


def _integer(digits: str) -> int:
    # A length check first: int() of a long text is quadratic, and refused by CPython past 4300.
    if len(digits) > 17 or not -INTEGER_MAX <= (number := int(digits)) <= INTEGER_MAX:
        raise ReaderError("reader.integer")
    return number


def _float(_digits: str) -> NoReturn:
    raise ReaderError("reader.float")


def _plain_objects(levels: int) -> Any:
    simple = None | bool | Annotated[int, msgspec.Meta(ge=-INTEGER_MAX, le=INTEGER_MAX)] | str
    values: Any = simple
    for _ in range(levels):
        values = simple | list[values] | dict[str, values]
    return dict[str, values]


_plain = json_reader(_plain_objects(6))
_bytes = json_reader(bytes)  # reads base64 in half the time that binascii takes
_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_decoder = json.JSONDecoder(
    object_pairs_hook=_members_once,
    parse_int=_integer,
    parse_float=_float,
    parse_constant=_float,
)


def _refuse_text(text: str) -> None:
    # U+0000 ends texts in C libraries and is refused by PostgreSQL; half a pair has no UTF-8.
    if "\0" in text or (not text.isascii() and _HALF.search(text)):
        raise ReaderError("reader.text")


def _refuse_texts(value: Any) -> None:
    if isinstance(value, str):
        _refuse_text(value)
    elif isinstance(value, dict):
        for name, member in value.items():
            _refuse_text(name)
            _refuse_texts(member)
    elif isinstance(value, list):
        for member in value:
            _refuse_texts(member)


def _refuse_values(value: Any, depth: int = 1) -> None:
    if isinstance(value, str):
        _refuse_text(value)
    elif isinstance(value, float):
        raise ReaderError("reader.float")
    elif isinstance(value, int):
        if not -INTEGER_MAX <= value <= INTEGER_MAX:
            raise ReaderError("reader.integer")
    elif isinstance(value, dict | list | tuple):
        _refuse_members(value, depth)


def _refuse_members(value: dict[Any, Any] | list[Any] | tuple[Any, ...], depth: int) -> None:
    if depth > DEPTH_MAX:
        raise ReaderError("reader.depth", limit=DEPTH_MAX)
    if not isinstance(value, dict):
        for member in value:
            _refuse_values(member, depth + 1)
        return
    for name, member in value.items():
        if not isinstance(name, str):
            message = "a member's name is a text"
            raise TypeError(message)
        _refuse_text(name)
        _refuse_values(member, depth + 1)
