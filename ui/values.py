"""What presenters hand to views and views to presenters: frozen values, free of Qt.

Words travel as keys (`client.app.rows.words`); a view says them in the language of the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from client.app.rows.words import PageRow, Words  # noqa: TC001  (drafts are decoded by these types)
from sync.domain.failures import Failure, FailureKind

if TYPE_CHECKING:
    from client.app.rows.cases import CaseRow

BROKEN = "app.broken"


@dataclass(frozen=True, slots=True)
class Problem:
    """A failure as a screen shows it: the code is looked up by `ui.error_text`."""

    code: str
    details: tuple[tuple[str, str | int], ...] = ()
    again: bool = False  # the same act may succeed later
    broken: bool = False

    @classmethod
    def of(cls, error: BaseException) -> Problem:
        """Take what a screen needs from an error; whatever is no Failure is a defect of ours."""
        if not isinstance(error, Failure):
            return cls(BROKEN, broken=True)
        return cls(
            error.code,
            tuple(error.details.items()),
            again=error.kind is FailureKind.RETRIABLE,
            broken=error.kind is FailureKind.BROKEN,
        )

    def detail(self, name: str) -> str | int | None:
        """Return one named detail."""
        return dict(self.details).get(name)


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field, in the words of the trade."""

    field: str  # the field's name on its page
    what: Words


@dataclass(frozen=True, slots=True)
class Route:
    """Where the window stands; remembered over a lock so that the person returns there."""

    page: str  # "workbench", "case", "step", "messages", "exceptions", "help", "items", "handout"…
    case: str = ""
    step: str = ""
    event: str = ""  # the urge that is being answered
    person: str = ""  # the colleague who is to be added, the applicant who is looked at
    item: str = ""  # the item that is looked at
    material: str = ""  # whose pages are edited, or whose line is gone back to
    shown: str = ""  # hash of the page that is looked at first
    paper: str = ""  # the kind of a paper that no step has given out yet


WORKBENCH = Route("workbench")
STEPS = Route("steps")
TOUR = Route("tour")
"""All steps of the case that is shown, as a list over the page."""


@dataclass(frozen=True, slots=True)
class Command:
    """One entry of the command palette; its name stands under command.<name>."""

    name: str
    icon: str
    key: str = ""  # the shortcut as written on its face
    blocked: Words | None = None


@dataclass(frozen=True, slots=True)
class OpinionForm:
    """An opinion (承办意见, 审核意见) or any step that is one text."""

    agree: bool | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class LeaveForm:
    """How a visitor left (弃号); `offered` None: not answered yet."""

    offered: bool | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """What the decider chose and wrote before the sheet is shown."""

    kind: str = ""  # "grant" | "deny" | "decide_at_once"
    reason: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class BatchForm:
    """The words that every decision of a batch gets; "" for none."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One case of a batch and where it stands.

    `state`, words under batch.state.<state>: preparing, ready, included, blocked, signed, failed.
    """

    row: CaseRow
    kind: str
    state: str
    blocked: Words | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class CloseForm:
    """What was counted at the close of a day, as typed: blank forms received and left.

    Attributes:
        typed_on: the day on which it was, YYYY-MM-DD; the presenter's own.
    """

    received: str = ""
    left: str = ""
    typed_on: str = ""


@dataclass(frozen=True, slots=True)
class CureForm:
    """What becomes of a paper whose step was refused."""

    way: str = ""  # "confirm" | "revoke"
    text: str = ""


@dataclass(frozen=True, slots=True)
class MaterialTick:
    """One line of the checklist as it is being filled in."""

    code: str
    given: bool = False
    original: bool = True
    pages: tuple[PageRow, ...] = ()
    shared: str = ""  # number of the shared result that is taken for it


@dataclass(frozen=True, slots=True)
class ReceiveForm:
    """The checklist as it is being filled in."""

    ticks: tuple[MaterialTick, ...] = ()

    def tick(self, code: str) -> MaterialTick:
        """Return the line of one material."""
        return next((tick for tick in self.ticks if tick.code == code), MaterialTick(code))

    def with_tick(self, changed: MaterialTick) -> ReceiveForm:
        """Return the list with one line changed."""
        if not any(tick.code == changed.code for tick in self.ticks):
            return ReceiveForm((*self.ticks, changed))
        return ReceiveForm(
            tuple(changed if tick.code == changed.code else tick for tick in self.ticks)
        )


@dataclass(frozen=True, slots=True)
class MissingTick:
    """One line of a correction notice as it is being written."""

    code: str
    chosen: bool = False
    reason: str = "not_given"
    text: str = ""


@dataclass(frozen=True, slots=True)
class CorrectionForm:
    """A correction notice as it is being written."""

    ticks: tuple[MissingTick, ...] = ()
    complete: bool = False  # the clerk says that this is all


@dataclass(frozen=True, slots=True)
class EnrolForm:
    """What is typed to make this machine a window; every field as typed."""

    centre: str = ""
    roots: str = ""  # path of the root certificate file
    aud: str = ""
    genesis: str = ""
    dev: str = ""
    inc: str = "1"
    code: str = ""
    compared: bool = False  # the fingerprint, with what the administrator read out


@dataclass(frozen=True, slots=True)
class BannerFace:
    """The calm line under the top bar; None of it steals the keyboard."""

    face: str  # "calm" | "told" | "error" | "good"
    icon: str
    words: Words
    act: str = ""  # command name; its words stand under command.<act>


@dataclass(frozen=True, slots=True)
class DeckFace:
    """One card of the simulated deck as a tile shows it."""

    name: str
    label: str
    role_key: str
    inserted: bool
    number: int


# ---------------------------------------------------------------- codes that a form offers

ID_KINDS = {"person": "resident_id", "org": "credit_code"}
MISSING_REASONS = (
    "not_given",
    "incomplete",
    "illegible",
    "wrong_form",
    "unsigned",
    "expired",
    "inconsistent",
    "other",
)
WITH_OPINION = frozenset({"handle", "review"})
DECISIONS = ("grant", "decide_at_once", "deny")
REQUEST = "request"  # the line of the applicant's signed request on the page of withdrawal
CURES = ("confirm", "revoke")
NEEDS_REASON = frozenset({"deny"})
DECISION_REASONS = {
    "deny": ("conditions_not_met", "untrue_materials", "quota_full", "forbidden_by_law", "other"),
}
RELATIONS = ("self", "agent", "legal_representative")
