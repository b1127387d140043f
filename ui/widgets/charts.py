"""Charts, painted: bars beside one another, and a course of days as lines.

Series differ in shape first (solid, outlined, hatched; square, triangle, ring), in colour second,
and every figure that a bar stands for is written at its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QFontMetrics, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QColor, QPaintEvent

_BAR, _BETWEEN, _GROUP = 10, 3, 12
_LEGEND = 26
_MARK, _APART = 20, 18  # px of a sample in the legend, and after a name
_TICKS = 4
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
_INKS = ("accent", "ok", "muted")


@dataclass(frozen=True, slots=True)
class Series:
    """One row of figures, as long as the chart has labels."""

    name: str
    values: tuple[int, ...]
    ink: str = ""  # a colour of its own; else by its place


class _Chart(QWidget):
    """Labels, up to three series, and the words that a screen reader says instead of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.labels: tuple[str, ...] = ()
        self.series: tuple[Series, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_series(self, labels: Sequence[str], series: Sequence[Series], spoken: str) -> None:
        """Show figures; `spoken` is said instead of them."""
        self.labels, self.series = tuple(labels), tuple(series)[: len(_INKS)]
        self.setAccessibleName(spoken)
        self.updateGeometry()
        self.update()

    @property
    def greatest(self) -> int:
        """Return the greatest figure, at least 1."""
        return max((value for each in self.series for value in each.values), default=0) or 1

    def changeEvent(self, event: QEvent) -> None:
        """Measure again after a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()

    def _hue(self, place: int) -> QColor:
        return tokens().hue(self.series[place].ink or _INKS[place])

    def _least(self) -> int:
        """Return the width, in px, at which no name in the legend is cut."""
        metrics = tokens().metrics("type-small")
        names = [metrics.horizontalAdvance(each.name) for each in self.series]
        return max(240, sum(names) + (_MARK + _APART) * len(names))

    def _legend(self, painter: QPainter) -> None:
        chosen = tokens()
        painter.setFont(chosen.font("type-small"))
        metrics, left = painter.fontMetrics(), 4.0
        middle = chosen.scaled(_LEGEND) / 2
        for place, each in enumerate(self.series):
            self._sample(painter, QPointF(left + 7, middle), place)
            painter.setPen(chosen.hue("muted"))
            wide = metrics.horizontalAdvance(each.name)
            painter.drawText(QRectF(left + _MARK, 0, wide + 2, middle * 2), _LEFT, each.name)
            left += _MARK + wide + _APART

    def _sample(self, painter: QPainter, middle: QPointF, place: int) -> None:
        raise NotImplementedError


class BarChart(_Chart):
    """Groups under one another, one bar for each series, its figure at its end."""

    def sizeHint(self) -> QSize:
        """Room for every group."""
        return QSize(320, self._high(len(self.labels)))

    def minimumSizeHint(self) -> QSize:
        """Three groups at least."""
        return QSize(self._least(), self._high(3))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bars that there is room for."""
        chosen = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        self._legend(painter)
        metrics = chosen.metrics("type-small")
        named = max((metrics.horizontalAdvance(label) for label in self.labels), default=0)
        names = min(named + 12, round(self.width() * 0.36))
        figure = metrics.horizontalAdvance(str(self.greatest)) + 12
        room = max(10, self.width() - names - figure - 4)
        top = float(chosen.scaled(_LEGEND))
        for at, label in enumerate(self.labels):
            if top + self._group() > self.height():
                break
            painter.setPen(chosen.hue("text"))
            box = QRectF(4, top, names - 12, self._group() - _GROUP)
            fitted = metrics.elidedText(label, Qt.TextElideMode.ElideRight, round(box.width()))
            painter.drawText(box, _LEFT, fitted)
            for place, each in enumerate(self.series):
                y = top + place * (chosen.scaled(_BAR) + _BETWEEN)
                wide = room * each.values[at] / self.greatest
                self._bar(painter, QRectF(names, y, wide, chosen.scaled(_BAR)), place)
                painter.setPen(chosen.hue("muted"))
                end = QRectF(names + wide + 6, y - 4, figure, chosen.scaled(_BAR) + 8)
                painter.drawText(end, _LEFT, str(each.values[at]))
            top += self._group()
        painter.end()

    def _group(self) -> int:
        return len(self.series) * (tokens().scaled(_BAR) + _BETWEEN) + _GROUP

    def _high(self, groups: int) -> int:
        return tokens().scaled(_LEGEND) + groups * self._group() + 4

    def _bar(self, painter: QPainter, rect: QRectF, place: int) -> None:
        hue = self._hue(place)
        painter.setPen(Qt.PenStyle.NoPen if place == 0 else QPen(hue, 1.4))
        pattern = (
            Qt.BrushStyle.SolidPattern,
            Qt.BrushStyle.NoBrush,
            Qt.BrushStyle.BDiagPattern,
        )[place]
        painter.setBrush(QBrush(hue, pattern))
        if rect.width() >= 1:
            painter.drawRect(rect)

    def _sample(self, painter: QPainter, middle: QPointF, place: int) -> None:
        self._bar(painter, QRectF(middle.x() - 7, middle.y() - 5, 14, 10), place)


class LineChart(_Chart):
    """A course: one line for each series, its points marked by the series' own shape."""

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(360, tokens().scaled(200))

    def minimumSizeHint(self) -> QSize:
        """Low enough to stand under a table."""
        return QSize(self._least(), tokens().scaled(120))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the grid, the lines and their points."""
        chosen = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        self._legend(painter)
        metrics = chosen.metrics("type-small")
        step = max(1, -(-self.greatest // _TICKS))
        left = metrics.horizontalAdvance(str(step * _TICKS)) + 14
        top, foot = chosen.scaled(_LEGEND) + 6, metrics.height() + 6
        area = QRectF(left, top, self.width() - left - 16, self.height() - top - foot)
        self._grid(painter, area, step)
        self._days(painter, area, metrics)
        for place, each in enumerate(self.series):
            points = [
                QPointF(self._x(area, at), area.bottom() - area.height() * v / (step * _TICKS))
                for at, v in enumerate(each.values)
            ]
            hue = self._hue(place)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(hue, 1.6, _STROKES[place]))
            painter.drawPolyline(QPolygonF(points))
            for point in points:
                self._sample(painter, point, place)
        painter.end()

    def _x(self, area: QRectF, at: int) -> float:
        gaps = max(1, len(self.labels) - 1)
        return area.left() + area.width() * at / gaps if len(self.labels) > 1 else area.center().x()

    @staticmethod
    def _grid(painter: QPainter, area: QRectF, step: int) -> None:
        chosen = tokens()
        for tick in range(_TICKS + 1):
            y = area.bottom() - area.height() * tick / _TICKS
            painter.setPen(QPen(chosen.hue("line"), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(chosen.hue("faint"))
            painter.drawText(QRectF(0, y - 10, area.left() - 8, 20), _RIGHT, str(step * tick))

    def _days(self, painter: QPainter, area: QRectF, metrics: QFontMetrics) -> None:
        """Write as many labels as stand clear of one another."""
        painter.setPen(tokens().hue("faint"))
        free = -1.0
        for at, label in enumerate(self.labels):
            wide = metrics.horizontalAdvance(label)
            x = min(max(0.0, self._x(area, at) - wide / 2), self.width() - wide - 2.0)
            if x > free:
                painter.drawText(QPointF(x, area.bottom() + metrics.ascent() + 6), label)
                free = x + wide + 10

    def _sample(self, painter: QPainter, middle: QPointF, place: int) -> None:
        chosen = tokens()
        hue = self._hue(place)
        painter.setPen(QPen(hue, 1.4))
        painter.setBrush(hue if place != 1 else chosen.hue("surface"))
        if place == 0:
            painter.drawRect(QRectF(middle.x() - 3, middle.y() - 3, 6, 6))
        elif place == 1:
            painter.drawEllipse(middle, 3.4, 3.4)
        else:
            corners = ((0.0, -4.4), (4.2, 3.4), (-4.2, 3.4))
            painter.drawPolygon(QPolygonF([middle + QPointF(x, y) for x, y in corners]))


_STROKES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
