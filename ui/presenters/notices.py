"""Messages of the centre (催办、督办) and steps that it refused: read, answered, dealt with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from client.app.rows.steps import PreregisterForm
from sync.domain.failures import Failure
from ui.presenters.flow import DraftKeeper
from ui.values import Problem, Route

if TYPE_CHECKING:
    from client.app.rows.messages import ExceptionRow, MessageRow
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow


class MessagesScreen(Protocol):
    """What the messages' view can do."""

    def show_messages(self, rows: tuple[MessageRow, ...]) -> None:
        """Show the messages, newest first."""

    def show_sound(self, *, on: bool) -> None:
        """Show whether a sound comes with an urge."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong; None clears it."""


class MessagesPresenter:
    """The list of messages."""

    def __init__(self, desk: Desk, screen: MessagesScreen, flow: Flow) -> None:
        self._desk = desk
        self._screen = screen
        self._flow = flow
        self.rows: tuple[MessageRow, ...] = ()

    async def open(self) -> None:
        """Read and show."""
        try:
            self.rows = await self._desk.messages.urges()
            on = await self._desk.messages.sound()
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._screen.show_sound(on=on)
        self._screen.show_messages(self.rows)

    async def set_sound(self, *, on: bool) -> None:
        """Keep whether a sound comes with an urge."""
        await self._desk.messages.set_sound(on=on)

    async def read(self, event: str) -> None:
        """Mark one as read when the person looks at it."""
        row = self._row(event)
        if row is not None and not row.read:
            await self._desk.messages.mark_read(event)
            await self.open()

    def go(self, event: str, way: str) -> None:
        """Go one of a message's ways: "case", or the step that answers it."""
        row = self._row(event)
        if row is None or way not in row.ways:
            return
        if way == "case":
            self._flow.go(Route("case", row.case))
        else:
            # A cure is asked for by the refused step, which its page finds by itself.
            self._flow.go(Route("step", row.case, way, "" if way == "cure" else event))

    def _row(self, event: str) -> MessageRow | None:
        return next((row for row in self.rows if row.event == event), None)


class ExceptionsScreen(Protocol):
    """What the exceptions' view can do."""

    def show_exceptions(self, rows: tuple[ExceptionRow, ...]) -> None:
        """Show the steps that were refused."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong; None clears it."""


class ExceptionsPresenter:
    """The list of refused steps; nothing leaves it before a person has dealt with it."""

    def __init__(self, desk: Desk, screen: ExceptionsScreen, flow: Flow) -> None:
        self._desk = desk
        self._screen = screen
        self._flow = flow
        self.rows: tuple[ExceptionRow, ...] = ()

    async def open(self) -> None:
        """Read and show."""
        try:
            self.rows = await self._desk.messages.exceptions()
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._screen.show_exceptions(self.rows)

    async def dismiss(self, event: str) -> None:
        """Take one off the list: it was dealt with."""
        await self._desk.messages.dismiss(event)
        await self.open()

    async def go(self, event: str, way: str) -> None:
        """Go one of the ways of an exception: "case", "cure", or "again" from what was typed."""
        row = next((row for row in self.rows if row.event == event), None)
        if row is None or way not in row.ways:
            return
        if way == "again":
            await self._again(event)
        elif way == "cure":
            self._flow.go(Route("step", row.case or "", "cure", event))
        else:
            self._flow.go(Route("case", row.case or ""))

    async def _again(self, event: str) -> None:
        """Begin anew with what was typed, unless somebody else stands at the counter."""
        form = await self._desk.messages.again(event)
        keeper = DraftKeeper(self._desk.drafts, "preregister", PreregisterForm)
        if form is not None and await keeper.load() is None:
            keeper.note(form)
            await keeper.save()
        self._flow.go(Route("step", step="preregister"))
