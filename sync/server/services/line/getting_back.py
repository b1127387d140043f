"""What this centre lost and its upper one had kept: back into its places (docs/adr/032).

The upper centre is believed no more than a window: all that counts is a head that this centre's own
log key signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from sync.proof.outcomes import root_of
from sync.server.services.line.returning import Forked, Put
from sync.server.services.record.findings import note, note_seldom

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sync.protocol.returned_messages import ReturnedLines
    from sync.server.clock import Clock
    from sync.server.services.line.returning import Returning
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.record.scopes import Scopes

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Got:
    """What a unit put back: how far each scope has come, how many lines; where it found a fork."""

    sizes: dict[str, int]
    took: int
    forked: Forked | None = None


class GettingBack:
    """Takes lines from above; of each scope's return one finding a unit."""

    def __init__(self, policy: Policy, scopes: Scopes, returning: Returning, clock: Clock) -> None:
        self._policy = policy
        self._scopes = scopes
        self._returning = returning
        self._clock = clock

    @property
    def aud(self) -> str:
        """Return this centre's id, "" before genesis."""
        return self._policy.aud

    def size(self, tx: Transaction, scope: str) -> int:
        """Return how many lines of a scope are here."""
        head = tx.log.peek(scope)
        return 0 if head is None else head.size

    def signed(self, scope: str, sth: str) -> tuple[str, int]:
        """Return whose head this is (this centre's id), and over how many lines it stands.

        Raises:
            ReaderError: no log key of this centre signed it. ProofError: of another scope.
        """
        head, _ = self._returning.signed(sth, scope)
        return head.aud, head.size

    def leads(
        self, tx: Transaction, upper: str, scope: str, sth: str, leaves: Sequence[bytes]
    ) -> Forked | None:
        """Say whether all leaves up to a head follow what is here; note it where they do not.

        Args:
            tx: a unit that writes and has the scope.
            upper: what the upper centre is called.
            scope: see `signed`.
            sth: see `signed`.
            leaves: the last of those that the head stands over; the first may be here already.
        """
        head, _ = self._returning.signed(sth, scope)
        frontier = self._scopes.frontier(tx, scope)
        here, known = frontier.size, len(leaves) - (head.size - frontier.size)
        if known >= 0:
            for leaf in leaves[known:]:
                frontier = frontier.append(leaf)
            if (frontier.size, frontier.root()) == (head.size, root_of(head)):
                return None
        forked = Forked(head, here)
        self._note(tx, upper, forked)
        return forked

    def lines(self, tx: Transaction, upper: str, calls: Iterable[ReturnedLines]) -> Got:
        """Put slices of scopes back, in the order given, up to the first that does not follow.

        Args:
            tx: a unit that writes and has the scopes of `moved_by`.
            upper: what the upper centre is called.
            calls: see ReturnedLines.

        Raises:
            as services.line.returning.Returning.put.
        """
        back: dict[str, Put] = {}
        forked = None
        for call in calls:
            put = self._returning.put(tx, call)
            if isinstance(put, Forked):
                self._note(tx, upper, put)
                forked = put
                break
            before = back.get(call.scope)
            first, took = (put.first, 0) if before is None else (before.first, before.took)
            back[call.scope] = Put(call.scope, first, put.size, took + put.took)
        now = self._clock.now_ms()
        for scope, put in back.items():
            if put.took:
                note(tx, "lines_back_above", now, dev=upper, scope=scope, **put.said())
                code = "centre.lines_back_above"
                log.warning("lines came back", code=code, upper=upper, **put.said())
        took = sum(put.took for put in back.values())
        return Got({scope: put.size for scope, put in back.items()}, took, forked)

    def moved_by(self, calls: Iterable[ReturnedLines]) -> frozenset[str]:
        """Return the scopes that slices move."""
        return frozenset[str]().union(*map(self._returning.moved_by, calls))

    def _note(self, tx: Transaction, upper: str, forked: Forked) -> None:
        now, scope = self._clock.now_ms(), forked.head.scope
        note_seldom(tx, "scope_forked_above", now, dev=upper, scope=scope, **forked.said())
        log.error("two histories", code="centre.scope_forked_above", scope=scope, upper=upper)
