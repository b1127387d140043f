"""The bodies of the routes by which a window answers letters (docs/PROTOCOL.md §11).

No `from __future__ import annotations` here: msgspec reads these annotations. Who wrote a letter,
and from which telephone, the centre keeps to itself.
"""

from typing import Annotated

from msgspec import Meta, Struct

from sync.protocol.records import Ms, Text64, Uuid7


class Letter(Struct, frozen=True, kw_only=True):
    """One letter that waits for an answer: of which kind, to which department, since and until."""

    number: Text64
    kind: Text64
    department: Text64
    case: Text64
    text: Annotated[str, Meta(max_length=1000)]
    made: Ms
    due: Ms


class LettersAnswer(Struct, frozen=True, kw_only=True):
    """The letters that whoever asks may answer, the most pressing first."""

    letters: list[Letter]
    t: Ms


class LetterCall(Struct, frozen=True, kw_only=True):
    """POST /v1/letters/answer: the answer to one. The same id again is the same act."""

    id: Uuid7
    number: Text64
    text: Annotated[str, Meta(max_length=2000)]
