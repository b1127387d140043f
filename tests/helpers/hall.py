"""A hall to play in: the demonstration's stage with its window, and the hands that put cards in.

    async with open_hall(StandingStage(folder)) as hall:
        await hall.enter("clerk")

Everything is real: centre process, TLS, encrypted store, simulated cards; only the widgets are
missing. The stage is built once for a run and copied for whoever asks.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import shutil
import tempfile
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from client.app.rows.cases import Receiver
from client.app.rows.changes import SessionLocked
from client.app.rows.materials import Given
from client.app.rows.session import CardPresence, LinePhase
from client.app.rows.steps import PreregisterForm
from installer.demo.clock import DemoClock
from installer.demo.stage import Centre, Process, Stage, pin_of
from sync.domain.calendar import CHINA
from sync.domain.secret import Secret
from sync.proof.events import read_logged_event
from tests.helpers import warm
from tests.helpers.ports import free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence
    from typing import IO

    from client.app.rows.changes import DeskNews
    from client.app.rows.session import SessionView
    from client.app.rows.steps import StepDone
    from client.bootstrap import Window
    from sync.domain.calendar import Calendar

PATIENCE_S = 90  # beyond the longest that a window waits between two tries
BETWEEN = timedelta(seconds=20)  # a device that logs in faster than people can is held up
PAGE = Path(__file__).parent / "page.png"
BEGINS = datetime(2026, 10, 13, 9, 30, tzinfo=CHINA)  # a Tuesday
ITEM = "scjg-02"  # food licence: two days' work in one sitting


class WarmCentre(Centre):
    """The centre's processes, forked from one that has loaded the program."""

    def _launch(self, words: Sequence[str], env: Mapping[str, str], log: IO[bytes]) -> Process:
        return warm.start(words, env, log)

    def _ask(self, words: Sequence[str]) -> tuple[int, str, str]:
        return warm.ask(words, os.environ)


class OneDay(DemoClock):
    """Begins on one day, whenever the tests run: no holiday lies in the weeks that they let pass.

    A demonstration begins on a day soon after the machine's.
    """

    def start(self, calendar: Calendar) -> None:
        """Begin at half past nine of that day."""
        assert calendar.is_working(BEGINS.date())
        self.move_to(BEGINS)


class StandingStage(Stage):
    """A copy of the stage that was built once for this run; its centre is not running yet.

    Where one stands in the folder already, it is taken up. Made outside any loop: building
    runs one.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        if not self.stands:
            shutil.copytree(_built(), folder, dirs_exist_ok=True)
        self.centre = WarmCentre(self.places, self.authority)
        self.centre._port = free_port()  # it is killed, and started again on the same
        self.clock.resume()

    def policy(self, command: str, *words: str | Path) -> None:
        """Have two administrators sign policy, by the centre's own command."""
        self.centre.command(
            command, *words,
            "--data", self.places.centre,
            "--demo-clock", self.places.clock,
            "--authority", self.places.authority,
        )  # fmt: skip

    def kill_centre(self) -> None:
        """End the centre as a power cut would."""
        process, self.centre._process = self.centre._process, None
        process.kill()
        process.communicate()


@cache
def _built() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="chuangkou-stage-"))
    atexit.register(shutil.rmtree, folder, True)
    stage = Stage(folder)
    stage.clock = OneDay(stage.places.clock)
    stage.centre = WarmCentre(stage.places, stage.authority)
    try:
        asyncio.run(stage.build(lambda _key: None))
    finally:
        stage.centre.stop()
    return folder


