"""One's own pace: medians of seconds by step and week, for the clerk alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.models.rows import Cells, Column, RowModel
from ui.views.page_parts import leave_button
from ui.widgets.buttons import ActButton
from ui.widgets.layout import Face, column, row
from ui.widgets.summary import Empty
from ui.widgets.table import RowTable
from ui.widgets.text import Text
from ui.widgets.walk import Walk

if TYPE_CHECKING:
    from client.app.hall.pace import PaceRow, PaceView
    from ui.i18n import Tongue

_WEEKS = 8


class PacePage(QWidget):
    """Shows what was measured here; emits that it be forgotten."""

    left = Signal()
    forgotten = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self.setObjectName("pace")
        self._tongue = tongue
        self._pace: PaceView | None = None
        outer = column(self, gap=0)
        head = column(gap=2)
        head.setContentsMargins(24, 18, 24, 12)
        for role, key in (("page", "page.pace"), ("muted", "page.pace.do")):
            words = Text(role, wrap=role == "muted")
            tongue.bind(words, "setText", key)
            head.addWidget(words)
        outer.addLayout(head)
        columns = [Column("step", 180, stretch=True), Column("count", 80, right=True)]
        columns += [Column(f"week{place}", 84, right=True) for place in range(_WEEKS)]
        self.model: RowModel[PaceRow] = RowModel(columns, self._cells, lambda each: each.kind)
        self.table = RowTable(self.model)
        self.table.setObjectName("pace.table")
        tongue.bind(self.table, "setAccessibleName", "page.pace")
        self.empty = Empty("clock")
        outer.addWidget(self.table, 1)
        outer.addWidget(self.empty, 1)
        outer.addWidget(self._make_foot())
        self.walk = Walk(self)
        self.walk.leave.connect(self.left)
        tongue.changed.connect(self._say)

    def _make_foot(self) -> QWidget:
        face = Face("bottom")
        bar = row(face, gap=8)
        bar.setContentsMargins(24, 10, 24, 10)
        self.back = leave_button(self._tongue, "pace.leave", self.left)
        self.forget = ActButton("plain", "trash")
        self.forget.setObjectName("pace.forget")
        self._tongue.bind(self.forget, "setText", "act.forget_pace")
        self.forget.clicked.connect(self.forgotten)
        bar.addWidget(self.back)
        bar.addStretch(1)
        bar.addWidget(self.forget)
        return face

    def show_pace(self, pace: PaceView) -> None:
        """Show the medians."""
        self._pace = pace
        self._say()

    def focus_first(self) -> None:
        """The table, or the way back."""
        (self.table if self.table.isVisibleTo(self) else self.back).setFocus()

    def _say(self) -> None:
        t, pace = self._tongue.t, self._pace
        if pace is None:
            return
        self.empty.teach(t("pace.none"), t("pace.none.do"))
        self.table.setVisible(bool(pace.rows))
        self.empty.setVisible(not pace.rows)
        self.forget.setEnabled(bool(pace.rows))
        weeks = [week[5:] for week in pace.weeks] + [""] * (_WEEKS - len(pace.weeks))
        self.model.set_titles([t("pace.step"), t("pace.count"), *weeks])
        self.model.set_rows(pace.rows)

    def _cells(self, each: PaceRow) -> Cells:
        t = self._tongue.t
        said = [
            "—" if found is None else t("pace.seconds", seconds=found) for found in each.medians
        ]
        texts = (
            self._tongue.coded("step", each.kind),
            str(each.count),
            *said,
            *[""] * (_WEEKS - len(said)),
        )
        return Cells(texts, "", self._tongue.joined(*(text for text in texts if text)))
