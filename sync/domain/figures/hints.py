"""Hints for doing a flow another way, out of how long its steps took (PE13). No verdict on anybody.

Each rule stands here once with its threshold; a page shows the figures that a hint comes from. What
is rare says nothing: below `LEAST` times there is no hint.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sync.domain.figures.spreads import Spread

LEAST = 20  # times
LEAST_WAITS = 5  # of a joint case there are fewer
TAIL = 4  # nine in ten within so many times the median
HALF = 500  # ‰ of all the time of a flow
TWICE = 2
AT_ONCE_MIN = 60  # office minutes
_QUICK_MIN = 30  # a tail below half an hour is nobody's trouble


@dataclass(frozen=True, slots=True)
class Took:
    """How long one step, wait or part of a case's life took, of one item or office."""

    step: str
    key: str
    spread: Spread


@dataclass(frozen=True, slots=True)
class Hint:
    """One hint: minutes of office time, `share` in ‰, 0 where a rule has none."""

    code: str
    step: str
    key: str
    n: int
    median: int = 0
    p90: int = 0
    share: int = 0


def hints_of(
    times: Sequence[Took], *, items: bool = False, immediate: frozenset[str] = frozenset()
) -> tuple[Hint, ...]:
    """Return what the times of a span hint at, the largest share of time first within a rule.

    Args:
        times: all that is known of the span, by one kind of key.
        items: the keys are items.
        immediate: the items that are decided at once already.
    """
    found = [*_where_time_goes(times), *_waits(times), *_tails(times), *_before(times)]
    if items:
        found += _could_be_at_once(times, immediate)
    return tuple(found)


def _where_time_goes(times: Iterable[Took]) -> Iterator[Hint]:
    """Find a step that takes half of all the time between steps, of at least three."""
    by_key: defaultdict[str, list[Took]] = defaultdict(list)
    for each in times:
        if "." not in each.step and each.spread.n:
            by_key[each.key].append(each)
    for key, steps in sorted(by_key.items()):
        whole = sum(each.spread.total_ms for each in steps)
        longest = max(steps, key=lambda each: (each.spread.total_ms, each.step))
        if len(steps) > TWICE and whole and longest.spread.n >= LEAST:
            share = 1000 * longest.spread.total_ms // whole
            if share >= HALF:
                yield _hint("dominates", longest, key, share=share)


def _waits(times: Iterable[Took]) -> Iterator[Hint]:
    """Find an office that lets a joint case wait twice as long as the others together do."""
    by_step: defaultdict[str, list[Took]] = defaultdict(list)
    for each in times:
        if each.step.startswith("wait."):
            by_step[each.step].append(each)
    for _, offices in sorted(by_step.items()):
        for each in offices:
            others = [other.spread for other in offices if other is not each]
            n = sum(other.n for other in others)
            mean = sum(other.total_ms for other in others) // n if n else 0
            own = each.spread.total_ms // each.spread.n if each.spread.n else 0
            if each.spread.n >= LEAST_WAITS and mean and own >= TWICE * mean:
                yield _hint("office", each, each.key, share=1000 * own // mean)


def _tails(times: Iterable[Took]) -> Iterator[Hint]:
    """Find steps that are mostly quick and for one case in ten are not."""
    for each in times:
        median, p90 = each.spread.median or 0, each.spread.p90 or 0
        slow = p90 >= max(_QUICK_MIN, TAIL * median)
        if "." not in each.step and each.spread.n >= LEAST and slow:
            yield _hint("tail", each, each.key)


def _before(times: Iterable[Took]) -> Iterator[Hint]:
    """Find flows that take longer before acceptance than from there to the decision."""
    life = {(each.step, each.key): each for each in times if each.step.startswith("life.")}
    for (step, key), each in sorted(life.items()):
        decide = life.get(("life.decide", key))
        if step != "life.accept" or decide is None:
            continue
        enough = min(each.spread.n, decide.spread.n) >= LEAST
        if enough and (each.spread.mean or 0) > max(_QUICK_MIN, decide.spread.mean or 0):
            yield _hint("before", each, key)


def _could_be_at_once(times: Iterable[Took], immediate: frozenset[str]) -> Iterator[Hint]:
    """Find promised items nine in ten of which are decided within an hour."""
    for each in times:
        if each.step == "life.decide" and each.key not in immediate and each.spread.n >= LEAST:
            p90 = each.spread.p90
            if p90 is not None and p90 <= AT_ONCE_MIN:
                yield _hint("at_once", each, each.key)


def _hint(code: str, each: Took, key: str, share: int = 0) -> Hint:
    spread = each.spread
    return Hint(code, each.step, key, spread.n, spread.median or 0, spread.p90 or 0, share)
