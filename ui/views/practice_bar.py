"""The bar over a window of the practice hall: what this is, and the one act that begins anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from ui.widgets.buttons import ActButton
from ui.widgets.layout import Face, row
from ui.widgets.text import Icon, Text

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent

    from ui.i18n import Tongue


class PracticeBar(Face):
    """In a colour that nothing else here has; the first press asks, the second does."""

    reset = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__("practice")
        self.setObjectName("practice")
        self._tongue = tongue
        self._armed = False
        box = row(self, gap=10)
        box.setContentsMargins(16, 4, 12, 4)
        self.icon = Icon("alert-triangle", "on-practice", 18)
        box.addWidget(self.icon)
        self.words = Text("practice", wrap=True)
        tongue.bind(self.words, "setText", "practice.bar")
        box.addWidget(self.words, 1)
        self.fresh = ActButton("plain", "refresh")
        self.fresh.setObjectName("practice.reset")
        self.fresh.clicked.connect(self._press)
        box.addWidget(self.fresh)
        tongue.changed.connect(self._say)
        self._say()

    def leaveEvent(self, event: QEvent) -> None:
        """Think better of it: the pointer went elsewhere."""
        super().leaveEvent(event)
        self._arm(on=False)

    def _press(self) -> None:
        if self._armed:
            self.reset.emit()
        self._arm(on=not self._armed)

    def _arm(self, *, on: bool) -> None:
        self._armed = on
        self._say()

    def _say(self) -> None:
        self.fresh.setText(
            self._tongue.t("practice.reset_sure" if self._armed else "practice.reset")
        )
