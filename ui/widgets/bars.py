"""Scroll bars: a thin rounded handle on whatever ground they lie on, no arrows."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QProxyStyle,
    QScrollBar,
    QStyle,
    QStyleOptionSlider,
    QWidget,
)

from ui.theme import tokens
from ui.widgets.boxes import BAR

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QStyleOptionComplex

_LEAST = 32
_SIDE, _END = 3, 2


class _BarStyle(QProxyStyle):
    """Where the parts of a bar are, so that a hand takes hold of what it sees."""

    def subControlRect(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        part: QStyle.SubControl,
        w: QWidget | None = None,
    ) -> QRect:
        """Leave the whole length to the handle."""
        del control, w
        if not isinstance(option, QStyleOptionSlider):
            return QRect()  # of a bar no other kind is asked for
        whole = option.rect
        upright = option.orientation == Qt.Orientation.Vertical
        length = whole.height() if upright else whole.width()
        span = option.maximum - option.minimum
        size = length
        if span > 0:
            size = round(length * option.pageStep / (span + option.pageStep))
            size = min(length, max(_LEAST + 2 * _END, size))
        start = QStyle.sliderPositionFromValue(
            option.minimum, option.maximum, option.sliderPosition, length - size, option.upsideDown
        )
        begin, end = {
            QStyle.SubControl.SC_ScrollBarSlider: (start, start + size),
            QStyle.SubControl.SC_ScrollBarSubPage: (0, start),
            QStyle.SubControl.SC_ScrollBarAddPage: (start + size, length),
            QStyle.SubControl.SC_ScrollBarGroove: (0, length),
        }.get(part, (0, 0))
        if upright:
            return QRect(whole.x(), whole.y() + begin, whole.width(), end - begin)
        return QRect(whole.x() + begin, whole.y(), end - begin, whole.height())


@cache
def _style() -> _BarStyle:
    return _BarStyle()


class Bar(QScrollBar):
    """A scroll bar of 12 pixels."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self.setStyle(_style())
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, on=False)

    def sizeHint(self) -> QSize:
        """As thick as it is long enough to take hold of."""
        return QSize(BAR, _LEAST) if self._upright() else QSize(_LEAST, BAR)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the handle."""
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        part = QStyle.SubControl.SC_ScrollBarSlider
        rect = self.style().subControlRect(QStyle.ComplexControl.CC_ScrollBar, option, part, self)
        across, along = (_SIDE, _END) if self._upright() else (_END, _SIDE)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens().hue("edge"))
        painter.drawRoundedRect(QRectF(rect).adjusted(across, along, -across, -along), 3, 3)
        painter.end()

    def _upright(self) -> bool:
        return self.orientation() == Qt.Orientation.Vertical


def plain_corner(area: QAbstractScrollArea) -> None:
    """Leave the corner between two bars to the ground; the style would draw a box there.

    Called when the area has its bars.
    """
    _Corner(area)


class _Corner(QObject):
    """Fills the corner while both bars are there: it would shorten one that stands alone."""

    def __init__(self, area: QAbstractScrollArea) -> None:
        super().__init__(area)
        self._area = area
        self._fill: QWidget | None = None  # one, however often the bar comes: Qt keeps what it had
        holder = area.horizontalScrollBar().parentWidget()  # it is this that Qt hides
        if holder is not None:
            holder.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Follow the lower bar."""
        if event.type() == QEvent.Type.ShowToParent:
            if self._fill is None:
                self._fill = QWidget(self._area)
            self._area.setCornerWidget(self._fill)
        elif event.type() == QEvent.Type.HideToParent:
            nothing: Any = None  # Qt takes it; PySide's stubs do not say so
            self._area.setCornerWidget(nothing)
        return False


class QuietBar(Bar):
    """A scroll bar whose place is always kept: nothing shifts when a page grows.

    It is seen only while there is something to scroll.
    """

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw nothing when everything is in sight."""
        if self.maximum() > self.minimum():
            super().paintEvent(event)
