"""Scores out of rules and facts: pure, exact, each point with the steps that lost it (PE01, PE05).

A month's score is a function of the facts and the rules, and of nothing else: the same facts and
the same rules give the same figure for ever. Half-years and years are the means of their months.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sync.domain.events import CENTRE_DEVICE
from sync.domain.failures import Failure
from sync.domain.figures.scoring_rules import matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sync.domain.figures.scoring_rules import Loss, Part, ScoringRules, Share, Suggestion


class ScoreFailure(Failure):
    """What may not be done to a score or a fault now: code "scores.<what>"."""


class Subject(StrEnum):
    """Who is scored."""

    HALL = "hall"
    DEPARTMENT = "department"  # by its scope
    WINDOW = "window"  # by its device
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Told:
    """One step, or one fault that people entered, as scoring sees it. `only`: of this subject."""

    event: str
    case: str
    day: str
    scope: str
    device: str
    person: str
    signals: tuple[str, ...]
    only: tuple[Subject, str] | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A step that cost points (hundredths); 0 where nothing was left to lose."""

    event: str
    case: str
    day: str
    points: int


@dataclass(frozen=True, slots=True)
class Line:
    """What one rule took or gave: `count` steps matched, of `of` where the rule is a share."""

    code: str
    points: int
    count: int
    of: int = 0
    steps: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class PartScore:
    """One part: what it could make, what was left, and why."""

    code: str
    full: int
    left: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Suggested:
    """One accountability measure that the rules suggest, and because of which steps."""

    code: str
    steps: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """One subject's month. `total` in hundredths: (parts + bonuses) × factor, rounded down.

    The last of the parts, "whole", is what was lost beside them; `left` there is what is left of
    all parts together.
    """

    kind: Subject
    subject: str
    total: int
    facts: int
    parts: tuple[PartScore, ...]
    bonuses: tuple[Line, ...]
    factor: int
    suggested: tuple[Suggested, ...]


def score(rules: ScoringRules, facts: Iterable[Told]) -> tuple[Score, ...]:
    """Score everybody of whom anything is told, by kind and subject."""
    by_subject: defaultdict[tuple[Subject, str], list[Told]] = defaultdict(list)
    for fact in sorted(facts, key=lambda f: (f.day, f.case, f.event, f.signals)):
        for subject in _subjects(fact):
            by_subject[subject].append(fact)
    return tuple(
        _one(rules, kind, subject, told) for (kind, subject), told in sorted(by_subject.items())
    )


def mean(totals: Sequence[int]) -> int:
    """Return the mean of months' totals, hundredths, rounded down (half-year and year)."""
    return sum(totals) // len(totals)


def _subjects(fact: Told) -> Iterable[tuple[Subject, str]]:
    if fact.only is not None:
        return (fact.only,)
    found = [(Subject.HALL, fact.scope.partition("/")[0]), (Subject.DEPARTMENT, fact.scope)]
    if fact.device and not fact.device.startswith(CENTRE_DEVICE):
        found.append((Subject.WINDOW, fact.device))
    if fact.person and not fact.person.startswith(CENTRE_DEVICE.rstrip(":")):
        found.append((Subject.PERSON, fact.person))
    return found


def _one(rules: ScoringRules, kind: Subject, subject: str, told: Sequence[Told]) -> Score:
    parts = [_part(part, told, part.points) for part in rules.parts]
    parts.append(_part(rules.whole, told, sum(part.left for part in parts)))
    bonuses = tuple(_share(each, told) for each in rules.bonuses)
    factor = rules.factors.get(subject, rules.factors[""])
    made = sum(part.left for part in parts[:-1]) + sum(line.points for line in bonuses)
    made -= sum(line.points for line in parts[-1].lines)
    total = made * factor // 1000
    suggested = tuple(
        found
        for each in rules.suggestions
        if (found := _suggested(each, kind, total, told)) is not None
    )
    return Score(kind, subject, total, len(told), tuple(parts), bonuses, factor, suggested)


def _part(part: Part, told: Sequence[Told], left: int) -> PartScore:
    """Take what a part's rules take, as far as there is something left."""
    lines = []
    for loss in part.losses:
        line = _loss(loss, told, left)
        left -= line.points
        lines.append(line)
    for share in part.shares:
        found = _share(share, told)
        taken = min(found.points, left)
        left -= taken
        lines.append(Line(found.code, taken, found.count, found.of, found.steps))
    return PartScore(part.code, part.points, left, tuple(lines))


def _loss(loss: Loss, told: Sequence[Told], left: int) -> Line:
    """Take what a rule takes, as far as its own most and the part allow."""
    allowed = left if loss.most is None else min(left, loss.most)
    steps, taken = [], 0
    hits = [fact for fact in told for s in fact.signals if matches(s, loss.on)]
    for place, fact in enumerate(hits, 1):
        points = loss.points if place % loss.every == 0 else 0
        points = min(points, allowed - taken)
        taken += points
        steps.append(Link(fact.event, fact.case, fact.day, points))
    return Line(loss.code, taken, len(hits), steps=tuple(steps))


def _share(share: Share, told: Sequence[Told]) -> Line:
    hits = [(fact, s) for fact in told for s in fact.signals if matches(s, share.on)]
    of = sum(1 for fact in told for s in fact.signals if matches(s, share.of))
    steps = tuple(Link(fact.event, fact.case, fact.day, 0) for fact, _ in hits)
    if not of:
        return Line(share.code, 0, len(hits), 0, steps)
    amount = sum(_number(s) for _, s in hits) if share.mean else 1000 * len(hits)
    reached = amount // of
    if reached < share.start:
        return Line(share.code, 0, len(hits), of, steps)
    points = share.points + (reached - share.start) // share.step * share.more
    points = points if share.most is None else min(points, share.most)
    return Line(share.code, points, len(hits), of, steps)


def _number(signal: str) -> int:
    """Return the number that a signal ends with; 0 where it has none."""
    text = signal.rpartition(":")[2]
    return int(text) if text.isdecimal() else 0


def _suggested(
    rule: Suggestion, kind: Subject, total: int, told: Sequence[Told]
) -> Suggested | None:
    if rule.kinds and kind.value not in rule.kinds:
        return None
    if rule.below is not None and total >= rule.below:
        return None
    if rule.below is not None and not rule.on:
        return Suggested(rule.code)
    hits = [fact for fact in told if any(matches(s, rule.on) for s in fact.signals)]
    if len(hits) < rule.at_least:
        return None
    return Suggested(rule.code, tuple(Link(f.event, f.case, f.day, 0) for f in hits))


def months_of(period: str) -> tuple[str, ...]:
    """Return the months of a half-year ("2026-H1") or year ("2026"); a month's own is itself."""
    year, _, rest = period.partition("-")
    months = tuple(f"{year}-{n:02}" for n in range(1, 13))
    parts = {"": months, "H1": months[:6], "H2": months[6:]}
    return parts.get(rest, (period,))
