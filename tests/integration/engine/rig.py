"""A running engine between a store and a centre, watched without sleeping."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from client.host.lanes import Lane
from sync.engine.pace import Pace
from sync.engine.ports import ChangeSet
from sync.engine.runner import Runner, Wiring
from sync.engine.session import CentreAddress
from sync.engine.transport import Patience, Transport
from tests.helpers.line_world import HALL_SCOPE, LoopClock, step
from tests.helpers.memory_store import MemoryStore
from tests.helpers.scripted import Asked, Said, Scripted
from tests.helpers.world import SCOPE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from sync.engine.status import SyncStatus
    from sync.proof.trust import Trust
    from tests.helpers.small_centre import SmallCentre

# A product minute in about a third of a second.
FAST = Pace(
    anchor_ms=50,
    heartbeat_ms=250,
    poll_ms=60,
    renew_ms=60,
    short_life_ms=100,
    polling_ms=400,
    unanswered_ms=300,
    drain_ms=500,
)
IMPATIENT = Patience(connect=1.0, silence=0.3, whole=0.5, live_silence=0.6)
#: For who is answered: a busy machine takes its time. A stream that has died is noticed soon.
PATIENT = Patience(connect=30.0, silence=30.0, whole=60.0, live_silence=0.6)


class Rig:
    """One window; `before` sees each request first and may answer it itself."""

    def __init__(
        self,
        centre: SmallCentre,
        lane: Lane,
        server: Scripted,
        pace: Pace,
        trust: Trust | None,
        patience: Patience,
    ) -> None:
        self.centre = centre
        self.world = centre.world
        self.lane = lane
        self.server = server
        self.store = MemoryStore()
        self.store.enrol(centre)
        self.store.subscribe(["policy", HALL_SCOPE, SCOPE])
        self.session, opening = centre.session()
        self.store.add(opening)
        self.states: list[SyncStatus] = []
        self.change = ChangeSet()
        self._news = asyncio.Event()
        self.clock = LoopClock()
        self.transport = Transport(CentreAddress(server.url), self.clock, patience)
        self.runner = Runner(
            Wiring(self.store, lane.run, self.transport, self.clock, chance=lambda: 0.05),
            self.session,
            self._changed,
            self._status,
            trust=trust,
            pace=pace,
        )
        self.group: asyncio.TaskGroup | None = None

    @property
    def status(self) -> SyncStatus:
        return self.runner.status

    def _changed(self, change: ChangeSet) -> None:
        self.change |= change
        self._news.set()

    def _status(self, status: SyncStatus) -> None:
        self.states.append(status)
        self._news.set()

    def start(self) -> None:
        assert self.group is not None
        self.group.create_task(self.runner.run())

    def works(self, count: int = 1) -> list[str]:
        ids = [self.store.add(step(self.world, self.session)) for _ in range(count)]
        self.runner.notify_outbox()
        return ids

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until it holds, looking whenever the engine says something."""
        async with asyncio.timeout(60):
            while not holds():
                self._news.clear()
                await self._news.wait()

    async def synced(self) -> None:
        await self.until(lambda: self.status.phase == "synced" and self.status.pending == 0)


@asynccontextmanager
async def running(
    centre: SmallCentre,
    before: Callable[[Asked], Said | None] = lambda _asked: None,
    pace: Pace = FAST,
    after: Callable[[Asked, Said], Said] = lambda _asked, said: said,
    *,
    trust: Trust | None = None,
    start: bool = True,
    patience: Patience = PATIENT,
) -> AsyncIterator[Rig]:
    """Run an engine against a centre; at the end it is drained if a test did not end it."""

    async def handle(asked: Asked) -> Said:
        said = before(asked)
        return after(asked, await centre.serve(asked)) if said is None else said

    lane = Lane("store")
    try:
        async with Scripted(handle) as server:
            rig = Rig(centre, lane, server, pace, trust, patience)
            try:
                async with asyncio.TaskGroup() as group:
                    rig.group = group
                    if start:
                        rig.start()
                    yield rig
                    await rig.runner.drain(1.0)
            finally:
                await rig.transport.close()
                centre.end_streams()
    finally:
        await lane.close()


def paths(rig):
    """Return what was asked, without the stream, which is opened beside the rest."""
    return [asked.path for asked in rig.server.asked if asked.path != "/v1/live"]


class Times:
    """Do something to the first so many requests of a path."""

    def __init__(self, path, count, said):
        self.path, self.left, self.said, self.count = path, count, said, 0

    def __call__(self, asked, answer=None):
        if asked.path == self.path and self.left > 0:
            self.left -= 1
            self.count += 1
            return self.said(answer) if callable(self.said) else self.said
        return answer


def cut(answer):
    """Break an answer off in the middle of its body."""
    return Said(answer.body, answer.status, answer.headers, cut=max(0, len(answer.body) // 2))
