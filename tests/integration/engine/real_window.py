"""A window of real parts without a screen: encrypted store, engine, TLS, and a real centre."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from client.app.ports.store import ChainHead
from client.host.lanes import Lane
from client.store.store import SqlCipherStore, open_store
from sync.engine.joining import Joining, Pins
from sync.engine.pace import Pace
from sync.engine.runner import Runner, Wiring
from sync.engine.session import CentreAddress, LineSession, Speaker
from sync.engine.transport import Transport
from sync.proof.enrolment import make_enrolment
from sync.proof.jws import hash_text
from sync.proof.keys import SoftwareKey
from sync.protocol.records import Enrolment
from tests.helpers.hand_window import Chain, HandWindow
from tests.helpers.store_world import keys

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from sync.engine.status import SyncStatus
    from sync.proof.trust import Trust
    from sync.protocol.records import Record
    from tests.helpers.centre import RunningCentre

AUD = "centre-339901"
DEV = "d-339901-03"


class WindowClock:
    """The window's clocks, beside a centre whose clock stands where the test put it."""

    def __init__(self, centre: RunningCentre) -> None:
        self._centre = centre
        self._loop = asyncio.get_running_loop()
        self._begun = self._loop.time()

    def wall(self) -> Any:
        return self._centre.clock.now() + timedelta(seconds=self._loop.time() - self._begun)

    def boot_ms(self) -> int:
        return int(self._loop.time() * 1000)

    def boot_id(self) -> str:
        return "boot-1"


class RealWindow:
    """Parts and shortcuts; `open_window` makes one."""

    def __init__(self, centre: RunningCentre, lane: Lane, url: str, dev: str = DEV) -> None:
        self.centre = centre
        self.dev = dev
        self.lane = lane
        self.clock = WindowClock(centre)
        roots = centre.authority.ca.read_text() if url.startswith("https") else ""
        self.transport = Transport(CentreAddress(url, roots), self.clock)
        self.hand = HandWindow(centre, dev, enrol=False)
        self.store: SqlCipherStore
        self.trust: Trust
        self.runner: Runner
        self.states: list[SyncStatus] = []
        self._news = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    @property
    def wiring(self) -> Wiring:
        return Wiring(self.store, self.lane.run, self.transport, self.clock)

    @property
    def status(self) -> SyncStatus:
        return self.runner.status

    async def open_store(self, folder: Path) -> None:
        self.store = await self.lane.run(open_store, folder, keys(), self.clock)

    async def join(self) -> None:
        """Enrol this device as the product does."""
        genesis = self.centre.desk.policy.trust.genesis
        joining = Joining(self.wiring, self.hand.device, Pins(AUD, genesis))
        claim = Enrolment(
            aud=AUD,
            dev=self.dev,
            inc=1,
            code=self.centre.invite(self.dev).replace("-", ""),
            jwk=self.hand.device.jwk,
            at=self.centre.clock.now_ms(),
        )
        answer = await joining.enrol(make_enrolment(claim, self.hand.device))
        start = ChainHead(answer.dev, answer.inc, 0, answer.prev)
        await self.lane.run(self.store.start_chain, start)
        self.hand.chain = Chain(0, answer.prev)
        self.trust, _ = await joining.follow_policy()
        assert await joining.anchor(self.trust)

    async def log_in(self, card: str = "clerk") -> LineSession:
        """Log a card in and append the session's first event."""
        person, key = self.centre.card(card), SoftwareKey.generate()
        speaker = Speaker(key, key.jwk)
        anchor = await self.lane.run(self.store.anchor)
        self.hand.anc = anchor.hash
        nonce = (await self.transport.login_nonce(self.dev, speaker)).nonce
        delegation = self.hand.delegation(person, key, nonce=nonce)
        login = self.hand.signed_login(delegation, person)
        answer = await self.transport.login(login, speaker)
        self.hand.key, self.hand.kid, self.hand.card = key, answer.dlg, person
        await self.lane.run(self.store.subscribe, answer.scopes)
        await self.append(self.hand.event("session.open", login.body(), scope="hall/339901"))
        return LineSession(
            login=login,
            delegation=delegation,
            kid=hash_text(login.dlg),
            key=key,
            device=self.hand.device,
            genesis=self.centre.desk.policy.trust.genesis,
        )

    def serve(self, session: LineSession, group: asyncio.TaskGroup, pace: Pace) -> None:
        """Start the engine."""
        self.runner = Runner(
            self.wiring, session, self._changed, self._status, trust=self.trust, pace=pace
        )
        self._running = group.create_task(self.runner.run())

    async def append(self, *records: Record) -> None:
        await self.lane.run(self.store.append, list(records))

    async def works(self, kind: str, content: Any, /, **how: Any) -> None:
        """Make a step and tell the engine."""
        await self.append(self.hand.event(kind, content, **how))
        self.runner.notify_outbox()

    def _changed(self, _change: object) -> None:
        self._news.set()

    def _status(self, status: SyncStatus) -> None:
        self.states.append(status)
        self._news.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not holds():
                self._news.clear()
                await self._news.wait()

    async def synced(self) -> None:
        await self.until(lambda: self.status.phase == "synced" and self.status.pending == 0)

    async def answered(self, count: int = 0) -> None:
        """Wait until nothing waits in the outbox, and so many refused ones are there."""
        async with asyncio.timeout(60):
            while await self.asks(self.store.outbox_size) or (
                len(await self.asks(self.store.refused)) < count
            ):
                self._news.clear()
                await self._news.wait()

    async def asks(self, question: Callable[..., Any], *args: Any) -> Any:
        """Ask the store on its lane."""
        return await self.lane.run(question, *args)


@asynccontextmanager
async def open_window(
    centre: RunningCentre, folder: Path, url: str | None = None, pace: Pace | None = None
) -> AsyncIterator[RealWindow]:
    """Open, join, log in, serve; at the end drain and close everything."""
    lane = Lane("store")
    window = RealWindow(centre, lane, url or centre.origin)
    try:
        await window.open_store(folder)
        async with window.transport:
            await window.join()
            session = await window.log_in()
            async with asyncio.TaskGroup() as group:
                window.serve(session, group, pace or Pace(anchor_ms=200))
                yield window
                await window.runner.drain(2.0)
        await lane.run(window.store.close)
    finally:
        window.hand.close()
        await lane.close()
