"""Scores of months and years: made once, kept with what they were made over (PE01, PE06).

A run is over exact lines: for each scope a size and root of its tree, and a moment after which
judgements, evaluations and faults were not yet there. A step counts in the month in which it was
made or, if it came after that month was scored, in the first month that saw it: none is lost and
none counts twice. The same run made again gives the same figures, whatever came since (`again`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import msgspec

from sync.domain.calendar import CHINA, china_day
from sync.domain.data_quality import Message, signals_of
from sync.domain.figures.scoring import Score, Subject, Told, mean, months_of, score
from sync.domain.figures.scoring_rules import ScoringRules, newest_in_force, rules_of
from sync.proof.tree import root_at
from sync.protocol.codec import b64u_encode
from sync.server.clock import milliseconds, moment
from sync.server.services.rows.scores import ScoreRow, ScoreRunRow
from sync.typed import from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sync.server.clock import Clock
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.figures import FactRow

DRAFT, REVIEWED, PUBLISHED = "draft", "reviewed", "published"
SETTLED_MS = 60_000
"""What is younger than this may not be committed yet: a run made again would see more of it."""


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One rule file: what it says, its bytes as text, their SHA-256 in hex."""

    rules: ScoringRules
    text: str
    digest: str


class Head(msgspec.Struct, frozen=True):
    """Where a scope stood: how many lines were counted, and the tree's root over them."""

    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Material:
    """What a month's scores are made of."""

    month: str
    file: RuleFile
    heads: Mapping[str, Head]
    before: Mapping[str, Head]
    cut: int
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Months:
    """A half-year's or year's score: the months it is the mean of, hundredths each."""

    months: dict[str, int]


class Scoring:
    """Makes runs; what is done with them is `publishing.Publishing`'s."""

    def __init__(self, policy: Policy, clock: Clock, files: Sequence[RuleFile]) -> None:
        self._policy = policy
        self._clock = clock
        self._files = tuple(files)

    def rules(self, run: ScoreRunRow) -> ScoringRules:
        """Return the rules that a run was made by, whatever is in force today."""
        return rules_of(msgspec.json.decode(run.rules))

    def owed(self, tx: Transaction) -> list[tuple[str, RuleFile]]:
        """Return the months since the first counted line that are over and not scored."""
        today = china_day(moment(self._clock.now_ms()))
        done = {(run.period, run.code) for run in tx.scores.runs()}
        owed = []
        first = tx.figures.first_day()
        for month in () if first is None else _months(first, today):
            files = {file.rules.code: file for file in self._in_force(month)}
            for code, file in sorted(files.items()):
                ripe = _last(month) + timedelta(days=1 + file.rules.grace_days)
                if (month, code) not in done and today >= ripe:
                    owed.append((month, file))
        return owed

    def material(self, tx: Transaction, month: str, file: RuleFile) -> Material:
        """Return what a month is scored by, as it stands now."""
        done = tx.figures.folded()
        heads = {
            scope: Head(size, b64u_encode(_root(tx, scope, size))) for scope, size in done.items()
        }
        former = tx.scores.run(_month_before(month), file.rules.code)
        before = {} if former is None else heads_of(former.heads)
        bare = Material(month, file, heads, before, self._clock.now_ms() - SETTLED_MS, ())
        return replace(bare, told=tuple(_told(tx, bare)))

    def made_of(self, tx: Transaction, run: ScoreRunRow) -> Material:
        """Return what a kept run was made of, out of today's rows."""
        file = RuleFile(self.rules(run), run.rules, run.rules_hash)
        heads, before = heads_of(run.heads), heads_of(run.before)
        bare = Material(run.period, file, heads, before, run.cut, ())
        return replace(bare, told=tuple(_told(tx, bare)))

    def keep(self, tx: Transaction, material: Material, scores: Sequence[Score]) -> bool:
        """Keep a month's run, once; False: it was made meanwhile."""
        code = material.file.rules.code
        run = ScoreRunRow(
            period=material.month,
            code=code,
            rules_hash=material.file.digest,
            rules=material.file.text,
            heads=_json(material.heads),
            before=_json(material.before),
            state=DRAFT,
            cut=material.cut,
            made=self._clock.now_ms(),
        )
        rows = [
            ScoreRow(material.month, code, each.kind.value, each.subject, each.total, _json(each))
            for each in scores
        ]
        return tx.scores.add_run(run, rows)

    def keep_longer(self, tx: Transaction, month: str, code: str) -> list[str]:
        """Make the half-year and year that a month ends, as means of their months."""
        made = []
        for period in _ended(month):
            of: dict[tuple[str, str], dict[str, int]] = {}
            for row in tx.scores.scores_of(code, months_of(period)):
                of.setdefault((row.kind, row.subject), {})[row.period] = row.total
            last = tx.scores.run(month, code)
            if last is None:
                continue
            run = replace(last, period=period, state=DRAFT, made=self._clock.now_ms())
            rows = [
                ScoreRow(period, code, *subject, mean(list(months.values())), _json(Months(months)))
                for subject, months in sorted(of.items())
            ]
            if tx.scores.add_run(run, rows):
                made.append(period)
        return made

    def _in_force(self, month: str) -> list[RuleFile]:
        wanted = newest_in_force((file.rules for file in self._files), month)
        return [file for file in self._files if wanted.get(file.rules.code) == file.rules]


