"""The clock's work on one case: what the law does by itself, lights, urges (rules.md §3, §4).

The clock is an index, not a loop over cases: a case comes here when its next moment has come, and
leaves with a later one. Every warning is claimed by a unique key first, so it is given once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sync.domain.authority import Role, Standing, at_moment
from sync.domain.case import State
from sync.domain.catalogue import Limit, Unit
from sync.domain.events import Kind
from sync.domain.lights import light_of
from sync.domain.schemes import Colour, Reach
from sync.domain.spans import count
from sync.domain.time_limit import Due, clock
from sync.server.clock import milliseconds, moment
from sync.server.services.cases.casework import calendar_of
from sync.server.services.cases.folded import read_case
from sync.server.services.own_steps.jointly import Jointly

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sync.domain.rules import Rules
    from sync.domain.schemes import LightRule
    from sync.server.services.cases.casework import Casework
    from sync.server.services.own_steps.hand import Hand
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.cases import CaseRow

SLICE = 200
_PRESSING = {"yellow": Colour.YELLOW, "red": Colour.RED}
_ROLES = frozenset(role.value for role in Role)
_LEVELS = ("department", "hall", "supervision")


class Watch:
    """Looks after cases whose moment has come."""

    def __init__(self, policy: Policy, casework: Casework, hand: Hand) -> None:
        self._policy = policy
        self._casework = casework
        self._hand = hand
        self._jointly = Jointly(policy, hand)

    def due_scopes(self, tx: Transaction, now: int) -> frozenset[str]:
        """Return the scopes that the next sweep is about: it takes them first of all."""
        scopes = tx.cases.due_scopes(now, SLICE)
        due = tx.cases.due(now, SLICE, scopes)
        return scopes.union(*(self._jointly.scopes_of(tx, row) for row in due))

    def sweep(self, tx: Transaction, now: int, scopes: Iterable[str]) -> int:
        """Look after the cases that are due, at most SLICE of them; return how many there were.

        Another process that was after the same cases holds their scopes, and leaves nothing due.
        """
        taken = frozenset(scopes)
        rows = tx.cases.due(now, SLICE, taken)
        for found in rows:
            # One that came due since waits for the next sweep, which takes its scopes too.
            if self._jointly.scopes_of(tx, found) <= taken:
                self._jointly.tend(tx, found, now)
                self.tend(tx, tx.cases.get(found.number) or found, now)
        return len(rows)

    def tend(self, tx: Transaction, row: CaseRow, now: int) -> CaseRow:
        """Let happen what is due for a case, warn, and set its next moment."""
        for kind in self._own_steps(row, now):
            self._hand.write(tx, row, kind, {}, now)
            row = tx.cases.get(row.number) or row
        self._warn(tx, row, now)
        self._escalate(tx, tx.cases.get(row.number) or row, now)
        return self._casework.turn(tx, tx.cases.get(row.number) or row, now)

    def _own_steps(self, row: CaseRow, now: int) -> Iterator[str]:
        """Yield the steps that the law may make by itself; the rules refuse what is too early."""
        case = read_case(row)
        if case.state is State.REGISTERED and case.child is None:
            visit = clock(case, self._policy.rules()).due("visit")
            if visit is not None and moment(now) > visit.at:
                yield Kind.LEAVE
        if case.state is State.RECEIVED and case.child is None:  # a child waits for its lead
            yield Kind.DEEM_ACCEPTED
        if case.suspension is not None:
            yield Kind.RESUME
        if case.about is not None and case.about.expires is not None:
            yield Kind.DEEM_RENEWED

    # ------------------------------------------------------------ warnings

    def _warn(self, tx: Transaction, row: CaseRow, now: int) -> None:
        case, rules = read_case(row), self._policy.rules()
        found = light_of(case, clock(case, rules), rules, moment(now))
        shown = (
            (found.light, found.due, Reach.CASE),
            (found.step_light, found.step_due, Reach.STEP),
        )
        for light, due, reach in shown:
            level = _PRESSING.get(light.value)
            if level is None or due is None or due.limit == "visit":
                continue
            key = (row.number, _about(due), level.value, calendar_of(case, rules))
            if tx.cases.claim_warning(key, now):
                self._urge(tx, row, due, _rule(rules, level, reach), level, now)

    def _urge(
        self,
        tx: Transaction,
        row: CaseRow,
        due: Due,
        rule: LightRule | None,
        level: Colour,
        now: int,
    ) -> None:
        reply_wd = 1 if rule is None else rule.reply_wd
        channels = ("window", "person") if rule is None else rule.channels
        content: dict[str, Any] = {
            "level": level.value,
            "limit": due.limit,
            "due": milliseconds(due.at),
            "reply_by": self._reply_by(row, reply_wd, now),
            "to": sorted(set(self._addressed(row, channels, now))),
        }
        self._hand.write(tx, tx.cases.get(row.number) or row, Kind.URGE, content, now)

    def _reply_by(self, row: CaseRow, working_days: int, now: int) -> int:
        rules = self._policy.rules()
        calendar = rules.calendars.of_hall(row.hall)
        limit = Limit(Unit.WORKING, max(1, working_days))
        return milliseconds(count(limit, moment(now), calendar, rules.switches).at)

    def _addressed(self, row: CaseRow, channels: tuple[str, ...], now: int) -> Iterator[str]:
        """Yield who is told: persons by roster id, "window" for whoever is at the desk."""
        for channel in channels:
            if channel == "window":
                yield channel
            elif channel == "person":
                if row.holder:
                    yield row.holder
            elif channel in _ROLES:
                yield from self._holding(Role(channel), row.scope, now)

    def _holding(self, role: Role, scope: str, now: int) -> Iterator[str]:
        authority, when = self._policy.rules().authority, at_moment(moment(now))
        for person in authority.grants:
            right = authority.right(person, (role,), scope, None, when)
            if right.standing is Standing.HELD:
                yield person

    # ------------------------------------------------------------ unanswered

    def _escalate(self, tx: Transaction, row: CaseRow, now: int) -> None:
        """Raise every explanation or reply that is overdue by one level, once for each level."""
        case, rules = read_case(row), self._policy.rules()
        for debt in case.debts:
            if debt.reply_by is None or moment(now) <= debt.reply_by:
                continue
            level = _next_level(debt.level)
            key = (row.number, f"reply {debt.ref}", level, calendar_of(case, rules))
            if level != debt.level and tx.cases.claim_warning(key, now):
                reply_by = self._reply_by(row, rules.switches.reply_wd, now)
                content = {"ref": debt.ref, "level": level, "reply_by": reply_by}
                self._hand.write(tx, row, Kind.ESCALATE, content, now)
                row = tx.cases.get(row.number) or row


def _about(due: Due) -> str:
    """Return what a warning is about: a limit that was moved is another one."""
    return f"{due.limit} {due.ref} {milliseconds(due.at)}"


def _rule(rules: Rules, level: Colour, reach: Reach) -> LightRule | None:
    return next(iter(rules.scheme.rules_for(level, reach)), None)


def _next_level(level: str) -> str:
    if level not in _LEVELS:
        return _LEVELS[0]
    return _LEVELS[min(_LEVELS.index(level) + 1, len(_LEVELS) - 1)]
