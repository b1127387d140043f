"""Short messages of office: kept with the event that they tell of, sent afterwards (TM22).

A message stands in the outbox in the same transaction as the acceptance that it tells of, whether
a window accepted or the law did. It is sent once at least: a centre that dies between sending and
writing it down sends it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import structlog

from sync.domain.events import Kind
from sync.domain.fast_track import LANGUAGE, leader_notices
from sync.server.services.rows.notices import NoticeRow
from sync.texts import texts

if TYPE_CHECKING:
    from sync.domain.case import Case
    from sync.domain.rules import Rules
    from sync.server.clock import Clock
    from sync.server.services.ports.ledger import Ledger, Transaction
    from sync.server.services.rows.log import LogRow

ACCEPTANCES = frozenset({Kind.ACCEPT, Kind.ACCEPT_PENDING, Kind.DEEM_ACCEPTED})
TAKEN_MS = 60_000  # a message taken so long ago and not sent is taken again
SLICE = 20

log = structlog.get_logger(__name__)


class MessageGateway(Protocol):
    """The way by which short messages leave the centre."""

    @property
    def name(self) -> str:
        """Return what is written down beside a message that went this way."""

    def send(self, message: NoticeRow) -> None:
        """Send one message; blocks for as long as the way takes.

        Raises:
            OSError: it did not go; it is tried again.
        """


def keep_notices(tx: Transaction, after: Case, line: LogRow, rules: Rules, now: int) -> None:
    """Put what an acceptance on the fast track tells its leaders into the outbox.

    Args:
        tx: the unit that writes the line.
        after: the case as the line left it.
        line: the step's place in the log.
        rules: policy in force.
        now: ms.
    """
    if line.kind not in ACCEPTANCES:
        return
    said = texts(LANGUAGE)
    for notice in leader_notices(after, rules, after.steps[-1].at):
        if notice.phone:
            text = said.t(notice.key, **notice.args)
            tx.notices.keep(
                NoticeRow(
                    line.event, notice.person, line.scope, after.number, notice.phone, text, now
                )
            )


class Messenger:
    """Sends what waits in the outbox.

    Args:
        ledger: where the outbox is.
        clock: the centre's.
        gateway: the way out.
    """

    def __init__(self, ledger: Ledger, clock: Clock, gateway: MessageGateway) -> None:
        self._ledger = ledger
        self._clock = clock
        self._gateway = gateway

    async def send_waiting(self) -> int:
        """Send what waits; return how many messages went."""
        if not await self._ledger.read(lambda tx: tx.notices.waiting()):
            return 0
        now = self._clock.now_ms()
        taken = await self._ledger.write(lambda tx: tx.notices.take(now, now - TAKEN_MS, SLICE))
        return sum([await self._send(message) for message in taken])

    async def _send(self, message: NoticeRow) -> bool:
        try:
            await self._ledger.crunch(lambda: self._gateway.send(message))
        except OSError:
            log.exception("message not sent", of=message.event, case=message.case_no)
            return False
        sent, via = self._clock.now_ms(), self._gateway.name
        await self._ledger.write(lambda tx: tx.notices.settle(message, sent, via))
        log.info("message sent", of=message.event, case=message.case_no, via=via)
        return True
