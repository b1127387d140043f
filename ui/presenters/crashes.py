"""Reports of faults: one is shown whole, and a person says what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from sync.domain.failures import Failure
from ui.values import Problem

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    from client.app.rows.crashes import CrashRow
    from ui.presenters.desk import Desk


class CrashesScreen(Protocol):
    """What the page can do."""

    def show_report(self, row: CrashRow | None, place: int, count: int) -> None:
        """Show one report whole, the `place`th of `count`; None: there is none."""

    def show_note(self, typed: str, goes: str) -> None:
        """Show what a person typed before, and what of it would go."""

    def show_going(self, goes: str) -> None:
        """Say what of the line being typed would go."""

    def show_offered(self, *, on: bool) -> None:
        """Show whether a person is told of reports."""

    def show_sends(self, *, on: bool) -> None:
        """Show whether a report can go anywhere but to a file."""

    def show_done(self, key: str, **args: str) -> None:
        """Say what became of a report."""

    def set_busy(self, *, busy: bool) -> None:
        """Say that a report is being sent."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong; None clears it."""


class CrashesPresenter:
    """Shows one report at a time; each act is about the one that is shown."""

    def __init__(self, desk: Desk, screen: CrashesScreen) -> None:
        self._desk = desk
        self._screen = screen
        self._shown = self._text = ""
        self._busy = False

    async def open(self) -> None:
        """Show the newest report that waits, and whether they are offered."""
        self._screen.show_sends(on=self._desk.crashes.sends)
        self._screen.show_offered(on=self._desk.crashes.offered)
        self._show()

    def next(self) -> None:
        """Show the report after this one, the first after the last."""
        rows = self._desk.crashes.all()
        places = [row.id for row in rows]
        at = places.index(self._shown) + 1 if self._shown in places else 0
        self._shown = places[at % len(places)] if places else ""
        self._screen.show_failure(None)
        self._show()

    def typed(self, text: str) -> None:
        """Say what of a line would go."""
        self._text = text
        self._screen.show_going(self._desk.crashes.cleaned(text))

    def keep(self) -> Coroutine[Any, Any, None]:
        """Keep what is typed now to the report that is shown now, whatever is shown later."""
        return self._keep(self._shown, self._text)

    async def send(self) -> None:
        """Let the report go; without the line it goes when that is back."""
        id_ = self._shown
        if not id_ or self._busy:
            return
        self._busy = True
        self._screen.show_failure(None)
        self._screen.set_busy(busy=True)
        try:
            await self._keep(id_, self._text)
            await self._desk.crashes.send(id_)
        except Failure as failure:
            self._show()
            problem = Problem.of(failure)
            if not problem.again:  # else it waits for the line, and the page says so
                self._screen.show_failure(problem)
        else:
            self._show()
            self._screen.show_done("crashes.sent")
        finally:
            self._busy = False
            self._screen.set_busy(busy=False)

    async def save(self, path: Path) -> None:
        """Write the report to a file."""
        self._screen.show_failure(None)
        try:
            await self.keep()
            await self._desk.crashes.save(self._shown, path)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._screen.show_done("crashes.saved", name=path.name)

    async def drop(self) -> None:
        """Throw the report away."""
        if self._shown and not self._busy:
            await self._desk.crashes.drop(self._shown)
            self._screen.show_failure(None)
            self._show()
            self._screen.show_done("crashes.dropped")

    async def offer(self, *, on: bool) -> None:
        """Keep whether reports are offered."""
        try:
            await self._desk.crashes.offer(on=on)
        except Failure as failure:
            self._screen.show_offered(on=not on)
            self._screen.show_failure(Problem.of(failure))

    async def _keep(self, id_: str, text: str) -> None:
        if id_:
            await self._desk.crashes.annotate(id_, text)

    def _show(self) -> None:
        """Show the report that was shown, else the newest that waits, else the newest."""
        rows = self._desk.crashes.all()
        here = next((row for row in rows if row.id == self._shown), None)
        here = here or next((row for row in rows if not row.leaves), None) or next(iter(rows), None)
        self._shown = "" if here is None else here.id
        self._text = "" if here is None else here.note
        self._screen.show_report(here, 0 if here is None else rows.index(here) + 1, len(rows))
        if here is not None:
            self._screen.show_note(here.note, here.note)
