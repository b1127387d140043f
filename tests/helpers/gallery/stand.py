"""One window with the scripted desk behind it, led to any screen: what every picture stands on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from sync.domain.secret import Secret
from tests.helpers.scripted_access import PIN, ScriptedDeck
from tests.helpers.scripted_desk import ScriptedDesk
from ui.loop import turned
from ui.shell.app import open_window
from ui.shell.work import Work
from ui.values import WORKBENCH, Route

if TYPE_CHECKING:
    from pathlib import Path

    from ui.shell.window import MainWindow


class Stand:
    """One window, walked through every screen.

    Args:
        folder: for files that a screen needs.
        language: "zh_CN" or "en".
        mode: "light" or "dark".
        size: "normal", "large" or "largest".
        pixels: the window's width and height, device-independent.
    """

    def __init__(
        self, folder: Path, language: str, mode: str, size: str, pixels: tuple[int, int]
    ) -> None:
        self.folder = folder
        self.desk = ScriptedDesk()
        self.deck = ScriptedDeck(self.desk)
        self.window: MainWindow = open_window(
            self.desk, self.deck, language, mode=mode, text_size=size
        )
        work = self.window.findChild(Work)
        assert work is not None
        self.work = work
        self.window.resize(*pixels)
        self.window.activateWindow()

    @property
    def page(self):
        """The page that is shown behind the door."""
        return self.work.ways.current.view

    async def rest(self) -> None:
        """Wait until the window is quiet."""
        for _ in range(3):
            await self.work.quiet()
            await turned(2)

    async def enter(self, role: str) -> None:
        """Log in with a card."""
        self.deck.insert(role)
        await self.desk.door.log_in(Secret(PIN))
        await self.rest()

    async def go(self, route: Route) -> None:
        """Go to a page from the workbench."""
        self.work.ways.go(WORKBENCH)
        await self.rest()
        self.work.ways.go(route)
        await self.rest()

    def close(self) -> None:
        """Close the window."""
        self.window.close()
        self.window.deleteLater()


Screen = Callable[[Stand], Awaitable[None]]
Screens = dict[str, Screen]


def step(kind: str, case: str, role: str) -> Screen:
    """Return how to come to the page of a step."""

    async def act(g: Stand) -> None:
        await g.enter(role)
        await g.go(Route("step", case, kind))

    return act


def done(kind: str, case: str, role: str) -> Screen:
    """Return how to come to the result of a step."""

    async def act(g: Stand) -> None:
        await g.enter(role)
        await g.go(Route("step", case, kind))
        g.work.ways.done(kind, g.desk.step(kind, case, to=""))

    return act
