"""What a screen is given: rows and details as plain values, words as keys with arguments.

Every moment is aware; a screen formats, it never computes. Nothing here holds a live object.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

# Given on under this name: whoever takes values for screens takes them from here.
from client.app.light_rows import LightView as LightView  # noqa: PLC0414, TC001
from client.app.material_rows import Given as Given  # noqa: PLC0414
from client.app.material_rows import MaterialRow as MaterialRow  # noqa: PLC0414, TC001
from client.app.words import PageRow as PageRow  # noqa: PLC0414
from client.app.words import Words as Words  # noqa: PLC0414, TC001

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from client.app.joint_views import JointView
    from sync.domain.lights import Light
    from sync.engine.ports import ChangeSet


# ---------------------------------------------------------------- door


class CardPresence(StrEnum):
    """What the reader says."""

    NO_READER = "no_reader"
    EMPTY = "empty"
    READING = "reading"
    READY = "ready"  # one of ours: holder is known
    UNUSABLE = "unusable"  # problem says why: foreign, expired, revoked, blocked …


@dataclass(frozen=True, slots=True)
class CardView:
    """The card as the top bar and the login page show it."""

    presence: CardPresence
    reader: str | None = None
    holder: str | None = None  # the name on the certificate
    person: str | None = None
    tries_left: int | None = None
    expires_in_days: int | None = None  # said when 30 or fewer
    problem: Words | None = None
    has_no_place: bool = False  # of this centre, but without a slot here: a colleague adds it


@dataclass(frozen=True, slots=True)
class SessionView:
    """Who is at the window, and in what capacity."""

    person: str
    name: str
    hall: str  # code
    hall_name: str
    department: str  # code
    department_name: str
    counter: str  # e.g. "3号窗口"
    roles: tuple[str, ...]  # role codes; text under role.<code>
    powers: tuple[str, ...]
    opened_at: datetime
    online: bool


class LinePhase(StrEnum):
    """The line to the centre in one word; text under sync.<phase>."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    SYNCING = "syncing"
    SYNCED = "synced"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class LineView:
    """The one model of the sync state, shown the same everywhere."""

    phase: LinePhase
    pending: int = 0  # events not yet answered
    uploads: int = 0  # pages not yet with the centre
    exceptions: int = 0
    last_ok: datetime | None = None
    problem: Words | None = None
    lease_until: datetime | None = None
    cases_left: int | None = None  # of the lease's number block
    clock_offset_s: int = 0  # centre minus this machine; shown beyond 120


# ---------------------------------------------------------------- catalogue and people


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of the catalogue in a picker."""

    code: str
    name: str
    department: str  # name
    kind: str  # text under item_kind.<kind>
    statutory: Words
    promised: Words


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """One item with what a clerk tells the applicant before anything is filed (IN04)."""

    row: ItemRow
    materials: tuple[MaterialRow, ...]
    legal_basis: tuple[str, ...]
    conditions: tuple[str, ...]
    steps: tuple[str, ...]  # names of the flow's steps, in order
    certificate: str | None
    warnings: tuple[Words, ...] = ()
    fast: Words | None = None  # the promise on the fast track: halved, exactly


@dataclass(frozen=True, slots=True)
class Checked:
    """An entry as the rules see it: the normalised value, or what is wrong beside the field."""

    value: str
    problem: Words | None = None
    hint: Words | None = None  # e.g. birth date and sex read from the number


# ---------------------------------------------------------------- cases


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of a case list."""

    number: str
    applicant: str
    item: str
    state: str  # code; text under state.<code>
    light: LightView
    holder: str  # name of who has it, or ""
    updated_at: datetime
    mine: bool
    fast_track: bool
    pending: bool  # its last step is not yet answered by the centre


class Tab(StrEnum):
    """The tabs of the workbench."""

    MINE = "mine"
    SOON = "soon"  # yellow
    OVERDUE = "overdue"  # red
    ALL = "all"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class CasePage:
    """A slice of a list by keyset; `after` goes into the next query, None at the end.

    `total` is counted for a search only, None otherwise. `many`: there are more than `total`; they
    were not counted.
    """

    rows: tuple[CaseRow, ...]
    after: str | None
    total: int | None
    many: bool = False


