"""Appointments at the counter: a day's times and who has them; given, moved, kept, taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from client.app.rows.words import Words
from sync.domain.calendar import china_day
from sync.domain.failures import Failure
from ui.presenters.flow import DraftKeeper
from ui.values import FieldProblem, Problem, Route

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from client.app.rows.queue import BookingRow, BookingsView
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow


@dataclass(frozen=True, slots=True)
class BookingForm:
    """What is chosen and typed; `day` YYYY-MM-DD, `start` ISO with its zone, "" none yet.

    `dev` is the one window that it is with, "" any; `fast`: on the green channel.
    """

    department: str = ""
    day: str = ""
    start: str = ""
    name: str = ""
    phone: str = ""
    dev: str = ""
    fast: bool = False


class BookingsScreen(Protocol):
    """What the view can do."""

    def show_bookings(self, view: BookingsView) -> None:
        """Show a day's times and who has them."""

    def show_form(self, form: BookingForm) -> None:
        """Fill the fields."""

    def show_done(self, words: Words) -> None:
        """Say what was done."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong; None clears it."""

    def show_problems(self, problems: tuple[FieldProblem, ...]) -> None:
        """Show problems beside their fields."""

    def set_busy(self, *, busy: bool) -> None:
        """Say that something is being asked."""


class BookingsPresenter:
    """Keeps what is typed; the centre alone says what can be had."""

    def __init__(self, desk: Desk, screen: BookingsScreen, flow: Flow) -> None:
        self._desk, self._screen, self._flow = desk, screen, flow
        self._keeper = DraftKeeper(desk.drafts, "hall.booking", BookingForm)
        self.form = BookingForm()
        self.view: BookingsView | None = None
        self._turn = 0
        self._busy = self._unread = False

    async def open(self) -> None:
        """Show the day, and the form as it was left; of a day that has passed, today."""
        self.form = self._keeper.newest or await self._keeper.load() or self.form
        if self.form.day and date.fromisoformat(self.form.day) < china_day(self._desk.now()):
            self.form = replace(self.form, day="", start="")
        await self._read()
        self._screen.show_form(self.form)

    async def save(self) -> None:
        """Keep what is typed."""
        await self._keeper.save()

    async def edited(self, form: BookingForm) -> None:
        """Remember what is typed; another day or department is looked at."""
        before = self.form
        other = (form.department, form.day, form.dev) != (before.department, before.day, before.dev)
        self.form = replace(form, start="") if other else form
        self._keeper.note(self.form)
        if other:
            await self._read()

    async def submit(self, form: BookingForm) -> None:
        """Give the appointment."""
        problems = tuple(_wrong(form))
        self._screen.show_problems(problems)
        if problems:
            return
        start = datetime.fromisoformat(form.start)
        desk = self._desk.appointments
        made = await self._ask(
            lambda: desk.book(
                start, form.department, form.name, form.phone, dev=form.dev, fast=form.fast
            )
        )
        if made is None:
            return
        now = self.form
        if (now.name, now.phone) == (form.name, form.phone):
            await self._keeper.drop()
            self.form = BookingForm(department=now.department, day=now.day, dev=now.dev)
        else:  # the next applicant is being typed already
            self.form = replace(now, start="")
            self._keeper.note(self.form)
        self._screen.show_form(self.form)
        await self._read()
        told = {"number": made.number, "code": made.code, "at": made.start}
        self._screen.show_done(Words("booking.told.booked", told))

    async def move(self, number: str, form: BookingForm) -> None:
        """Give the chosen appointment the chosen time."""
        if not form.start:
            self._screen.show_problems((_no_time(),))
            return
        self._screen.show_problems(())
        start = datetime.fromisoformat(form.start)
        moved = await self._ask(lambda: self._desk.appointments.move(number, start, form.dev))
        if moved is not None:
            await self._read()
            told = {"number": number, "at": moved.start}
            self._screen.show_done(Words("booking.told.moved", told))

    async def cancel(self, number: str) -> None:
        """Take the chosen appointment back."""
        if await self._ask(lambda: self._desk.appointments.cancel(number)) is not None:
            await self._read()
            self._screen.show_done(Words("booking.told.cancelled", {"number": number}))

    async def arrive(self, number: str) -> None:
        """Let the chosen applicant in and show the slip of his number."""
        here = await self._ask(lambda: self._desk.appointments.arrive(number))
        if here is None:
            return
        try:
            await self._desk.queue.view()  # the slip says what is known of the number now
            slip = await self._desk.queue.slip(here.ticket)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._flow.go(Route("paper", step=slip.sha256, paper=slip.kind))

    async def _ask(self, work: Callable[[], Awaitable[BookingRow]]) -> BookingRow | None:
        """Ask one thing at a time; a press while one is under way is dropped."""
        if self._busy:
            return None
        self._busy = True
        self._screen.set_busy(busy=True)
        try:
            row = await work()
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return None
        finally:
            self._busy = False
            self._screen.set_busy(busy=False)
        self._screen.show_failure(None)
        return row

    async def _read(self) -> None:
        self._turn += 1
        turn = self._turn
        day = date.fromisoformat(self.form.day) if self.form.day else None
        try:
            view = await self._desk.appointments.view(day, self.form.department, self.form.dev)
        except Failure as failure:
            self._unread = True
            self._screen.show_failure(Problem.of(failure))
            return
        if turn == self._turn:
            if self._unread:
                self._unread = False
                self._screen.show_failure(None)
            self.view = view
            self.form = replace(
                self.form, department=view.department, day=view.day.isoformat(), dev=view.dev
            )
            self._screen.show_bookings(view)


def _wrong(form: BookingForm) -> Iterator[FieldProblem]:
    if not form.start:
        yield _no_time()
    if not form.name.strip():
        yield FieldProblem("name", Words("booking.wrong.name"))
    if not form.phone.strip():
        yield FieldProblem("phone", Words("booking.wrong.phone"))


def _no_time() -> FieldProblem:
    return FieldProblem("start", Words("booking.wrong.start"))
