"""A page that is open: its view, where it is, and what the shell may ask of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from ui.loop import Again

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QWidget

    from client.app.rows.cases import CaseDetail
    from client.app.rows.scanned import ScannedPerson
    from client.app.rows.session import CardView
    from client.app.rows.words import Words
    from sync.engine.ports import ChangeSet
    from ui.i18n import Tongue
    from ui.presenters.desk import Desk
    from ui.presenters.desk_machine import OwnWindow
    from ui.presenters.flow import Flow
    from ui.values import Route


class Screen(Protocol):
    """What every page's view can do besides being a widget."""

    def focus_first(self) -> None:
        """Put the keyboard where the work begins."""


@dataclass(slots=True)
class Opened:
    """One open page.

    Args:
        route: where it is, so that the window can return there.
        view: the widget; owner of every task that the page starts.
        begin: awaited when it is shown; the keyboard goes to its first place afterwards.
        save: keeps its draft.
        changed: told of durable changes.
        reread: reads what it shows anew, in another language; nothing typed is touched.
        time_passed: reads anew what changes with time alone.
        card: told of the card.
        detail: the case that it is about, for the commands of the rail.
        rail: which act of the rail is marked.
        read_first: shown only once it is filled, so that nothing changes under a hand.
        take: fills in a person who was read at the counter.
        making: says whether it is making a step, which leaving it would call off.
        read: set while nothing that the page is about is still being read.
        choosing: the same, of the case that is chosen on it.
        held: name of the part that had the keyboard when another page was opened above.
        missed: what has changed and was not yet told.
        hearing: tells it, all of it at once.
    """

    route: Route
    view: QWidget
    focus: Callable[[], None]
    begin: Callable[[], Coroutine[Any, Any, None]]
    save: Callable[[], Coroutine[Any, Any, None]] | None = None
    changed: Callable[[ChangeSet], Coroutine[Any, Any, None]] | None = None
    reread: Callable[[], Coroutine[Any, Any, None]] | None = None
    time_passed: Callable[[], Coroutine[Any, Any, None]] | None = None
    card: Callable[[CardView], None] | None = None
    detail: Callable[[], CaseDetail | None] | None = None
    rail: str = ""
    read_first: bool = False
    take: Callable[[ScannedPerson], Coroutine[Any, Any, None]] | None = None
    making: Callable[[], bool] | None = None
    read: asyncio.Event = field(default_factory=asyncio.Event)
    choosing: asyncio.Event | None = None
    held: str = ""
    missed: ChangeSet | None = None
    hearing: Again = field(init=False)

    def __post_init__(self) -> None:
        """Make what hears of changes."""
        self.hearing = Again(self._hear)

    async def _hear(self) -> None:
        change, self.missed = self.missed, None
        if change is not None and self.changed is not None:
            await self.changed(change)

    def reading(self) -> asyncio.Event | None:
        """Return what is set once the case that the page is about is known; None when it is."""
        waits = (self.read, self.choosing)
        return next((each for each in waits if each is not None and not each.is_set()), None)


@dataclass(frozen=True, slots=True)
class Means:
    """What a page is built from.

    Args:
        run: starts a coroutine owned by a view; failures nobody caught are told at the foot.
        outlives: owns what must end well though its page is gone: a draft being kept.
        looked: called when another case is looked at: the acts of the rail follow it.
        letters: called when the centre said how many letters wait.
        say: says at the foot why something cannot be done now.
        window: the window itself.
    """

    desk: Desk
    tongue: Tongue
    flow: Flow
    run: Callable[[QObject, Coroutine[Any, Any, Any]], object]
    outlives: QObject
    looked: Callable[[], None]
    letters: Callable[[int], object]
    say: Callable[[Words], None]
    window: OwnWindow
