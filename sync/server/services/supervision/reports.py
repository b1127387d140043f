"""Reports to leaders as they are read: by whom they are addressed, copied and owed to (CH12).

What is written on them is in reporting.py; the look itself is written down by whoever asks, see
console.Look, and shown to those who wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.domain.authority import Role, Standing, at_moment
from sync.domain.reports import (
    LEADERS,
    InstructionState,
    Reader,
    Report,
    Stage,
    answers,
    instructs,
    reads,
    stage_of,
    units_of,
    writes,
)
from sync.domain.supervising import Act
from sync.protocol.errors import WireError
from sync.server.services.rows.reports import COPY, LEADER, ReportReach

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sync.domain.authority import Authority, When
    from sync.server.clock import Clock
    from sync.server.services.entry.console import Visitor
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.reports import InstructionRow, ReportRow, TurnRow

PAGE = 50
LISTED_MOST = 1000
"""What one visitor's list reaches back to; those that are not closed come first."""
LOOKED = "report"
_READINGS = 50


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody or some unit with the name that people know."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that can be named, and who of it."""

    scope: str
    name: str
    people: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A reply to an instruction, or how it was judged. Times are ms UTC."""

    kind: str
    name: str
    at_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Instructed:
    """One instruction with what became of it, and what the visitor may do to it."""

    id: str
    leader: str
    at_ms: int
    text: str
    unit: str
    person: str
    due_ms: int
    state: str  # an InstructionState, or "late"
    turns: tuple[Said, ...]
    may_reply: bool
    may_judge: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One report in the list."""

    id: str
    number: str
    title: str
    about: str
    author: str
    at_ms: int
    stage: str
    due_ms: int | None  # the first term that is owed
    leaders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of them, and how many there are of each stage."""

    lines: tuple[Line, ...]
    counts: Mapping[str, int]
    more: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """One report as its page shows it; `readings` are () for whoever does not write it."""

    id: str
    number: str
    scope: str
    about: str
    case_no: str
    title: str
    text: str
    author: str
    at_ms: int
    sent: bool
    closed_ms: int
    closed_by: str
    closing: str
    stage: str
    leaders: tuple[Named, ...]
    copies: tuple[Unit, ...]
    instructions: tuple[Instructed, ...]
    readings: tuple[Said, ...]
    may_write: bool
    may_instruct: bool
    may_close: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """Whom a report about a scope can go to, and who of its hall can be instructed."""

    leaders: tuple[Named, ...]
    units: tuple[Unit, ...]


class Reports:
    """Reads reports."""

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock

    def listed(self, tx: Transaction, visitor: Visitor, stage: str, page: int) -> Listing:
        """Return the reports that he may see in a stage ("" all), the newest first.

        Raises:
            WireError: forbidden.
        """
        visitor.of(Act.REPORTS)
        reader, now = reader_of(visitor), self._clock.now_ms()
        reach = ReportReach(
            visitor.person,
            visitor.rights.get(Act.REPORT, ()),
            visitor.rights.get(Act.INSTRUCT, ()),
            tuple(sorted(reader.units)),
        )
        rows = tx.reports.listed(reach, LISTED_MOST)
        lines = [
            self._line(row, report, given, now)
            for row, report, given in _joined(tx, rows)
            if reads(report, reader)
        ]
        counts = {each.value: 0 for each in Stage}
        for line in lines:
            counts[line.stage] += 1
        wanted = [line for line in lines if stage in {"", line.stage}]
        skip = (page - 1) * PAGE
        shown = wanted[skip : skip + PAGE]
        return Listing(tuple(shown), counts, len(wanted) > skip + PAGE)

    def one(self, tx: Transaction, visitor: Visitor, id_: str) -> Whole:
        """Return one report with everything that was written on it.

        Raises:
            WireError: not_found: no such report, or not for him.
        """
        row, report, given = found(tx, visitor, id_)
        reader, now, book = reader_of(visitor), self._clock.now_ms(), self._policy.book
        turns: dict[str, list[TurnRow]] = {}
        for turn in tx.reports.turns([each.id for each in given]):
            turns.setdefault(turn.instruction, []).append(turn)
        may_write = writes(report, reader)
        looks = tx.console.looks(LOOKED, id_, _READINGS) if may_write else ()
        stage = _stage(report, given, now)
        return Whole(
            id=row.id,
            number=row.number,
            scope=row.scope,
            about=book.unit_name(row.scope),
            case_no=row.case_no,
            title=row.title,
            text=row.text,
            author=book.name_of(row.author),
            at_ms=row.sent or row.made,
            sent=report.sent,
            closed_ms=row.closed,
            closed_by=book.name_of(row.closed_by),
            closing=row.closing,
            stage=stage.value,
            leaders=tuple(Named(each, book.name_of(each)) for each in sorted(report.leaders)),
            copies=tuple(Unit(each, book.unit_name(each)) for each in sorted(report.copies)),
            instructions=tuple(
                self._instructed(reader, report, each, turns.get(each.id, ()), now)
                for each in given
            ),
            readings=tuple(
                Said("", book.name_of(look.person), look.at, "")
                for look in looks
                if look.person != row.author
            ),
            may_write=may_write,
            may_instruct=instructs(report, reader),
            may_close=may_write and stage in {Stage.SENT, Stage.DONE},
        )

    def choices(self, scope: str) -> Choices:
        """Return whom a report about a scope can go to: leaders who reach it, units of its hall."""
        book, rules = self._policy.book, self._policy.rules()
        when, hall = at_moment(self._clock.now()), scope.partition("/")[0]
        people = tuple(rules.authority.grants)
        leaders = [
            Named(person, book.name_of(person))
            for role in LEADERS
            for person in holders(rules.authority, people, role, scope, when)
        ]
        heads = tuple(
            person
            for person, grants in rules.authority.grants.items()
            if any(Role.DEPARTMENT_LEADER in grant.roles for grant in grants)
        )
        units = [
            Unit(
                unit,
                department.name,
                tuple(
                    Named(person, book.name_of(person))
                    for person in holders(
                        rules.authority, heads, Role.DEPARTMENT_LEADER, unit, when
                    )
                ),
            )
            for department in book.departments.values()
            if department.hall == hall
            for unit in (f"{department.hall}/{department.code}",)
        ]
        return Choices(tuple(dict.fromkeys(leaders)), tuple(sorted(units, key=lambda u: u.scope)))

    def places(self, visitor: Visitor) -> tuple[Unit, ...]:
        """Return what he may report about.

        Raises:
            WireError: forbidden.
        """
        scopes = visitor.of(Act.REPORT)
        book = self._policy.book
        known = {f"{each.hall}/{each.code}" for each in book.departments.values()}
        return tuple(Unit(scope, book.unit_name(scope)) for scope in scopes if scope in known)

    # ------------------------------------------------------------ parts

    def _line(
        self, row: ReportRow, report: Report, given: Sequence[InstructionRow], now: int
    ) -> Line:
        book = self._policy.book
        owed = [each.due for each in given if each.state == InstructionState.OPEN]
        return Line(
            id=row.id,
            number=row.number,
            title=row.title,
            about=book.unit_name(row.scope),
            author=book.name_of(row.author),
            at_ms=row.sent or row.made,
            stage=_stage(report, given, now).value,
            due_ms=min(owed, default=None),
            leaders=tuple(book.name_of(each) for each in sorted(report.leaders)),
        )

    def _instructed(
        self,
        reader: Reader,
        report: Report,
        row: InstructionRow,
        turns: Iterable[TurnRow],
        now: int,
    ) -> Instructed:
        state, book = InstructionState(row.state), self._policy.book
        late = state is InstructionState.OPEN and row.due < now
        return Instructed(
            id=row.id,
            leader=book.name_of(row.leader),
            at_ms=row.at,
            text=row.text,
            unit=book.unit_name(row.unit),
            person=book.name_of(row.person),
            due_ms=row.due,
            state="late" if late else state.value,
            turns=tuple(Said(t.kind, book.name_of(t.person), t.at, t.text) for t in turns),
            may_reply=state is InstructionState.OPEN and answers(row.unit, reader),
            may_judge=state is InstructionState.REPLIED and judges(report, row, reader),
        )


def reader_of(visitor: Visitor) -> Reader:
    """Return a visitor as the rules of reports know him."""
    return Reader(visitor.person, visitor.rights, units_of(visitor.roles))


def judges(report: Report, row: InstructionRow, reader: Reader) -> bool:
    """Say whether he says if a reply is enough: the centre, or the leader who asked.

    Never whoever may reply himself.
    """
    mine = row.leader == reader.person and instructs(report, reader)
    return (mine or writes(report, reader)) and not answers(row.unit, reader)


def found(
    tx: Transaction, visitor: Visitor, id_: str
) -> tuple[ReportRow, Report, tuple[InstructionRow, ...]]:
    """Return a report that a visitor may see.

    Raises:
        WireError: not_found.
    """
    row = tx.reports.get(id_)
    if row is not None:
        for each, report, given in _joined(tx, [row]):
            if reads(report, reader_of(visitor)):
                return each, report, given
    raise WireError("wire.not_found")


def holders(
    authority: Authority, people: Iterable[str], role: Role, scope: str, when: When
) -> list[str]:
    """Return who of these people holds a role in a scope, by their ids."""
    held = (
        person
        for person in people
        if authority.right(person, (role,), scope, None, when).standing is Standing.HELD
    )
    return sorted(held)


def _joined(
    tx: Transaction, rows: Sequence[ReportRow]
) -> list[tuple[ReportRow, Report, tuple[InstructionRow, ...]]]:
    ids = [row.id for row in rows]
    leaders: dict[str, set[str]] = {id_: set() for id_ in ids}
    copies: dict[str, set[str]] = {id_: set() for id_ in ids}
    for reader in tx.reports.readers(ids):
        {LEADER: leaders, COPY: copies}[reader.kind][reader.report].add(reader.name)
    given: dict[str, list[InstructionRow]] = {id_: [] for id_ in ids}
    for row in tx.reports.instructions(ids):
        given[row.report].append(row)
    return [
        (
            row,
            Report(
                row.scope,
                row.author,
                sent=bool(row.sent),
                closed=bool(row.closed),
                leaders=frozenset(leaders[row.id]),
                copies=frozenset(copies[row.id]),
                duties=frozenset(each.unit for each in given[row.id]),
            ),
            tuple(given[row.id]),
        )
        for row in rows
    ]


def _stage(report: Report, given: Sequence[InstructionRow], now: int) -> Stage:
    return stage_of(report, ((InstructionState(each.state), each.due) for each in given), now)
