"""A case (办件) and its parts: what the fold of its accepted steps amounts to.

Frozen values of JSON-able members, so that a store may keep a case as a blob. What a reader needs
of the catalogue (review levels, whether there is a certificate) is copied in when the case is
opened: a fold of steps then depends on nothing but the steps.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sync.domain.catalogue import CaseKind, ChildSort


class State(StrEnum):
    """What a case waits for."""

    PRECHECKING = "prechecking"
    REGISTERED = "registered"
    RECEIVED = "received"
    AWAITING_CORRECTION = "awaiting_correction"
    ACCEPTED = "accepted"
    HANDLING = "handling"
    REVIEWING = "reviewing"
    DECIDING = "deciding"
    FORWARDED = "forwarded"
    GRANTED = "granted"
    MAKING = "making"
    CERTIFIED = "certified"
    ISSUED = "issued"
    DELIVERED = "delivered"
    REFUSED = "refused"
    NOT_REQUIRED = "not_required"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    UPPER_CLOSED = "upper_closed"
    LAPSED = "lapsed"
    CLOSED = "closed"
    ARCHIVED = "archived"


PRE = (State.RECEIVED, State.AWAITING_CORRECTION)
INNER = (State.ACCEPTED, State.HANDLING, State.REVIEWING, State.DECIDING)
END = (
    State.REFUSED,
    State.NOT_REQUIRED,
    State.DENIED,
    State.WITHDRAWN,
    State.TERMINATED,
    State.DELIVERED,
    State.UPPER_CLOSED,
)
AFTER_GRANT = (State.GRANTED, State.MAKING, State.CERTIFIED, State.ISSUED)


class Flag(StrEnum):
    """What lies over a state."""

    SUSPENDED = "suspended"
    PENDING_MATERIALS = "pending_materials"
    EXTENDED = "extended"
    FAST_TRACK = "fast_track"
    JOINT = "joint"
    DEBTS = "debts"
    DEEMED = "deemed"


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who applies: kind "person" or "org"; the number's kind is "resident_id" or "credit_code"."""

    kind: str = "person"
    id_kind: str = "resident_id"
    id_no: str = ""
    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Agent:
    """Who acts for the applicant."""

    name: str = ""
    id_no: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """The project a case belongs to; a key project (重点项目) is offered the fast track."""

    name: str = ""
    key: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A page or file, named by the hash of its bytes; `original` is that of what was handed in."""

    sha256: str
    size: int
    type: str
    name: str = ""
    pages: int = 1
    original: str | None = None


@dataclass(frozen=True, slots=True)
class MaterialState:
    """One material: what was given, when, by which step, and what a notice said of it."""

    code: str
    required: bool = True
    minor: bool = False
    attachments: tuple[Attachment, ...] = ()
    original: bool = False
    shared: str | None = None
    exempt: bool = False
    given_at: datetime | None = None
    given_by: str | None = None
    given_kind: str | None = None
    missing: str | None = None
    owed_by: date | None = None

    @property
    def given(self) -> bool:
        """Say whether it is here: handed in, held in the shared store, or waived."""
        return bool(self.attachments) or self.original or self.shared is not None or self.exempt


@dataclass(frozen=True, slots=True)
class StepMark:
    """One step as a timeline shows it."""

    id: str
    kind: str
    person: str
    device: str
    at: datetime
    scope: str
    level: int = 0
    signed_by_card: bool = False
    late: bool = False
    acting_for: str | None = None
    state: State | None = None


@dataclass(frozen=True, slots=True)
class PaperMark:
    """A paper (文书) that left or must leave the office."""

    kind: str
    no: str
    sha256: str
    step: str
    at: datetime
    served_at: datetime | None = None
    manner: str = ""
    void: bool = False


@dataclass(frozen=True, slots=True)
class Debt:
    """Something owed before archive; kind "serve", "fee", "explain", "reply" or "cure"."""

    kind: str
    ref: str
    at: datetime
    reply_by: datetime | None = None
    to: tuple[str, ...] = ()
    level: str = ""


@dataclass(frozen=True, slots=True)
class Suspension:
    """One stop of the clock (特别程序). Nothing is excluded until its notice is served (LW23)."""

    kind: str
    step: str
    at: datetime
    until: date
    served_at: datetime | None
    resumed_at: datetime | None = None
    prolonged: int = 0


@dataclass(frozen=True, slots=True)
class Extension:
    """The one extension (延期)."""

    days: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Forward:
    """One stay at the upper office (上报)."""

    at: datetime
    returned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """One notice of what is missing (补正告知)."""

    step: str
    at: datetime
    served_at: datetime
    missing: tuple[str, ...]
    corrected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hearing:
    """The hearing (听证): right told, asked for, held."""

    told_at: datetime | None = None
    asked_at: datetime | None = None
    asked_by: str = ""
    held_at: datetime | None = None
    chair: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What the newest opinion or decision on a case says: "agree", "disagree", "granted" …."""

    kind: str
    opinion: str
    text: str = ""
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Lack:
    """One material that a helper department misses at its pre-check, with its reason."""

    material: str
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Precheck:
    """A helper department's answer to the pre-check of its child; nothing missing = empty."""

    person: str
    at: datetime
    text: str = ""
    missing: tuple[Lack, ...] = ()


