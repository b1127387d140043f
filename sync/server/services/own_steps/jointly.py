"""Joint cases at the centre: it opens the children, keeps them in step, and tells the lead.

A parent or child that moved is due for the clock at once (`Casework`); nothing is looked for.
What is owed stands in `sync.domain.joint` and `joint_steps`; here it is made and logged, each step
in its own scope, all of one look in one commit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from sync.domain.calendar import china_day
from sync.domain.events import CENTRE_DEVICE, Kind
from sync.domain.ids import MOST_CASES, make_case_number
from sync.domain.joint import children_to_open, children_to_report
from sync.domain.joint_steps import given_up, news_of, owed_to
from sync.server.clock import moment
from sync.server.services.cases.folded import read_case, read_ties
from sync.server.services.cases.numbers import CASE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sync.domain.case import Case
    from sync.domain.joint import ChildPlan
    from sync.server.services.own_steps.hand import Hand
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.cases import CaseRow

_MOST_STEPS = 6  # of one child in one look: receive, materials, accept, supply, opinion, close

log = structlog.get_logger(__name__)


class Jointly:
    """Keeps joint cases together.

    Args:
        policy: what the centre goes by.
        hand: makes the steps.
    """

    def __init__(self, policy: Policy, hand: Hand) -> None:
        self._policy = policy
        self._hand = hand

    def scopes_of(self, tx: Transaction, row: CaseRow) -> frozenset[str]:
        """Return the scopes that a look at a case may write in, its own among them."""
        own, ties = frozenset({row.scope}), read_ties(row)
        if ties.child is not None:
            return own | _scopes(tx, [ties.child.parent])
        if not ties.children:
            return own
        opened = [child.number for child in ties.children if child.number]
        return own.union(self._helpers(row.item), _scopes(tx, opened))

    def _helpers(self, item: str) -> Iterator[str]:
        """Yield where children may yet be opened; those that are stand where their rows say."""
        bundle = self._policy.rules().catalogue.bundles.get(item)
        for helper in () if bundle is None else bundle.helpers:
            if not helper.shared_only:
                yield f"{helper.hall}/{helper.department}"

    def tend(self, tx: Transaction, row: CaseRow, now: int) -> None:
        """Make what is owed because a case moved.

        Args:
            tx: a unit that writes and has the scopes of `scopes_of`.
            row: a parent, a child, or any other case (of which nothing is owed).
            now: ms.
        """
        ties = read_ties(row)
        if ties.child is not None:
            self._child(tx, ties.child.parent, row.number, now)
        elif ties.children:
            self._parent(tx, read_case(row), now)

    # ------------------------------------------------------------ the lead's case

    def _parent(self, tx: Transaction, parent: Case, now: int) -> None:
        rules = self._policy.rules()
        opened = [child.helper for child in parent.children if child.number]
        for plan in () if given_up(parent) else children_to_open(parent, opened, rules):
            self._open(tx, parent.number, plan, now)
        after = _case(tx, parent.number) or parent
        for child in after.children:
            if child.number:
                self._child(tx, parent.number, child.number, now)
        self._report(tx, parent.number, now)

    def _open(self, tx: Transaction, parent: str, plan: ChildPlan, now: int) -> None:
        """Open one child and note its number with the parent, in this commit."""
        hall = plan.scope.partition("/")[0]
        drawn = tx.leases.reserve(CASE, hall, 1, MOST_CASES, now)
        if drawn is None:
            log.error("child not opened: no numbers left", code="centre.numbers_out", hall=hall)
            return  # it is looked at again with the next step of its parent
        number = make_case_number(china_day(moment(now)), hall, drawn[0])
        line = self._hand.open(tx, plan.scope, number, plan.body, now)
        if line is None:
            log.warning("child not opened", parent=parent, helper=plan.helper)
            return
        dev = f"{CENTRE_DEVICE}{self._policy.aud}"
        tx.leases.use_number(CASE, number, dev, line.event)
        self._child(tx, parent, number, now)

    def _report(self, tx: Transaction, number: str, now: int) -> None:
        parent = _case(tx, number)
        if parent is None:
            return
        found = (_case(tx, child.number) for child in parent.children if child.number)
        children = [case for case in found if case is not None]
        for body in children_to_report(parent, children, self._policy.rules()):
            row = tx.cases.get(number)
            if row is not None:
                self._hand.write(tx, row, Kind.CHILD_ENDED, body, now)

    # ------------------------------------------------------------ a child

    def _child(self, tx: Transaction, parent_no: str, number: str, now: int) -> None:
        """Make what a child is owed, and tell its parent what became of it."""
        rules = self._policy.rules()
        for _ in range(_MOST_STEPS):
            parent, row = _case(tx, parent_no), tx.cases.get(number)
            owed = (
                None
                if parent is None or row is None
                else owed_to(parent, read_case(row), rules, moment(now))
            )
            if row is None or owed is None:
                break
            if self._hand.write(tx, row, owed.kind, owed.body, now) is None:
                break
        parent_row, child = tx.cases.get(parent_no), _case(tx, number)
        if parent_row is None or child is None:
            return
        news = news_of(read_case(parent_row), child, rules)
        if news is not None:
            self._hand.write(tx, parent_row, Kind.CHILD_MOVED, news, now)


def _scopes(tx: Transaction, numbers: Sequence[str]) -> frozenset[str]:
    tx.cases.know(numbers)
    found = (tx.cases.get(number) for number in numbers)
    return frozenset(row.scope for row in found if row is not None)


def _case(tx: Transaction, number: str) -> Case | None:
    row = tx.cases.get(number)
    return None if row is None else read_case(row)
