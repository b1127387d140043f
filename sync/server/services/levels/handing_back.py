"""What a lower centre lost and had reported: its own lines, handed back to it as they stand.

It alone gets them, and only those that its own signed head stands over: it believes that head and
nobody here (docs/adr/032). That it asked is found, for a supervisor to know of its loss, or of
whoever holds its uplink's key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from sync.proof.outcomes import outcome_leaf
from sync.protocol.codec import b64u_encode
from sync.protocol.level_messages import LEAVES_MAX, LINES_MAX, KeptLeaves, KeptLines
from sync.server.services.levels.outgoing import Standing
from sync.server.services.record.findings import note_seldom

if TYPE_CHECKING:
    from sync.domain.lower_centres import Lower
    from sync.protocol.level_messages import KeptCall
    from sync.server.clock import Clock
    from sync.server.services.levels.outgoing import Outgoing
    from sync.server.services.ports.ledger import Transaction

log = structlog.get_logger(__name__)


class HandingBack:
    """Reads what came of one lower centre; writes no more than that it asked.

    Args:
        outgoing: reads lines as they travel.
        clock: the centre's.
    """

    def __init__(self, outgoing: Outgoing, clock: Clock) -> None:
        self._outgoing = outgoing
        self._clock = clock

    def leaves(self, tx: Transaction, caller: Lower, call: KeptCall) -> KeptLeaves:
        """Return the leaves after a line, and the head that they lead to.

        Args:
            tx: a unit that writes.
            caller: whose lines these are.
            call: see KeptCall.
        """
        row = tx.levels.scope(caller.aud, call.scope)
        if row is None or not row.proven:
            return KeptLeaves(size=0, sth=None, leaves=[])
        most = min(LEAVES_MAX, row.proven - call.after)
        if most <= 0:
            return KeptLeaves(size=row.proven, sth=row.sth, leaves=[])
        found = tx.levels.outcomes(caller.aud, call.scope, call.after, most)
        now = self._clock.now_ms()
        said: dict[str, str | int] = {"where": call.scope, "here": call.after}
        note_seldom(tx, "lower_fetches", now, dev=caller.aud, scope=caller.scope, **said)
        log.warning("a lower centre fetches what it lost", centre=caller.aud, **said)
        leaves = [b64u_encode(outcome_leaf(outcome)) for outcome in found]
        return KeptLeaves(size=row.proven, sth=row.sth, leaves=leaves)

    def lines(self, tx: Transaction, caller: Lower, call: KeptCall) -> KeptLines:
        """Return the lines after a line, as many as one answer carries.

        Args:
            tx: a unit that reads.
            caller: whose lines these are.
            call: see KeptCall.
        """
        row = tx.levels.scope(caller.aud, call.scope)
        if row is None or call.after >= row.proven:
            return KeptLines(entries=[])
        stands = Standing(caller.aud, call.scope, row.proven, row.sth)
        return KeptLines(entries=self._outgoing.page(tx, stands, call.after, LINES_MAX))
