"""Drive the simulated cards from the strip at the foot: press a tile, or Alt+1 … Alt+9, Alt+0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut

from ui.values import DeckFace

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from ui.presenters.desk import CardDeck
    from ui.views.deck import DeckDock

_MOST = 9


class DeckDriver(QObject):
    """Between the deck (thread-safe, at once) and its strip."""

    def __init__(self, window: QWidget, deck: CardDeck, dock: DeckDock) -> None:
        super().__init__(window)
        self._window = window
        self._deck = deck
        self._dock = dock
        dock.insert.connect(self.insert)
        dock.pull.connect(self.pull)
        for number in range(1, _MOST + 1):
            made = QShortcut(QKeySequence(f"Alt+{number}"), window)
            made.activated.connect(lambda place=number - 1: self._insert_at(place))
        pull = QShortcut(QKeySequence("Alt+0"), window)
        pull.activated.connect(self.pull)
        self.refresh()

    def offer_line(self, turn: Callable[[], bool]) -> None:
        """Offer the demonstration's switch of the line.

        Args:
            turn: cuts the line or mends it; returns whether it is whole then.
        """

        def turned() -> None:
            self._dock.show_line(whole=turn())

        self._dock.show_line(whole=True)
        self._dock.line.connect(turned)
        key = QShortcut(QKeySequence("Alt+L"), self._window)
        key.activated.connect(turned)

    def refresh(self) -> None:
        """Show the deck as it is."""
        self._dock.show_cards(
            tuple(
                DeckFace(card.name, card.label, card.role_key, card.inserted, number)
                for number, card in enumerate(self._deck.cards(), start=1)
            )
        )

    def insert(self, name: str) -> None:
        """Put a card into the reader; the one that is in it is pulled first."""
        self._deck.insert(name)
        self.refresh()

    def pull(self) -> None:
        """Pull the card."""
        self._deck.pull()
        self.refresh()

    def _insert_at(self, place: int) -> None:
        cards = self._deck.cards()
        if place < len(cards):
            self.insert(cards[place].name)
