"""The engine's hands: carries out what the machine asks, on any asyncio loop.

One runner serves one session on one open store. It is awaited by its owner (`run`); every task that
it starts is a child of that call and ends with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from sync.domain.failures import Failure
from sync.engine import faults, signals
from sync.engine.faults import Fault, LineFailure
from sync.engine.follower import FORBIDDEN, UNSAID
from sync.engine.ledger import Ledger
from sync.engine.machine import Machine
from sync.engine.pace import Pace
from sync.engine.ports import ChangeSet
from sync.engine.signals import Duty, Moment
from sync.protocol import messages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from sync.engine.follower import Taken
    from sync.engine.ports import Clock, LaneRun, SyncStore
    from sync.engine.session import LineSession
    from sync.engine.signals import Command, Event
    from sync.engine.status import SyncStatus
    from sync.engine.transport import Transport
    from sync.proof.trust import Trust

LONGEST_NAP_S: Final = 10.0  # the boot clock may jump (sleep, demonstration): look at it


_chance = secrets.SystemRandom().random


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a runner works with; all of it outlives the runner, which closes none of it.

    Args:
        store: the open store, touched through `on_store` only.
        on_store: runs a function on the store lane.
        transport: the line; its token, if the login brought one, is used.
        clock: this machine's clocks.
        chance: random numbers in [0, 1).
    """

    store: SyncStore
    on_store: LaneRun
    transport: Transport
    clock: Clock
    chance: Callable[[], float] = _chance


