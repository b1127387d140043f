"""What a window pulls: the next lines of its scopes, with the head that vouches for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.tickets import QUEUE
from sync.proof.policy import SCOPE
from sync.protocol.errors import WireError
from sync.protocol.limits import LIVE_PAGE_LINE_MAX
from sync.protocol.messages import PulledScope
from sync.protocol.records import LogEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.server.services.entry.callers import Caller
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.forgotten import Forgotten
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.log import Grown, LogRow, ScopeHead

_PAGE_BYTES = 2 * 1024 * 1024


class Pulling:
    """Hands out lines in scope order."""

    def __init__(self, policy: Policy, forgotten: Forgotten) -> None:
        self._policy = policy
        self._forgotten = forgotten

    def scopes_of(self, caller: Caller) -> frozenset[str]:
        """Return what a caller may pull: without a session nothing but policy."""
        if not caller.person:
            return frozenset({SCOPE})
        return self._policy.may_see(caller.person, self._policy.device(caller.dev, caller.inc))

    def heard_by(self, caller: Caller) -> frozenset[str]:
        """Return what a caller's live stream tells of: his scopes, and his hall's queue."""
        return self.scopes_of(caller) | {f"{QUEUE}{caller.hall}"}

    def still(self, caller: Caller) -> frozenset[str]:
        """Return what a caller may be sent unasked: nothing once he or his device is out."""
        if caller.person not in self._policy.book.roster:
            return frozenset()
        try:
            return self.scopes_of(caller)
        except WireError:
            return frozenset()

    def pull(
        self, tx: Transaction, caller: Caller, cursors: dict[str, int], limit: int
    ) -> dict[str, PulledScope]:
        """Return what is new after the cursors, in as many lines as the limit allows.

        Raises:
            WireError: scope_forbidden; cursor for a number that the scope has not reached.
        """
        allowed = self.scopes_of(caller)
        for scope in cursors:
            if scope not in allowed:
                raise WireError("wire.scope_forbidden", scope=scope)
        pulled: dict[str, PulledScope] = {}
        heads = tx.log.heads(cursors)
        for scope in sorted(cursors):
            head = heads.get(scope)
            size = 0 if head is None else head.size  # a scope can be lost whole
            if cursors[scope] > size:
                self._forgotten.hear(caller.dev, scope, cursors[scope], size)
                raise WireError("wire.cursor", scope=scope, size=size)
            if head is None:
                continue
            self._forgotten.came(scope, head.size)
            if cursors[scope] == head.size or limit <= 0:
                continue
            pulled[scope] = self._page(tx, head, cursors[scope], limit)
            limit -= len(pulled[scope].entries)
        return pulled

    @staticmethod
    def grown(grown: Grown) -> PulledScope | None:
        """Return what one commit added as the page that a pull from before it would bring.

        None where that would be more than a live stream carries, or is not all of it.
        """
        size, count = grown.head.size, len(grown.rows)
        texts = (len(row.jws) + len(row.body) + len(row.act or "") for row in grown.rows)
        if sum(texts) > LIVE_PAGE_LINE_MAX:
            return None
        if [row.n for row in grown.rows] != list(range(size - count + 1, size + 1)):
            return None
        return _as_page(grown.head, grown.rows, size)

    @staticmethod
    def _page(tx: Transaction, head: ScopeHead, after: int, limit: int) -> PulledScope:
        rows = _within(tx.log.after(head.scope, after, limit))
        return _as_page(head, rows, rows[-1].n if rows else after)


def _as_page(head: ScopeHead, rows: Sequence[LogRow], reached: int) -> PulledScope:
    more = reached < head.size
    return PulledScope(
        entries=[LogEntry(row.n, row.jws, row.body, row.act, row.outcome) for row in rows],
        next=reached,
        size=head.size,
        sth=None if more else head.sth,
        more=more,
    )


def _within(rows: list[LogRow]) -> list[LogRow]:
    """Cut a page where its bodies become too many bytes; one line always goes."""
    size = 0
    for count, row in enumerate(rows):
        size += len(row.jws) + len(row.body) + len(row.outcome) + len(row.act or "")
        if size > _PAGE_BYTES and count:
            return rows[:count]
    return rows
