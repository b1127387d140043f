"""The frame around the pages: top bar, rail, stage, foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ui.theme import tokens
from ui.views.foot import Foot
from ui.views.rail import Rail
from ui.views.topbar import TopBar
from ui.widgets.layout import column, row
from ui.widgets.stage import Roomy, Stage

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from ui.i18n import Tongue

_NARROW = 1040  # px, device-independent: below it the rail shows keys without words


class WorkFrame(QWidget):
    """Shown while a session is open."""

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self.setObjectName("frame")
        outer = column(self, gap=0)
        self.top = TopBar(tongue)
        self.rail = Rail(tongue)
        self.stage = Stage()
        self.stage.setObjectName("stage")
        self.foot = Foot(tongue)
        outer.addWidget(self.top)
        middle = row(gap=0)
        middle.addWidget(self.rail)
        middle.addWidget(Roomy(self.stage), 1)
        outer.addLayout(middle, 1)
        outer.addWidget(self.foot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room of a small screen to the page."""
        super().resizeEvent(event)
        self.rail.set_terse(terse=event.size().width() < tokens().scaled(_NARROW))
