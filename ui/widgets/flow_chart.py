"""A flow chart, painted: stations under each other, and at their side the ways out.

Drawn from what it is given, in the theme's colours and at the reader's text size. A station that
stops the clock has a dashed edge; beginning and end are round.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QColor, QPaintEvent

_BOX, _SIDE, _GAP, _ARROW, _MARGIN = 50, 34, 22, 5, 2
_SPINE, _LANE = 0.52, 0.56  # of the width, and of what is left beside the spine
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
_MIDDLE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out at the side: why, to where; `back`: it comes back."""

    why: str
    to: str
    back: bool = False


@dataclass(frozen=True, slots=True)
class Station:
    """One station: its name, a line under it, small words at that line's end; in one language."""

    title: str
    under: str = ""
    tail: str = ""
    shape: str = "step"  # "step" | "end" (round) | "pause" (dashed)
    exits: tuple[Exit, ...] = ()


class FlowChart(QWidget):
    """Paints stations; as high as they need, as wide as it is given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stations: tuple[Station, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(360)

    @property
    def stations(self) -> tuple[Station, ...]:
        """What is drawn."""
        return self._stations

    def show_stations(self, stations: Sequence[Station], spoken: str) -> None:
        """Draw these; `spoken` is what a reader says of the whole."""
        self._stations = tuple(stations)
        self.setAccessibleName(spoken)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as its stations."""
        chosen = tokens()
        high = sum(self._height(station) for station in self._stations)
        gaps = chosen.scaled(_GAP) * max(0, len(self._stations) - 1)
        return QSize(chosen.scaled(560), high + gaps + 2 * _MARGIN)

    def minimumSizeHint(self) -> QSize:
        """Nothing of it is cut off."""
        return QSize(self.minimumWidth(), self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        """Measure again after a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the way from top to bottom, and each way out beside its station."""
        chosen = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        wide = round((self.width() - 2 * _MARGIN) * _SPINE)
        top = _MARGIN
        for place, station in enumerate(self._stations):
            high = self._height(station)
            box = chosen.scaled(_BOX)
            rect = QRect(_MARGIN, top + (high - box) // 2, wide, box)
            self._station(painter, rect, station)
            self._exits(painter, rect, top, high, station.exits)
            top += high
            if place + 1 < len(self._stations):
                below = self._stations[place + 1]
                end = top + chosen.scaled(_GAP) + (self._height(below) - box) // 2
                self._arrow(painter, QPointF(rect.center().x(), rect.bottom() + 1), end)
            top += chosen.scaled(_GAP)
        painter.end()

    # ------------------------------------------------------------ inner

    @staticmethod
    def _height(station: Station) -> int:
        chosen = tokens()
        beside = len(station.exits) * chosen.scaled(_SIDE + 6) - chosen.scaled(6)
        return max(chosen.scaled(_BOX), beside)

    @staticmethod
    def _station(painter: QPainter, rect: QRect, station: Station) -> None:
        chosen = tokens()
        end = station.shape == "end"
        painter.setBrush(chosen.hue("accent-ground" if end else "surface"))
        pen = QPen(chosen.hue("accent" if end else "edge"), 1.2)
        if station.shape == "pause":
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        radius = rect.height() / 2 if end else 6.0
        painter.drawRoundedRect(QRectF(rect), radius, radius)
        inside = rect.adjusted(16, 0, -14, 0)
        half = rect.height() // 2
        below = QRect(inside.left(), rect.top() + half - 2, inside.width(), half)
        painter.setFont(chosen.font("type-small"))
        painter.setPen(chosen.hue("accent"))
        painter.drawText(below, _RIGHT, station.tail)
        room = painter.fontMetrics().horizontalAdvance(station.tail)
        below.setRight(below.right() - room - (10 if room else 0))
        painter.setPen(chosen.hue("muted"))
        painter.drawText(below, _LEFT, _fit(painter, station.under, below.width()))
        if station.under or station.tail:
            inside = QRect(inside.left(), rect.top() + 3, inside.width(), half)
        painter.setFont(chosen.font())
        painter.setPen(chosen.hue("text"))
        painter.drawText(inside, _LEFT, _fit(painter, station.title, inside.width()))

    def _exits(
        self, painter: QPainter, rect: QRect, top: int, high: int, exits: tuple[Exit, ...]
    ) -> None:
        chosen = tokens()
        if not exits:
            return
        side, step = chosen.scaled(_SIDE), chosen.scaled(_SIDE + 6)
        whole = step * len(exits) - chosen.scaled(6)
        y = top + (high - whole) // 2
        painter.setFont(chosen.font("type-small"))
        metrics = painter.fontMetrics()
        said = max(metrics.horizontalAdvance(way.why) for way in exits)
        left = rect.right() + 1
        lane = min(said + 26, round((self.width() - left) * _LANE))
        for way in exits:
            middle = y + side // 2
            start = QPointF(left, min(max(middle, rect.top() + 8), rect.bottom() - 8))
            target = QRect(left + lane, y, self.width() - left - lane - _MARGIN, side)
            self._way_out(painter, start, target, way)
            y += step

    @staticmethod
    def _way_out(painter: QPainter, start: QPointF, target: QRect, way: Exit) -> None:
        chosen = tokens()
        line = chosen.hue("edge")
        middle = float(target.center().y())
        knee = start.x() + 8
        painter.setPen(QPen(line, 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        bends = (QPointF(knee, start.y()), QPointF(knee, middle))
        painter.drawPolyline(QPolygonF([start, *bends, QPointF(target.left() - 1, middle)]))
        _head(painter, QPointF(target.left(), middle), line, QPointF(1, 0))
        if way.back:
            _head(painter, start, line, QPointF(-1, 0))
        words = QRect(round(knee) + 4, round(middle) - target.height() // 2, 0, 0)
        words.setSize(QSize(target.left() - words.left() - 8, target.height() // 2))
        painter.setPen(chosen.hue("muted"))
        painter.drawText(words, _MIDDLE, _fit(painter, way.why, words.width()))
        painter.setPen(QPen(line, 1))
        painter.setBrush(chosen.hue("ground"))
        painter.drawRoundedRect(QRectF(target), 6, 6)
        inside = target.adjusted(10, 0, -10, 0)
        painter.setPen(chosen.hue("text"))
        painter.drawText(inside, _LEFT, _fit(painter, way.to, inside.width()))

    @staticmethod
    def _arrow(painter: QPainter, start: QPointF, end: int) -> None:
        hue = tokens().hue("edge")
        painter.setPen(QPen(hue, 1.2))
        painter.drawLine(start, QPointF(start.x(), end - 1))
        _head(painter, QPointF(start.x(), end), hue, QPointF(0, 1))


def _head(painter: QPainter, tip: QPointF, hue: QColor, way: QPointF) -> None:
    """Draw an arrow's head that points along `way`, its tip at a point."""
    back = tip - way * (_ARROW * 1.6)
    across = QPointF(way.y(), way.x()) * _ARROW * 0.8
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(hue)
    painter.drawPolygon(QPolygonF([tip, back + across, back - across]))


def _fit(painter: QPainter, words: str, width: int) -> str:
    return painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, max(0, width))
