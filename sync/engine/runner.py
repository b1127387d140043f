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
from sync.engine import signals
from sync.engine.errands import Errands
from sync.engine.faults import Fault, LineFailure
from sync.engine.ledger import Ledger
from sync.engine.machine import Machine
from sync.engine.pace import Pace
from sync.engine.signals import Duty, Moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.engine.ports import ChangeSet, Clock, LaneRun, SyncStore
    from sync.engine.session import LineSession
    from sync.engine.signals import Command, Errand, Event
    from sync.engine.status import SyncStatus
    from sync.engine.transport import Transport
    from sync.proof.trust import Trust

LONGEST_NAP_S: Final = 10.0  # the boot clock may jump (sleep, demonstration): look at it


_chance = secrets.SystemRandom().random


@dataclass(frozen=True, slots=True)
class Wiring:
    """Store, lane, line and clock; all of it outlives the engine, which closes none of it.

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


@dataclass(frozen=True, slots=True)
class _Serving:
    """What exists while `run` serves."""

    group: asyncio.TaskGroup
    errands: Errands


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
        self._wiring = wiring
        self._session = session
        self._on_change = on_change
        self._on_status = on_status
        self._trust = trust
        self._pace = pace or Pace()
        self._machine = Machine(self._pace)
        self._serving: _Serving | None = None
        self._running: dict[Duty, asyncio.Task[None]] = {}
        self._inbox: deque[tuple[asyncio.Task[None] | None, Event]] = deque()
        self._bell = asyncio.Event()
        self._stopped = False
        self._ended = asyncio.Event()
        self._told: SyncStatus | None = None
        self._last_ms = 0
        self._skew_ms = 0

    # ---------------------------------------------------------------- from outside

    @property
    def status(self) -> SyncStatus:
        """Return the line's state as of now."""
        return self._machine.status

    def notify_outbox(self) -> None:
        """Say that the store has new events or attachments to send."""
        if self._serving is not None:
            measuring = self._measure(self._serving.errands)
            self._serving.group.create_task(measuring, name="engine-measure")

    def sync_now(self) -> None:
        """Try everything at once: a person asked, or other scopes were subscribed."""
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
                if self._serving is not None:
                    await self._measure(self._serving.errands)
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
            wiring = self._wiring
            await wiring.transport.open()
            ledger = await wiring.on_store(
                Ledger, wiring.store, self._session, wiring.clock, self._pace, self._trust
            )
            opened = await wiring.on_store(ledger.opened, wiring.transport.token_ms)
            async with asyncio.TaskGroup() as group:
                errands = Errands(
                    wiring.store,
                    wiring.on_store,
                    wiring.transport,
                    ledger,
                    self._session,
                    self._on_change,
                    group=group,
                )
                self._serving = _Serving(group, errands)
                try:
                    self._step(opened)
                    self._step(await errands.measure())
                    await self._serve()
                finally:
                    for task in self._running.values():
                        task.cancel()
                    errands.give_up()
                    self._serving = None
        finally:
            self._ended.set()

    # ---------------------------------------------------------------- the loop

    async def _serve(self) -> None:
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
        wall = round(self._wiring.clock.wall().timestamp() * 1000)
        moment = Moment(self._now_ms(), wall, self._wiring.chance())
        for command in self._machine.step(event, moment):
            self._carry_out(command)
        status = self._machine.status
        if status != self._told:
            self._told = status
            self._on_status(status)

    def _now_ms(self) -> int:
        """Read the boot clock; a demonstration may turn it back, the machine never goes back."""
        read = self._wiring.clock.boot_ms()
        if read + self._skew_ms < self._last_ms:
            self._skew_ms = self._last_ms - read
        self._last_ms = read + self._skew_ms
        return self._last_ms

    def _carry_out(self, command: Command) -> None:
        if isinstance(command, signals.Drop):
            self._running.pop(command.duty).cancel()
        elif self._serving is not None and not isinstance(command, signals.Finish):
            self._running[command.duty] = self._serving.group.create_task(
                self._errand(self._serving.errands, command), name=f"engine-{command.duty}"
            )

    async def _measure(self, errands: Errands) -> None:
        with contextlib.suppress(Failure):  # the next errand meets it again, and says so
            self._tell(None, await errands.measure())

    async def _errand(self, errands: Errands, errand: Errand) -> None:
        """Do one errand; whatever the line or the store says no with is an event too."""
        task = asyncio.current_task()
        try:
            if errand.duty is Duty.LIVE:
                event = await errands.listen(partial(self._tell, task))
            else:
                event = await errands.run(errand)
        except LineFailure as failure:
            event = signals.Failed(errand.duty, failure.fault, failure.code, failure.hold_ms)
        except Failure as failure:
            event = signals.Failed(errand.duty, Fault.UNABLE, failure.code)
        self._tell(task, event)
