"""Language, text size, light or dark: three small choices that take effect at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.widgets.buttons import ActButton
from ui.widgets.layout import row

if TYPE_CHECKING:
    from ui.i18n import Tongue


class Looks(QWidget):
    """Three buttons; each press goes to the next choice."""

    language = Signal()
    text_size = Signal()
    mode = Signal()

    def __init__(self, tongue: Tongue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = row(self, gap=4)
        for name, icon, signal in (
            ("language", "language", self.language),
            ("text_size", "text-size", self.text_size),
            ("mode", "contrast", self.mode),
        ):
            button = ActButton("quiet", icon)
            button.setObjectName(f"looks.{name}")
            tongue.bind(button, "setText", f"looks.{name}")
            button.clicked.connect(signal)
            box.addWidget(button)
            if name == "language":
                self.setFocusProxy(button)
