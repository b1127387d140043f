"""The main window: the door or the frame, the palette above both, the demonstration deck below."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from client.app.views import (
    CardChanged,
    CardPresence,
    CasesChanged,
    LineChanged,
    SessionLocked,
    SessionOpened,
    UrgeArrived,
)
from ui import loop, theme
from ui.presenters.door import DoorPresenter
from ui.presenters.frame import banner, urged
from ui.shell.commands import Commands
from ui.shell.deck import DeckDriver
from ui.shell.frame import WorkFrame
from ui.shell.ways import Ways
from ui.values import WORKBENCH, BannerFace, Problem, Route
from ui.views.deck import DeckDock
from ui.views.door import DoorPage
from ui.widgets.layout import column

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from PySide6.QtGui import QCloseEvent, QResizeEvent

    from client.app.views import DeskNews, SessionView, Words
    from ui.i18n import Tongue
    from ui.presenters.desk import CardDeck, Desk

_log = logging.getLogger("chuangkou.ui")
LOCKED = "app.locked"
_TICK_MS = 20_000  # words like "offline for 12 minutes" and what remains go on with time


class MainWindow(QMainWindow):
    """One window of one counter.

    Args:
        desk: everything that the screens talk to.
        tongue: the language.
        deck: the simulated cards, None with a real reader.
        mode: "light", "dark" or "auto".
        text_size: "normal", "large" or "largest".
    """

    closed = Signal()
    looks_changed = Signal(str, str, str)  # language, text size, mode

    def __init__(
        self,
        desk: Desk,
        tongue: Tongue,
        deck: CardDeck | None = None,
        *,
        mode: str = "auto",
        text_size: str = "normal",
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self.desk = desk
        self.tongue = tongue
        self.mode = mode
        self.text_size = text_size
        self._who = ""
        self._back_to = WORKBENCH
        self.door = DoorPage(tongue)
        self.frame = WorkFrame(tongue)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.door)
        self.stack.addWidget(self.frame)
        whole = QWidget()
        box = column(whole, gap=0)
        box.addWidget(self.stack, 1)
        self.deck = DeckDock(tongue) if deck is not None else None
        if deck is not None and self.deck is not None:
            box.addWidget(self.deck)
            self.deck_driver = DeckDriver(self, deck, self.deck)
        self.setCentralWidget(whole)
        self.ways = Ways(desk, tongue, self.frame.stage, self.run)
        self._door = DoorPresenter(desk, self.door)
        self.commands = Commands(self, whole)
        self._wire()
        self._stop = desk.watch(self._news)
        tongue.bind(self, "setWindowTitle", "app.name")
        tongue.changed.connect(self._language_changed)
        self.resize(1366, 768)
        self.setMinimumSize(1024, 640)
        desk.catalogue.language = tongue.language
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
        self._tell(problem)

    async def quiet(self) -> None:
        """Wait until no page has anything under way: for those who drive the window."""
        while True:
            opened = self.ways.current
            owners: list[QObject] = [self, self.ways, self.door]
            if opened is not None:
                owners.append(opened.view)
            tasks = [task for owner in owners for task in loop.running(owner)]
            if not tasks:
                return
            for task in tasks:
                await loop.finished(task)

    # ------------------------------------------------------------ looks

    def next_language(self) -> None:
        """Change between Chinese and English, at once."""
        self.tongue.set_language(
            "en" if self.tongue.language == "zh_CN" else "zh_CN", _application()
        )

    def next_text_size(self) -> None:
        """Go to the next text size."""
        sizes = theme.TEXT_SIZES
        self.text_size = sizes[(sizes.index(self.text_size) + 1) % len(sizes)]
        self._restyle()

    def next_mode(self) -> None:
        """Change between light and dark."""
        self.mode = "light" if theme.tokens().mode == "dark" else "dark"
        self._restyle()

    async def lock(self) -> None:
        """Keep the drafts, then lock."""
        await self.ways.save()
        await self.desk.door.lock("manual")

    async def open_console(self) -> None:
        """Open the supervision console in the system's browser."""
        QDesktopServices.openUrl(QUrl(await self.desk.door.console_address()))

    def refresh_foot(self) -> None:
        """Say the state of the line at top and foot."""
        line, now = self.desk.line.view, self.desk.now()
        self.frame.top.show_line(line, now)
        self.frame.foot.show_standing(banner(line, now))
        self.frame.foot.show_waiting(line.exceptions)

    # ------------------------------------------------------------ Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the palette over the whole window."""
        super().resizeEvent(event)
        self.commands.fit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell the owner; it locks the store and ends the loop."""
        self._stop()
        self.closed.emit()
        super().closeEvent(event)

    # ------------------------------------------------------------ news

    def _news(self, news: DeskNews) -> None:
        if isinstance(news, CardChanged):
            self._card(news)
        elif isinstance(news, SessionOpened):
            self._opened(news.session)
        elif isinstance(news, SessionLocked):
            self._locked(news)
        elif isinstance(news, LineChanged):
            self.refresh_foot()
        elif isinstance(news, CasesChanged):
            self.ways.changed(news.change)
            self._count()
        else:
            self._urged(news)

    def _card(self, news: CardChanged) -> None:
        card = news.card
        self.frame.top.show_card(card)
        self._door.card_changed(card)
        self.ways.card_changed(card)
        if card.presence is not CardPresence.READY and self.desk.door.session is not None:
            self.run(self, self.ways.save())
        if self.deck is not None:
            self.deck_driver.refresh()

    def _opened(self, session: SessionView) -> None:
        self._door.opened(session.name)
        route = self._back_to if session.person == self._who else WORKBENCH
        self._who = session.person
        self.frame.top.show_session(session)
        self.frame.top.show_card(self.desk.door.card)
        self.refresh_foot()
        self.frame.foot.show_passing(None)
        self.stack.setCurrentWidget(self.frame)
        self.ways.begin(route)
        self._count()

    def _locked(self, news: SessionLocked) -> None:
        self._back_to = self.ways.here()
        self.commands.close()
        self.ways.clear()
        self.frame.foot.show_passing(None)
        self.stack.setCurrentWidget(self.door)
        self._door.locked(news.reason, news.waiting)
        self.door.focus_first()

    def _urged(self, news: UrgeArrived) -> None:
        """Say it calmly: a line at the foot and a number at the rail; focus stays where it is."""
        self.frame.foot.show_passing(urged(news.message))
        self._count()

    def _count(self) -> None:
        self.run(self.frame, self._counting())

    async def _counting(self) -> None:
        if self.desk.door.session is None:
            return
        counts = await self.desk.cases.counts()
        self.frame.rail.show_counts(counts)
        self.frame.foot.show_waiting(counts.exceptions)
        self.refresh_commands()

    def say_blocked(self, why: Words) -> None:
        """Say at the foot why a command cannot be given now."""
        self.frame.foot.show_passing(BannerFace("calm", "info-circle", why))

    # ------------------------------------------------------------ inner

    def refresh_commands(self) -> None:
        """Open or close the acts of the rail for the case that is shown."""
        self.frame.rail.show_commands(self.commands.known())

    def _wire(self) -> None:
        self.door.entered.connect(lambda pin: self.run(self, self._door.enter(pin)))
        self.door.looks.language.connect(self.next_language)
        self.door.looks.text_size.connect(self.next_text_size)
        self.door.looks.mode.connect(self.next_mode)
        self.frame.rail.pressed.connect(self.commands.give)
        self.frame.top.line_pressed.connect(lambda: self.commands.give("sync"))
        self.frame.top.palette_pressed.connect(self.commands.open)
        self.frame.foot.act.connect(self.commands.give)
        self.frame.foot.exceptions_pressed.connect(lambda: self.commands.give("exceptions"))
        self.ways.moved.connect(self._moved)
        self.ways.looked.connect(self.refresh_commands)
        self.ways.told.connect(self.frame.foot.show_passing)
        self.ways.failed.connect(self._tell)
        self._tick = loop.Every(self, _TICK_MS, self._ticked)

    def _first_face(self) -> None:
        session = self.desk.door.session
        self.frame.top.show_card(self.desk.door.card)
        if session is None:
            self._door.show()
            self.stack.setCurrentWidget(self.door)
        else:
            self._opened(session)

    def _moved(self, opened: Any) -> None:
        self.frame.rail.show_current(opened.rail)
        self.refresh_commands()

    def _ticked(self) -> None:
        if self.desk.door.session is not None:
            self.refresh_foot()

    def _tell(self, problem: Problem) -> None:
        words = self.commands.words_of(problem)
        self.frame.foot.show_passing(BannerFace("error", "alert-triangle", words))

    def _restyle(self) -> None:
        app = _application()
        if app is not None:
            theme.apply(app, self.mode, self.text_size)
        self._tell_looks()

    def _language_changed(self) -> None:
        self.desk.catalogue.language = self.tongue.language
        if self.desk.door.session is not None:
            self.refresh_commands()
            self.ways.reread()
            self._count()
        self._tell_looks()

    def _tell_looks(self) -> None:
        self.looks_changed.emit(self.tongue.language, self.text_size, self.mode)

    def here(self) -> Route:
        """Return where the window stands."""
        return self.ways.here()


def _application() -> QApplication | None:
    found = QApplication.instance()
    return found if isinstance(found, QApplication) else None
