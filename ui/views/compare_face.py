"""How far paper and electronic file were compared, and the way to the sheet where it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut

from ui.views.compare_sheet import ComparePage, CompareSheet
from ui.widgets.buttons import ActButton
from ui.widgets.layout import Face, row
from ui.widgets.paper import picture
from ui.widgets.text import Text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from client.app.rows.materials import Compared, MaterialRow
    from client.app.rows.words import PageRow
    from ui.i18n import Tongue


class CompareFace(Face):
    """Stands on a page of acceptance; hidden where there is nothing to compare.

    Args:
        tongue: the language.
        name: of the page; its button is "<name>.compare".
        over: the page that the sheet lies over.
    """

    page_wanted = Signal(str, int)
    ticked = Signal(str, int, bool)
    left = Signal()

    def __init__(self, tongue: Tongue, name: str, over: QWidget) -> None:
        super().__init__("surface")
        self._tongue = tongue
        self._materials: tuple[MaterialRow, ...] = ()
        self._pages: tuple[ComparePage, ...] = ()
        self.done: frozenset[str] = frozenset()
        self._first = False
        inside = row(self, gap=12, margin=14)
        self.words = Text("body", wrap=True)
        self.button = ActButton("plain", "checks", "Alt+C")
        self.button.setObjectName(f"{name}.compare")
        tongue.bind(self.button, "setText", "compare.open")
        QShortcut(QKeySequence("Alt+C"), self.button).activated.connect(self.button.click)
        self.button.clicked.connect(self._open)
        inside.addWidget(self.words, 1)
        inside.addWidget(self.button)
        self.sheet = CompareSheet(tongue, over)
        self.sheet.wanted.connect(self.page_wanted)
        self.sheet.ticked.connect(self.ticked)
        self.sheet.left.connect(self._close)
        tongue.changed.connect(self.say)
        self.hide()

    def show_materials(self, materials: tuple[MaterialRow, ...], *, first: bool) -> None:
        """Offer the pages to be compared; what stays on paper has none."""
        self._first = first
        self._materials = materials
        self.setVisible(any(not each.taken and each.pages for each in materials))
        self.say()

    def _listed(self) -> tuple[ComparePage, ...]:
        return tuple(
            ComparePage(file.sha256, page, self._named(file, page), material.name)
            for material in self._materials
            if not material.taken
            for file in material.pages
            for page in range(max(file.pages, 1))
        )

    def show_compared(self, compared: tuple[Compared, ...]) -> None:
        """Show which pages were held against their originals."""
        self.done = frozenset(f"{each.sha256}/{each.page}" for each in compared)
        self.sheet.show_done(self.done)
        self.say()

    def show_page(self, sha256: str, page: int, shown: tuple[int, int, bytes]) -> None:
        """Show the picture of a page that is being compared."""
        self.sheet.show_picture(sha256, page, picture(*shown))

    def say(self) -> None:
        """Say how far it is."""
        self._pages = self._listed()
        done, pages = sum(page.key in self.done for page in self._pages), len(self._pages)
        key = "compare.all" if done == pages else "compare.some"
        words = self._tongue.t(key, done=done, pages=pages)
        if self._first and done < pages:
            words = f"{words}\n{self._tongue.t('compare.first')}"
        self.words.setText(words)
        self.words.set_role("ok" if done == pages else "body")

    def _open(self) -> None:
        self.sheet.open(self._pages, self.done)

    def _close(self) -> None:
        self.sheet.hide()
        self.left.emit()

    def _named(self, file: PageRow, page: int) -> str:
        if file.pages <= 1:
            return file.name
        return self._tongue.t("compare.page", name=file.name, page=page + 1, pages=file.pages)
