"""What works in the window: the desk's news, the way in and out, pages, commands, and the deck."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from client.app.rows.changes import (
    CardChanged,
    CasesChanged,
    CounterHeard,
    CounterTrouble,
    LineChanged,
    SessionClosed,
    SessionLocked,
    SessionOpened,
    UrgeArrived,
)
from client.app.rows.session import CardPresence
from client.app.rows.words import Words
from sync.domain.failures import Failure
from ui import loop
from ui.presenters.counter import CounterPresenter
from ui.presenters.door import DoorPresenter
from ui.presenters.frame import banner, urged
from ui.shell.alerts import Alerts
from ui.shell.backup_pages import FormerWatch
from ui.shell.before import Before
from ui.shell.commands import Commands
from ui.shell.crash_pages import CrashWatch
from ui.shell.deck import DeckDriver
from ui.shell.disk import DiskWatch
from ui.shell.entry import Entry
from ui.shell.explaining import Explaining
from ui.shell.frame import WorkFrame
from ui.shell.idle import IdleWatch
from ui.shell.letter_watch import LetterWatch
from ui.shell.pace import PaceWatch
from ui.shell.settings_pages import take_over
from ui.shell.tour import TourGuide
from ui.shell.ways import Ways
from ui.shell.wedge import WedgeWatch
from ui.values import WORKBENCH, BannerFace, Problem, Route
from ui.views.deck import DeckDock
from ui.widgets.fields import clipboard_copy

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    from client.app.rows.changes import DeskNews
    from client.app.rows.session import SessionView
    from ui.presenters.desk import CardDeck, Desk
    from ui.shell.opened import Opened
    from ui.shell.window import MainWindow

_log = logging.getLogger("chuangkou.ui")
LOCKED = "app.locked"
_TICK_MS = 20_000  # words like "offline for 12 minutes" go on with time
_MINUTE_MS = 60_000  # … and lights, and what remains


class Work(QObject):
    """Follows the desk's news and gives each to whom it concerns.

    Args:
        window: the main window, its door already painted.
        desk: everything that the screens talk to.
        deck: the simulated cards, None with a real reader.
        idle_minutes: lock after so long without anybody; 0 never does.
        guide: lead newcomers by itself: through a machine's first run, and round the window.
    """

    def __init__(
        self,
        window: MainWindow,
        desk: Desk,
        deck: CardDeck | None,
        *,
        idle_minutes: int,
        guide: bool,
    ) -> None:
        super().__init__(window)
        self.window = window
        self.desk = desk
        self.tongue = window.tongue
        self._who, self._back_to = "", WORKBENCH
        self._count = loop.Again(self._counting)
        self.frame = WorkFrame(self.tongue)
        window.stack.addWidget(self.frame)
        self.deck: DeckDriver | None = None
        if deck is not None:
            dock = DeckDock(self.tongue)
            layout = window.whole.layout()
            if layout is not None:
                layout.addWidget(dock)
            self.deck = DeckDriver(window, deck, dock)
        self.ways = Ways(desk, self.tongue, self.frame.stage, self.run, window)
        self.pace = PaceWatch(self.ways, desk, self.run)
        self.alerts = Alerts(window, desk, self.tongue)
        self.letters = LetterWatch(self.ways, desk, self.run, self._recount)
        self.disk = DiskWatch(self, desk, self.frame.foot.show_passing)
        self.crashes, self.former = (
            CrashWatch(self, desk, self.frame.foot.show_passing),
            FormerWatch(desk, self.frame.foot.show_passing),
        )
        explaining = Explaining(self.ways, desk, self.frame.foot.show_passing)
        self.ways.stepped.connect(lambda *step: self.run(explaining, explaining.after(*step)))
        self.door = DoorPresenter(desk, window.door)
        self.entry = Entry(Before(window, desk, self.run, self._to_door, self.door))
        self.commands = Commands(self)
        self.counter = CounterPresenter(
            desk, self.ways, self.ways.take, self.ways.register, self.frame.foot.show_passing
        )
        self.shows_round = guide
        self.tour = TourGuide(window, desk, self.ways, self.run)
        self._wire()
        self._stop = desk.watch(self._news)
        window.closed.connect(self.stop)
        handle = window.windowHandle()
        if handle is not None:
            self.wedge = WedgeWatch(handle, desk.at_counter.knows, desk.at_counter.read)
        if idle_minutes and handle is not None:
            self.idle = IdleWatch(handle, idle_minutes * _MINUTE_MS, self._idle)
        desk.catalogue.language = self.tongue.language
        take_over(desk)
        self._first_face()

    # ------------------------------------------------------------ running

    def run(self, owner: QObject, work: Coroutine[Any, Any, Any]) -> object:
        """Start a coroutine owned by a view; what it does not catch is told at the foot."""
        return loop.spawn(owner, work, self.fault)

    def fault(self, error: BaseException) -> None:
        """Tell and log what nobody caught: a defect of ours, or a lock in the middle of reading."""
        problem = Problem.of(error)
        if problem.code == LOCKED:
            return  # it was locked while something was being read: the door says so already
        if problem.broken:
            _log.error("unexpected failure in the window", exc_info=error)
        self._tell(problem, self.crashes.act_of(error))

    def stop(self) -> None:
        """Listen no more: the window closes."""
        self._stop()
        self.crashes.end()

    async def end(self) -> None:
        """Keep the drafts, then end whatever is under way: nothing speaks to a window that is gone.

        Awaited after the window was closed, by whoever lets the loop end.
        """
        try:
            await self.entry.save()
            await self.ways.made()
            await self.ways.save()
        except Failure as failure:
            _log.warning("drafts were not kept at the close: %s", failure.code)
        self.ways.clear()
        await loop.end_all()

    async def quiet(self) -> None:
        """Wait until no page has anything under way: for those who drive the window."""
        while tasks := [task for owner in self._owners() for task in loop.running(owner)]:
            for task in tasks:
                await loop.finished(task)

    def _owners(self) -> list[QObject]:
        opened = self.ways.current
        owners: list[QObject] = [self, self.ways, self.frame, self.commands]
        if self.entry.page is not None:
            owners.append(self.entry.page)
        return owners if opened is None else [*owners, opened.view]

    # ------------------------------------------------------------ acts

    async def lock(self, reason: str = "manual") -> None:
        """Let a step that is being made end, keep the drafts, then lock.

        What cannot be kept, on a full disk, keeps no window open; the door says so.
        """
        unkept = None
        try:
            await self.ways.made()
            await self.ways.save()
        except Failure as failure:
            _log.warning("drafts were not kept at the lock: %s", failure.code)
            unkept = Problem.of(failure)
        finally:
            await self.desk.door.lock(reason)
        if unkept is not None:
            self.door.say(self.commands.words_of(unkept))

    def open_files(self, files: tuple[Path, ...]) -> None:
        """Take what was opened with this program: the first of it."""
        for path in files[:1]:
            self._open_file(path)

    def _open_file(self, path: Path) -> None:
        """Take an invitation where one is needed; say so where none is."""
        if self.desk.enrolment.needed:
            self.entry.invited(path)
            return
        words = Words("invited.not_needed", {"name": path.name})
        if self.desk.door.session is None:
            self.door.say(words)
        else:
            self.say_blocked(words)

    def open_settings(self) -> None:
        """Open this machine's settings: a page among the others, or in the door's place."""
        if self.desk.door.session is None:
            self.entry.settings()
        else:
            self.ways.go(Route("settings"))

    async def open_console(self) -> None:
        """Open the supervision console in the system's browser, and say so: it may be behind.

        The system says that it was opened where no browser started too, so its address can be had.
        """
        opened = QDesktopServices.openUrl(QUrl(await self.desk.door.console_address()))
        words = Words("console.opened" if opened else "console.no_browser")
        look = ("calm", "external-link") if opened else ("error", "alert-triangle")
        self.frame.foot.show_passing(BannerFace(*look, words, "console_address"))

    async def copy_console_address(self) -> None:
        """Put a fresh one-time address of the console on the clipboard; say how long it holds."""
        clipboard_copy(await self.desk.door.console_address())
        copied = BannerFace("good", "copy", Words("console.copied"))
        self.frame.foot.show_passing(copied)

    def refresh_foot(self) -> None:
        """Say the state of the line at top and foot."""
        line, now = self.desk.line.view, self.desk.now()
        self.frame.top.show_line(line, now)
        self.frame.foot.show_standing(banner(line, now))

    def refresh_commands(self) -> None:
        """Open or close the acts of the rail for the case that is shown."""
        self.frame.rail.show_commands(self.commands.known())

    def say_blocked(self, why: Words) -> None:
        """Say at the foot why a command cannot be given now."""
        self.frame.foot.show_passing(BannerFace("calm", "info-circle", why))

    # ------------------------------------------------------------ news

    def _news(self, news: DeskNews) -> None:
        if isinstance(news, CardChanged):
            self._card(news)
        elif isinstance(news, SessionOpened):
            self._opened(news.session)
        elif isinstance(news, SessionLocked):
            self._locked(news)
        elif isinstance(news, SessionClosed):
            self.door.closed(news.waiting)
        elif isinstance(news, LineChanged):
            self.refresh_foot()
            self.letters.line_changed(self.desk.line.view)
            self._look_for_former()
        elif isinstance(news, CasesChanged):
            self.ways.changed(news.change)
            self._recount()
        elif isinstance(news, CounterHeard):
            self.run(self, self.counter.heard(news))
        elif isinstance(news, CounterTrouble):
            self._tell(Problem.of(news.failure))
        elif isinstance(news, UrgeArrived):
            self._urged(news)

    def _look_for_former(self) -> None:
        if self.desk.door.session is not None and self.former.due(self.desk.line.view):
            self.run(self, self.former.look())

    def _card(self, news: CardChanged) -> None:
        card = news.card
        self.frame.top.show_card(card)
        self.door.card_changed(card)
        self.ways.card_changed(card)
        self.entry.card_changed(card)
        if card.presence is not CardPresence.READY and self.desk.door.session is not None:
            self.run(self, self.ways.save())
        if self.deck is not None:
            self.deck.refresh()

    def _opened(self, session: SessionView) -> None:
        self.door.opened(session.name)
        self.letters.drop()
        route = self._back_to if session.person == self._who else WORKBENCH
        newcomer = self.door.newcomer(session.person)
        if newcomer:
            route = Route("colleague", person=newcomer)
        self._who, self._back_to = session.person, route
        self.frame.top.show_session(session)
        self.frame.top.show_card(self.desk.door.card)
        self.refresh_foot()
        self.frame.foot.show_passing(None)
        self.run(self, self._enter(session))

    async def _enter(self, session: SessionView) -> None:
        """Show the pages once they are made, each in a turn of its own."""
        await self.ways.prepare(self._back_to)
        if self.desk.door.session is not session:
            return  # it was locked meanwhile
        self.window.stack.setCurrentWidget(self.frame)
        self._back_to = WORKBENCH
        self.ways.begin()
        self._recount()
        self.letters.ask()
        self.crashes.tell_ending()
        self.former.begin()
        self._look_for_former()
        if self.shows_round:
            await self.tour.offer()

    def _locked(self, news: SessionLocked) -> None:
        if self.ways.current is not None:
            self._back_to = self.ways.here()
        self.commands.close()
        self.tour.close()
        self.pace.drop()
        self.alerts.hide()
        self.crashes.at("door")
        self.ways.clear()
        self.frame.foot.show_passing(None)
        self.window.stack.setCurrentWidget(self.window.door)
        self.door.locked(news.reason)
        self.window.door.focus_first()

    def _urged(self, news: UrgeArrived) -> None:
        """Say it calmly: a line at the foot and a number at the rail; focus stays where it is."""
        self.frame.foot.show_passing(urged(news.message))
        self.run(self.alerts, self.alerts.tell(news.message))
        self._recount()

    async def _counting(self) -> None:
        if self.desk.door.session is None:
            return
        counts = await self.desk.cases.counts()
        self.frame.rail.show_counts(counts, self.letters.waiting)
        self.frame.foot.show_waiting(counts.exceptions)
        self.refresh_commands()

    def _recount(self) -> None:
        work = self._count.asked()
        if work is not None:
            self.run(self.frame, work)

    # ------------------------------------------------------------ inner

    def _wire(self) -> None:
        frame, window = self.frame, self.window
        window.door.entered.connect(lambda pin: self.run(self, self.door.enter(pin)))
        window.door.colleague_asked.connect(self.door.ask_colleague)
        window.door.recovery_asked.connect(self.entry.recover)
        window.door.settings_asked.connect(self.entry.settings)
        window.door.help_asked.connect(self.entry.help)
        window.door.pin_asked.connect(self.entry.card_pin)
        window.resized.connect(self.commands.fit)
        frame.rail.pressed.connect(self.commands.give)
        frame.top.line_pressed.connect(lambda: self.commands.give("sync"))
        frame.top.palette_pressed.connect(self.commands.open)
        frame.foot.act.connect(self.commands.give)
        frame.foot.exceptions_pressed.connect(lambda: self.commands.give("exceptions"))
        self.ways.moved.connect(self._moved)
        self.ways.looked.connect(self.refresh_commands)
        self.ways.steps_wanted.connect(self.commands.open_steps)
        self.ways.tour_wanted.connect(self.tour.begin)
        self.ways.told.connect(self._told)
        self.ways.untold.connect(frame.foot.forget)
        self.ways.failed.connect(self._tell)
        self.tongue.changed.connect(self._language_changed)
        self._tick = loop.Every(self, _TICK_MS, self._ticked)
        self._minute = loop.Every(self, _MINUTE_MS, self._minute_passed)

    def _first_face(self) -> None:
        session = self.desk.door.session
        self.frame.top.show_card(self.desk.door.card)
        if session is not None:
            self._opened(session)
            return
        if self.shows_round and self.desk.setup.needed:
            self.entry.set_up()
            return
        if self.desk.enrolment.needed:
            self.entry.enrol()
            return
        self._to_door()

    def _to_door(self) -> None:
        self.door.show()
        self.window.stack.setCurrentWidget(self.window.door)
        self.window.door.focus_first()

    def _moved(self, opened: Opened) -> None:
        self.crashes.at(opened.route.page, opened.route.step)
        self.frame.rail.show_current(opened.rail)
        self.refresh_commands()

    def _ticked(self) -> None:
        if self.desk.door.session is not None:
            self.refresh_foot()
            self.run(self.disk, self.disk.look())

    def _minute_passed(self) -> None:
        if self.desk.door.session is not None:
            self.ways.time_passed()

    def _told(self, face: BannerFace) -> None:
        """Say at the foot what a page has no place for, at the door where it was locked over it."""
        if self.desk.door.session is None:
            self.door.say(face.words)
        else:
            self.frame.foot.show_passing(face)

    def _idle(self) -> None:
        if self.desk.door.session is not None:
            self.run(self, self.lock("idle"))

    def _tell(self, problem: Problem, act: str = "") -> None:
        words = self.commands.words_of(problem)
        self.frame.foot.show_passing(BannerFace("error", "alert-triangle", words, act))

    def _language_changed(self) -> None:
        self.desk.catalogue.language = self.tongue.language
        if self.desk.door.session is not None:
            self.refresh_commands()
            self.ways.reread()
            self._recount()
