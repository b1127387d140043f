"""Updates as the window tells of them: what runs, what is offered, why it waits, the way back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol
from weakref import ref

from ui.values import Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from client.app.rows.updates import UpdateFound, UpdateStanding
    from ui.presenters.desk import Desk

_EVERY = 1 << 20  # bytes between two words of progress


class UpdatesScreen(Protocol):
    """What the page can do."""

    def show_standing(self, standing: UpdateStanding) -> None:
        """Show what this machine has."""

    def show_found(self, found: UpdateFound, folder: str) -> None:
        """Show what a channel offers; `folder`: of one on a stick."""

    def show_progress(self, read: int | None) -> None:
        """Show how many bytes were read; None: no look is under way."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show why there is nothing to show; None clears it."""


class UpdatesPresenter:
    """Looks once at a time; a look under way can be given up.

    Args:
        desk: looks.
        screen: the page.
        go_back: closes the window and puts the former version in; where rights allow it.
    """

    def __init__(self, desk: Desk, screen: UpdatesScreen, go_back: Callable[[], None]) -> None:
        self._desk = desk
        self._screen = screen
        self._go_back = go_back
        self._round = 0
        self._standing: UpdateStanding | None = None
        self._looking = False

    async def open(self) -> None:
        """Show what this machine has, then what its channel offers, if it has one."""
        standing = self._standing = await self._desk.updates.standing()
        self._screen.show_standing(standing)
        if standing.source:
            await self.look()

    async def look(self, folder: Path | None = None) -> None:
        """Look at the machine's channel, or at one in a folder."""
        if self._looking:
            return
        self._looking = True
        self._round += 1
        self._screen.show_failure(None)
        self._screen.show_progress(0)
        try:
            found = await self._desk.updates.look(folder, self._counter())
        except asyncio.CancelledError:  # the page goes: so does the look
            self._desk.updates.give_up()
            raise
        except Exception as error:  # noqa: BLE001  (every failure is told here, ours included)
            self._screen.show_failure(Problem.of(error))
        else:
            self._screen.show_found(found, "" if folder is None else str(folder))
        finally:
            self._looking = False
            self._round += 1
            self._screen.show_progress(None)

    def give_up(self) -> None:
        """End the look under way."""
        if self._looking:
            self._desk.updates.give_up()

    def back(self) -> None:
        """Put the former version in, where this account may."""
        if self._standing is not None and self._standing.may_change and self._standing.former:
            self._go_back()

    def _counter(self) -> Callable[[int], None]:
        """Return what hears of bytes on another thread, and says so here now and then."""
        loop, mine = asyncio.get_running_loop(), self._round
        here = ref(self)  # the thread that reads must not be the last to let go of a page
        said = 0

        def show(read: int) -> None:
            page = here()
            if page is not None and page._round == mine:  # noqa: SLF001  (its own)
                page._screen.show_progress(read)  # noqa: SLF001

        def told(read: int) -> None:
            nonlocal said
            if read - said >= _EVERY:
                said = read
                loop.call_soon_threadsafe(show, read)

        return told
