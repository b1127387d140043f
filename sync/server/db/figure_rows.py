"""Figures folded from the log: counters, times, places, facts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import case as sql_case
from sqlalchemy import delete, func, insert, or_, select, update

from sync.domain.figures.counters import MEMBERS, Counts
from sync.domain.figures.spreads import Spread
from sync.server.db.figure_tables import (
    facts,
    folded,
    origins,
    person_totals,
    scope_totals,
    tallies,
    totals,
    waits,
    window_totals,
)
from sync.server.db.rowwise import Rowwise, of
from sync.server.db.stranger_tables import evaluations
from sync.server.db.tables import findings, log
from sync.server.services.rows.figures import (
    FactRow,
    FoldedRow,
    NewLine,
    PersonRow,
    ScopeRow,
    TallyRow,
    TotalRow,
    WindowRow,
)
from sync.server.services.rows.findings import FindingRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Table

    from sync.server.services.rows.figures import CountRow, Cut, OriginRow, WaitRow

_TOLD = ("urge", "order", "escalate", "finding")
_CHOSEN = ("item", "dev", "person", "applicant", "channel")
_ALWAYS = {"", "period", "scope"}
_TABLES: Mapping[type[CountRow], Table] = {
    TallyRow: tallies,
    TotalRow: totals,
    WindowRow: window_totals,
    PersonRow: person_totals,
    ScopeRow: scope_totals,
}
_SUMS = (scope_totals, totals, window_totals, person_totals)
_SMALLEST = (*_SUMS, tallies)


class SqlFigureRows(Rowwise):
    """See services.ports.figures.FigureRows."""

    def folded(self) -> dict[str, int]:
        """Return how many lines of each scope are counted."""
        rows = self._connection.execute(select(folded.c.scope, folded.c.n))
        return {row[0]: row[1] for row in rows}

    def claim(self, scope: str, old: int, new: int) -> bool:
        """Move a scope's mark, if it still stands at `old`."""
        if old == 0 and self._add_once(folded, FoldedRow(scope, new, new)):
            return True
        own = (folded.c.scope == scope, folded.c.n == old)
        moved = {"n": new, "summed": folded.c.summed + (new - old)}
        statement = update(folded).where(*own).values(moved).returning(folded.c.scope)
        return self._connection.execute(statement).first() is not None

    def unsummed(self) -> dict[str, int]:
        """Return the scopes with lines that not every sum contains, each with how many."""
        missing = folded.c.n - folded.c.summed
        rows = self._connection.execute(select(folded.c.scope, missing).where(missing != 0))
        return {row[0]: int(row[1]) for row in rows}

    def differing(self, scope: str, month: str) -> bool:
        """Say whether a scope's sums of a month are not those of its tallies."""
        whole = [self._month(table, scope, month) for table in (tallies, *_SUMS)]
        return any(each != whole[0] for each in whole)

    def _month(self, table: Table, scope: str, month: str) -> dict[str, tuple[int, ...]]:
        statement = select(table.c.period, *_summed(table)).where(*_in_month(table, scope, month))
        rows = self._connection.execute(statement.group_by(table.c.period))
        return {row[0]: tuple(map(int, row[1:])) for row in rows}

    def sum_again(self, scope: str, month: str) -> None:
        """Make a scope's sums of a month and its days anew from its tallies."""
        held = select(folded.c.n).where(folded.c.scope == scope)
        self._connection.execute(held.with_for_update())  # nobody counts its lines meanwhile
        for table in _SUMS:
            self._connection.execute(delete(table).where(*_in_month(table, scope, month)))
            key = [column.name for column in table.primary_key]
            columns = [tallies.c[name] for name in key]
            found = select(*columns, *_summed(tallies)).where(*_in_month(tallies, scope, month))
            statement = insert(table).from_select([*key, *MEMBERS], found.group_by(*columns))
            self._connection.execute(statement)

    def settle(self, scope: str, lines: int) -> None:
        """Note that every sum contains a scope's lines, if still so many were missing."""
        same = (folded.c.scope == scope, folded.c.n - folded.c.summed == lines)
        self._connection.execute(update(folded).where(*same).values(summed=folded.c.n))

    def periods(self) -> tuple[str, str] | None:
        """Return the first and the last period that something is counted in."""
        ends = (func.min(tallies.c.period), func.max(tallies.c.period))
        first, last = self._connection.execute(select(*ends)).one()
        return None if first is None else (first, last)

    def new_lines(self, scope: str, after: int, limit: int) -> tuple[int, list[NewLine]]:
        """Return the number of the last line looked at, and those of them that have a case."""
        told = sql_case((log.c.kind.in_(_TOLD), log.c.body), else_=None)
        what = (log.c.n, log.c.event, log.c.kind, log.c.case_no, log.c.person, log.c.dev)
        statement = (
            select(*what, log.c.verdict, log.c.code, log.c.outcome, told)
            .where(log.c.scope == scope, log.c.n > after)
            .order_by(log.c.n)
            .limit(limit)
        )
        rows: list[Any] = list(self._connection.execute(statement))
        last = rows[-1][0] if rows else after
        return last, [NewLine(*row) for row in rows if row[3] is not None]

    def found(self, cases: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return by event what was found of these cases' steps."""
        statement = select(findings.c.event, findings.c.code).where(
            findings.c.case_no.in_(sorted(set(cases))), findings.c.event.is_not(None)
        )
        by_event: defaultdict[str, list[str]] = defaultdict(list)
        for event, code in self._connection.execute(statement.order_by(findings.c.id)):
            by_event[event].append(code)
        return {event: tuple(codes) for event, codes in by_event.items()}

    def add_counts(self, rows: Sequence[CountRow]) -> None:
        """Add to the counters of one kind."""
        if rows:
            self._add_up(_TABLES[type(rows[0])], *rows)

    def add_waits(self, rows: Sequence[WaitRow]) -> None:
        """Add to times."""
        self._add_up(waits, *rows)

    def add_origins(self, rows: Sequence[OriginRow]) -> None:
        """Add to places."""
        self._add_up(origins, *rows)

    def add_facts(self, rows: Sequence[FactRow]) -> None:
        """Add facts."""
        self._add(facts, *rows)

    def loose(self, begin: int, end: int) -> list[FindingRow]:
        """Return what was found about devices without a case between two moments."""
        own = of(FindingRow, findings).where(
            findings.c.case_no.is_(None), findings.c.at >= begin, findings.c.at < end
        )
        return self._all(FindingRow, own.order_by(findings.c.id))

    def grades(self, begin: int, end: int) -> list[tuple[str, str, int, int]]:
        """Return applicants' evaluations between two moments."""
        what = (evaluations.c.case_no, evaluations.c.scope, evaluations.c.grade, evaluations.c.at)
        own = select(*what).where(evaluations.c.at >= begin, evaluations.c.at < end)
        rows = self._connection.execute(own.order_by(evaluations.c.at, evaluations.c.case_no))
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    def sums(self, cut: Cut, by: str) -> dict[str, Counts]:
        """Return counters summed by a column."""
        table = _counters(cut, by)
        column = table.c[by]
        statement = select(column, *_summed(table)).where(*_within(table, cut)).group_by(column)
        return {row[0]: Counts(*map(int, row[1:])) for row in self._connection.execute(statement)}

    def whole(self, cut: Cut) -> Counts:
        """Return counters summed up."""
        table = _counters(cut)
        row = self._connection.execute(select(*_summed(table)).where(*_within(table, cut))).one()
        return Counts(*(int(each or 0) for each in row))

    def spreads(self, cut: Cut, by: str) -> dict[tuple[str, str], Spread]:
        """Return times by (step, value of a column)."""
        keys = (waits.c.step, waits.c[by], waits.c.bucket)
        sums = (func.sum(waits.c.n), func.sum(waits.c.total_ms))
        statement = select(*keys, *sums).where(*_within(waits, cut)).group_by(*keys)
        buckets: defaultdict[tuple[str, str], dict[int, int]] = defaultdict(dict)
        totals: defaultdict[tuple[str, str], int] = defaultdict(int)
        for step, value, bucket, n, total in self._connection.execute(statement):
            buckets[step, value][bucket] = int(n)
            totals[step, value] += int(total)
        return {key: Spread(sum(b.values()), totals[key], b) for key, b in buckets.items()}

    def origins(self, cut: Cut) -> dict[str, int]:
        """Return applications by place."""
        statement = select(origins.c.place, func.sum(origins.c.n)).where(*_within(origins, cut))
        rows = self._connection.execute(statement.group_by(origins.c.place))
        return {row[0]: int(row[1]) for row in rows}

    def first_day(self) -> str | None:
        """Return the earliest day of which a fact is kept."""
        found: str | None = self._connection.execute(select(func.min(facts.c.day))).scalar()
        return found

    def facts(self, scopes: Sequence[str], first: str, last: str) -> list[FactRow]:
        """Return the facts of days."""
        own = of(FactRow, facts).where(
            facts.c.day >= first, facts.c.day <= last, facts.c.scope.in_(scopes)
        )
        return self._all(FactRow, own.order_by(facts.c.scope, facts.c.n))

    def facts_between(self, sizes: Mapping[str, tuple[int, int]], last: str) -> list[FactRow]:
        """Return facts of days up to `last` with numbers in (from, to] of each scope."""
        ranges = [
            (facts.c.scope == scope) & (facts.c.n > low) & (facts.c.n <= high)
            for scope, (low, high) in sorted(sizes.items())
            if high > low
        ]
        if not ranges:
            return []
        own = of(FactRow, facts).where(or_(*ranges), facts.c.day <= last)
        return self._all(FactRow, own.order_by(facts.c.scope, facts.c.n))


def _counters(cut: Cut, by: str = "") -> Table:
    """Return the smallest table that knows what is asked."""
    asked = {by, *(name for name in _CHOSEN if getattr(cut, name))}
    return next(table for table in _SMALLEST if asked.difference(_ALWAYS).issubset(table.c.keys()))


def _in_month(table: Table, scope: str, month: str) -> list[ColumnElement[bool]]:
    """Return the conditions of a scope's month and its days."""
    days = [f"{month}-{day:02}" for day in range(1, 32)]
    return [table.c.period.in_([month, *days]), table.c.scope == scope]


def _summed(table: Table) -> Iterator[ColumnElement[Any]]:
    return (func.sum(table.c[name]) for name in MEMBERS)


def _within(table: Table, cut: Cut) -> list[ColumnElement[bool]]:
    """Return the conditions of a cut, as far as the table knows its columns."""
    chosen = [
        table.c[name] == value
        for name in _CHOSEN
        if name in table.c and (value := getattr(cut, name))
    ]
    return [table.c.period.in_(cut.periods), table.c.scope.in_(cut.scopes), *chosen]
