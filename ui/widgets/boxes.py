"""Grounds and edges, painted by the widgets themselves, and never by a style sheet.

With a sheet on the application Qt matches its rules for every widget, and does it again for all
that is inside whatever is put into a layout: half of the time in which a page was built and shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ui.theme import tokens

if TYPE_CHECKING:
    from PySide6.QtCore import QRect

ALL = "ltrb"
BAR = 12  # pixels that a scroll bar takes


@dataclass(frozen=True, slots=True)
class Box:
    """How a box looks, in tokens.

    Args:
        ground: its colour, "" for none.
        edge: the colour of its lines, "" for none.
        sides: where there are lines, of "l", "t", "r", "b"; rounded corners need all four.
        radius: of its corners: a token, or pixels.
        width: of its lines.
        dashed: lines for places where something may be dropped.
    """

    ground: str = ""
    edge: str = ""
    sides: str = ALL
    radius: str | int = 0
    width: int = 1
    dashed: bool = False

    @property
    def margins(self) -> tuple[int, int, int, int]:
        """Room that the lines take: left, top, right, bottom."""
        width = self.width if self.edge else 0
        left, top, right, bottom = (width if side in self.sides else 0 for side in ALL)
        return left, top, right, bottom


def draw_box(painter: QPainter, rect: QRect, box: Box) -> None:
    """Draw ground and lines of a box into a rectangle."""
    if box.radius:
        _draw_round(painter, rect, box)
        return
    chosen = tokens()
    if box.ground:
        painter.fillRect(rect, chosen.hue(box.ground))
    if not box.edge:
        return
    hue, width = chosen.hue(box.edge), box.width
    x, y, wide, high = rect.x(), rect.y(), rect.width(), rect.height()
    for side, line in (
        ("l", (x, y, width, high)),
        ("t", (x, y, wide, width)),
        ("r", (x + wide - width, y, width, high)),
        ("b", (x, y + high - width, wide, width)),
    ):
        if side in box.sides:
            painter.fillRect(*line, hue)


def _draw_round(painter: QPainter, rect: QRect, box: Box) -> None:
    chosen = tokens()
    radius = chosen.px(box.radius) if isinstance(box.radius, str) else box.radius
    before = painter.testRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    inset = 0.0
    if box.edge:
        pen = QPen(chosen.hue(box.edge), box.width)
        if box.dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        inset = box.width / 2
    else:
        painter.setPen(Qt.PenStyle.NoPen)
    if box.ground:
        painter.setBrush(chosen.hue(box.ground))
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
    inner = QRectF(rect).adjusted(inset, inset, -inset, -inset)
    painter.drawRoundedRect(inner, radius - inset, radius - inset)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=before)
