"""Columns as PostgreSQL's own text of arrays: a statement then has one argument for each column.

The driver writes such texts too, but looks at every value by itself, with patterns: that took a
fifth of all the time of the process that writes. See PostgreSQL 15, §8.15.6 "Array Input and Output
Syntax" and §8.4.1 "bytea Hex Format".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Integer, LargeBinary, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy.types import TypeEngine

_END = "\0"  # stands between values while they are quoted: in a PostgreSQL text it cannot stand


def array_of(kind: TypeEngine[Any]) -> Callable[[Sequence[Any]], str]:
    """Return what writes the values of a column as an array; None becomes NULL.

    Raises:
        KeyError: no table has a column of such a type.
    """
    (write,) = (write for known, write in _WRITERS.items() if isinstance(kind, known))
    return write


def _texts(values: Sequence[str | None]) -> str:
    if None in values:
        return _array("NULL" if value is None else _quoted(value) for value in values)
    whole = _END.join(values)  # type: ignore[arg-type]  # none of them is None
    if whole.count(_END) != len(values) - 1:
        raise ValueError(_END)  # the wire lets no such text in: see sync.protocol.codec
    return _array((_quoted(whole).replace(_END, '","'),))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _array(written: Iterable[str]) -> str:
    return f"{{{','.join(written)}}}"


def _plain(values: Sequence[int | bool | None]) -> str:
    return _array("NULL" if value is None else str(value) for value in values)


def _bytes(values: Sequence[bytes | None]) -> str:
    return _array("NULL" if value is None else f'"\\\\x{value.hex()}"' for value in values)


_WRITERS: dict[type[TypeEngine[Any]], Callable[[Sequence[Any]], str]] = {
    Text: _texts,
    Integer: _plain,  # and BigInteger
    Boolean: _plain,
    LargeBinary: _bytes,
}
