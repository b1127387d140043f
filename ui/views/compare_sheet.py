"""Paper beside picture, page by page, before acceptance: each original is held against its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QPainter
from PySide6.QtWidgets import QWidget

from ui.theme import tokens
from ui.widgets.buttons import ActButton
from ui.widgets.layout import Face, column, row
from ui.widgets.paper import PaperView
from ui.widgets.picker import Option, OptionList
from ui.widgets.text import Text

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent, QPixmap

    from ui.i18n import Tongue


@dataclass(frozen=True, slots=True)
class ComparePage:
    """One page of the case: its attachment, its number from 0, and what it is called."""

    sha256: str
    page: int
    name: str
    of: str  # material

    @property
    def key(self) -> str:
        """Return what names the page in the list."""
        return f"{self.sha256}/{self.page}"


class CompareSheet(QWidget):
    """Lies over its parent: a list of pages and the picture of the chosen one.

    Space says that the page was held against its original and goes to the next; again takes it
    back. There is no key for all of them at once: each page is looked at.
    """

    reader_role = QAccessible.Role.Dialog
    wanted = Signal(str, int)  # sha256, page: its picture
    ticked = Signal(str, int, bool)
    left = Signal()

    def __init__(self, tongue: Tongue, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("compare")
        self._tongue = tongue
        self._over = over
        self._pages: tuple[ComparePage, ...] = ()
        self._done: frozenset[str] = frozenset()
        self._at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        outer = column(self, gap=0, margin=20)
        face = Face("raised")
        box = column(face, gap=10, margin=16)
        self.title = Text("section", wrap=True)
        box.addWidget(self.title)
        beside = row(gap=16)
        self.list = OptionList(shown=9)
        self.list.setObjectName("compare.list")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        tongue.bind(self.list, "setAccessibleName", "compare.list")
        self.list.clicked.connect(lambda index: self._go(index.row()))
        left = column(gap=8)
        left.addWidget(self.list, 100)
        left.addStretch(1)
        self.view = PaperView()
        self.view.scroller.setObjectName("compare.picture")
        self.view.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        beside.addLayout(left, 4)
        beside.addWidget(self.view, 7)
        box.addLayout(beside, 1)
        foot = row(gap=8)
        self.out = self._button("quiet", "arrow-back-up", "leave", "Esc", self.left.emit)
        self.tick = self._button("primary", "check", "tick", "Space", self._tick)
        foot.addWidget(self.out)
        foot.addStretch(1)
        foot.addWidget(self.tick)
        box.addLayout(foot)
        outer.addWidget(face, 1)
        over.installEventFilter(self)
        tongue.changed.connect(self._say)
        self.hide()

    def open(self, pages: tuple[ComparePage, ...], done: frozenset[str]) -> None:
        """Show the pages; the first that was not compared yet is chosen."""
        self._pages, self._done = pages, done
        left = [place for place, page in enumerate(pages) if page.key not in done]
        self.setGeometry(self._over.rect())
        self.show()
        self.raise_()
        self.setFocus()
        self._go(left[0] if left else 0)

    def show_done(self, done: frozenset[str]) -> None:
        """Show which pages were compared."""
        self._done = done
        self._say()

    def show_picture(self, sha256: str, page: int, picture: QPixmap) -> None:
        """Show a page's picture, if it is still the chosen one."""
        chosen = self._chosen()
        if chosen is not None and (chosen.sha256, chosen.page) == (sha256, page):
            self.view.show_page(picture)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep over the page."""
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._over.rect())
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Keep the page's and the window's shortcuts from working beneath."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space ticks, arrows move, Page keys scroll the picture, Esc leaves; nothing else."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tick()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._go(self._at + (1 if key == Qt.Key.Key_Down else -1))
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            bar = self.view.scroller.verticalScrollBar()
            bar.setValue(bar.value() + (1 if key == Qt.Key.Key_PageDown else -1) * bar.pageStep())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a veil over the page."""
        veil = QColor(tokens().hue("scrim"))
        veil.setAlpha(90)
        painter = QPainter(self)
        painter.fillRect(self.rect(), veil)
        painter.end()

    # ------------------------------------------------------------ inner

    def _button(self, kind: str, icon: str, name: str, key: str, call: object) -> ActButton:
        made = ActButton(kind, icon, key)
        made.setObjectName(f"compare.{name}")
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys are the sheet's own
        self._tongue.bind(made, "setText", f"compare.{name}")
        made.clicked.connect(call)
        return made

    def _chosen(self) -> ComparePage | None:
        return self._pages[self._at] if self._at < len(self._pages) else None

    def _go(self, place: int) -> None:
        if not 0 <= place < len(self._pages):
            return
        self._at = place
        self._say()
        self.wanted.emit(self._pages[place].sha256, self._pages[place].page)

    def _tick(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        on = chosen.key not in self._done
        self.ticked.emit(chosen.sha256, chosen.page, on)
        if on:
            self._go(self._at + 1)

    def _say(self) -> None:
        t = self._tongue.t
        done = sum(page.key in self._done for page in self._pages)
        self.title.setText(t("compare.title", done=done, pages=len(self._pages)))
        self.list.show_options(
            [
                Option(
                    page.key,
                    page.of,
                    page.name,
                    t("compare.yes") if page.key in self._done else t("compare.no"),
                    "circle-check" if page.key in self._done else "circle",
                )
                for page in self._pages
            ]
        )
        self.list.setMinimumHeight(0)  # fewer lines at once where the screen is low
        self.list.setCurrentIndex(self.list.model().index(self._at, 0))
        chosen = self._chosen()
        self.setAccessibleName(self.title.text())
        said = "" if chosen is None else self._tongue.joined(chosen.of, chosen.name)
        self.setAccessibleDescription(said)
        undo = chosen is not None and chosen.key in self._done
        self.tick.setText(t("compare.untick" if undo else "compare.tick"))
