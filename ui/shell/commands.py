"""What the rail, the F-keys and the palette do: one list of commands, one place that gives them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut

from client.app.rows.words import Words
from ui.handbook import chapter_of
from ui.presenters.case import begin_step
from ui.presenters.frame import (
    AT_THE_DOOR,
    COMMANDS,
    OF_THE_CASE,
    commands,
    commands_at_door,
    fitting,
    named_like,
    step_of,
)
from ui.presenters.queue import call_next
from ui.values import TOUR, WORKBENCH, BannerFace, Problem, Route
from ui.views.acts import OTHERS_KEY, shown
from ui.views.palette import Palette, command_lines, step_lines
from ui.views.workbench import WorkbenchPage
from ui.widgets.walk import Walk

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine

    from ui.i18n import Tongue
    from ui.presenters.desk import Desk
    from ui.presenters.door import DoorPresenter
    from ui.shell.entry import Entry
    from ui.shell.opened import Opened
    from ui.shell.ways import Ways
    from ui.shell.window import MainWindow
    from ui.values import Command

_KEYS = {
    "F1": "help",
    "Ctrl+/": "help",
    "F2": "new_case",
    "F3": "search",
    "F4": "items",
    "F6": "people",
    "F5": "sync",
    OTHERS_KEY: "steps",
    "F7": "receive",
    "F8": "notify_correction",
    "F9": "accept",
    "F10": "papers",
    "F12": "lock",
    "Ctrl+L": "lock",
    "Ctrl+B": "batch",
    "Ctrl+J": "queue",
    "Ctrl+N": "queue_next",
    "Ctrl+Shift+J": "bookings",
    "Ctrl+Shift+O": "filings",
    "Ctrl+M": "money",
    "Ctrl+G": "stock",
    "Ctrl+D": "till",
    "Ctrl+H": "bank",
    "Ctrl+1": "workbench",
    "Ctrl+2": "messages",
    "Ctrl+3": "exceptions",
    "Ctrl+5": "statistics",
    "Ctrl+4": "authorisations",
    "Ctrl+6": "seal_book",
    "Ctrl+,": "settings",
}
_STEPS = frozenset({"receive", "notify_correction", "accept"})


class Giver(Protocol):
    """What works in the window, as far as commands need it."""

    window: MainWindow
    desk: Desk
    tongue: Tongue
    ways: Ways
    entry: Entry
    door: DoorPresenter

    def run(self, owner: QObject, work: Coroutine[Any, Any, Any]) -> object:
        """Start a coroutine owned by a view."""

    async def lock(self, reason: str = "manual") -> None:
        """Keep the drafts, then lock."""

    def open_settings(self) -> None:
        """Open this machine's settings."""

    async def open_console(self) -> None:
        """Open the supervision console."""

    async def copy_console_address(self) -> None:
        """Put the console's address on the clipboard."""

    def say_blocked(self, why: Words) -> None:
        """Say at the foot why a command cannot be given."""


