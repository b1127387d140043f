"""Opening the window with two administrators: their leave, their shares, then the new slot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from client.app.rows.session import CardPresence
from ui.values import Problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from client.app.access.recovery import RecoveryView
    from client.app.rows.session import CardView
    from sync.domain.secret import Secret
    from ui.presenters.desk import Desk


class RecoverScreen(Protocol):
    """What the page can do."""

    def show_card(self, name: str, tries_left: int | None, *, ready: bool) -> None:
        """Show whose card is there."""

    def show_request(self, view: RecoveryView) -> None:
        """Show what is to be signed, and how many have handed their share over."""

    def show_leaving(self, *, asked: bool) -> None:
        """Say that leaving voids the request, and that Esc once more does it; or say it no more."""

    def show_done(self, name: str) -> None:
        """Say whose card opens the window now."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show why not; None clears it."""

    def set_busy(self, *, busy: bool) -> None:
        """Show that it is under way."""

    def clear_pin(self) -> None:
        """Forget what was typed."""


class RecoverPresenter:
    """One recovery.

    Args:
        desk: recovers.
        screen: the page.
        leave: called when the page is left.
    """

    def __init__(self, desk: Desk, screen: RecoverScreen, leave: Callable[[], None]) -> None:
        self._desk = desk
        self._screen = screen
        self._leave = leave
        self._busy = False
        self._stakes = False  # a request stands there, which two people may be signing just now
        self._asked = False

    async def open(self) -> None:
        """Make a request and show it."""
        self.card_changed(self._desk.door.card)
        try:
            self._screen.show_request(await self._desk.recovery.begin())
            self._stakes = True
        except Exception as error:  # noqa: BLE001  (every failure is told here, ours included)
            self._screen.show_failure(Problem.of(error))

    def card_changed(self, card: CardView) -> None:
        """Follow the reader: any card that answers may be an administrator's."""
        name, ready = card.holder or "", card.presence is CardPresence.READY
        ready = ready or (card.presence is CardPresence.UNUSABLE and card.has_no_place)
        self._screen.show_card(name, card.tries_left, ready=ready)

    async def hand_over(self, pin: Secret[str]) -> None:
        """Take the share of the card in the reader."""

        async def take() -> None:
            self._screen.show_request(await self._desk.recovery.hand_over(pin))

        await self._once(take)

    async def finish(self) -> None:
        """Open the store with what was collected."""

        async def open_it() -> None:
            self._screen.show_done(await self._desk.recovery.finish())
            self._stakes = False

        await self._once(open_it)

    def leave(self) -> None:
        """Forget the request and go back to the door; asks once while leaving voids anything.

        Not while the store is being changed.
        """
        if self._busy:
            return
        if self._stakes and not self._asked:
            self._ask(asked=True)
            return
        self._desk.recovery.end()
        self._leave()

    def _ask(self, *, asked: bool) -> None:
        self._asked = asked
        self._screen.show_leaving(asked=asked)

    async def _once(self, work: Callable[[], Awaitable[None]]) -> None:
        if self._busy:
            return
        self._busy = True
        self._ask(asked=False)
        self._screen.show_failure(None)
        self._screen.set_busy(busy=True)
        try:
            await work()
        except Exception as error:  # noqa: BLE001  (every failure is told here, ours included)
            self._screen.show_failure(Problem.of(error))
        finally:
            self._busy = False
            self._screen.clear_pin()
            self._screen.set_busy(busy=False)
