"""Bringing back what a former machine left at the centre: with whose card, and what came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from client.app.rows.session import CardPresence
from ui.values import Problem

if TYPE_CHECKING:
    from client.app.rows.backups import Brought, FormerBackup, LostStep
    from client.app.rows.session import CardView
    from sync.domain.secret import Secret
    from ui.presenters.desk import Desk


class FormerScreen(Protocol):
    """What the page can do."""

    def show_card(self, name: str, tries_left: int | None, *, ready: bool) -> None:
        """Show whose card opens."""

    def show_former(self, former: FormerBackup | None) -> None:
        """Show which backup waits; None: none does."""

    def show_brought(self, brought: Brought) -> None:
        """Say what came over, or whose card is wanting."""

    def show_lost(self, steps: tuple[LostStep, ...]) -> None:
        """Show the steps that are to be entered again."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show why not; None clears it."""

    def set_busy(self, *, busy: bool) -> None:
        """Show that the card works."""

    def clear_pin(self) -> None:
        """Forget what was typed."""


class FormerPresenter:
    """One page; what came is merged, so that a second try does no harm.

    Args:
        desk: brings back.
        screen: the page.
    """

    def __init__(self, desk: Desk, screen: FormerScreen) -> None:
        self._desk = desk
        self._screen = screen
        self._former: FormerBackup | None = None
        self._busy = False

    async def open(self) -> None:
        """Show what waits, and which steps are still to be entered again."""
        self.card_changed(self._desk.door.card)
        try:
            self._screen.show_lost(await self._desk.bringing_back.lost())
            self._former = await self._desk.bringing_back.former()
        except Exception as error:  # noqa: BLE001  (whatever happened, the person must see it here)
            self._screen.show_failure(Problem.of(error))
            return
        self._screen.show_former(self._former)

    def card_changed(self, card: CardView) -> None:
        """Follow the reader."""
        ready = card.presence is CardPresence.READY
        self._screen.show_card(card.holder or "", card.tries_left, ready=ready)

    async def bring(self, pin: Secret[str]) -> None:
        """Bring it once; a second press while the card works does nothing."""
        former = self._former
        if self._busy or former is None:
            return
        self._busy = True
        self._screen.show_failure(None)
        self._screen.set_busy(busy=True)
        try:
            brought = await self._desk.bringing_back.bring(former, pin)
        except Exception as error:  # noqa: BLE001  (whatever happened, the person must see it here)
            self._screen.show_failure(Problem.of(error))
        else:
            if not brought.wanting:
                self._former = None
                self._screen.show_former(None)
                self._screen.show_lost(brought.steps)
            self._screen.show_brought(brought)
        finally:
            self._busy = False
            self._screen.clear_pin()
            self._screen.set_busy(busy=False)

    async def settle(self) -> None:
        """Note that the lost steps are entered."""
        await self._desk.bringing_back.settle_lost()
        self._screen.show_lost(())
