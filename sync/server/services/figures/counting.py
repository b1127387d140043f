"""Counters folded from the log: each line once, scope by scope, in the order of its numbers.

What a line counts for is `sync.domain.figures`; here it is read, summed by its keys, and added in
the commit that moves the scope's mark, so no line is counted twice or left out whatever happens in
between. A line is counted by the case as it stands when the fold reaches it, some seconds after
it came: a step that is decided on is decided for ever, and its day and its scope do not move.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sync.domain.calendar import china_day
from sync.domain.events import CENTRE_DEVICE, Kind
from sync.domain.figures.counters import ACCEPTING, Deed, counted, signals_of
from sync.domain.figures.spreads import bucket_of
from sync.domain.statistics import CLOSING, DECIDING, HANDLING, RECEIVING, Made
from sync.domain.timeliness import Timeliness, timeliness
from sync.proof.outcomes import counted_of
from sync.protocol.codec import read_json
from sync.protocol.limits import BODY_MAX
from sync.server.clock import moment
from sync.server.services.cases.folded import read_case
from sync.server.services.rows.figures import (
    FactRow,
    OriginRow,
    PersonRow,
    ScopeRow,
    TallyRow,
    TotalRow,
    WaitRow,
    WindowRow,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sync.domain.case import Case, StepMark
    from sync.domain.rules import Rules
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.cases import CaseRow
    from sync.server.services.rows.figures import CountRow, NewLine

PAGE = 500
_CREDIT_CODE = "credit_code"
_KEY = ("period", "scope", "item", "dev", "person", "applicant", "channel")
_SUMMED = tuple(
    (form, tuple(place for place, name in enumerate(_KEY) if name in form.__dataclass_fields__))
    for form in (TallyRow, TotalRow, WindowRow, PersonRow, ScopeRow)
)
"""Every kind of counters with its columns' places in the key of a page's sums."""
_WAITED = HANDLING | DECIDING | CLOSING


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of one scope, read and not yet counted; `last` is the number of the last one."""

    scope: str
    after: int
    last: int
    lines: tuple[NewLine, ...]
    found: Mapping[str, tuple[str, ...]]
    cases: Mapping[str, CaseRow]


@dataclass(slots=True)
class Sums:
    """What a page adds."""

    scope: str
    after: int
    last: int
    tallies: defaultdict[tuple[str, ...], dict[str, int]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    waits: defaultdict[tuple[Any, ...], list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0, 0])
    )
    origins: defaultdict[tuple[str, str, str, str], int] = field(
        default_factory=lambda: defaultdict(int)
    )
    facts: list[FactRow] = field(default_factory=list)


class Counting:
    """Folds new lines into counters."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def behind(self, tx: Transaction) -> dict[str, int]:
        """Return the scopes with lines that are not counted, each with how many are."""
        scopes, done = self._policy.scopes_known(), tx.figures.folded()
        heads = tx.log.heads(scopes)
        return {
            scope: done.get(scope, 0)
            for scope, head in heads.items()
            if head.size > done.get(scope, 0)
        }

    def read(self, tx: Transaction, scope: str, after: int, limit: int = PAGE) -> Page:
        """Read the next lines of a scope; needs no writer."""
        last, lines = tx.figures.new_lines(scope, after, limit)
        numbers = {line.case_no for line in lines}
        tx.cases.know(numbers)
        rows = ((number, tx.cases.get(number)) for number in numbers)
        cases = {number: row for number, row in rows if row is not None}
        found = tx.figures.found(numbers) if numbers else {}
        return Page(scope, after, last, tuple(lines), found, cases)

    def sum_up(self, page: Page) -> Sums:
        """Count a page; touches no row."""
        rules, sums = self._policy.rules(), Sums(page.scope, page.after, page.last)
        cases = {number: read_case(row) for number, row in page.cases.items()}
        for line in page.lines:
            _add(sums, line, cases.get(line.case_no), page.found.get(line.event, ()), rules)
        return sums

    @staticmethod
    def keep(tx: Transaction, sums: Sums) -> bool:
        """Add what was counted, once; False: another process was first."""
        if not tx.figures.claim(sums.scope, sums.after, sums.last):
            return False
        for form, places in _SUMMED:
            tx.figures.add_counts(_rows(form, places, sums))
        tx.figures.add_waits([WaitRow(*key, *both) for key, both in sums.waits.items()])
        tx.figures.add_origins([OriginRow(*key, n) for key, n in sums.origins.items()])
        tx.figures.add_facts(sums.facts)
        return True


def _rows(form: type[CountRow], places: tuple[int, ...], sums: Sums) -> list[CountRow]:
    """Return a page's counters, summed by the columns that a kind of rows has."""
    summed = sums.tallies
    if form is not TallyRow:
        summed = defaultdict(dict)
        for key, counts in sums.tallies.items():
            total = summed[tuple(key[place] for place in places)]
            for name, n in counts.items():
                total[name] = total.get(name, 0) + n
    names = tuple(_KEY[place] for place in places)
    rows: list[CountRow] = []
    for key, counts in summed.items():
        said: dict[str, Any] = {**dict(zip(names, key, strict=True)), **counts}
        rows.append(form(**said))
    return rows


