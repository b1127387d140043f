"""How many seconds one's own steps take, by week: kept in this store alone, never sent.

For the clerk himself. What is kept lies outside the synced set (`meta`), under the person, and is
read by nobody else who logs in here; no event and no log of the program holds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

import msgspec

from sync.domain.calendar import china_day
from sync.domain.statistics import By, first_day
from sync.typed import from_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.session.workplace import Workplace

LONGEST_S = 1800
"""Longer than half an hour is no step's work: somebody was called away."""
WEEKS = 8
_MOST = 500  # of one step in one week


@dataclass(frozen=True, slots=True)
class PaceRow:
    """One kind of step: the median in whole seconds of each week, None where it was not made."""

    kind: str
    medians: tuple[int | None, ...]
    count: int


@dataclass(frozen=True, slots=True)
class PaceView:
    """One's own pace: `weeks` are Mondays as ISO, oldest first."""

    weeks: tuple[str, ...] = ()
    rows: tuple[PaceRow, ...] = ()


@dataclass(slots=True)
class _Kept:
    """week → kind → seconds, as measured."""

    weeks: dict[str, dict[str, list[int]]] = field(default_factory=dict)


class Pace:
    """Notes and tells one's own pace; every method needs an open session."""

    def __init__(self, place: Callable[[], Workplace]) -> None:
        self._place = place

    async def note(self, kind: str, seconds: float) -> None:
        """Keep how long one step took, from its page to its being durable."""
        if 0 < seconds <= LONGEST_S:
            place = self._place()
            await place.on_store(_note, place, kind, round(seconds))

    async def view(self) -> PaceView:
        """Return the medians of the last weeks."""
        place = self._place()
        kept = await place.on_store(_read, place)
        weeks = tuple(sorted(kept.weeks))
        kinds = {kind for week in kept.weeks.values() for kind in week}
        rows = (_row(kind, weeks, kept) for kind in kinds)
        return PaceView(weeks, tuple(sorted(rows, key=lambda row: (-row.count, row.kind))))

    async def forget(self) -> None:
        """Forget everything that was measured of this person."""
        place = self._place()
        await place.on_store(_write, place, _Kept())


def _row(kind: str, weeks: tuple[str, ...], kept: _Kept) -> PaceRow:
    seconds = [kept.weeks[week].get(kind, []) for week in weeks]
    medians = tuple(round(median(each)) if each else None for each in seconds)
    return PaceRow(kind, medians, sum(map(len, seconds)))


def _key(place: Workplace) -> str:
    return f"pace.{place.session.person}"


def _read(place: Workplace) -> _Kept:
    """Read what is kept; what no longer fits is nothing worth a failure. Store lane."""
    text = place.store.get_meta(_key(place))
    if text is None:
        return _Kept()
    try:
        return from_json(text, _Kept)
    except msgspec.DecodeError:
        return _Kept()


def _write(place: Workplace, kept: _Kept) -> None:
    place.store.put_meta(_key(place), msgspec.json.encode(kept))


def _note(place: Workplace, kind: str, seconds: int) -> None:
    """Add one figure and let old weeks go. Store lane."""
    kept, today = _read(place), china_day(place.now())
    monday = first_day(today, By.WEEK)
    oldest = (monday - timedelta(weeks=WEEKS - 1)).isoformat()
    kept.weeks = {week: kinds for week, kinds in kept.weeks.items() if week >= oldest}
    of_kind = kept.weeks.setdefault(monday.isoformat(), {}).setdefault(kind, [])
    of_kind.append(seconds)
    del of_kind[:-_MOST]
    _write(place, kept)
