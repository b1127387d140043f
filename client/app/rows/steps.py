"""What the pages of steps are given, and what they hand back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from client.app.rows.cases import PaperRow
    from client.app.rows.words import Words
    from sync.engine.ports import ChangeSet


@dataclass(frozen=True, slots=True)
class Checked:
    """An entry as the rules see it: the normalised value, or what is wrong beside the field."""

    value: str
    problem: Words | None = None
    hint: Words | None = None  # e.g. birth date and sex read from the number


@dataclass(frozen=True, slots=True)
class Missing:
    """One line of a correction notice."""

    material: str
    reason: str  # code; text under missing.<code>
    text: str = ""


@dataclass(frozen=True, slots=True)
class PreregisterForm:
    """What reception types in."""

    applicant_kind: str  # "person" | "org"
    id_kind: str  # "resident_id" | "credit_code"
    id_no: str
    name: str
    phone: str
    item: str
    agent_name: str = ""
    agent_id_no: str = ""
    project: str = ""
    key_project: bool = False
    fast_track: bool = False


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step that is durable: what changed, and the papers it made."""

    case: str
    event: str
    change: ChangeSet
    papers: tuple[PaperRow, ...] = ()
    findings: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class SigningSheet:
    """Exactly what will be signed: shown whole before the PIN is asked."""

    kind: str
    case: str
    title: Words
    lines: tuple[tuple[Words, str], ...]  # label, value
    shown: str  # the text whose hash the card signs (proof.md §3 `sum`)
    documents: tuple[PaperRow, ...]
    digest_prefix: str
    form: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A short message to a leader as it will be sent (TM22)."""

    name: str
    phone: str  # "" where the roster has none: it cannot be sent
    text: Words


@dataclass(frozen=True, slots=True)
class AcceptancePreview:
    """What accepting now would promise, before anything is signed."""

    due_at: datetime
    promised_at: datetime | None
    statutory_at: datetime | None
    lines: tuple[Words, ...]
    provisional: bool
    missing: tuple[str, ...]  # names of required materials not given
    fast_track: bool = False
    notices: tuple[NoticeRow, ...] = ()  # whom the centre tells of a case on the fast track
    compare_first: bool = False  # the hall wants every page compared before acceptance