def _add(
    sums: Sums, line: NewLine, case: Case | None, found: tuple[str, ...], rules: Rules
) -> None:
    deed = _deed(sums.scope, line, case, found, rules)
    made, day = deed.made, china_day(deed.made.at).isoformat()
    if counts := counted(deed):
        key = (sums.scope, made.item, made.device, made.person, deed.applicant, deed.channel)
        for period in (day, day[:7]):
            tally = sums.tallies[period, *key]
            for name, n in counts.items():
                tally[name] = tally.get(name, 0) + n
    if signals := signals_of(deed):
        person, dev = deed.charged or (made.person, made.device)
        sums.facts.append(
            FactRow(
                scope=sums.scope,
                n=line.n,
                event=made.event,
                kind=made.kind,
                case_no=made.case,
                item=made.item,
                dev=dev,
                person=person,
                day=day,
                signals=" ".join(signals),
            )
        )
    if case is None or made.verdict != "accepted":
        return
    for step, owner, ms in _waits(sums.scope, case, made, rules):
        both = sums.waits[day[:7], sums.scope, made.item, step, owner, bucket_of(ms)]
        both[0] += 1
        both[1] += ms
    applicant = case.applicant
    if made.kind in RECEIVING and applicant.id_kind == _CREDIT_CODE:
        sums.origins[day[:7], sums.scope, made.item, applicant.id_no[2:8]] += 1


def _deed(
    scope: str, line: NewLine, case: Case | None, found: tuple[str, ...], rules: Rules
) -> Deed:
    made = Made(
        event=line.event,
        kind=line.kind,
        case=line.case_no,
        item="" if case is None else case.item,
        person=line.person,
        device=line.dev,
        at=moment(counted_of(line.outcome)),
        verdict=line.verdict,
        code=line.code,
    )
    if case is None:
        return Deed(made, scope, line.n, found)
    kept = None
    if line.kind in DECIDING and line.verdict == "accepted":
        decisive = case.step_of(*DECIDING)
        if decisive is not None and decisive.id == line.event:
            kept = timeliness(case, rules)
    level, charged = _charged(line, case)
    return Deed(
        made=made,
        scope=scope,
        n=line.n,
        codes=found,
        kept=None if kept is Timeliness.OPEN else kept,
        applicant=case.applicant.kind,
        channel=case.channel,
        level=level,
        charged=charged,
        shorter=0 if kept is None else _shorter(case, rules),
    )


def _shorter(case: Case, rules: Rules) -> int:
    """Return by how many per cent the promise is shorter than the law; 0 for other units."""
    item = rules.item_of(case.item, case.item_version)
    if item is None or item.statutory is None or item.statutory.unit is not item.promised.unit:
        return 0
    law = item.statutory.amount
    return max(0, 100 * (law - item.promised.amount) // law) if law else 0


def _charged(line: NewLine, case: Case) -> tuple[str, tuple[str, str] | None]:
    """Return what an urge, order or finding says, and about whom.

    A finding is about whoever made the step; an urge about whoever had the case in hand, or made
    its last step where nobody had.
    """
    if line.body is None:
        return "", None
    said = read_json(line.body.encode(), BODY_MAX)
    if line.kind == Kind.FINDING:
        marks = (mark for mark in case.steps if mark.id == said.get("step"))
        mark = next(marks, None)
        return str(said.get("code", "")), ("", "") if mark is None else (mark.person, mark.device)
    before = _before(case, line.event)
    if before is None:
        return str(said.get("level", "")), (case.holder or "", "")
    held = case.holder is not None and case.holder == before.person
    device = before.device if held or case.holder is None else ""
    return str(said.get("level", "")), (case.holder or before.person, device)


def _before(case: Case, event: str) -> StepMark | None:
    """Return the last step of a person before a step."""
    last = None
    for mark in case.steps:
        if mark.id == event:
            break
        if not mark.device.startswith(CENTRE_DEVICE):
            last = mark
    return last


def _waits(scope: str, case: Case, made: Made, rules: Rules) -> Iterator[tuple[str, str, int]]:
    """Yield (what was waited for, the scope that let wait, office ms) as a step ends it."""
    office = rules.calendars.of_department(case.department, case.hall).office_ms

    def between(start: datetime | None, end: datetime) -> int:
        return 0 if start is None else max(0, office(end) - office(start))

    if made.kind in _WAITED and (before := _before(case, made.event)) is not None:
        yield made.kind, scope, between(before.at, made.at)
    if made.kind == Kind.GIVE_OPINION:
        given = [each for each in case.opinions if each.given_at == made.at]
        for each in given:
            yield "wait.opinion", f"{case.hall}/{each.department}", between(each.asked_at, made.at)
        if case.child is not None and not given:  # an opinion child ends with its opinion
            yield "wait.child", scope, between(case.accepted_at, made.at)
    if made.kind in ACCEPTING and case.received_at is not None:
        yield "life.accept", scope, between(case.received_at, made.at)
    if made.kind in DECIDING and case.accepted_at is not None:
        yield "life.decide", scope, between(case.accepted_at, made.at)
        if case.child is not None:
            yield "wait.child", scope, between(case.accepted_at, made.at)
    if made.kind in CLOSING:
        yield "life.close", scope, between(case.decided_at or case.ended_at, made.at)
        yield "life.whole", scope, between(case.first_received_at or case.received_at, made.at)