def scored(material: Material) -> tuple[Score, ...]:
    """Score what a material tells; touches no row."""
    return score(material.file.rules, material.told)


def heads_of(text: str) -> dict[str, Head]:
    """Read a run's heads."""
    return from_json(text, dict[str, Head])


def score_of(row: ScoreRow) -> Score | Months:
    """Read a kept score: a month's, or the months of a longer one."""
    if months_of(row.period) == (row.period,):
        return from_json(row.body, Score)
    return from_json(row.body, Months)


def _told(tx: Transaction, material: Material) -> Iterator[Told]:
    """Yield what a month's scores are made of, in no order."""
    first, last = f"{material.month}-01", _last(material.month).isoformat()
    sizes = {scope: head.size for scope, head in material.heads.items()}
    of_month = tx.figures.facts(tuple(sizes), first, last)
    late: list[FactRow] = []
    if material.before:
        old = {scope: head.size for scope, head in material.before.items()}
        fresh = {scope: (old.get(scope, 0), size) for scope, size in sizes.items()}
        earlier = (date.fromisoformat(first) - timedelta(days=1)).isoformat()
        late = tx.figures.facts_between(fresh, earlier)
    excused = _Excused(tx, material.cut, (*of_month, *late))
    for fact in (*(each for each in of_month if each.n <= sizes[each.scope]), *late):
        signals = tuple(s for s in fact.signals.split() if not excused(fact, s))
        if signals:
            yield Told(
                fact.event, fact.case_no, fact.day, fact.scope, fact.dev, fact.person, signals
            )
    yield from _beside(tx, material)
    if material.file.rules.speaks_of("data:"):
        yield from _sent(tx, material)


_FOUND = "found"


class _Excused:
    """Says whether a supervisor closed a finding before the cut: then it costs nothing."""

    def __init__(self, tx: Transaction, cut: int, facts: Iterable[FactRow]) -> None:
        judged = tx.cases.judgements(*{fact.case_no for fact in facts if _FOUND in fact.signals})
        self._closed = {
            (row.case_no, row.event, row.code)
            for row in judged
            if row.verdict == "closed" and row.at <= cut
        }

    def __call__(self, fact: FactRow, signal: str) -> bool:
        kind, _, code = signal.partition(":")
        return kind == _FOUND and (fact.case_no, fact.event, code) in self._closed


def _beside(tx: Transaction, material: Material) -> Iterator[Told]:
    """Yield what is told of no step: clocks, evaluations, faults that two supervisors entered."""
    span = _span(material)
    for found in tx.figures.loose(*span):
        if found.dev is not None:
            day, signals = china_day(moment(found.at)).isoformat(), (f"found:{found.code}",)
            only = (Subject.WINDOW, found.dev)
            yield Told("", "", day, found.scope, found.dev, "", signals, only)
    for case, scope, grade, at in tx.figures.grades(*span):
        day = china_day(moment(at)).isoformat()
        yield Told("", case, day, scope, "", "", (f"evaluated:{grade}",))
    for fault in tx.scores.faults((material.month,)):
        if fault.confirmed and fault.confirmed <= material.cut:
            day = china_day(moment(fault.entered)).isoformat()
            only = (Subject(fault.kind), fault.subject)
            signals = (f"fault:{fault.code}",)
            yield Told(fault.id, fault.case_no, day, "", "", "", signals, only)


def _sent(tx: Transaction, material: Material) -> Iterator[Told]:
    """Yield how good the messages of departments' own systems were (PE17), each of its office."""
    for row in tx.departments.between(*_span(material)):
        day = china_day(moment(row.recv)).isoformat()
        signals = signals_of(Message(row.at, row.recv, row.verdict, row.code))
        only = (Subject.DEPARTMENT, row.scope)
        yield Told(f"data:{row.event}", "", day, row.scope, row.dev, "", signals, only)


def _span(material: Material) -> tuple[int, int]:
    """Return a month in ms, as far as it was over when it was scored."""
    begin = datetime.combine(date.fromisoformat(f"{material.month}-01"), time(), CHINA)
    end = datetime.combine(_last(material.month) + timedelta(days=1), time(), CHINA)
    return milliseconds(begin), min(milliseconds(end), material.cut + 1)


def _root(tx: Transaction, scope: str, size: int) -> bytes:
    return root_at(lambda level, index: tx.log.node(scope, level, index), size)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _last(month: str) -> date:
    first = date.fromisoformat(f"{month}-01")
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _month_before(month: str) -> str:
    return (date.fromisoformat(f"{month}-01") - timedelta(days=1)).isoformat()[:7]


def _months(first: str, today: date) -> Iterator[str]:
    """Yield the months from a day's on that are over."""
    month = first[:7]
    while month < today.isoformat()[:7]:
        yield month
        month = (_last(month) + timedelta(days=1)).isoformat()[:7]


def _ended(month: str) -> tuple[str, ...]:
    year, _, number = month.partition("-")
    return {"06": (f"{year}-H1",), "12": (f"{year}-H2", year)}.get(number, ())
