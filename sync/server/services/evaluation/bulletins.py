"""The weekly bulletin (每周通报, TM17): a week's figures, a remark, a release.

Made by the centre on Monday, at its first look, about the week before. What it says is kept: a
bulletin read later says what it said then. Supervisors write the remark and release it; from then
on it stands for everybody and is not changed any more.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec

from sync.domain.calendar import china_day
from sync.domain.figures.counters import Counts, per_mille
from sync.domain.figures.scoring import ScoreFailure
from sync.domain.statistics import By, Span, first_day
from sync.domain.supervising import Act
from sync.protocol.errors import WireError
from sync.server.clock import moment
from sync.server.services.figures.reckoning import Group
from sync.server.services.rows.figures import Cut
from sync.server.services.rows.scores import BulletinRow
from sync.typed import from_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.server.clock import Clock
    from sync.server.services.entry.console import Visitor
    from sync.server.services.figures.reckoning import Reckoning
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy

TEXT_MAX = 2000
LISTED = 60
_BREACHES = ("refused:", "found:", "upheld:", "disputed:", "escalated", "urged:red")
_NAMED = 3  # best and worst


@dataclass(frozen=True, slots=True)
class Office:
    """One department's week; `owed` replies and lights are as of the moment it was made."""

    scope: str
    name: str
    counts: Counts
    lights: dict[str, int]
    owed: int
    breaches: dict[str, int]

    @property
    def rate(self) -> int | None:
        """Return the on-time rate, ‰."""
        return per_mille(self.counts, "on_time")


@dataclass(frozen=True, slots=True)
class Week:
    """What a bulletin says, as kept."""

    first: date
    last: date
    offices: tuple[Office, ...]

    @property
    def whole(self) -> Counts:
        """Return everybody's counts."""
        total = Counts()
        for office in self.offices:
            total += office.counts
        return total

    @property
    def owed(self) -> int:
        """Return how many replies are owed."""
        return sum(office.owed for office in self.offices)

    @property
    def lights(self) -> dict[str, int]:
        """Return open cases by light."""
        return dict(sum((Counter(office.lights) for office in self.offices), Counter()))

    @property
    def breaches(self) -> tuple[tuple[str, int], ...]:
        """Return what was found, most often first."""
        every = sum((Counter(office.breaches) for office in self.offices), Counter[str]())
        return tuple(sorted(every.items(), key=lambda each: (-each[1], each[0])))

    @property
    def best(self) -> tuple[Office, ...]:
        """Return the offices that kept their limits best: no worse than all together."""
        mean = per_mille(self.whole, "on_time") or 1
        good = [office for office in self._decided if (office.rate or 0) >= mean]
        return tuple(sorted(good, key=lambda o: (-(o.rate or 0), _bad(o)))[:_NAMED])

    @property
    def worst(self) -> tuple[Office, ...]:
        """Return those who kept them worst and are not among the best, worst first."""
        best = {office.scope for office in self.best}
        last = [office for office in self._decided if office.scope not in best]
        return tuple(sorted(last, key=lambda o: ((o.rate or 0), -_bad(o)))[:_NAMED])

    @property
    def _decided(self) -> list[Office]:
        return [office for office in self.offices if office.counts.decided]


def _bad(office: Office) -> int:
    return sum(office.breaches.values()) + office.owed


