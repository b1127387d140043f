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
from itertools import chain
from typing import TYPE_CHECKING

import structlog

from sync.server.services.channels.outbox import RINGING
from sync.server.services.channels.templates import MessageKind, templates
from sync.server.services.ports.messages import (
    BundlingGateway,
    Carried,
    RefusedError,
    UnsureError,
)
from sync.server.services.rows.messages import MessageState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sync.server.clock import Clock
    from sync.server.services.channels.outbox import Outbox
    from sync.server.services.ports.ledger import Ledger, Transaction
    from sync.server.services.ports.messages import Gateway
    from sync.server.services.rows.messages import MessageRow

TAKEN_MS = 120_000  # longer than any gateway may take; then the process that took it is gone
BEGUN_MS = TAKEN_MS // 2  # a message not begun by then is left to the next round
#: Messages that one round takes: few where a way that carries them one by one knows no ids, for
#: what a process held when it died then stands as unsure.
FEW, MANY = 20, 100
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
        self._bundling = frozenset(
            channel for channel, way in gateways.items() if isinstance(way, BundlingGateway)
        )
        single = (way for channel, way in gateways.items() if channel not in self._bundling)
        self._most = MANY if all(way.knows_ids for way in single) else FEW

    async def send_waiting(self) -> int:
        """Give what waits to its gateways; return how many messages were looked at."""
        now = self._clock.now_ms()
        if not await self._ledger.read(lambda tx: tx.messages.waiting(now)):
            return 0
        until, most = now + TAKEN_MS, self._most
        taken = await self._ledger.write(lambda tx: tx.messages.take(now, until, most))
        bundles = self._bundles(taken)
        gone: list[MessageRow] = []
        over = asyncio.Event()
        async with asyncio.TaskGroup() as settling:
            for at, bundle in enumerate(bundles):
                if self._clock.now_ms() - now >= BEGUN_MS:
                    rest = tuple(chain.from_iterable(bundles[at:]))
                    await self._ledger.write(partial(_put_back, rows=rest, until=until))
                    break
                after = await self._carried(bundle)
                if not gone:
                    settling.create_task(self._written_down(gone, over))
                gone += after
                _say(after)
            over.set()
        return len(taken)

    def _bundles(self, taken: Iterable[MessageRow]) -> list[list[MessageRow]]:
        """Return messages as they are given: several at once where their gateway takes them so."""
        bundles: dict[str, list[MessageRow]] = {}
        for message in taken:
            key = message.channel if message.channel in self._bundling else message.id
            bundles.setdefault(key, []).append(message)
        return list(bundles.values())

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
            await self._ledger.write(lambda tx: tx.messages.settle(*rows))

    async def forget(self) -> None:
        """Empty the addresses and words of old messages."""
        before = self._clock.now_ms() - KEEP_MS
        await self._ledger.write(lambda tx: tx.messages.forget(before))

    async def _carried(self, bundle: Sequence[MessageRow]) -> list[MessageRow]:
        """Return messages of one channel as their gateway left them, or as they wait on."""
        now, gateway = self._clock.now_ms(), self._gateways.get(bundle[0].channel)
        if gateway is None:
            return [_failed(message, NO_GATEWAY, now) for message in bundle]
        kept = [(message, self._kept(message, gateway, now)) for message in bundle]
        given = [
            replace(message, tries=message.tries + 1, via=gateway.name)
            for message, ended in kept
            if ended is None
        ]
        after = [ended for _, ended in kept if ended is not None]
        return [*after, *await self._given(given, gateway)] if given else after

    def _kept(self, message: MessageRow, gateway: Gateway, now: int) -> MessageRow | None:
        """Return a message that is not given to its gateway now; None for one that is."""
        if message.state == MessageState.SENDING.value and not gateway.knows_ids:
            return _failed(message, UNSURE, now)
        if self._rests(message, now):
            morning = self._outbox.quiet_until(now)
            return replace(message, state=MessageState.QUEUED.value, next=morning)
        return None

    async def _given(self, bundle: Sequence[MessageRow], gateway: Gateway) -> list[MessageRow]:
        """Return messages as their gateway left them: what it raises holds for all of them."""
        try:
            said = await self._ledger.crunch(lambda: _hand_over(bundle, gateway))
        except RefusedError as refused:
            now = self._clock.now_ms()
            return [_failed(message, refused.code, now) for message in bundle]
        except UnsureError:
            if gateway.knows_ids:
                return [self._later(message) for message in bundle]
            return [_failed(message, UNSURE, self._clock.now_ms()) for message in bundle]
        except OSError:
            return [self._later(message) for message in bundle]
        sent, state = self._clock.now_ms(), MessageState.SENT.value
        return [
            replace(message, state=state, next=None, code="", sent=sent, ref=carried.ref)
            for message, carried in zip(bundle, said, strict=True)
        ]

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


def _hand_over(bundle: Sequence[MessageRow], gateway: Gateway) -> Sequence[Carried]:
    """Give messages to their gateway; for a thread of the ledger's."""
    if isinstance(gateway, BundlingGateway):
        gateway.send_together(bundle)
        return [Carried()] * len(bundle)
    return [gateway.send(message) for message in bundle]


def _say(after: Iterable[MessageRow]) -> None:
    """Log what became of messages: a line for those that fared alike, without their words."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for row in after:
        alike.setdefault((row.state, row.via, row.code), []).append(row.id)
    for (state, via, code), ids in alike.items():
        log.info("messages", ids=ids, state=state, via=via, code=code)


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
