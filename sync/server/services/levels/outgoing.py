"""What this centre reports above: its own log, and what lower centres reported to it, as it stands.

The log itself is the outbox, and the upper centre's marks say from where to go on: nothing else has
to be remembered between two reports.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync.proof.policy import SCOPE
from sync.protocol.records import LogEntry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync.server.services.levels.following import Following
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.levels import LowerLineRow
    from sync.server.services.rows.log import LogRow

_PAGE_BYTES = 700_000


@dataclass(frozen=True, slots=True)
class Standing:
    """One scope as it stands: so many lines, under this signed head."""

    centre: str
    scope: str
    size: int
    sth: str = field(repr=False)


class Outgoing:
    """Reads what there is to report."""

    def __init__(self, policy: Policy, following: Following) -> None:
        self._policy = policy
        self._following = following

    @property
    def aud(self) -> str:
        """Return this centre's id, "" before genesis."""
        return self._policy.aud

    def standing(self, tx: Transaction) -> list[Standing]:
        """Return every scope; of each centre policy first, for the rest is read by it."""
        own = tx.log.heads(self._policy.scopes_known())
        found = [
            Standing(self._policy.aud, scope, head.size, head.sth or "")
            for scope, head in sorted(own.items(), key=lambda each: _order(each[0]))
            if head.size and head.sth is not None
        ]
        for _, below in self._following.all_below(tx):
            for centre in below:
                rows = sorted(tx.levels.scopes((centre,)), key=lambda row: _order(row.scope))
                found += (
                    Standing(centre, row.scope, row.proven, row.sth) for row in rows if row.proven
                )
        return found

    def page(self, tx: Transaction, stands: Standing, after: int, most: int) -> list[LogEntry]:
        """Return the lines of a scope that follow a number, no further than it stands."""
        most = min(most, stands.size - after)
        if stands.centre == self._policy.aud:
            return _within(tx.log.after(stands.scope, after, most))
        return _within(tx.levels.lines(stands.centre, stands.scope, after, most))


def _order(scope: str) -> tuple[bool, str]:
    return scope != SCOPE, scope


def _within(rows: Iterable[LogRow | LowerLineRow]) -> list[LogEntry]:
    """Return rows as they travel, cut where they become too many bytes; one always goes."""
    found: list[LogEntry] = []
    size = 0
    for row in rows:
        size += len(row.jws) + 2 * len(row.body) + len(row.outcome) + len(row.act or "")
        if found and size > _PAGE_BYTES:
            break
        found.append(LogEntry(row.n, row.jws, row.body, row.act, row.outcome))
    return found
