"""A page on the screen: an image of a paper or of an attached page, fitted to the width."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.theme import icon_pixmap, tokens
from ui.widgets.layout import Scroll, column
from ui.widgets.tabs import draw_focus

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent


def picture(width: int, height: int, rgb: bytes) -> QPixmap:
    """Make a pixmap of packed RGB888."""
    image = QImage(rgb, width, height, width * 3, QImage.Format.Format_RGB888)
    return QPixmap.fromImage(image.copy())


@dataclass(slots=True)
class _Pictures:
    """A page, and the same as it was last fitted."""

    page: QPixmap = field(default_factory=QPixmap)
    fitted: QPixmap = field(default_factory=QPixmap)


class Sheet(QWidget):
    """One page, scaled to the width that it is given, white in both modes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # They are 10 MB, and a view that is left stays in its cycles until Python looks for such.
        held = self._held = _Pictures()

        # No method of what is held: to its owner PySide keeps a weak reference, which what has
        # slots cannot give, and the process ended when a page with a paper was left.
        def let_go() -> None:
            held.page = held.fitted = QPixmap()

        self.destroyed.connect(let_go)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def page(self) -> QPixmap:
        """What is shown; null when nothing is."""
        return self._held.page

    def show_page(self, page: QPixmap) -> None:
        """Show a page."""
        self._held.page, self._held.fitted = page, QPixmap()
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """A page keeps its form."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height at a width."""
        if self.page.isNull():
            return round(width * 1.414)
        return round(width * self.page.height() / self.page.width())

    def sizeHint(self) -> QSize:
        """A readable page."""
        return QSize(420, self.heightForWidth(420))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the page with a thin edge."""
        chosen = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=True)
        width = self.width()
        rect = QRect(0, 0, width, min(self.height(), self.heightForWidth(width)))
        painter.fillRect(rect, chosen.hue("paper"))
        if not self.page.isNull():
            painter.drawPixmap(rect, self._fitted(rect.size()))
        painter.setPen(QPen(chosen.hue("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(0, 0, -1, -1))
        painter.end()

    def _fitted(self, size: QSize) -> QPixmap:
        """Return the page at a size: every pixel counts, so that thin strokes stay; kept."""
        ratio = self.devicePixelRatioF()
        wanted = size * ratio
        if self._held.fitted.size() != wanted:
            self._held.fitted = self.page.scaled(
                wanted,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            self._held.fitted.setDevicePixelRatio(ratio)
        return self._held.fitted


class PaperView(QWidget):
    """A page in a scroller."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # It takes what height there is and scrolls by itself; it never makes a page longer.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        box = column(self, gap=0)
        inside = QWidget()
        inner = column(inside, gap=0)
        inner.setContentsMargins(0, 0, 8, 0)
        self.sheet = Sheet()
        inner.addWidget(self.sheet)
        inner.addStretch(1)
        self.scroller = Scroll(inside)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.addWidget(self.scroller)

    def show_page(self, page: QPixmap) -> None:
        """Show a page from its top."""
        self.sheet.show_page(page)
        self.scroller.verticalScrollBar().setValue(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the form of the page."""
        super().resizeEvent(event)
        self.sheet.updateGeometry()


class Thumb(QAbstractButton):
    """A small picture of an attached page; pressing shows it large."""

    opened = Signal(str)

    def __init__(self, key: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self._picture = QPixmap()
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setCheckable(True)
        self.clicked.connect(lambda: self.opened.emit(self.key))

    def show_page(self, page: QPixmap) -> None:
        """Show the picture, made small once."""
        edge = QSize(self.sizeHint() * (2 * self.devicePixelRatioF()))
        kept = Qt.AspectRatioMode.KeepAspectRatio
        self._picture = page.scaled(edge, kept, Qt.TransformationMode.SmoothTransformation)
        self.update()

    def sizeHint(self) -> QSize:
        """A small A4."""
        return QSize(tokens().scaled(48), tokens().scaled(66))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture, or a sign until it is there."""
        chosen = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=True)
        rect = self.rect().adjusted(3, 3, -3, -3)
        painter.fillRect(rect, chosen.hue("paper"))
        if self._picture.isNull():
            edge = chosen.px("icon")
            hue = chosen.colours["edge"]
            sign = icon_pixmap("file", hue, edge, self.devicePixelRatioF())
            painter.drawPixmap(rect.center().x() - edge // 2, rect.center().y() - edge // 2, sign)
        else:
            painter.drawPixmap(rect, self._picture)
        painter.setPen(QPen(chosen.hue("accent" if self.isChecked() else "edge"), 1))
        painter.drawRect(rect.adjusted(0, 0, -1, -1))
        draw_focus(self, painter, self.rect().toRectF().adjusted(1, 1, -1, -1))
        painter.end()