class Bulletins:
    """Makes, keeps and releases bulletins."""

    def __init__(self, policy: Policy, clock: Clock, reckoning: Reckoning) -> None:
        self._policy = policy
        self._clock = clock
        self._reckoning = reckoning

    def owed(self, tx: Transaction) -> date | None:
        """Return the Monday of the week that is over and has no bulletin; None: nothing is owed.

        A week before the first counted line has none.
        """
        today, first = china_day(moment(self._clock.now_ms())), tx.figures.first_day()
        week = first_day(today, By.WEEK) - timedelta(days=7)
        if first is None or date.fromisoformat(first) > week + timedelta(days=6):
            return None
        return None if tx.scores.bulletin(week.isoformat()) is not None else week

    def week(self, tx: Transaction, first: date) -> Week:
        """Return a week's figures as they stand now."""
        span = Span(first, first + timedelta(days=6))
        scopes = tuple(scope for scope in self._policy.scopes_known() if _office(scope))
        rows = self._reckoning.rows(tx, Cut((), scopes), span, Group.DEPARTMENT)
        counts = {row.key: row.counts for row in rows[:-1]}
        days = (first.isoformat(), span.last.isoformat())
        breaches: dict[str, Counter[str]] = {scope: Counter() for scope in scopes}
        for fact in tx.figures.facts(scopes, *days):
            found = (s for s in fact.signals.split() if s.startswith(_BREACHES))
            breaches[fact.scope].update(found)
        now = self._clock.now_ms()
        offices = []
        for scope in scopes:
            owed = sum(
                n
                for state, n in tx.supervision.pressing_counts((scope,), now).items()
                if state in {"open", "late"}
            )
            lights = tx.cases.lights((scope,))
            counted = counts.get(scope, Counts())
            if counted != Counts() or lights or owed or breaches[scope]:
                name = self._reckoning.name(Group.DEPARTMENT, scope)[0]
                offices.append(Office(scope, name, counted, lights, owed, dict(breaches[scope])))
        return Week(first, span.last, tuple(offices))

    def keep(self, tx: Transaction, week: Week) -> bool:
        """Keep a week's bulletin, once."""
        body = msgspec.json.encode(week).decode()
        row = BulletinRow(week.first.isoformat(), body, "", self._clock.now_ms())
        return tx.scores.add_bulletin(row)

    @staticmethod
    def listed(tx: Transaction, visitor: Visitor | None) -> list[BulletinRow]:
        """Return the newest bulletins; drafts only to those who rate."""
        rates = visitor is not None and visitor.may(Act.RATE)
        return [row for row in tx.scores.bulletins(LISTED) if rates or row.released]

    def read(self, tx: Transaction, visitor: Visitor, week: str) -> BulletinRow:
        """Return a bulletin, a draft only to those who rate.

        Raises:
            WireError: not_found.
        """
        row = tx.scores.bulletin(week)
        if row is None or not (row.released or visitor.may(Act.RATE)):
            raise WireError("wire.not_found")
        return row

    def remark(self, tx: Transaction, visitor: Visitor, week: str, text: str) -> None:
        """Write the remark.

        Raises:
            WireError: forbidden, not_found, malformed: too long.
            ScoreFailure: scores.released: it is not changed any more.
        """
        visitor.of(Act.RATE)
        row = self._open(tx, week)
        if len(text) > TEXT_MAX:
            raise WireError("wire.malformed")
        said = text.replace("\r\n", "\n").strip()
        tx.scores.save_bulletin(replace(row, remark=said, remarked_by=visitor.person))

    def release(self, tx: Transaction, visitor: Visitor, week: str) -> None:
        """Release a bulletin for everybody.

        Raises:
            WireError: forbidden, not_found.
            ScoreFailure: scores.released.
        """
        visitor.of(Act.RATE)
        row = self._open(tx, week)
        now = self._clock.now_ms()
        tx.scores.save_bulletin(replace(row, released_by=visitor.person, released=now))

    def _open(self, tx: Transaction, week: str) -> BulletinRow:
        row = tx.scores.bulletin(week)
        if row is None:
            raise WireError("wire.not_found")
        if row.released:
            raise ScoreFailure("scores.released")
        return row


def week_of(row: BulletinRow) -> Week:
    """Read what a bulletin says."""
    return from_json(row.body, Week)


def seen(week: Week, scopes: Sequence[str]) -> Week:
    """Return a week with the offices of some scopes alone."""
    return replace(week, offices=tuple(o for o in week.offices if o.scope in scopes))


def _office(scope: str) -> bool:
    return "/" in scope and not scope.startswith("hall/")
