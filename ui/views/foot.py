"""The foot: one calm line when something is worth saying, and what needs somebody at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from ui.theme import tokens
from ui.widgets.buttons import ActButton, IconButton
from ui.widgets.layout import Face, row
from ui.widgets.text import Elided, Icon

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent

    from ui.i18n import Tongue
    from ui.values import BannerFace

_INKS = {"calm": "yellow", "told": "accent", "error": "red", "good": "ok"}


class Foot(Face):
    """What arrives is said here and nowhere else: it never takes the keyboard."""

    act = Signal(str)  # command name
    exceptions_pressed = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__("foot")
        self.setObjectName("foot")
        self._tongue = tongue
        self._standing: BannerFace | None = None
        self._passing: BannerFace | None = None
        self._waiting = 0
        box = row(self, gap=10)
        box.setContentsMargins(16, 0, 8, 0)
        self.icon = Icon("info-circle", "yellow", 16)
        self.words = Elided(size="type-small", ink="muted")
        self.words.setObjectName("foot.words")
        self.link = ActButton("link")
        self.link.setObjectName("foot.act")
        self.link.clicked.connect(self._act)
        self.dismiss = IconButton("x")
        self.dismiss.setObjectName("foot.dismiss")
        tongue.bind(self.dismiss, "setText", "act.dismiss")
        self.dismiss.clicked.connect(self._dismiss)
        self.exceptions = ActButton("link", "alert-triangle")
        self.exceptions.setObjectName("foot.exceptions")
        self.exceptions.clicked.connect(self.exceptions_pressed)
        box.addWidget(self.icon)
        box.addWidget(self.words, 1)
        for part in (self.link, self.dismiss, self.exceptions):
            box.addWidget(part)
        self._size()
        self.say()
        tongue.changed.connect(self.say)

    def show_standing(self, face: BannerFace | None) -> None:
        """Show what holds for as long as it holds."""
        if face != self._standing:
            self._standing = face
            self.say()

    def show_passing(self, face: BannerFace | None) -> None:
        """Show what arrived, until it is dismissed or something newer arrives."""
        self._passing = face
        self.say()

    def forget(self, face: BannerFace | None) -> None:
        """Take back what arrived, if it is still the newest."""
        if face is not None and self._passing == face:
            self.show_passing(None)

    def show_waiting(self, exceptions: int) -> None:
        """Show how many refused steps need somebody."""
        if exceptions != self._waiting:
            self._waiting = exceptions
            self.say()

    def changeEvent(self, event: QEvent) -> None:
        """Measure again after a change of theme."""
        super().changeEvent(event)
        if event.type() == event.Type.StyleChange:
            self._size()

    def say(self) -> None:
        """Say it in the language in force."""
        face = self._passing or self._standing
        t = self._tongue.t
        self.set_face("foot" if face is None else f"foot-{face.face}")
        self.icon.setVisible(face is not None)
        self.dismiss.setVisible(self._passing is not None)
        self.link.setVisible(face is not None and bool(face.act))
        if face is None:
            self.words.set_ink("faint")
            self.words.setText(t("foot.quiet"))
        else:
            ink = _INKS[face.face]
            self.icon.set_icon(face.icon, ink)
            self.words.set_ink(ink)
            self.words.setText(self._tongue.say(face.words))
            if face.act:
                self.link.setText(t(f"command.{face.act}"))
        self.exceptions.setVisible(self._waiting > 0)
        self.exceptions.setText(t("foot.exceptions", count=self._waiting))

    def _act(self) -> None:
        face = self._passing or self._standing
        if face is not None and face.act:
            self.act.emit(face.act)

    def _dismiss(self) -> None:
        self.show_passing(None)

    def _size(self) -> None:
        self.setFixedHeight(tokens().px("foot"))
