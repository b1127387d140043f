"""The frame around the pages: top bar, rail, stage, foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.views.foot import Foot
from ui.views.rail import Rail
from ui.views.topbar import TopBar
from ui.widgets.layout import column, row

if TYPE_CHECKING:
    from ui.i18n import Tongue


class WorkFrame(QWidget):
    """Shown while a session is open."""

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self.setObjectName("frame")
        outer = column(self, gap=0)
        self.top = TopBar(tongue)
        self.rail = Rail(tongue)
        self.stage = QStackedWidget()
        self.stage.setObjectName("stage")
        self.foot = Foot(tongue)
        outer.addWidget(self.top)
        middle = row(gap=0)
        middle.addWidget(self.rail)
        middle.addWidget(self.stage, 1)
        outer.addLayout(middle, 1)
        outer.addWidget(self.foot)
