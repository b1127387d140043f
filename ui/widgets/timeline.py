"""A line of steps from top to bottom: a mark, the words, and what is odd about a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import icon_pixmap, tokens
from ui.widgets.layout import column, row
from ui.widgets.lights import TOKENS, draw_light
from ui.widgets.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent


@dataclass(frozen=True, slots=True)
class Moment:
    """One step as it is told.

    Args:
        key: the event.
        title: what was done.
        who: person, role and counter.
        when: the time; `exact` how sure it is.
        note: the words that go with the step.
        spoken: what a reader says of it.
        tags: (role of the tag, words): signed by card, late, offline, refused …
        light: shape of the light at that time; `passed`: the statutory limit had passed.
    """

    key: str
    title: str
    who: str
    when: str
    exact: str = ""
    note: str = ""
    spoken: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    light: str = "none"
    passed: bool = False
    pending: bool = False
    refused: bool = False


class _Mark(QWidget):
    """The line at the left with the light of one step."""

    def __init__(self, moment: Moment, *, first: bool, last: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._moment = moment
        self._first = first
        self._last = last
        self.setFixedWidth(28)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line and the mark."""
        chosen = tokens()
        painter = QPainter(self)
        middle = QPointF(14, chosen.scaled(14))
        pen = QPen(chosen.hue("line"), 2)
        if self._moment.pending:
            pen.setStyle(Qt.PenStyle.DotLine)
        painter.setPen(pen)
        if not self._first:
            painter.drawLine(QPointF(14, 0), QPointF(14, middle.y() - 10))
        if not self._last:
            painter.drawLine(QPointF(14, middle.y() + 10), QPointF(14, self.height()))
        if self._moment.refused:
            hue = chosen.colours["red"]
            sign = icon_pixmap("x", hue, 16, self.devicePixelRatioF())
            painter.drawPixmap(6, round(middle.y()) - 8, sign)
        elif self._moment.light in TOKENS and self._moment.light != "none":
            draw_light(painter, middle, self._moment.light, passed=self._moment.passed)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(chosen.hue("edge"))
            painter.drawEllipse(middle, 4, 4)
        painter.end()


class TimelineRow(QWidget):
    """One step."""

    def __init__(self, moment: Moment, *, first: bool, last: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.told = (moment, first, last)
        outer = row(self, gap=8)
        outer.addWidget(_Mark(moment, first=first, last=last, parent=self))
        box = column(gap=1)
        box.setContentsMargins(0, 2, 0, 14)
        outer.addLayout(box, 1)
        top = row(gap=8)
        title = Text("body", moment.title)
        title.setMinimumHeight(tokens().scaled(24))
        top.addWidget(title)
        for role, words in moment.tags:
            top.addWidget(Text(role, words))
        top.addStretch(1)
        when = Text("body", moment.when)
        top.addWidget(when)
        box.addLayout(top)
        under = row(gap=8)
        under.addWidget(Text("small muted", moment.who))
        under.addStretch(1)
        if moment.exact:
            under.addWidget(Text("small faint", moment.exact))
        box.addLayout(under)
        if moment.note:
            box.addWidget(Text("small", moment.note, wrap=True, select=True))
        self.setAccessibleName(moment.spoken)


class Timeline(QWidget):
    """Steps in the order in which they count."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = column(self, gap=0)
        self.rows: list[TimelineRow] = []

    def show_moments(self, moments: Sequence[Moment]) -> None:
        """Show other steps; rows that would say the same stay."""
        last = len(moments) - 1
        wanted = [(moment, place == 0, place == last) for place, moment in enumerate(moments)]
        same = 0
        for row_, told in zip(self.rows, wanted, strict=False):
            if row_.told != told:
                break
            same += 1
        for old in self.rows[same:]:
            self._box.removeWidget(old)
            old.hide()
            old.deleteLater()
        del self.rows[same:]
        for moment, first, final in wanted[same:]:
            made = TimelineRow(moment, first=first, last=final, parent=self)
            self._box.addWidget(made)
            self.rows.append(made)
