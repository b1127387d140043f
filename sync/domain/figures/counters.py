"""Counters that add up: what one answered step counts for, and the rates made of them (PE07, PE09).

Every figure of the centre's pages is a sum of `counts_of` over answered steps, so a day's counters
may be kept and added in any order: the sum over any days is the same as counting the steps again.
A rate is a sum over a sum and nothing else; its definition stands in `RATES`, once, and a page
prints it in words under `figures.rate.<name>.how`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from sync.domain.events import CENTRE_DEVICE, Kind
from sync.domain.statistics import CLOSING, HANDLING, RECEIVING, is_error, is_overdue
from sync.domain.timeliness import Timeliness

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sync.domain.statistics import Made

ACCEPTING = frozenset({Kind.ACCEPT, Kind.ACCEPT_PENDING, Kind.DEEM_ACCEPTED})
"""受理."""
DECLINING = frozenset({Kind.REFUSE, Kind.TELL_NOT_REQUIRED})
"""不予受理, 不需许可."""
LATE_RECORD = "late_record"


@dataclass(frozen=True, slots=True)
class Deed:
    """One answered step of a case, with what the case says of it at the moment it is counted.

    Attributes:
        made: the step.
        scope: whose log it stands in, as number `n`.
        codes: everything that was found about it.
        kept: how a deciding step kept the governing limit; None of any other step.
        applicant: "person" or "org"; "" where no case is known.
        channel: how the case came in ("counter", "online", …).
        level: of an urge: "yellow" or "red"; of an upheld finding its code; else "".
        shorter: of a decided case: by how many per cent the promise is shorter than the law.
        charged: (person, device) whom an urge, order or upheld finding is about.
    """

    made: Made
    scope: str
    n: int
    codes: tuple[str, ...] = ()
    kept: Timeliness | None = None
    applicant: str = ""
    channel: str = ""
    level: str = ""
    charged: tuple[str, str] | None = None
    shorter: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """Sums. All count steps; receipt, acceptance, decision, closing happen once in a case."""

    made: int = 0  # answered steps of persons, the refused ones too
    received: int = 0
    accepted: int = 0
    declined: int = 0
    steps: int = 0  # the office's own work that was accepted (办理步骤)
    closed: int = 0
    early: int = 0
    on_time: int = 0
    extended: int = 0
    late: int = 0
    at_once: int = 0
    errors: int = 0
    overdue_steps: int = 0
    late_records: int = 0

    @property
    def decided(self) -> int:
        """Return how many cases were decided."""
        return self.early + self.on_time + self.extended + self.late

    @property
    def kept(self) -> int:
        """Return how many were decided in time without an extension: early ones are in time too."""
        return self.early + self.on_time

    def __add__(self, other: Counts) -> Counts:
        """Return the sum, member by member."""
        return Counts(*(getattr(self, name) + getattr(other, name) for name in MEMBERS))

    def __sub__(self, other: Counts) -> Counts:
        """Return what is left, member by member."""
        return Counts(*(getattr(self, name) - getattr(other, name) for name in MEMBERS))


MEMBERS = tuple(member.name for member in fields(Counts))
NOTHING = Counts()

_KEPT = {
    Timeliness.EARLY: "early",
    Timeliness.ON_TIME: "on_time",
    Timeliness.EXTENDED: "extended",
    Timeliness.OVERDUE: "late",
}
_COUNTED = (
    ("received", RECEIVING),
    ("accepted", ACCEPTING),
    ("declined", DECLINING),
    ("steps", HANDLING),
    ("closed", CLOSING),
    ("at_once", frozenset({Kind.DECIDE_AT_ONCE})),
)


def counts_of(deed: Deed) -> Counts:
    """Return what one answered step counts for; `NOTHING` for the centre's own reminders."""
    return Counts(**counted(deed))


def counted(deed: Deed) -> dict[str, int]:
    """Return the members of `Counts` that one answered step adds one to."""
    made, own = deed.made, deed.made.device.startswith(CENTRE_DEVICE)
    found: dict[str, int] = {} if own else {"made": 1}
    if is_error(made.verdict, made.code):
        found["errors"] = 1
    if made.verdict != "accepted":
        return found
    if is_overdue(made.code):
        found["overdue_steps"] = 1
    if LATE_RECORD in deed.codes:
        found["late_records"] = 1
    for name, kinds in _COUNTED:
        if made.kind in kinds:
            found[name] = 1
    if deed.kept in _KEPT:
        found[_KEPT[deed.kept]] = 1
    return found


def total(counts: Iterable[Counts]) -> Counts:
    """Return the sum of counts."""
    sums = [0] * len(MEMBERS)
    for each in counts:
        for place, name in enumerate(MEMBERS):
            sums[place] += getattr(each, name)
    return Counts(*sums)


RATES: Mapping[str, tuple[str, str]] = {
    "on_time": ("kept", "decided"),  # 按时办结率 (PE07, PE08)
    "early": ("early", "decided"),  # 提前办结率
    "extended": ("extended", "decided"),  # 延期办结率
    "late": ("late", "decided"),  # 超时办结率
    "at_once": ("at_once", "decided"),  # 当场办结率 (IN13)
    "errors": ("errors", "made"),
    "overdue_steps": ("overdue_steps", "made"),
    "late_records": ("late_records", "made"),
}
"""Every rate: what is counted, of what."""


def per_mille(counts: Counts, rate: str) -> int | None:
    """Return a rate of `RATES` in ‰, rounded down; None where there is nothing to divide by."""
    part, whole = RATES[rate]
    of = int(getattr(counts, whole))
    return None if not of else 1000 * int(getattr(counts, part)) // of


def signals_of(deed: Deed) -> tuple[str, ...]:
    """Return what scoring may speak of: sorted names, empty for a step that says nothing.

    `refused:<code>`, `disputed:<code>`, `found:<code>`, `decided:<kept>`, `shorter:<per cent>`,
    `urged:<level>`, `ordered`, `escalated`, `upheld:<code>`, and for activity `received`,
    `accepted`, `closed`.
    """
    made, found = deed.made, set[str]()
    if made.verdict != "accepted":
        return (f"{made.verdict}:{made.code or ''}",)
    found.update(f"found:{code}" for code in (*deed.codes, made.code) if code)
    if deed.kept in _KEPT:
        found.add(f"decided:{_KEPT[deed.kept]}")
        if deed.shorter:
            found.add(f"shorter:{deed.shorter}")
    for name, kinds in (("received", RECEIVING), ("accepted", ACCEPTING), ("closed", CLOSING)):
        if made.kind in kinds:
            found.add(name)
    beside = _BESIDE.get(made.kind)
    if beside is not None:
        found.add(beside.format(level=deed.level))
    return tuple(sorted(found))


_BESIDE: Mapping[str, str] = {
    Kind.URGE: "urged:{level}",
    Kind.ORDER: "ordered",
    Kind.ESCALATE: "escalated",
    Kind.FINDING: "upheld:{level}",
}
