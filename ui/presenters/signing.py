"""The signing sheet: shown whole, then the PIN, then the card. Nothing is signed unseen."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Protocol

from client.app.rows.session import CardPresence
from sync.domain.failures import Failure
from ui.values import Problem

if TYPE_CHECKING:
    from client.app.rows.session import CardView
    from client.app.rows.steps import SigningSheet
    from sync.domain.secret import Secret
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow


class SigningScreen(Protocol):
    """What the sheet's view can do."""

    def show_sheet(self, sheet: SigningSheet) -> None:
        """Show exactly what will be signed."""

    def show_document(self, sha256: str, picture: tuple[int, int, bytes]) -> None:
        """Show a document of the sheet."""

    def show_card(self, name: str, tries_left: int | None, *, ready: bool) -> None:
        """Show whose card signs, and whether it is there."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show why it was not signed; None clears it."""

    def set_busy(self, *, busy: bool) -> None:
        """Show that the card works."""

    def clear_pin(self) -> None:
        """Forget what was typed."""


class SigningPresenter:
    """One sheet."""

    def __init__(self, desk: Desk, screen: SigningScreen, flow: Flow, sheet: SigningSheet) -> None:
        self._desk = desk
        self._screen = screen
        self._flow = flow
        self.sheet = sheet
        self._busy = False

    @property
    def making(self) -> bool:
        """Whether the card signs now: the page must not be left."""
        return self._busy

    async def open(self) -> None:
        """Show the sheet, the card, and the documents as they come."""
        self._screen.show_sheet(self.sheet)
        self.card_changed(self._desk.door.card)
        for paper in self.sheet.documents:
            try:
                picture = await self._desk.papers.image(paper.sha256, 0, 1000)
            except Exception as error:  # noqa: BLE001  (a picture that fails must not hide the sheet)
                self._screen.show_failure(Problem.of(error))
                return
            self._screen.show_document(paper.sha256, picture)

    def card_changed(self, card: CardView) -> None:
        """Follow the reader."""
        ready = card.presence is CardPresence.READY
        self._screen.show_card(card.holder or "", card.tries_left, ready=ready)

    async def sign(self, pin: Secret[str]) -> None:
        """Sign once; a second press while the card works does nothing."""
        if self._busy:
            return
        self._busy = True
        self._screen.show_failure(None)
        self._screen.set_busy(busy=True)
        try:
            done = await self._desk.signing.sign(self.sheet, pin)
        except Exception as error:  # noqa: BLE001  (whatever happened, the person must see it here)
            self._screen.show_failure(Problem.of(error))
        else:
            with contextlib.suppress(Failure):  # it is signed, whatever becomes of its draft
                for group in ("decision", self.sheet.kind):
                    await self._desk.drafts.drop(f"case/{self.sheet.case}/{group}")
            self._flow.done(self.sheet.kind, done)
        finally:
            self._busy = False
            self._screen.clear_pin()
            self._screen.set_busy(busy=False)
