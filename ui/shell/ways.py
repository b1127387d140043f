"""The ways through the window: which page is shown, where Esc leads, what a step leads to."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from client.app.rows.words import Words
from sync.domain.failures import Failure
from ui.loop import retire, running, turned
from ui.shell.backup_pages import WAITS, open_former
from ui.shell.batch_pages import open_batch
from ui.shell.crash_pages import READY, open_crashes
from ui.shell.doctor_pages import open_doctor
from ui.shell.explaining import open_step_asking
from ui.shell.hall_pages import open_bookings, open_filings, open_queue
from ui.shell.item_pages import open_handout, open_items
from ui.shell.money_pages import open_bank, open_money, open_stock, open_till
from ui.shell.office_pages import open_authorisations, open_seal_book
from ui.shell.opened import Means, Opened
from ui.shell.page_editor import open_pages
from ui.shell.pages import (
    open_case,
    open_colleague,
    open_exceptions,
    open_help,
    open_messages,
    open_paper,
    open_result,
    open_sheet,
    open_workbench,
)
from ui.shell.people_pages import open_people
from ui.shell.pin_pages import open_card_pin
from ui.shell.settings_pages import open_settings
from ui.shell.statistics_pages import open_pace, open_statistics
from ui.shell.update_pages import open_updates
from ui.values import WORKBENCH, BannerFace, Problem, Route

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from PySide6.QtWidgets import QStackedWidget

    from client.app.rows.cases import CaseDetail
    from client.app.rows.scanned import ScannedPerson
    from client.app.rows.session import CardView
    from client.app.rows.steps import SigningSheet, StepDone
    from sync.engine.ports import ChangeSet
    from ui.i18n import Tongue
    from ui.presenters.desk import Desk
    from ui.presenters.desk_machine import OwnWindow

# Pages of the rail: each begins a new way.
_OF_THE_FRAME = frozenset(
    {
        "messages",
        "exceptions",
        "colleague",
        "items",
        "batch",
        "authorisations",
        "seal_book",
        "money",
        "people",
        "doctor",
        "former",
        "statistics",
        "queue",
        "settings",
        "updates",
        "crashes",
    }
)
_OVER_THE_PAGES = frozenset({"steps", "tour"})
# Steps after which the clerk goes straight on to another page, told at the foot instead.
_STRAIGHT_ON = {"claim": "handle"}
_MAKING_S = 10  # that a lock, or the window's close, waits for a step that is being made


class Ways(QObject):
    """Implements the presenters' `Flow`; owns the stack of open pages.

    The workbench is always at the bottom. A page that is left is gone with its tasks; its draft
    is in the store.
    """

    moved = Signal(object)  # Opened
    told = Signal(object)  # BannerFace
    untold = Signal(object)  # the BannerFace that holds no longer
    failed = Signal(object)  # Problem
    stepped = Signal(str, str)  # kind, case: a step is durable
    steps_wanted = Signal()  # the list of all steps of the case
    tour_wanted = Signal()  # to be shown round
    looked = Signal()  # another case is looked at
    letters = Signal(int)  # so many of applicants wait

    def __init__(
        self,
        desk: Desk,
        tongue: Tongue,
        stack: QStackedWidget,
        run: Callable[[QObject, Coroutine[Any, Any, Any]], object],
        window: OwnWindow,
    ) -> None:
        super().__init__(stack)
        self._stack = stack
        self._run = run
        self._means = Means(
            *(desk, tongue, self, run, self, self.looked.emit, self.letters.emit, self._say),
            window,
        )
        self._open: list[Opened] = []
        self._ready: list[Opened] = []
        self._said: BannerFace | None = None

    # ------------------------------------------------------------ the counter

    def take(self, person: ScannedPerson) -> bool:
        """Hand a person to the page that is shown; False where it registers nobody."""
        opened = self.current
        if opened is None or opened.take is None:
            return False
        if self._holds():
            self._run(self, self._take_later(person))
            return True
        self._run(opened.view, opened.take(person))
        return True

    def register(self, person: ScannedPerson) -> None:
        """Open pre-registration with a person, beside what its draft holds."""
        if self._holds():
            self._run(self, self._take_later(person))
            return
        opened = self._build(Route("step", step="preregister"))
        read, take = opened.begin, opened.take

        async def begin() -> None:
            await read()
            if take is not None:
                await take(person)

        opened.begin = begin
        self._trim(1)
        self._push(opened)

    # ------------------------------------------------------------ Flow

    def go(self, route: Route) -> None:
        """Go to a page. The workbench and the pages of the rail start a new way.

        The map of the keys does not: whoever looks something up goes on where he was. A page that
        lies beneath is gone back to: one page has one draft.
        """
        if self._holds():
            return
        if self._open and self._open[-1].route == route:
            self._open[-1].focus()
            return
        if route.page in _OVER_THE_PAGES:
            (self.steps_wanted if route.page == "steps" else self.tour_wanted).emit()
            return
        if route.page == "workbench":
            self._back_to_bottom()
            return
        if route.page in _OF_THE_FRAME or route.step == "preregister":
            self._trim(1)
        elif route.page in {"step", "pages"}:
            self._trim_steps()
        beneath = next((at for at, each in enumerate(self._open) if each.route == route), 0)
        if beneath:
            self._trim(beneath + 1)
            self._show(fresh=True)
            return
        self._push(self._build(route))

    def done(self, kind: str, done: StepDone) -> None:
        """Show the result; the pages of the step are gone."""
        self.stepped.emit(kind, done.case)
        follow = _STRAIGHT_ON.get(kind)
        self.untold.emit(self._said)  # what was told of the step before is over
        self._trim(1)
        if follow is not None:
            self._said = BannerFace("good", "circle-check", Words(f"told.{kind}"))
            self.told.emit(self._said)
            above = self._build(Route("step", done.case, follow))
            self._push(above)
            self._run(self, self._lay_under(above, Route("case", done.case)))
            return
        self._push(open_result(self._means, kind, done))
        if kind == "preregister":
            self._run(self, self._offer_earlier(done.case))

    def sign(self, sheet: SigningSheet) -> None:
        """Show the sheet above the page that it came from."""
        self._push(open_sheet(self._means, sheet))

    def leave(self) -> None:
        """Go one page back."""
        if len(self._open) > 1 and not self._holds():
            looked_up = self._open[-1].route.page == "help"
            self._trim(len(self._open) - 1)
            if not looked_up and self._open[-1].save is None:
                self._open[-1].held = ""
            self._show(fresh=True)

    def tell(self, problem: Problem) -> None:
        """Show a failure that has no place on a page."""
        self.failed.emit(problem)

    # ------------------------------------------------------------ the shell's side

    def here(self) -> Route:
        """Return where to come back to after a lock; results and sheets lead to their case."""
        route = self._open[-1].route if self._open else WORKBENCH
        return Route("case", route.case) if route.page in {"result", "sheet"} else route

    @property
    def current(self) -> Opened | None:
        """The page that is shown."""
        return self._open[-1] if self._open else None

    async def prepare(self, route: Route = WORKBENCH) -> None:
        """Make the workbench and the page where the person was, for `begin` to open.

        Each is made in a turn of the loop of its own, so that no key waits for both.
        """
        self.clear()
        ready = self._ready = [open_workbench(self._means)]
        await turned()
        if route.page != "workbench" and ready is self._ready:
            ready.append(self._build(route))
            await turned()

    def begin(self) -> None:
        """Open what was prepared."""
        ready, self._ready = self._ready, []
        self.clear()
        for opened in ready:
            self._push(opened)

    def clear(self) -> None:
        """Close every page: nothing of a case stays on any screen."""
        while self._open:
            self._drop(self._open.pop(), keep=False)
        ready, self._ready = self._ready, []
        for opened in ready:
            retire(opened.view)

    def detail(self) -> CaseDetail | None:
        """Return the case that is shown or chosen."""
        for opened in reversed(self._open):
            if opened.detail is not None:
                return opened.detail()
        return None

    def reading(self) -> tuple[Opened, asyncio.Event] | None:
        """Return the page whose case is still being read, with what is set afterwards."""
        opened = next((each for each in reversed(self._open) if each.detail is not None), None)
        event = None if opened is None else opened.reading()
        return None if opened is None or event is None else (opened, event)

    async def save(self) -> None:
        """Keep the drafts of all open pages, each whatever becomes of the others.

        Raises:
            Failure: why the first that could not be kept was not.
        """
        failed = None
        for opened in tuple(self._open):
            try:
                if opened.save is not None:
                    await opened.save()
            except Failure as failure:
                failed = failed or failure
        if failed is not None:
            raise failed

    async def made(self) -> None:
        """Wait for the step that is being made, if one is, but not for ever."""
        opened = self.current
        tasks = () if opened is None else running(opened.view)
        if tasks and opened is not None and opened.making is not None and opened.making():
            await asyncio.wait(tasks, timeout=_MAKING_S)

    def changed(self, change: ChangeSet) -> None:
        """Tell the page that is shown of a durable change, and whom the rail's acts come from.

        What lies beneath and is returned to is read anew then, however much has changed.
        """
        for opened in tuple(self._open):
            if opened.changed is not None and self._concerns(opened, change):
                missed = opened.missed
                opened.missed = change if missed is None else missed | change
                hears = opened.hearing.asked()
                if hears is not None:
                    self._run(opened.view, hears)

    def _concerns(self, opened: Opened, change: ChangeSet) -> bool:
        if opened is self.current or opened.save is not None:
            return True
        detail = None if opened.detail is None else opened.detail()
        return change.policy or (detail is not None and detail.row.number in change.cases)

    def reread(self) -> None:
        """Have the open pages read anew what they show: names change with the language."""
        for opened in tuple(self._open):
            if opened.reread is not None:
                self._run(opened.view, opened.reread())

    def time_passed(self) -> None:
        """Have the page that is shown go on with time, unless a step is being made there."""
        opened = self.current
        if opened is None or opened.time_passed is None:
            return
        if opened.making is None or not opened.making():
            self._run(opened.view, opened.time_passed())

    def card_changed(self, card: CardView) -> None:
        """Tell the open pages of the card."""
        for opened in tuple(self._open):
            if opened.card is not None:
                opened.card(card)

    # ------------------------------------------------------------ inner

    def _holds(self) -> bool:
        """Say whether a step is being made on the page that is shown: who leaves calls it off."""
        opened = self.current
        if opened is None or opened.making is None or not opened.making():
            return False
        busy = BannerFace("calm", "info-circle", Words("act.busy"))
        self.told.emit(busy)
        self._run(self, self._untell_made(busy))
        return True

    async def _untell_made(self, busy: BannerFace) -> None:
        await self.made()
        self.untold.emit(busy)

    async def _take_later(self, person: ScannedPerson) -> None:
        """Take whom a scanner read while a step was being made; nobody after a lock."""
        await self.made()
        if self._open and not self.take(person):
            self.register(person)

    def _say(self, why: Words) -> None:
        self.told.emit(BannerFace("calm", "info-circle", why))

    async def _offer_earlier(self, case: str) -> None:
        """Say at the foot that somebody need not bring again what he gave before (PL16)."""
        earlier = await self._means.desk.applicants.earlier(case)
        if earlier:
            words = Words("people.offered", {"count": len(earlier)})
            self._said = BannerFace("told", "files", words, "people")
            self.told.emit(self._said)

    async def _lay_under(self, above: Opened, route: Route) -> None:
        """Lay a page, in a turn of its own, beneath one that is open: Esc leads there."""
        await turned()
        if any(opened is above for opened in self._open):
            beneath = self._build(route)
            self._open.insert(self._open.index(above), beneath)
            self._stack.addWidget(beneath.view)

    def _former(self, means: Means, route: Route) -> Opened:
        self.untold.emit(WAITS)  # whoever opens the page has read it
        return open_former(means, route)

    def _crashes(self, means: Means, _route: Route) -> Opened:
        for told in READY:  # what it says of a report that left meanwhile would be wrong
            self.untold.emit(told)
        return open_crashes(means)

    def _build(self, route: Route) -> Opened:
        by_route = {
            "case": open_case,
            "step": open_step_asking,
            "paper": open_paper,
            "colleague": open_colleague,
            "items": open_items,
            "pages": open_pages,
            "handout": open_handout,
            "people": open_people,
            "doctor": open_doctor,
            "former": self._former,
            "crashes": self._crashes,
            "queue": open_queue,
            "help": open_help,
        }
        if route.page in by_route:
            return by_route[route.page](self._means, route)
        simple = {
            "messages": open_messages,
            "exceptions": open_exceptions,
            "statistics": open_statistics,
            "pace": open_pace,
            "batch": open_batch,
            "money": open_money,
            "stock": open_stock,
            "till": open_till,
            "bank": open_bank,
            "authorisations": open_authorisations,
            "seal_book": open_seal_book,
            "bookings": open_bookings,
            "filings": open_filings,
            "settings": open_settings,
            "updates": open_updates,
            "card_pin": open_card_pin,
        }
        return simple.get(route.page, open_workbench)(self._means)

    def _push(self, opened: Opened) -> None:
        if self._open:
            beneath = self._open[-1]
            holder: QWidget | None = beneath.view.window().focusWidget()
            inside = holder is not None and beneath.view.isAncestorOf(holder)
            beneath.held = holder.objectName() if holder is not None and inside else ""
        self._open.append(opened)
        self._stack.addWidget(opened.view)
        self._show(fresh=False)

    def _show(self, *, fresh: bool) -> None:
        """Show the top page; a page that is returned to reads its case anew."""
        opened = self._open[-1]
        opened.read.clear()
        if fresh or not opened.read_first:
            self._turn_to(opened)
        first = opened.view.window().focusWidget()
        self._run(opened.view, self._begin(opened, first, again=fresh))

    def _turn_to(self, opened: Opened) -> None:
        self._stack.setCurrentWidget(opened.view)
        opened.focus()
        self._give_back(opened)
        self.moved.emit(opened)

    @staticmethod
    def _give_back(opened: Opened) -> None:
        """Give the keyboard back to where it was: who looked something up goes on there."""
        held = opened.view.findChild(QWidget, opened.held) if opened.held else None
        if held is not None and held.isVisible() and held.isEnabled():
            held.setFocus(Qt.FocusReason.OtherFocusReason)

    async def _begin(self, opened: Opened, first: QWidget | None, *, again: bool) -> None:
        """Read what the page shows; a hand that has gone on meanwhile is not called back."""
        try:
            if not again or opened.save is None:
                await opened.begin()
        finally:
            opened.read.set()
            if self.current is opened:
                shown = self._stack.currentWidget() is opened.view
                if not shown or opened.view.window().focusWidget() is first:
                    self._turn_to(opened)
                else:
                    self.moved.emit(opened)

    def _back_to_bottom(self) -> None:
        self._trim(1)
        if self._open:
            self._open[-1].held = ""
            self._show(fresh=True)

    def _trim_steps(self) -> None:
        """A step begun from another step's page replaces it."""
        keep = len(self._open)
        while keep > 1 and self._open[keep - 1].route.page not in {"workbench", "case", "messages"}:
            keep -= 1
        self._trim(keep)

    def _trim(self, keep: int) -> None:
        while len(self._open) > keep:
            self._drop(self._open.pop())

    def _drop(self, opened: Opened, *, keep: bool = True) -> None:
        if keep and opened.save is not None:
            self._run(self, opened.save())
        # Else Qt would lead the keyboard from station to station of a page that is going.
        holder: QWidget | None = opened.view.window().focusWidget()
        if holder is not None and opened.view.isAncestorOf(holder):
            holder.clearFocus()
        self._stack.removeWidget(opened.view)
        retire(opened.view)
