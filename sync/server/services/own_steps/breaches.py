"""What the scheme in force says of breaches: warned of by the centre itself, inquired into (TM06).

A rule of a scheme names violations' codes, a colour, whom it tells and by when they answer; a red
one opens an inquiry besides, which only a supervisor closes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sync.domain.events import Kind
from sync.domain.schemes import Colour
from sync.server.services.own_steps.addressing import Addressing
from sync.server.services.record.findings import note_unreckoned, open_inquiry
from sync.server.services.rows.supervision import BREACH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync.domain.schemes import LightRule
    from sync.server.services.own_steps.hand import Hand
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.supervision import FindingEntry

SLICE = 50
PUT_BY_MS = 3_600_000  # one that cannot be warned of is tried again after this
BACK_MS = 86_400_000  # what is older was there before its rule was


class Breaches:
    """Warns of findings whose codes the scheme names, once each."""

    def __init__(self, policy: Policy, hand: Hand) -> None:
        self._policy = policy
        self._hand = hand
        self._addressing = Addressing(policy)
        self._put_by: dict[int, int] = {}  # finding → when it is tried again, in this process

    def scopes(self, tx: Transaction, now: int) -> frozenset[str]:
        """Return the scopes of the cases that the next sweep is about."""
        return frozenset(each.scope for each in self._found(tx, now))

    def sweep(self, tx: Transaction, now: int, scopes: Iterable[str]) -> int:
        """Warn of what was found in scopes that the unit has; return of how many."""
        taken = frozenset(scopes)
        found = [each for each in self._found(tx, now) if each.scope in taken]
        for each in found:
            self._look_at(tx, each, now)
        return len(found)

    def due(self, tx: Transaction, now: int) -> list[FindingEntry]:
        """Return what the next sweep is about; nothing of the cases is read."""
        return self._found(tx, now)

    def alone(self, tx: Transaction, found: FindingEntry, now: int) -> None:
        """Warn of one finding, in a unit that writes and has its scope."""
        self._look_at(tx, found, now)

    def put_by(self, tx: Transaction, found: FindingEntry, now: int) -> None:
        """Let a finding wait that cannot be warned of; tell of its case once for its newest step.

        Nothing of the case but its row is read: that may be what went wrong.
        """
        later = {each: again for each, again in self._put_by.items() if again > now}
        self._put_by = {**later, found.id: now + PUT_BY_MS}
        row = None if found.case_no is None else tx.cases.get(found.case_no)
        if row is not None:
            note_unreckoned(tx, row, now)

    def _found(self, tx: Transaction, now: int) -> list[FindingEntry]:
        codes = self._policy.rules().scheme.breaches
        waiting = [each for each, again in self._put_by.items() if again > now]
        return tx.supervision.breaches(codes, now - BACK_MS, SLICE, waiting) if codes else []

    def _look_at(self, tx: Transaction, found: FindingEntry, now: int) -> None:
        rule = self._policy.rules().scheme.breach_rule(found.code)
        if rule is not None and found.case_no is not None:
            self._warn(tx, found, found.case_no, rule, now)

    def _warn(
        self, tx: Transaction, found: FindingEntry, number: str, rule: LightRule, now: int
    ) -> None:
        row = tx.cases.get(number)
        key = (number, f"{BREACH}{found.name}", rule.colour.value, found.code)
        if not tx.cases.claim_warning(key, now) or row is None or row.scope != found.scope:
            return
        content: dict[str, Any] = {
            "level": rule.colour.value,
            "breach": found.code,
            "reply_by": self._addressing.reply_by(row, rule.reply_wd, now),
            "to": self._addressing.told(row, rule.channels, now),
        }
        if rule.colour is Colour.YELLOW and rule.escalates_to:
            content["owes"] = True
        line = self._hand.write(tx, row, Kind.URGE, content, now)
        if line is not None and rule.colour is Colour.RED:
            open_inquiry(tx, row, line.event, found.code, now)