@dataclass(frozen=True, slots=True)
class TabCounts:
    """The numbers on the tabs and at the foot of the rail."""

    mine: int
    soon: int
    overdue: int
    all: int
    messages: int
    exceptions: int


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One step of a case as the timeline tells it."""

    event: str
    kind: str  # text under step.<kind>
    person: str  # name
    role: str  # in which the step was made: text under role.<role>; "" where none is known
    counter: str
    at: datetime
    width_s: int  # hi - lo of the proven interval
    light: Light  # of the case when the step was made
    signed_by_card: bool
    late: bool  # entered after the fact
    verdict: str  # "pending" | "accepted" | "refused" | "disputed" | "unanswered"
    code: str | None
    note: str
    findings: tuple[Words, ...] = ()
    passed: bool = False  # the statutory limit had passed
    happened_at: datetime | None = None  # of a late record: when, as its writer says
    offline: bool = False  # no answer of the centre bounds its time closely
    acting_for: str = ""  # name of the person for whom a deputy (AB岗) made it


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper of the case: what it is, its number, and where its bytes are."""

    kind: str  # text under paper.<kind>
    no: str
    sha256: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StepOption:
    """A step that this person could take now, or why not."""

    kind: str
    primary: bool
    blocked: Words | None = None


@dataclass(frozen=True, slots=True)
class ProofRow:
    """One line of the proof page: what is proven about a step, in words."""

    event: str
    what: Words
    holds: bool


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """Everything that the case page shows."""

    row: CaseRow
    applicant_kind: str  # "person" | "org"
    applicant_id: str  # masked: first 6, last 4
    phone: str  # masked: first 3, last 4; `cases.phone` gives it whole to whoever calls
    agent: str | None
    project: str | None
    department: str
    scope: str
    materials: tuple[MaterialRow, ...]
    timeline: tuple[TimelineRow, ...]
    papers: tuple[PaperRow, ...]
    people: tuple[tuple[str, str], ...]  # (role or step key, name)
    proofs: tuple[ProofRow, ...]
    options: tuple[StepOption, ...]
    due_lines: tuple[Words, ...]  # the explanation of the due time, line by line
    flags: tuple[str, ...]
    complete: bool  # every required material is given
    receiver: Receiver | None = None  # who took the certificate
    joint: JointView | None = None  # of a joint case and its children


# ---------------------------------------------------------------- steps and signatures


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
class Receiver:
    """Who takes the certificate away."""

    name: str
    id_no: str
    relation: str  # "self" | "agent" | "legal_representative"


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


# ---------------------------------------------------------------- messages and exceptions


@dataclass(frozen=True, slots=True)
class MessageRow:
    """An urge or order addressed to this window."""

    event: str
    case: str
    kind: str  # "urge" | "order" | …; text under message.<kind>
    level: str  # "yellow" | "red"
    at: datetime
    reply_by: datetime | None
    text: Words
    read: bool
    ways: tuple[str, ...] = ("case",)  # "explain", "reply_order", "cure", "case": first first
    state: str = "told"  # "told", "owed", "late", "answered": text under message.state.<state>
    note: str = ""  # what a supervisor wrote


@dataclass(frozen=True, slots=True)
class OwedExplanation:
    """An overdue step's explanation that this window owes (超时说明, TM06)."""

    urge: str  # the event that asks for it
    at: datetime
    reply_by: datetime | None


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """A step that the centre refused, or that has no answer: what happened, what can be done."""

    event: str
    case: str | None
    kind: str
    at: datetime
    code: str
    what: Words
    remedy: Words
    verdict: str = "refused"  # or "disputed": no effect until somebody else confirms it
    ways: tuple[str, ...] = ("case",)  # "cure", "case", "again": what can be done, first first


@dataclass(frozen=True, slots=True)
class CureOwed:
    """A refused step that had handed a paper out: what the chief representative judges."""

    event: str
    kind: str
    code: str
    at: datetime
    paper: str  # its kind, "" where the step named none
    paper_no: str


# ---------------------------------------------------------------- what the desk tells its screens


@dataclass(frozen=True, slots=True)
class CardChanged:
    """The card came, went, or was read."""

    card: CardView


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """Somebody logged in."""

    session: SessionView


@dataclass(frozen=True, slots=True)
class SessionLocked:
    """The window is locked: screens go dark at once; `reason` under lock.<reason>.

    What can be sent is sent yet; `SessionClosed` says what then waits.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class SessionClosed:
    """The store is closed after a lock."""

    waiting: int  # own steps without the centre's answer; they go at the next login


@dataclass(frozen=True, slots=True)
class LineChanged:
    """The line's state changed."""

    line: LineView


@dataclass(frozen=True, slots=True)
class CasesChanged:
    """Durable changes, own or pulled."""

    change: ChangeSet


@dataclass(frozen=True, slots=True)
class UrgeArrived:
    """The centre urges: shown calmly, never stealing the keyboard."""

    message: MessageRow


DeskNews = (
    CardChanged
    | SessionOpened
    | SessionLocked
    | SessionClosed
    | LineChanged
    | CasesChanged
    | UrgeArrived
)
