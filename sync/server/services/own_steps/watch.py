"""The clock's work on one case: what the law does by itself, lights, urges (rules.md §3, §4).

The clock is an index, not a loop over cases: a case comes here when its next moment has come, and
leaves with a later one. Every warning is claimed by a unique key first, so it is given once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from sync.domain.calendar import china_day
from sync.domain.case import State
from sync.domain.catalogue import Unit
from sync.domain.events import Kind
from sync.domain.fast_track import leaders_of
from sync.domain.lights import colour, light_of
from sync.domain.schemes import Colour, Reach
from sync.domain.time_limit import Due, clock
from sync.server.clock import milliseconds, moment
from sync.server.services.cases.casework import calendar_of
from sync.server.services.cases.folded import read_case
from sync.server.services.own_steps.addressing import LEVELS, Addressing, next_level
from sync.server.services.own_steps.jointly import Jointly
from sync.server.services.record.findings import note_case, note_unreckoned, open_inquiry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sync.domain.case import Debt
    from sync.domain.rules import Rules
    from sync.domain.schemes import LightRule
    from sync.server.services.cases.casework import Casework
    from sync.server.services.own_steps.hand import Hand
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.cases import CaseRow

SLICE = 50  # a case takes some 1.7 ms, and a push that comes meanwhile waits for all of them
PUT_BY_MS = 3_600_000  # a case that cannot be reckoned is looked at again after this
#: Limits beside a case's own that are somebody's to keep, and warned of like its own.
_BESIDE = frozenset({"pending", "helper", "hearing.hold", "inspectors", "service"})
_PROLONGED_OFTEN = 2
_PRESSING = {"yellow": Colour.YELLOW, "red": Colour.RED}


class Watch:
    """Looks after cases whose moment has come."""

    def __init__(self, policy: Policy, casework: Casework, hand: Hand) -> None:
        self._policy = policy
        self._casework = casework
        self._hand = hand
        self._jointly = Jointly(policy, hand)
        self._addressing = Addressing(policy)

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
            self._look_after(tx, found, now, taken)
        return len(rows)

    def due(self, tx: Transaction, now: int) -> list[CaseRow]:
        """Return the cases of the next sweep as they are stored; none of them is read."""
        return tx.cases.due(now, SLICE, tx.cases.due_scopes(now, SLICE))

    def scopes_of(self, tx: Transaction, row: CaseRow) -> frozenset[str]:
        """Return the scopes that `alone` takes for a case."""
        return self._jointly.scopes_of(tx, row)

    def alone(self, tx: Transaction, number: str, now: int, scopes: Iterable[str]) -> None:
        """Look after one case, if it is due yet, in a unit that writes and has scopes."""
        row = tx.cases.get(number)
        if row is not None and row.next_moment is not None and row.next_moment <= now:
            self._look_after(tx, row, now, frozenset(scopes))

    def put_by(self, tx: Transaction, number: str, now: int) -> None:
        """Let a case that cannot be reckoned wait, and tell of it once for its newest step.

        Nothing of the case is read: that may be what went wrong.
        """
        row = tx.cases.get(number)
        if row is None or row.closed:
            return
        tx.cases.save(msgspec.structs.replace(row, next_moment=now + PUT_BY_MS))
        note_unreckoned(tx, row, now)

    def _look_after(self, tx: Transaction, row: CaseRow, now: int, taken: frozenset[str]) -> None:
        # One that came due since waits for the next sweep, which takes its scopes too.
        if self._jointly.scopes_of(tx, row) <= taken:
            self._jointly.tend(tx, row, now)
            self.tend(tx, tx.cases.get(row.number) or row, now)

    def tend(self, tx: Transaction, row: CaseRow, now: int) -> CaseRow:
        """Let happen what is due for a case, warn, and set its next moment."""
        for kind in self._own_steps(row, now):
            self._hand.write(tx, row, kind, {}, now)
            row = tx.cases.get(row.number) or row
        self._warn(tx, row, now)
        self._escalate(tx, tx.cases.get(row.number) or row, now)
        self._look_at_suspension(tx, tx.cases.get(row.number) or row, now)
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
        counted = clock(case, rules)
        found = light_of(case, counted, rules, moment(now))
        shown = (
            (found.light, found.due, Reach.CASE),
            (found.step_light, found.step_due, Reach.STEP),
        )
        beside = (
            (colour(due, moment(now)), due, Reach.CASE)
            for due in counted.dues
            if due.limit in _BESIDE and due is not found.due
        )
        for light, due, reach in (*shown, *beside):
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
            "reply_by": self._addressing.reply_by(row, reply_wd, now),
            "to": self._addressing.told(row, channels, now),
        }
        case = read_case(row)
        if case.fast_track:  # its leader follows it from the first warning on (TM20, 跟踪督办)
            leaders = leaders_of(case, self._policy.rules(), moment(now))
            content["to"] = sorted({*content["to"], *(each.person for each in leaders)})
        if level is Colour.YELLOW and rule is not None and rule.escalates_to:
            content["owes"] = True  # the scheme gives its yellow warning a next level
        self._hand.write(tx, tx.cases.get(row.number) or row, Kind.URGE, content, now)

    # ------------------------------------------------------------ unanswered

    def _escalate(self, tx: Transaction, row: CaseRow, now: int) -> None:
        """Raise every explanation or reply that is overdue by one level, once for each level."""
        case, rules = read_case(row), self._policy.rules()
        for debt in case.debts:
            if debt.reply_by is None or moment(now) <= debt.reply_by:
                continue
            rule = _debt_rule(rules, debt)
            level = next_level(debt.level, () if rule is None else rule.escalates_to)
            if level is None:
                continue
            key = (row.number, f"reply {debt.ref}", level, calendar_of(case, rules))
            if not tx.cases.claim_warning(key, now):
                continue
            wd = rules.switches.reply_wd if rule is None else rule.reply_wd
            content = {
                "ref": debt.ref,
                "level": level,
                "reply_by": self._addressing.reply_by(row, wd, now),
                "to": self._addressing.level(row, level, now),
            }
            line = self._hand.write(tx, row, Kind.ESCALATE, content, now)
            if line is not None and level == LEVELS[-1]:
                open_inquiry(tx, row, line.event, "unanswered", now)
            row = tx.cases.get(row.number) or row

    # ------------------------------------------------------------ suspended for too long

    def _look_at_suspension(self, tx: Transaction, row: CaseRow, now: int) -> None:
        """Find a stop that is told to last longer than the law gives for all, or ever longer."""
        case, rules = read_case(row), self._policy.rules()
        stop, item = case.suspension, rules.item_of(case.item, case.item_version)
        if stop is None or item is None:
            return
        calendar = rules.calendars.of_department(case.department, case.hall)
        days = calendar.between(china_day(stop.at), stop.until)
        most = item.statutory or item.promised
        long = most.unit is Unit.WORKING and days > most.amount
        if not long and stop.prolonged < _PROLONGED_OFTEN:
            return
        key = (row.number, f"suspension {stop.step} {stop.prolonged}", "finding", "")
        if tx.cases.claim_warning(key, now):
            note_case(tx, row, stop.step, "suspension_overlong", now, days=days)


def _about(due: Due) -> str:
    """Return what a warning is about: a limit that was moved is another one."""
    return f"{due.limit} {due.ref} {milliseconds(due.at)}"


def _rule(rules: Rules, level: Colour, reach: Reach) -> LightRule | None:
    return next(iter(rules.scheme.rules_for(level, reach)), None)


def _debt_rule(rules: Rules, debt: Debt) -> LightRule | None:
    """Return the scheme's rule that says where an unanswered warning goes; an order's is red's."""
    colour = Colour.YELLOW if debt.level == Colour.YELLOW else Colour.RED
    return rules.scheme.rule_for(colour)
