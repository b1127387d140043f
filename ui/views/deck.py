"""The simulated card deck: demonstration cards to put into the simulated reader, and to pull."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from ui.widgets.buttons import ActButton
from ui.widgets.cards import CardTile
from ui.widgets.layout import Face, Flow, row
from ui.widgets.text import Icon, Text

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from ui.i18n import Tongue
    from ui.values import DeckFace


_GAP = 4
_KEYS = 9  # as many cards have a key
_SIDES = 56  # px of the strip's margins and sign
_FIRST = 6  # the people of the main job; the others open on demand


class DeckDock(Face):
    """One strip at the foot of the window; Alt+1 … Alt+9 insert, Alt+0 pulls, Alt+L cuts."""

    insert = Signal(str)
    pull = Signal()
    line = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__("deck")
        self.setObjectName("deck")
        self._tongue = tongue
        self._cards: tuple[DeckFace, ...] = ()
        self.buttons: dict[str, CardTile] = {}
        box = row(self, gap=8)
        box.setContentsMargins(16, 5, 12, 5)
        box.addWidget(Icon("usb", "muted", 16))
        self.title = Text("small muted")
        tongue.bind(self.title, "setText", "deck.title")
        box.addWidget(self.title)
        self._tiles = Flow(gap=_GAP)
        box.addWidget(self._tiles, 1)
        self.more = ActButton("link", "chevron-up")
        self.more.setObjectName("deck.more")
        self.more.setCheckable(True)
        self.more.toggled.connect(self._say)
        box.addWidget(self.more)
        self.pull_button = ActButton("link", "logout", "Alt+0")
        self.pull_button.setObjectName("deck.pull")
        tongue.bind(self.pull_button, "setText", "deck.pull")
        self.pull_button.clicked.connect(self.pull)
        box.addWidget(self.pull_button)
        self.line_button = ActButton("link", "cloud-check", "Alt+L")
        self.line_button.setObjectName("deck.line")
        self.line_button.clicked.connect(self.line)
        self.line_button.hide()
        box.addWidget(self.line_button)
        self._whole: bool | None = None
        tongue.changed.connect(self._say)

    def show_line(self, *, whole: bool) -> None:
        """Offer the switch that cuts the line to the centre, or mends it."""
        self._whole = whole
        self._say()

    def show_cards(self, cards: tuple[DeckFace, ...]) -> None:
        """Show the cards; the inserted one is marked."""
        if [card.name for card in cards] != [card.name for card in self._cards]:
            self._make(cards)
        self._cards = cards
        self._say()

    def _make(self, cards: tuple[DeckFace, ...]) -> None:
        self._tiles.clear()
        self.buttons = {}
        for card in cards:
            button = CardTile()
            button.setObjectName(f"deck.card.{card.name}")
            button.clicked.connect(lambda _=False, name=card.name: self.insert.emit(name))
            self._tiles.add(button)
            self.buttons[card.name] = button

    def _say(self, *_: object) -> None:
        t = self._tongue.t
        for card in self._cards:
            button = self.buttons[card.name]
            cap = str(card.number) if card.number <= _KEYS else ""
            button.set_card(card.label, self._kind(card), cap, inserted=card.inserted)
            key = "deck.inserted" if card.inserted else "deck.insert"
            # Those beyond the ninth have no key of their own: they are reached by Tab.
            button.setToolTip(t(key, name=card.label, key=f"Alt+{cap}" if cap else "Tab"))
        wide = {name: button.sizeHint().width() + _GAP for name, button in self.buttons.items()}
        # The inserted card is always shown: the others have what it leaves of the one line.
        room = self._room() - sum(wide[card.name] for card in self._cards if card.inserted)
        hidden = 0
        for card in self._cards:
            button = self.buttons[card.name]
            room -= 0 if card.inserted else wide[card.name]
            beyond = card.number > _FIRST or room < 0
            away = beyond and not card.inserted and not self.more.isChecked()
            button.setHidden(away)
            hidden += away
        self._tiles.lay_out()
        self.more.setVisible(hidden > 0 or self.more.isChecked())
        self.more.setText(t("deck.more", count=hidden) if hidden else t("deck.less"))
        self.more.set_icon("chevron-up" if hidden else "chevron-down")
        inserted = any(card.inserted for card in self._cards)
        self.pull_button.set_blocked("" if inserted else t("deck.nothing"))
        self.line_button.setVisible(self._whole is not None)
        self.line_button.setText(t("deck.line.cut" if self._whole else "deck.line.mend"))
        self.line_button.set_icon("cloud-check" if self._whole else "cloud-off")

    def _room(self) -> int:
        """Return what one line of cards has: the strip is never in the way of the work."""
        others: list[QWidget] = [self.title, self.more, self.pull_button]
        if self._whole is not None:
            others.append(self.line_button)
        taken = sum(part.sizeHint().width() + 8 for part in others)
        return self.width() - taken - _SIDES

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many cards as one line has room for."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._say()

    def changeEvent(self, event: QEvent) -> None:
        """Show as many cards as one line has room for in letters of another size."""
        super().changeEvent(event)
        if event.type() == event.Type.StyleChange:
            self._say()

    def _kind(self, card: DeckFace) -> str:
        """Say a card's role, or what is wrong with it where it is there to be refused."""
        key = f"deck.kind.{card.name}"
        words = self._tongue.words
        return words.t(key) if words.has(key) else self._tongue.coded("role", card.role_key)
