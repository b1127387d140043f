"""The stock of receipt forms of one hall: who holds which numbers, and what became of each (FE03).

Every number is drawn once (领), then held by one cashier, offered to another until he signs for it
(交接), used by one payment (用), cancelled (缴销) or returned to the treasury (缴). Nothing is ever
dropped: a number below a used one that nothing accounts for is a gap. Runs of numbers are kept
merged, so a stock stays small however many receipts were written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

HIGHEST = 99_999_999
MOST_DRAWN = 100_000
_NUMBER = re.compile(r"([A-Za-z0-9.]{1,20})-([0-9]{8})")
_BATCH = re.compile(r"[A-Za-z0-9.]{1,20}")


class Fate(StrEnum):
    """What became of a number."""

    HELD = "held"
    USED = "used"
    CANCELLED = "cancelled"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True, order=True)
class Run:
    """Consecutive numbers of one batch with one fate in one hand.

    Args:
        batch: the code printed on the forms (票据代码).
        first: lowest number.
        last: highest number, included.
        fate: what became of them.
        holder: roster id of who holds them, or held them last.
        offered: roster id of whom they are offered to, "" for none.
    """

    batch: str
    first: int
    last: int
    fate: Fate
    holder: str
    offered: str = ""

    @property
    def count(self) -> int:
        """Return how many numbers there are."""
        return self.last - self.first + 1

    def said(self) -> str:
        """Return the run as it is read out: batch-first, or batch-first–last."""
        begin = receipt_number(self.batch, self.first)
        return begin if self.first == self.last else f"{begin}–{self.last:08d}"


def receipt_number(batch: str, number: int) -> str:
    """Write a receipt's number: batch, hyphen, eight digits."""
    return f"{batch}-{number:08d}"


def parse_receipt(text: str) -> tuple[str, int] | None:
    """Read a receipt's number; None of what is none."""
    found = _NUMBER.fullmatch(text)
    return None if found is None else (found[1], int(found[2]))


def span_is_right(batch: str, first: int, last: int) -> bool:
    """Say whether a batch and its numbers can be forms of a stock."""
    whole = _BATCH.fullmatch(batch) is not None
    return whole and 1 <= first <= last <= HIGHEST and last - first < MOST_DRAWN


@dataclass(frozen=True, slots=True)
class Stock:
    """All runs of one hall, in the order of their numbers. Changing one gives another."""

    runs: tuple[Run, ...] = ()

    def within(self, batch: str, first: int, last: int) -> tuple[Run, ...]:
        """Return the runs, cut to these numbers; numbers never drawn are missing."""
        return tuple(
            replace(run, first=max(run.first, first), last=min(run.last, last))
            for run in self.runs
            if run.batch == batch and run.first <= last and run.last >= first
        )

    def of(self, batch: str, number: int) -> Run | None:
        """Return what became of one number; None: it was never drawn."""
        return next(iter(self.within(batch, number, number)), None)

    def whole(self, batch: str, first: int, last: int) -> bool:
        """Say whether every one of these numbers was drawn."""
        return sum(run.count for run in self.within(batch, first, last)) == last - first + 1

    def held_by(self, person: str) -> tuple[Run, ...]:
        """Return what a person holds and has not offered to another."""
        return tuple(
            r for r in self.runs if r.fate is Fate.HELD and r.holder == person and not r.offered
        )

    def offered_to(self, person: str) -> tuple[Run, ...]:
        """Return what waits for a person's signature."""
        return tuple(run for run in self.runs if run.offered == person)

    def next_of(self, person: str) -> str | None:
        """Return the receipt that a person writes next; None: he holds no form.

        Gaps are not offered again: they wait to be accounted for.
        """
        gaps = set(self.gaps(person))
        free = (run for run in self.held_by(person) if run not in gaps)
        run = next(free, None)
        return None if run is None else receipt_number(run.batch, run.first)

    def gaps(self, person: str | None = None) -> tuple[Run, ...]:
        """Return held numbers that lie below one used by the same hand: nothing explains them."""
        highest: dict[tuple[str, str], int] = {}
        for run in self.runs:
            if run.fate is Fate.USED:
                key = run.batch, run.holder
                highest[key] = max(highest.get(key, 0), run.last)
        return tuple(
            replace(run, last=min(run.last, highest[run.batch, run.holder]))
            for run in self.runs
            if run.fate is Fate.HELD
            and run.first < highest.get((run.batch, run.holder), 0)
            and person in (None, run.holder)
        )

    def drawn(self, batch: str, first: int, last: int, holder: str) -> Stock:
        """Return the stock with forms drawn that were not in it."""
        return _sorted((*self.runs, Run(batch, first, last, Fate.HELD, holder)))

    def turned(self, batch: str, first: int, last: int, **change: str) -> Stock:
        """Return the stock with members of these numbers changed."""
        kept: list[Run] = []
        for run in self.runs:
            if run.batch != batch or run.last < first or run.first > last:
                kept.append(run)
                continue
            if run.first < first:
                kept.append(replace(run, last=first - 1))
            if run.last > last:
                kept.append(replace(run, first=last + 1))
        cut = (_changed(run, change) for run in self.within(batch, first, last))
        return _sorted((*kept, *cut))


def _changed(run: Run, change: dict[str, str]) -> Run:
    return Run(
        run.batch,
        run.first,
        run.last,
        Fate(change.get("fate", run.fate)),
        change.get("holder", run.holder),
        change.get("offered", run.offered),
    )


def _sorted(runs: tuple[Run, ...]) -> Stock:
    """Return runs in order, neighbours of one fate and hand as one."""
    merged: list[Run] = []
    for run in sorted(runs):
        last = merged[-1] if merged else None
        joins = (
            last is not None
            and (last.batch, last.last + 1) == (run.batch, run.first)
            and (last.fate, last.holder, last.offered) == (run.fate, run.holder, run.offered)
        )
        if joins and last is not None:
            merged[-1] = replace(last, last=run.last)
        else:
            merged.append(run)
    return Stock(tuple(merged))