class Runner:
    """Keep one session's store and the centre in step until the session ends.

    All methods belong to the loop's thread. `on_change` and `on_status` are called there too, and
    must not block; what they raise is a defect and ends `run`.

    Args:
        wiring: what it works with.
        session: the session's login and keys.
        on_change: told what each applied answer changed.
        on_status: told each new state of the line.
        trust: the policy followed so far, if the login followed it already.
        pace: tests take a faster one.
    """

    def __init__(
        self,
        wiring: Wiring,
        session: LineSession,
        on_change: Callable[[ChangeSet], None],
        on_status: Callable[[SyncStatus], None],
        *,
        trust: Trust | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._store = wiring.store
        self._on_store = wiring.on_store
        self._transport = wiring.transport
        self._clock = wiring.clock
        self._chance = wiring.chance
        self._session = session
        self._on_change = on_change
        self._on_status = on_status
        self._trust = trust
        self._pace = pace or Pace()
        self._machine = Machine(self._pace)
        self._ledger: Ledger | None = None
        self._group: asyncio.TaskGroup | None = None
        self._inbox: deque[tuple[asyncio.Task[None] | None, Event]] = deque()
        self._bell = asyncio.Event()
        self._running: dict[Duty, asyncio.Task[None]] = {}
        self._stopped = False
        self._ended = asyncio.Event()
        self._told: SyncStatus | None = None
        self._last_ms = 0
        self._skew_ms = 0
        self._doers: Mapping[Duty, Callable[..., Awaitable[Event]]] = {
            Duty.GREET: self._greet,
            Duty.ADMIT: self._admit,
            Duty.LEAVE: self._leave,
            Duty.PUSH: self._push,
            Duty.PULL: self._pull,
            Duty.LEASE: self._lease,
            Duty.UPLOAD: self._upload,
            Duty.LIVE: self._listen,
        }

    # ---------------------------------------------------------------- from outside

    @property
    def status(self) -> SyncStatus:
        """Return the line's state as of now."""
        return self._machine.status

    def notify_outbox(self) -> None:
        """Say that the store has new events or attachments to send."""
        self._start_measuring()

    def sync_now(self) -> None:
        """Try everything at once: a person asked, or the subscription changed."""
        self._tell(None, signals.Asked())

    def refresh_lease(self) -> None:
        """Fetch a fresh lease soon: its numbers run low."""
        self._tell(None, signals.LeaseAsked())

    async def drain(self, seconds: float) -> int:
        """End the session: send what can be sent in this time, then end `run`.

        Returns:
            How many own events are still without an answer; they go at the next login.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds + 0.5):
                if self._ledger is not None and self._group is not None:
                    await self._measure(self._ledger)
                self._tell(None, signals.Closing(int(seconds * 1000)))
                await self._ended.wait()
        self.stop()
        return self._machine.status.pending

    def stop(self) -> None:
        """End `run` now; what was not answered is in the outbox."""
        self._stopped = True
        self._bell.set()

    async def run(self) -> None:
        """Serve the session until `drain` or `stop`.

        Raises:
            ExceptionGroup: a defect in engine, store or callbacks; failures of the line never.
            Failure: the store's own record of policy does not hold, or the address is none that
                may be used.
        """
        try:
            await self._transport.open()
            self._ledger = await self._on_store(
                Ledger, self._store, self._session, self._clock, self._pace, self._trust
            )
            async with asyncio.TaskGroup() as group:
                self._group = group
                try:
                    await self._serve(self._ledger)
                finally:
                    for task in self._running.values():
                        task.cancel()
                    self._group = None
        finally:
            self._ended.set()

    # ---------------------------------------------------------------- the loop

    async def _serve(self, ledger: Ledger) -> None:
        self._step(await self._on_store(ledger.opened, self._transport.token_ms))
        self._step(await self._on_store(ledger.measure))
        while not (self._machine.finished or self._stopped):
            await self._wait()
            while self._inbox:
                source, event = self._inbox.popleft()
                # An errand that was dropped may have spoken a moment before.
                if source is None or source in self._running.values():
                    self._release(source, event)
                    self._step(event)
            self._step(signals.Woke())

    async def _wait(self) -> None:
        at = self._machine.wake_at
        nap = LONGEST_NAP_S if at is None else (at - self._now_ms()) / 1000
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(max(nap, 0), LONGEST_NAP_S)):
                await self._bell.wait()
        self._bell.clear()

    def _tell(self, source: asyncio.Task[None] | None, event: Event) -> None:
        self._inbox.append((source, event))
        self._bell.set()

    def _release(self, source: asyncio.Task[None] | None, event: Event) -> None:
        if source is not None and not isinstance(event, signals.Listening | signals.Poked):
            self._running = {d: task for d, task in self._running.items() if task is not source}

    def _step(self, event: Event) -> None:
        wall = round(self._clock.wall().timestamp() * 1000)
        moment = Moment(self._now_ms(), wall, self._chance())
        for command in self._machine.step(event, moment):
            self._carry_out(command)
        status = self._machine.status
        if status != self._told:
            self._told = status
            self._on_status(status)

    def _now_ms(self) -> int:
        """Read the boot clock; a demonstration may turn it back, the machine never goes back."""
        read = self._clock.boot_ms()
        if read + self._skew_ms < self._last_ms:
            self._skew_ms = self._last_ms - read
        self._last_ms = read + self._skew_ms
        return self._last_ms

    def _carry_out(self, command: Command) -> None:
        if isinstance(command, signals.Finish):
            return
        if isinstance(command, signals.Drop):
            self._running.pop(command.duty).cancel()
        elif self._group is not None:
            self._running[command.duty] = self._group.create_task(
                self._errand(command), name=f"engine-{command.duty}"
            )

    def _start_measuring(self) -> None:
        if self._group is not None and self._ledger is not None:
            self._group.create_task(self._measure(self._ledger), name="engine-measure")

    async def _measure(self, ledger: Ledger) -> None:
        with contextlib.suppress(Failure):  # the next errand meets it again, and says so
            self._tell(None, await self._on_store(ledger.measure))

    # ---------------------------------------------------------------- errands

    async def _errand(self, errand: signals.Errand) -> None:
        """Do one errand; whatever the line or the store says no with is an event too."""
        task = asyncio.current_task()
        try:
            event = await self._doers[errand.duty](errand)
        except LineFailure as failure:
            event = signals.Failed(errand.duty, failure.fault, failure.code, failure.hold_ms)
        except Failure as failure:
            event = signals.Failed(errand.duty, Fault.UNABLE, failure.code)
        self._tell(task, event)

    @property
    def _books(self) -> Ledger:
        if self._ledger is None:
            raise LineFailure(faults.NOBODY, Fault.LINE)
        return self._ledger

    def _enter(self, taken: Taken[Event]) -> Event:
        if taken.change != ChangeSet():
            self._on_change(taken.change)
        return taken.event

    async def _greet(self, _errand: signals.Greet) -> Event:
        hello = await self._transport.hello()
        ours = (self._session.delegation.aud, self._session.genesis)
        if (hello.aud, hello.genesis) != ours:
            raise LineFailure(faults.OTHER_CENTRE, Fault.REFUSED)
        return signals.Greeted(self._transport.offset_ms)

    async def _admit(self, errand: signals.Admit) -> Event:
        if errand.renew:
            await self._transport.renew()
        else:
            await self._transport.login(self._session.login, self._session.speaker)
        return signals.Admitted(self._transport.token_ms or 0)

    async def _leave(self, _errand: signals.Leave) -> Event:
        await self._transport.logout()
        return signals.Left()

    async def _push(self, errand: signals.Push) -> Event:
        batch = await self._on_store(partial(self._books.batch, anchor=errand.anchor), errand.limit)
        if batch is None:
            return signals.Pushed(0, await self._on_store(self._books.measure))
        answer = await self._transport.push(batch.request)
        return self._enter(await self._on_store(self._books.settle, batch, answer))

    async def _pull(self, errand: signals.Pull) -> Event:
        question = await self._on_store(
            partial(self._books.question, anchor=errand.anchor), errand.scopes
        )
        answer = messages.PullAnswer(scopes={})
        if question.request is not None:
            try:
                answer = await self._transport.pull(question.request)
            except LineFailure as failure:
                scope = failure.details.get("scope")
                if failure.code in {FORBIDDEN, UNSAID} and scope in question.request.cursors:
                    await self._on_store(self._books.leave_out, scope, failure.code)
                raise
        return self._enter(await self._on_store(self._books.take, question, answer))

    async def _lease(self, _errand: signals.FetchLease) -> Event:
        asking = await self._on_store(self._books.asking)
        lease = await self._transport.lease(asking.jws)
        return self._enter(await self._on_store(self._books.take_lease, asking, lease))

    async def _upload(self, _errand: signals.Upload) -> Event:
        parcel = await self._on_store(self._books.parcel)
        if parcel is None:
            return signals.Uploaded(0)
        try:
            upload = await self._transport.announce_upload(parcel)
            if upload is not None:
                data = await self._on_store(self._store.attachment, parcel.sha256)
                await self._transport.upload(upload, data)
        except LineFailure as failure:
            if failure.fault is not Fault.REFUSED:
                raise
            return self._enter(await self._on_store(self._books.unsendable, parcel, failure.code))
        except Failure as failure:
            return self._enter(await self._on_store(self._books.unsendable, parcel, failure.code))
        return self._enter(await self._on_store(self._books.uploaded, parcel))

    async def _listen(self, _errand: signals.Listen) -> Event:
        task = asyncio.current_task()
        async with contextlib.aclosing(self._transport.live()) as pokes:
            async for poke in pokes:
                heard = signals.Listening() if poke is None else signals.Poked(poke.s, poke.n)
                self._tell(task, heard)
        raise LineFailure(faults.CUT, Fault.LINE)