class Hall:
    """A stage with its window, and the hands that put cards in."""

    def __init__(self, stage: Stage, window: Window) -> None:
        self.stage, self.window, self.desk = stage, window, window.desk
        self.news: list[DeskNews] = []
        self._told = asyncio.Event()
        self.desk.watch(self._hear)

    def _hear(self, news: DeskNews) -> None:
        self.news.append(news)
        self._told.set()

    # ------------------------------------------------------------ waiting

    async def until(self, holds: Callable[[], object], what: str = "") -> None:
        """Wait until something holds; it is looked at again whenever the desk has news."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not holds():
                    await self._news_or_a_moment()
        except TimeoutError:
            line, card = self.desk.line.view, self.desk.door.card
            message = f"never came about: {what}; {line}; {card}"
            raise AssertionError(message) from None

    async def _news_or_a_moment(self) -> None:
        self._told.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.05):
                await self._told.wait()

    async def synced(self) -> None:
        """Wait until window and centre agree, pages included."""

        def agree() -> bool:
            view = self.desk.line.view
            return view.phase is LinePhase.SYNCED and not view.pending and not view.uploads

        await self.until(agree, "in step with the centre")
        # The line's view is told a moment after a step: the store is asked itself.
        place = self.desk.door.place()
        left: list[object] = []
        try:
            async with asyncio.timeout(PATIENCE_S):
                while left := await place.on_store(_unsent, place.store):
                    await self._news_or_a_moment()
        except TimeoutError:
            message = f"never sent: {left}; {self.desk.line.view}"
            raise AssertionError(message) from None
        await self.until(agree, "in step with the centre")

    async def locked(self) -> None:
        """Wait until nobody is at the window and its store is closed."""
        await self.until(lambda: self.desk.door.session is None, "locked")
        await self.until(lambda: any(isinstance(n, SessionLocked) for n in self.news), "said so")
        await self.until(lambda: not self.desk.door._busy.locked(), "the lock is done")

    # ------------------------------------------------------------ cards

    def pin(self, card: str) -> Secret[str]:
        """Return a card's PIN."""
        known = {**self.stage.authority.cards, **self.stage.authority.refused_cards}
        return Secret(pin_of(known[card]))

    @property
    def deck(self):
        """Return the cards on the desk."""
        return self.window.deck

    @property
    def reader(self):
        """Return the simulated reader with its moods."""
        return self.window.deck._reader

    async def put_in(self, card: str, presence: CardPresence = CardPresence.READY) -> None:
        """Put a card in, any other first taken out, and wait until the window has read it."""
        if self.desk.door.card.presence not in {CardPresence.EMPTY, CardPresence.NO_READER}:
            self.deck.pull()
            empty = CardPresence.EMPTY
            await self.until(lambda: self.desk.door.card.presence is empty, "the card before out")
        self.deck.insert(card)
        await self.until(lambda: self.desk.door.card.presence is presence, f"{card} {presence}")

    async def enter(self, card: str) -> SessionView:
        """Put a card in and log in, some time after whoever was here last."""
        await self.put_in(card)
        self.stage.clock.move_to(self.stage.clock.now() + BETWEEN)
        return await self.desk.door.log_in(self.pin(card))

    async def pull(self) -> None:
        """Take the card out and wait for the lock."""
        self.deck.pull()
        await self.locked()
        await self.until(lambda: self.desk.door.card.presence is CardPresence.EMPTY, "card out")

    async def leave(self) -> None:
        """Send everything, then take the card out."""
        await self.synced()
        await self.pull()

    # ------------------------------------------------------------ a case, by the short way

    async def register(self, **changes: object) -> str:
        """Register a visitor; whoever is at the window."""
        return (await self.desk.steps.preregister(form(**changes))).case

    async def take_page(self, case: str):
        """Take one page in."""
        return await self.desk.materials.take_in(case, "申请书.png", PAGE.read_bytes())

    async def receive_all(self, case: str) -> StepDone:
        """Receive every required material."""
        page = await self.take_page(case)
        detail = await self.desk.cases.open(case)
        given = tuple(Given(m.code, (page,)) for m in detail.materials if m.required)
        return await self.desk.steps.receive(case, given)

    async def sign(self, kind: str, case: str, card: str = "chief", **form: str) -> StepDone:
        """Prepare a sheet and sign it."""
        sheet = await self.desk.signing.prepare(kind, case, **form)
        return await self.desk.signing.sign(sheet, self.pin(card))

    async def walk_to(self, state: str) -> str:
        """Bring a new case to a state, each step by whoever makes it; nobody is left behind."""
        case = ""
        for reached, card, step in WALK:
            await self.enter(card)
            case = await step(self, case) or case
            await self.leave()
            if reached == state:
                return case
        raise ValueError(state)


RECEIVER = Receiver("古丽·阿依", "110105199001010010", "self")

WALK = (
    ("registered", "reception", lambda hall, _: hall.register()),
    ("received", "clerk", lambda hall, case: _nothing(hall.receive_all(case))),
    ("accepted", "clerk", lambda hall, case: _nothing(hall.desk.steps.accept(case))),
    ("handling", "handler", lambda hall, case: _nothing(hall.desk.steps.claim(case))),
    (
        "reviewing",
        "handler",
        lambda hall, case: _nothing(hall.desk.steps.handle(case, agree=True, text="符合条件")),
    ),
    (
        "deciding",
        "reviewer",
        lambda hall, case: _nothing(hall.desk.steps.review(case, agree=True, text="同意")),
    ),
    ("granted", "chief", lambda hall, case: _nothing(hall.sign("grant", case, text="准予许可"))),
    ("making", "clerk", lambda hall, case: _nothing(hall.desk.steps.make(case))),
    ("certified", "chief", lambda hall, case: _nothing(hall.sign("seal", case))),
)


def _unsent(store) -> list[object]:
    """Return the kinds of events and the pages that the centre lacks."""
    waiting = [read_logged_event(record).core.kind for record in store.outbox(100)]
    return [*waiting, *store.uploads(100)]


async def _nothing(work) -> None:
    await work


def form(**changes: object) -> PreregisterForm:
    """Return what reception types in, with changes."""
    values: dict[str, object] = {
        "applicant_kind": "org",
        "id_kind": "credit_code",
        "id_no": "92339901MA2ABCDE1X",
        "name": "云岭县滨河餐饮店",
        "phone": "13800000000",
        "item": ITEM,
    }
    return PreregisterForm(**values | changes)


@asynccontextmanager
async def open_hall(stage: Stage) -> AsyncIterator[Hall]:
    """Start the stage's centre and open the window; both end with this."""
    await stage.centre.start()
    try:
        window = stage.window()
        async with asyncio.TaskGroup() as tasks:
            life = tasks.create_task(window.desk.run())
            try:
                yield Hall(stage, window)
            finally:
                life.cancel()
    finally:
        stage.centre.stop()
