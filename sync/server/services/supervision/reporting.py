"""Reports to leaders as they are written: drafted, sent, instructed on, replied to, closed (CH12).

Each call needs a unit that writes and has LOCK among its scopes. Rights come first, then what is
wrong with the content. Nothing of it is an event: like supervision's notes it stays with the
centre, and no window, pull or exported case ever has it (SE12, docs/adr/031).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sync.domain.calendar import china_day
from sync.domain.fields import moment_of
from sync.domain.filings import due_of
from sync.domain.reports import InstructionState, Turn, after, answers, instructs, writes
from sync.domain.supervising import Act
from sync.proof.keys import new_id
from sync.protocol.errors import WireError
from sync.server.services.rows.reports import (
    COPY,
    LEADER,
    InstructionRow,
    ReportReaderRow,
    ReportRow,
    TurnRow,
)
from sync.server.services.supervision.reports import found, judges, reader_of

if TYPE_CHECKING:
    from sync.domain.reports import Report
    from sync.server.clock import Clock
    from sync.server.services.entry.console import Visitor
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.supervision.report_notices import ReportNotices
    from sync.server.services.supervision.reports import Reports

TITLE_MAX = 80
TEXT_MAX = 5000
SAID_MAX = 2000
LONGEST_WD = 60
#: What units that write on reports name among their scopes: numbers leave no gap.
LOCK = ("reports",)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a report says, and to whom; `leaders` are persons, `copies` scopes."""

    scope: str
    case_no: str
    title: str
    text: str
    leaders: frozenset[str]
    copies: frozenset[str]


@dataclass(frozen=True, slots=True)
class Instruction:
    """What a leader wants, of which unit (`person` of it, or ""), within how many working days."""

    text: str
    unit: str
    person: str
    days: int


