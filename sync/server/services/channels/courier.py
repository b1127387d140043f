"""Carries what waits in the outbox to its gateways, and writes down what became of it.

A message is marked as being sent before a gateway sees it. Where a process died in between, it is
given again under the same id to a gateway that knows ids, and never to one that does not: then it
stands as failed, with the code `unsure`, for a person to look at. Nobody is told twice.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import structlog

from sync.server.services.channels.outbox import RINGING
from sync.server.services.channels.templates import MessageKind, templates
from sync.server.services.ports.messages import RefusedError, UnsureError
from sync.server.services.rows.messages import MessageState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sync.server.clock import Clock
    from sync.server.services.channels.outbox import Outbox
    from sync.server.services.ports.ledger import Ledger, Transaction
    from sync.server.services.ports.messages import Gateway
    from sync.server.services.rows.messages import MessageRow

TAKEN_MS = 120_000  # longer than any gateway may take; then the process that took it is gone
BEGUN_MS = TAKEN_MS // 2  # a message not begun by then is left to the next round
SLICE = 20
TOGETHER_S = 0.05  # what goes within this time is written down in one unit
FIRST_MS, LONGEST_MS, TRIES = 30_000, 3_600_000, 8  # half a minute, doubled up to an hour
KEEP_MS = 90 * 86_400_000

UNSURE, GAVE_UP, UNREACHABLE, NO_GATEWAY = "unsure", "gave_up", "unreachable", "no_gateway"

log = structlog.get_logger(__name__)


class Courier:
    """Sends what waits.

    Args:
        ledger: where the outbox is.
        clock: the centre's.
        gateways: by their channel.
        outbox: knows the quiet hours.
    """

    def __init__(
        self, ledger: Ledger, clock: Clock, gateways: Mapping[str, Gateway], outbox: Outbox
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._gateways = gateways
        self._outbox = outbox

    async def send_waiting(self) -> int:
        """Give what waits to its gateways; return how many messages were looked at."""
        now = self._clock.now_ms()
        if not await self._ledger.read(lambda tx: tx.messages.waiting(now)):
            return 0
        taken = await self._ledger.write(lambda tx: tx.messages.take(now, now + TAKEN_MS, SLICE))
        gone: list[MessageRow] = []
        over = asyncio.Event()
        async with asyncio.TaskGroup() as settling:
            for at, message in enumerate(taken):
                if self._clock.now_ms() - now >= BEGUN_MS:
                    await self._ledger.write(
                        partial(_put_back, rows=taken[at:], until=now + TAKEN_MS)
                    )
                    break
                gone.append(after := await self._carried(message))
                if len(gone) == 1:
                    settling.create_task(self._written_down(gone, over))
                log.info("message", id=after.id, state=after.state, via=after.via, code=after.code)
            over.set()
        return len(taken)

    async def _written_down(self, gone: list[MessageRow], over: asyncio.Event) -> None:
        """Write down what became of messages, soon after the first one, while others go.

        A unit and a commit for each would cost more than the steps that are told of.
        """
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(TOGETHER_S):
                    await over.wait()
        finally:  # also where the centre ends meanwhile: what has gone is known
            rows = tuple(gone)
            gone.clear()
            await self._ledger.write(partial(_settle, rows=rows))

    async def forget(self) -> None:
        """Empty the addresses and words of old messages."""
        before = self._clock.now_ms() - KEEP_MS
        await self._ledger.write(lambda tx: tx.messages.forget(before))

    async def _carried(self, message: MessageRow) -> MessageRow:
        """Return a message as its gateway left it, or as it waits on without having been given."""
        now, gateway = self._clock.now_ms(), self._gateways.get(message.channel)
        again = message.state == MessageState.SENDING.value
        if gateway is None:
            return _failed(message, NO_GATEWAY, now)
        if again and not gateway.knows_ids:
            return _failed(message, UNSURE, now)
        if self._rests(message, now):
            morning = self._outbox.quiet_until(now)
            return replace(message, state=MessageState.QUEUED.value, next=morning)
        return await self._given(
            replace(message, tries=message.tries + 1, via=gateway.name), gateway
        )

    async def _given(self, message: MessageRow, gateway: Gateway) -> MessageRow:
        """Return a message as its gateway left it."""
        try:
            carried = await self._ledger.crunch(lambda: gateway.send(message))
        except RefusedError as refused:
            return _failed(message, refused.code, self._clock.now_ms())
        except UnsureError:
            if gateway.knows_ids:
                return self._later(message)
            return _failed(message, UNSURE, self._clock.now_ms())
        except OSError:
            return self._later(message)
        return replace(
            message,
            state=MessageState.SENT.value,
            next=None,
            code="",
            sent=self._clock.now_ms(),
            ref=carried.ref,
        )

    def _rests(self, message: MessageRow, now: int) -> bool:
        """Say whether a message has to wait for the morning after all: it was tried till late."""
        template = templates().get(message.template)
        kind = MessageKind.NOTICE if template is None else template.kind
        rings = message.channel in RINGING and kind is MessageKind.NOTICE
        return rings and self._outbox.quiet_until(now) > now

    def _later(self, message: MessageRow) -> MessageRow:
        now = self._clock.now_ms()
        if message.tries >= TRIES:
            return _failed(message, GAVE_UP, now)
        wait = min(FIRST_MS * 2 ** (message.tries - 1), LONGEST_MS)
        return replace(message, state=MessageState.QUEUED.value, next=now + wait, code=UNREACHABLE)


def reported(tx: Transaction, id_: str, *, delivered: bool, code: str, now: int) -> bool:
    """Take a gateway's report of a message that it had taken; False for one that it had not.

    What was delivered stays so: reports come late, twice, and in any order.
    """
    row = tx.messages.get(id_)
    if row is None or row.state not in {MessageState.SENT.value, MessageState.SENDING.value}:
        return row is not None and row.state == MessageState.DELIVERED.value
    state = MessageState.DELIVERED if delivered else MessageState.FAILED
    said = "" if delivered else code or "undelivered"
    tx.messages.save(
        replace(row, state=state.value, next=None, code=said, sent=row.sent or now, settled=now)
    )
    return True


def _settle(tx: Transaction, rows: Iterable[MessageRow]) -> None:
    """Write down what became of messages, unless a gateway's own report was faster."""
    for row in rows:
        now = tx.messages.get(row.id)
        if now is None or now.state == MessageState.SENDING.value:
            tx.messages.save(row)


def _put_back(tx: Transaction, rows: Iterable[MessageRow], until: int) -> None:
    """Let messages wait as they did before they were taken, unless somebody took them since.

    No gateway saw them: left as they are, they would stand as perhaps sent.
    """
    for row in rows:
        now = tx.messages.get(row.id)
        if now is not None and now.state == MessageState.SENDING.value and now.next == until:
            tx.messages.save(row)


def _failed(message: MessageRow, code: str, now: int) -> MessageRow:
    return replace(message, state=MessageState.FAILED.value, next=None, code=code, settled=now)