class Commands(QObject):
    """Gives commands by name; refuses with the reason at the foot what is closed now."""

    def __init__(self, work: Giver) -> None:
        super().__init__(work.window)
        self._work = work
        self._over = work.window.whole
        self._calling = False
        self.palette = Palette(work.tongue, self._over)
        self.palette.asked.connect(self._ask)
        self.palette.taken.connect(self.give)
        self.steps = Palette(work.tongue, self._over, "steps", tall=True)
        self.steps.asked.connect(self._ask_steps)
        self.steps.taken.connect(self._take_step)
        for keys, name in _KEYS.items():
            self._shortcut(keys, partial(self.give, name))
        self._shortcut("Ctrl+K", self.open)
        work.window.leave_wanted.connect(self._leave)
        work.window.primary_wanted.connect(self._primary)

    def known(self) -> tuple[Command, ...]:
        """Return every command as it stands."""
        session = self._work.desk.door.session
        if session is None:
            return commands_at_door()
        return commands(session, self._work.ways.detail())

    def open(self) -> None:
        """Open the palette, at the door too: help and looks are had without a card."""
        if self.palette.isVisible():
            self.palette.close_it()
        else:
            self.palette.open()

    def close(self) -> None:
        """Close the palette: the window locks."""
        for palette in (self.palette, self.steps):
            if palette.isVisible():
                palette.close_it()

    def fit(self) -> None:
        """Keep the palette over the window."""
        for palette in (self.palette, self.steps):
            palette.setGeometry(self._over.rect())

    def open_steps(self) -> None:
        """Open the list of all steps of the case that is shown."""
        if self.steps.isVisible():
            self.steps.close_it()
        elif self._work.ways.detail() is not None:
            self.steps.open()

    def give(self, name: str) -> None:
        """Give a command; a closed one says why at the foot."""
        work = self._work
        self.close()
        if work.desk.door.session is None and name not in AT_THE_DOOR:
            work.door.log_in_first()
            return
        reading = work.ways.reading() if name in OF_THE_CASE else None
        if reading is not None:
            self._give_once_read(name, *reading)
            return
        command = next((known for known in self.known() if known.name == name), None)
        if command is None and any(each.name == name for each in COMMANDS):
            return  # another role's
        if command is not None and command.blocked is not None:
            work.say_blocked(command.blocked)
            return
        if name in _STEPS:
            self._step(name)
            return
        self._simple().get(name, lambda: None)()

    def words_of(self, problem: Problem) -> Words:
        """Return a failure's words for one line."""
        words = self._work.tongue.words
        for key in (f"error.{problem.code}", f"violation.{problem.code}"):
            if words.has(key):
                return Words(key, dict(problem.details))
        return Words("error.unknown", {"code": problem.code})

    # ------------------------------------------------------------ inner

    def _give_once_read(self, name: str, opened: Opened, read: asyncio.Event) -> None:
        """Give a command when the case that was chosen is known: a quick hand is not refused.

        Neither is it given to the case before; whoever went on elsewhere meanwhile meant that.
        """
        shown = self._work.ways.current

        async def give() -> None:
            await read.wait()
            if self._work.ways.current is shown:
                self.give(name)

        self._work.run(opened.view, give())

    def _leave(self) -> None:
        """Leave the page that is shown: Esc was pressed in the frame around it."""
        for walk in self._walks():
            walk.leave.emit()

    def _primary(self) -> None:
        for walk in self._walks():
            walk.press()

    def _walks(self) -> list[Walk]:
        over = self.palette.isVisible() or self.steps.isVisible()
        shown = [] if over else self._work.window.findChildren(Walk)
        return [walk for walk in shown if walk.page.isVisible()][:1]

    def _help(self) -> None:
        """Open the handbook where it speaks of the page that is shown."""
        if self._work.desk.door.session is None:
            self._work.entry.help()
            return
        shown = self._work.ways.current
        here = shown.route if shown is not None else WORKBENCH
        if here.page != "help":
            here = Route("help", step=chapter_of(here.page, here.step))
        self._work.ways.go(here)

    def _simple(self) -> dict[str, Callable[[], None]]:
        work, window = self._work, self._work.window
        go = work.ways.go
        return {
            "help": self._help,
            "tour": lambda: go(TOUR),
            "new_case": lambda: go(Route("step", step="preregister")),
            "search": self._search,
            "items": lambda: go(Route("items")),
            "batch": lambda: go(Route("batch")),
            "queue": lambda: go(Route("queue", work.ways.here().case)),
            "queue_next": self._run_next,
            "bookings": lambda: go(Route("bookings")),
            "filings": lambda: go(Route("filings")),
            "money": lambda: go(Route("money")),
            "stock": lambda: go(Route("stock")),
            "till": lambda: go(Route("till")),
            "bank": lambda: go(Route("bank")),
            "authorisations": lambda: go(Route("authorisations")),
            "seal_book": lambda: go(Route("seal_book")),
            "people": lambda: go(Route("people")),
            "doctor": self._doctor,
            "settings": work.open_settings,
            "updates": self._updates,
            "crashes": self._crashes,
            "card_pin": self._card_pin,
            "sync": work.desk.line.sync_now,
            "steps": self.open_steps,
            "papers": self._papers,
            "workbench": lambda: go(WORKBENCH),
            "messages": lambda: go(Route("messages")),
            "exceptions": lambda: go(Route("exceptions")),
            "statistics": lambda: go(Route("statistics")),
            "colleague": lambda: go(Route("colleague")),
            "former": lambda: go(Route("former")),
            "lock": self._run_lock,
            "console": self._run_console,
            "console_address": self._run_copy,
            "language": window.next_language,
            "text_size": window.next_text_size,
            "mode": window.next_mode,
        }

    def _doctor(self) -> None:
        if self._work.desk.door.session is None:
            self._work.entry.doctor()
        else:
            self._work.ways.go(Route("doctor"))

    def _updates(self) -> None:
        if self._work.desk.door.session is None:
            self._work.entry.updates()
        else:
            self._work.ways.go(Route("updates"))

    def _crashes(self) -> None:
        if self._work.desk.door.session is None:
            self._work.entry.crashes()
        else:
            self._work.ways.go(Route("crashes"))

    def _card_pin(self) -> None:
        if self._work.desk.door.session is None:
            self._work.entry.card_pin()
        else:
            self._work.ways.go(Route("card_pin"))

    def _run_next(self) -> None:
        self._work.run(self, self._call_next())

    async def _call_next(self) -> None:
        """Call the next visitor and say it at the foot: the keyboard stays where it is.

        A second press meanwhile calls nobody.
        """
        if self._calling:
            return
        self._calling, work = True, self._work
        try:
            words = await call_next(work.desk)
        finally:
            self._calling = False
        work.ways.told.emit(BannerFace("good", "bell", words, "queue"))
        shown = work.ways.current
        if shown is not None and shown.route.page == "queue":
            work.run(shown.view, shown.begin())

    def _run_lock(self) -> None:
        self._work.run(self, self._work.lock())

    def _run_console(self) -> None:
        self._work.run(self, self._work.open_console())

    def _run_copy(self) -> None:
        self._work.run(self, self._work.copy_console_address())

    def _step(self, name: str) -> None:
        detail = self._work.ways.detail()
        if detail is None:
            return
        kind = step_of(name, detail)
        self._work.ways.go(Route("step", detail.row.number, kind))

    def _papers(self) -> None:
        detail = self._work.ways.detail()
        if detail is not None:
            self._work.ways.go(Route("case", detail.row.number, "papers"))

    def _search(self) -> None:
        self._work.ways.go(WORKBENCH)
        opened = self._work.ways.current
        if opened is not None and isinstance(opened.view, WorkbenchPage):
            opened.view.search.setFocus()
            opened.view.search.selectAll()

    def _ask(self, text: str) -> None:
        fits = fitting(self.known(), text, self._work.tongue.words)
        self.palette.show_lines(command_lines(fits, self._work.tongue))

    def _ask_steps(self, text: str) -> None:
        detail, tongue = self._work.ways.detail(), self._work.tongue
        lines = [] if detail is None else step_lines(shown(detail.options), tongue)
        self.steps.show_lines([line for line in lines if named_like(line.title, text)])

    def _take_step(self, kind: str) -> None:
        detail, ways = self._work.ways.detail(), self._work.ways
        if detail is not None:
            screen, number = _AtFoot(ways), detail.row.number
            self._work.run(self, begin_step(self._work.desk, ways, screen, number, kind))

    def _shortcut(self, keys: str, call: Callable[[], None]) -> None:
        made = QShortcut(QKeySequence(keys), self._work.window)
        made.setAutoRepeat(False)
        made.activated.connect(call)


class _AtFoot:
    """Says at the foot what went wrong with a step that was begun from the list."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    def show_failure(self, problem: Problem | None) -> None:
        """Tell it."""
        if problem is not None:
            self._ways.tell(problem)

    def set_busy(self, *, busy: bool) -> None:
        """Nothing here is pressed twice: the list is gone."""