@dataclass(frozen=True, slots=True)
class Opinion:
    """An opinion asked of a helper department."""

    ref: str
    department: str
    asked_at: datetime
    by_wd: int
    given_at: datetime | None = None
    opinion: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Fee:
    """One fee in integer fen: noticed, paid, refunded."""

    ref: str
    amount_fen: int
    charged_at: datetime
    receipt_no: str | None = None
    paid_at: datetime | None = None
    refunded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certificate of the case as the register holds it."""

    serial: str
    id: str
    template: str
    template_version: str
    made_at: datetime
    intent: str | None = None
    document: str | None = None
    size: int = 0
    seal: str | None = None
    seal_counter: int = 0
    sealed_at: datetime | None = None
    status: str = "making"


@dataclass(frozen=True, slots=True)
class Child:
    """One child of a joint case, as its parent sees it; `ended` is its outcome.

    What stands below `ended` the centre tells by `child_moved`: the helper's own lead sees no more
    of the child than this. `due` and `warn` are those of the child's light; `outcome` is how it
    ended, before the lead's decision waits for it.
    """

    helper: str
    sort: ChildSort
    stage: int = 1
    number: str = ""
    ended: str | None = None
    state: str = ""
    suspended: bool = False
    step: str = ""
    person: str = ""
    at: datetime | None = None
    due: datetime | None = None
    warn: datetime | None = None
    opinion: str = ""
    text: str = ""
    silent: bool = False
    checked: bool = False
    missing: tuple[Lack, ...] = ()
    outcome: str | None = None

    @property
    def result(self) -> str | None:
        """Return how it ended, as far as the parent has been told; None while it is open."""
        return self.ended or self.outcome


@dataclass(frozen=True, slots=True)
class ChildRole:
    """What a child case is to its parent."""

    parent: str
    helper: str
    sort: ChildSort
    by_wd: int = 0
    stage: int = 1


@dataclass(frozen=True, slots=True)
class About:
    """What a follow-up case (变更、延续、补换证、注销、撤销、重作) is about."""

    kind: str
    certificate: str = ""
    case: str = ""
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A finding that the centre or a supervisor entered as a step."""

    step: str
    code: str
    at: datetime
    args: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)  # without slots: a copy of fifty members is one of a dictionary
class Case:
    """One applicant's request for one item, as far as the steps known here have brought it.

    `received_at` is the receipt day's moment (the full correction moves it), `accepted_at` the
    acceptance's; `state_since` starts the limit of the present step. `holder` has it in hand.
    """

    number: str
    scope: str
    hall: str
    department: str
    item: str
    item_version: int
    kind_of_case: CaseKind
    state: State
    registered_at: datetime
    state_since: datetime
    catalogue: str = ""
    calendar: str = ""
    review_levels: int = 0
    with_certificate: bool = False
    applicant: Applicant = field(default_factory=Applicant)
    agent: Agent | None = None
    project: Project | None = None
    channel: str = ""
    review_level: int = 0
    holder: str | None = None
    fast_track_wished: bool = False
    fast_track: bool = False
    deemed: bool = False
    not_at_once: bool = False
    received_at: datetime | None = None
    first_received_at: datetime | None = None
    accepted_at: datetime | None = None
    accept_step_at: datetime | None = None
    decided_at: datetime | None = None
    decision: str | None = None
    ended_at: datetime | None = None
    delivered_at: datetime | None = None
    materials: tuple[MaterialState, ...] = ()
    steps: tuple[StepMark, ...] = ()
    certificate: Certificate | None = None
    spoilt: tuple[str, ...] = ()
    papers: tuple[PaperMark, ...] = ()
    debts: tuple[Debt, ...] = ()
    corrections: tuple[Correction, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    extension: Extension | None = None
    extension_asked_by: str | None = None
    forwards: tuple[Forward, ...] = ()
    hearing: Hearing | None = None
    opinions: tuple[Opinion, ...] = ()
    fees: tuple[Fee, ...] = ()
    recused: tuple[str, ...] = ()
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Child, ...] = ()
    child: ChildRole | None = None
    precheck: Precheck | None = None
    said: Said | None = None
    about: About | None = None
    findings: tuple[Found, ...] = ()
    unknown_steps: tuple[str, ...] = ()

    @property
    def suspension(self) -> Suspension | None:
        """Return the open suspension, if the clock stands still.

        It lies over the inner states alone: a case that was withdrawn or terminated meanwhile is
        suspended no more, for nobody could resume it.
        """
        last = self.suspensions[-1] if self.suspensions else None
        still = last is not None and last.resumed_at is None and self.state in INNER
        return last if still else None

    @property
    def pending(self) -> tuple[MaterialState, ...]:
        """Return the materials that are still owed under a promise (容缺)."""
        return tuple(m for m in self.materials if m.owed_by is not None and not m.given)

    @property
    def lacking(self) -> tuple[MaterialState, ...]:
        """Return the required materials that are not here."""
        return tuple(m for m in self.materials if m.required and not m.given)

    @property
    def flags(self) -> frozenset[Flag]:
        """Return the flags that lie over the state."""
        lies = {
            Flag.SUSPENDED: self.suspension is not None,
            Flag.PENDING_MATERIALS: bool(self.pending),
            Flag.EXTENDED: self.extension is not None,
            Flag.FAST_TRACK: self.fast_track,
            Flag.JOINT: self.kind_of_case is CaseKind.JOINT or self.child is not None,
            Flag.DEBTS: bool(self.debts),
            Flag.DEEMED: self.deemed,
        }
        return frozenset(flag for flag, there in lies.items() if there)

    def material(self, code: str) -> MaterialState | None:
        """Return the material of a code, or None."""
        return next((m for m in self.materials if m.code == code), None)

    def step_of(self, *kinds: str) -> StepMark | None:
        """Return the newest step of one of the kinds, or None."""
        return next((mark for mark in reversed(self.steps) if mark.kind in kinds), None)
