"""What the screens of the directory are given: people, their cases, who acts for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from client.app.rows.lights import LightView
    from client.app.rows.words import PageRow


@dataclass(frozen=True, slots=True)
class ApplicantRow:
    """One line of the directory; numbers masked, `who` whole for whoever asks for more."""

    who: str
    kind: str  # "person" | "org"
    name: str
    id_no: str  # masked: first 6, last 4
    phone: str  # masked: first 3, last 4
    cases: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One case of a person."""

    number: str
    item: str
    state: str  # code; text under state.<code>
    light: LightView
    updated_at: datetime
    closed: bool
    takes: bool  # materials may be handed in now


@dataclass(frozen=True, slots=True)
class AgentRow:
    """Who acted for a person: in which cases and matters, and whether one of them still runs.

    An authority (授权委托书) is given for a matter: outside these an agent must show one.
    """

    name: str
    id_no: str  # masked
    phone: str  # masked
    last_at: datetime
    items: tuple[str, ...]  # names, newest first
    cases: int
    open: int


@dataclass(frozen=True, slots=True)
class EarlierMaterial:
    """A material that somebody gave before and need not bring again (PL16).

    Args:
        code: of the material, the same in both items.
        name: as the item at hand calls it.
        case: in which it was given.
        given_at: when.
        until: the last day on which it may be taken again, by the catalogue.
        pages: what was given, as it is kept.
    """

    code: str
    name: str
    case: str
    given_at: datetime
    until: date
    pages: tuple[PageRow, ...]


@dataclass(frozen=True, slots=True)
class ApplicantDetail:
    """One person whole."""

    row: ApplicantRow
    history: tuple[HistoryRow, ...]
    agents: tuple[AgentRow, ...]
    namesakes: tuple[ApplicantRow, ...]
    more: bool  # has more cases than `history` shows