class Reporting:
    """Writes reports, and what is written on them."""

    def __init__(
        self, policy: Policy, clock: Clock, reports: Reports, notices: ReportNotices
    ) -> None:
        self._policy = policy
        self._clock = clock
        self._reports = reports
        self._notices = notices

    def draft(self, tx: Transaction, visitor: Visitor, draft: Draft, id_: str = "") -> str:
        """Keep a draft, a new one or in place of one's own centre's; return its id.

        Raises:
            WireError: not_found, forbidden; malformed: nothing said, too long, or addressed to
                somebody whom it cannot go to.
        """
        visitor.need(Act.REPORT, draft.scope)
        if id_:
            row, _ = self._written(tx, visitor, id_, sent=False)
        else:
            row = ReportRow(
                new_id(), "", draft.scope, "", "", "", visitor.person, self._clock.now_ms()
            )
        self._check(tx, draft, row.author)
        tx.reports.save(
            replace(
                row,
                scope=draft.scope,
                case_no=draft.case_no,
                title=draft.title.strip(),
                text=draft.text.strip(),
            )
        )
        tx.reports.address(
            row.id,
            [
                *(ReportReaderRow(row.id, LEADER, each) for each in sorted(draft.leaders)),
                *(ReportReaderRow(row.id, COPY, each) for each in sorted(draft.copies)),
            ],
        )
        return row.id

    def discard(self, tx: Transaction, visitor: Visitor, id_: str) -> None:
        """Throw a draft away.

        Raises:
            WireError: not_found, forbidden; malformed: it was sent.
        """
        tx.reports.drop(self._written(tx, visitor, id_, sent=False)[0].id)

    def send(self, tx: Transaction, visitor: Visitor, id_: str) -> None:
        """Send a report: from now on nobody changes it.

        Raises:
            WireError: not_found, forbidden; malformed: sent before, to nobody, or to a leader who
                left meanwhile.
        """
        row, report = self._written(tx, visitor, id_, sent=False)
        self._addressable(row.scope, row.author, report.leaders, report.copies)
        if not report.leaders:
            raise WireError("wire.malformed")
        now = self._clock.now_ms()
        head = f"{china_day(moment_of(now)):%Y}-"
        number = f"{head}{tx.reports.last_number(head) + 1:03d}"
        sent = replace(row, number=number, sent=now)
        tx.reports.save(sent)
        self._notices.sent(tx, sent, sorted(report.leaders))

    def instruct(self, tx: Transaction, visitor: Visitor, id_: str, said: Instruction) -> None:
        """Write an instruction on a report.

        Raises:
            WireError: not_found; forbidden: not addressed to him, or at its end; malformed.
        """
        row, report, _ = found(tx, visitor, id_)
        if not instructs(report, reader_of(visitor)):
            raise WireError("wire.forbidden")
        units = {each.scope: each for each in self._reports.choices(row.scope).units}
        unit = units.get(said.unit)
        known = unit is not None and (
            not said.person or said.person in {each.id for each in unit.people}
        )
        if not known or not 0 < said.days <= LONGEST_WD:
            raise WireError("wire.malformed")
        now = self._clock.now_ms()
        given = InstructionRow(
            id=new_id(),
            report=id_,
            leader=visitor.person,
            at=now,
            text=_said(said.text),
            unit=said.unit,
            person=said.person,
            due=self._due(said.unit, now, said.days),
            state=InstructionState.OPEN.value,
        )
        tx.reports.instruct(given)
        self._notices.given(tx, row, given)

    def reply(self, tx: Transaction, visitor: Visitor, instruction: str, text: str) -> str:
        """Reply for the unit that was instructed; return the report.

        Raises:
            WireError: not_found; forbidden; malformed: no words, or no reply is owed.
        """
        row, report = self._given(tx, visitor, instruction)
        if not answers(row.unit, reader_of(visitor)):
            raise WireError("wire.forbidden")
        return self._turn(tx, visitor, row, report, Turn.REPLY, text)

    def judge(
        self,
        tx: Transaction,
        visitor: Visitor,
        instruction: str,
        verdict: str,
        text: str,
        days: int,
    ) -> str:
        """Say whether a reply is enough ("done"), or ask for another ("return"); return the report.

        Raises:
            WireError: not_found; forbidden; malformed: sent back without a reason or a term.
        """
        row, report = self._given(tx, visitor, instruction)
        if not judges(report, row, reader_of(visitor)):
            raise WireError("wire.forbidden")
        if verdict == Turn.RETURN.value and 0 < days <= LONGEST_WD:
            row = replace(row, due=self._due(row.unit, self._clock.now_ms(), days))
            back = self._turn(tx, visitor, row, report, Turn.RETURN, text)
            if (whole := tx.reports.get(back)) is not None:
                self._notices.given(tx, whole, row)
            return back
        if verdict != Turn.DONE.value:
            raise WireError("wire.malformed")
        return self._turn(tx, visitor, row, report, Turn.DONE, text, wordless=True)

    def close(self, tx: Transaction, visitor: Visitor, id_: str, text: str) -> None:
        """Close a report with how it ended, once every instruction on it is done.

        Raises:
            WireError: not_found, forbidden; malformed: closed before, something is open, no words.
        """
        row, _ = self._written(tx, visitor, id_, sent=True)
        if any(each.state != InstructionState.DONE for each in tx.reports.instructions([id_])):
            raise WireError("wire.malformed")
        now = self._clock.now_ms()
        closed = replace(row, closed=now, closed_by=visitor.person, closing=_said(text))
        tx.reports.save(closed)

    # ------------------------------------------------------------ inside

    @staticmethod
    def _written(
        tx: Transaction, visitor: Visitor, id_: str, *, sent: bool
    ) -> tuple[ReportRow, Report]:
        """Return a report that the visitor's own centre writes, as far as it may still change."""
        row, report, _ = found(tx, visitor, id_)
        if not writes(report, reader_of(visitor)):
            raise WireError("wire.forbidden")
        if report.sent is not sent or report.closed:
            raise WireError("wire.malformed")
        return row, report

    @staticmethod
    def _given(
        tx: Transaction, visitor: Visitor, instruction: str
    ) -> tuple[InstructionRow, Report]:
        row = tx.reports.instruction(instruction)
        if row is None:
            raise WireError("wire.not_found")
        return row, found(tx, visitor, row.report)[1]

    def _turn(  # noqa: PLR0913  # who says what about which
        self,
        tx: Transaction,
        visitor: Visitor,
        row: InstructionRow,
        report: Report,
        turn: Turn,
        text: str,
        *,
        wordless: bool = False,
    ) -> str:
        state = after(InstructionState(row.state), turn)
        if state is None or report.closed:
            raise WireError("wire.malformed")
        said = text.strip()[:SAID_MAX] if wordless else _said(text)
        now = self._clock.now_ms()
        tx.reports.instruct(replace(row, state=state.value))
        tx.reports.add_turn(TurnRow(new_id(), row.id, turn.value, visitor.person, now, said))
        return row.report

    def _check(self, tx: Transaction, draft: Draft, author: str) -> None:
        said = 0 < len(draft.title.strip()) <= TITLE_MAX and 0 < len(draft.text.strip()) <= TEXT_MAX
        case = tx.cases.get(draft.case_no) if draft.case_no else None
        own = not draft.case_no or (case is not None and case.scope == draft.scope)
        if not said or not own:
            raise WireError("wire.malformed")
        self._addressable(draft.scope, author, draft.leaders, draft.copies)

    def _addressable(
        self, scope: str, author: str, leaders: frozenset[str], copies: frozenset[str]
    ) -> None:
        can = self._reports.choices(scope)
        known = {each.id for each in can.leaders} - {author}
        if leaders - known or copies - {each.scope for each in can.units}:
            raise WireError("wire.malformed")

    def _due(self, unit: str, now: int, days: int) -> int:
        calendar = self._policy.rules().calendars.of_hall(unit.partition("/")[0])
        return due_of(calendar, now, days)


def _said(text: str) -> str:
    said = text.strip()
    if not 0 < len(said) <= SAID_MAX:
        raise WireError("wire.malformed")
    return said
