"""Rows of cases: folded, found, held for a moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync.server.services.rows.row import Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.domain.case import Case


class CaseRow(Row, frozen=True):
    """A case as folded (`body`), with what lists, clock and chain need beside it."""

    number: str
    scope: str
    hall: str
    department: str
    item: str
    applicant: str
    state: str
    closed: bool
    light: str
    due: int | None
    warn: int | None
    statutory: int | None
    next_moment: int | None
    paused: bool
    provisional: bool
    fast_track: bool
    holder: str
    updated: int
    last_n: int
    last_hash: str
    last_lo: int
    calendar: str
    body: str
    certificate: str | None = None  # the public id of the certificate, when there is one


class LightRow(Row, frozen=True):
    """How many open cases of a scope have a light; as an addition, how many more."""

    scope: str
    light: str
    n: int


class HeldCase(Row, frozen=True):
    """A case as a unit has it in its hands.

    `last` is (n, hash, lo) of the newest step that says something of the case itself; `row`
    computes the row of a case that changed, once, when somebody asks for it or the unit ends.
    """

    number: str
    case: Case
    last: tuple[int, str, int]
    row: Callable[[], CaseRow] | None = None


@dataclass(frozen=True, slots=True)
class CaseSearch:
    """Which cases a list wants, red first, then by due time.

    `text` is looked for in number and applicant; `items` and `holders` are codes and roster ids
    that the same text stands for, found beside.
    """

    scopes: tuple[str, ...]
    closed: bool = False
    light: str | None = None
    department: str | None = None  # scope
    text: str = field(default="", repr=False)
    items: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    skip: int = 0
    limit: int = 100
