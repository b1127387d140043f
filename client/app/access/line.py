"""The line to the centre, as the use cases use it: before a session, during it, and at its end.

Wraps the engine: one transport for the program, one runner a session. What the screen shows of it
is one value, `view`.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from client.app.failures import AppFailure
from client.app.rows.changes import LineChanged
from client.app.rows.session import LinePhase, LineView
from client.app.rows.words import Words
from client.app.session.centre_time import centre_time
from client.app.session.leave import lease_in_force
from sync.domain.failures import FailureKind
from sync.domain.fields import moment_of
from sync.engine.joining import Joining, Pins
from sync.engine.ledger import Ledger
from sync.engine.pace import Pace
from sync.engine.ports import ChangeSet
from sync.engine.runner import Runner, Wiring
from sync.engine.status import Phase
from sync.proof.lease import lists_hash
from sync.protocol.backup_messages import BackupsAnswer
from sync.protocol.messages import Empty

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from client.app.access.opening import Opened
    from client.app.rows.changes import DeskNews
    from client.app.session.workplace import Workplace
    from client.host.clock import Clock
    from sync.engine.session import Speaker
    from sync.engine.status import SyncStatus
    from sync.engine.transport import Transport
    from sync.protocol.backup_messages import BackupKept
    from sync.protocol.messages import Hello, LoginNonceAnswer

A = TypeVar("A", bound=Struct)


class Line:
    """One window's line.

    Args:
        transport: to the centre.
        clock: this machine's clocks.
    """

    sends = True  # what is recorded goes to a centre, sooner or later

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self._tasks: asyncio.TaskGroup | None = None
        self._runner: Runner | None = None
        self._running: asyncio.Task[None] | None = None
        self._place: Workplace | None = None
        self._followed = ChangeSet()
        self._changed: Callable[[ChangeSet], None] = _nobody
        self._tell: Callable[[DeskNews], None] = _nobody
        self.view = LineView(LinePhase.LOCKED)

    def attach(
        self, changed: Callable[[ChangeSet], None], tell: Callable[[DeskNews], None]
    ) -> None:
        """Say who is told of pulled changes and of the line's state."""
        self._changed, self._tell = changed, tell

    def use(self, tasks: asyncio.TaskGroup) -> None:
        """Take the group that owns the engine's task."""
        self._tasks = tasks

    # ------------------------------------------------------------ before a session

    async def hello(self) -> Hello:
        """Ask the centre who it is and what time it has; raises LineFailure."""
        await self._transport.open()
        return await self._transport.hello()

    async def login_nonce(self, dev: str, speaker: Speaker) -> LoginNonceAnswer:
        """Fetch the nonce that the card signs into the delegation; raises LineFailure."""
        await self._transport.open()
        return await self._transport.login_nonce(dev, speaker)

    async def pin_policy(self, opened: Opened, place: Workplace) -> None:
        """Follow policy to its end, before the centre is told who is here.

        Raises:
            LineFailure: line.policy_older, line.policy_forked: not the policy seen before; the
                line.
        """
        session = opened.line
        wiring = Wiring(place.store, place.lanes.store.run, self._transport, self._clock)
        pins = Pins(session.delegation.aud, session.genesis)
        self._followed = await Joining(wiring, session.device, pins).pin_policy()

    async def log_in(self, opened: Opened, place: Workplace) -> None:
        """Have the centre accept the session; fetch a lease where there is none to work on.

        The first visitor must not wait for a number, and the line may be cut the next minute. One
        that knows older lists of revoked certificates than the centre is none to work on.

        Raises:
            LineFailure: with the centre's reason.
        """
        await self._transport.login(opened.login, opened.line.speaker)
        hello = await self._transport.hello()
        if await place.on_store(_may_work, place, hello.lists):
            return
        ledger = await place.on_store(Ledger, place.store, opened.line, self._clock, Pace())
        asking = await place.on_store(ledger.asking)
        lease = await self._transport.lease(asking.jws)
        await place.on_store(ledger.take_lease, asking, lease)

    # ------------------------------------------------------------ a session

    async def start(self, opened: Opened, place: Workplace) -> None:
        """Begin to push, pull and listen for a session."""
        if self._tasks is None:
            raise AppFailure("app.not_running", FailureKind.BROKEN)
        place.anchor = await place.on_store(place.store.anchor)
        place.cases_left = await place.on_store(place.store.numbers_left, "case")
        await place.on_store(place.store.subscribe, _scopes(opened))
        self._place = place
        wiring = Wiring(place.store, place.lanes.store.run, self._transport, self._clock)
        self._runner = Runner(wiring, opened.line, self._changed, self._status)
        self._running = self._tasks.create_task(self._runner.run())
        self._changed(self._followed)

    def notify(self) -> None:
        """Say that the outbox grew."""
        if self._runner is not None:
            self._runner.notify_outbox()

    def sync_now(self) -> None:
        """Push and pull now, whatever the pace."""
        if self._runner is not None:
            self._runner.sync_now()

    async def stamped(self, case: str, sha256: str) -> bytes:
        """Fetch the stamped revision of a certificate; raises LineFailure while there is none."""
        return await self._transport.fetch_stamped(case, sha256)

    async def hall(self, path: str, form: type[A], request: Struct) -> A:
        """Ask the centre about the hall's queue or appointments; raises LineFailure."""
        return await self._transport.hall(path, form, request)

    async def keep_backup(self, n: int, data: bytes) -> BackupKept:
        """Send a backup of what only this window holds; raises LineFailure."""
        return await self._transport.keep_backup(n, data)

    async def backups(self) -> BackupsAnswer:
        """Ask what the centre keeps of this window and its former incarnations."""
        return await self._transport.hall("/v1/backups/look", BackupsAnswer, Empty())

    async def fetch_backup(self, inc: int, n: int) -> bytes:
        """Fetch a backup's bytes; raises LineFailure."""
        return await self._transport.fetch_backup(inc, n)

    async def filing_file(self, number: str, sha256: str) -> bytes:
        """Fetch a file of an online filing; raises LineFailure."""
        return await self._transport.fetch_attachment(number, sha256, "filings")

    async def attachment(self, case: str, sha256: str) -> bytes:
        """Fetch a page or paper of a case that another window made."""
        return await self._transport.fetch_attachment(case, sha256)

    def refresh_lease(self) -> None:
        """Fetch a fresh lease soon: the numbers of this one run low."""
        if self._runner is not None:
            self._runner.refresh_lease()

    async def console_address(self) -> str:
        """Fetch the supervision console's one-time address."""
        return (await self._transport.console_code()).url

    async def close(self, drain_s: float) -> None:
        """End the session: send what can be sent in so many seconds, then stop.

        The view then says how many events wait for the next login.
        """
        runner, self._runner = self._runner, None
        running, self._running = self._running, None
        waiting = await runner.drain(drain_s) if runner is not None else 0
        if running is not None:
            # Not awaited itself: when the program ends it was cancelled before it was asked to
            # stop, and its cancellation would end whoever awaits it. Its owner hears failures.
            await asyncio.wait({running})
        self._place = None
        self._transport.forget()
        self._show(LineView(LinePhase.LOCKED, pending=waiting))

    async def shut(self) -> None:
        """Close every connection: the program ends."""
        await self._transport.close()

    # ------------------------------------------------------------ the state

    def _status(self, status: SyncStatus) -> None:
        place = self._place
        if place is not None:
            # Before the engine asks for anything more: what is recorded from here on is new work.
            place.leave.line_back = status.outbox_only
            place.leave.online = status.phase in (Phase.SYNCING, Phase.SYNCED)
        self._show(
            LineView(
                phase=LinePhase(status.phase.value),
                pending=status.pending,
                uploads=status.uploads,
                last_ok=_moment(status.last_ok_ms),
                problem=Words(f"error.{status.problem}") if status.problem else None,
                lease_until=_moment(status.lease_until_ms),
                cases_left=place.cases_left if place else None,
                clock_offset_s=self._offset_s(status.clock_offset_ms // 1000),
            )
        )

    def _offset_s(self, known: int) -> int:
        """Return the centre's clock minus this machine's, s: also of one set since the hello.

        Args:
            known: what it was so far, for want of an anchor of this start of the machine.
        """
        anchor = self._place.anchor if self._place else None
        if anchor is None or anchor.boot_id != self._clock.boot_id():
            return known
        off = centre_time(self._clock, anchor) - self._clock.wall()
        return round(off.total_seconds())

    def left(self, cases: int) -> None:
        """Say how many case numbers the lease still has, and what the newest anchor tells."""
        if self._place is not None:
            offset = self._offset_s(self.view.clock_offset_s)
            self._show(replace(self.view, cases_left=cases, clock_offset_s=offset))

    def _show(self, view: LineView) -> None:
        if view != self.view:
            self.view = view
            self._tell(LineChanged(view))


def _may_work(place: Workplace, lists: str | None) -> bool:
    """Say whether a lease is in force, has numbers, and knows these lists. Store lane."""
    lease = lease_in_force(place.store, place.clock)
    if lease is None or place.store.numbers_left("case") <= 0:
        return False
    return lists is None or lists == lists_hash(each.sha256 for each in lease.crl)


def _scopes(opened: Opened) -> list[str]:
    return ["policy", *opened.line.delegation.scopes]


def _moment(ms: int | None) -> datetime | None:
    return moment_of(ms) if ms is not None else None


def _nobody(_: object) -> None:
    """Tell nobody: the desk attaches itself before anything happens."""
