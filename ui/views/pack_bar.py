"""Hand a case's pages on: one package, named by its project (IN18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from client.app.files.materials import package_name
from client.app.rows.words import Words
from ui.views.file_dialog import ask_where
from ui.widgets.buttons import ActButton
from ui.widgets.layout import row
from ui.widgets.text import Text

if TYPE_CHECKING:
    from client.app.rows.cases import CaseDetail
    from ui.i18n import Tongue

KEY = "Ctrl+Shift+E"


class PackBar(QWidget):
    """A button, and what came of it; hidden where there are no pages.

    The package is named by the project, or by number and applicant where there is none.
    """

    wanted = Signal(object)  # pathlib.Path

    def __init__(self, tongue: Tongue, detail: CaseDetail) -> None:
        super().__init__()
        self._tongue = tongue
        self._title = detail.project or f"{detail.row.number} {detail.row.applicant}"
        box = row(self, gap=12)
        self.button = ActButton("plain", "package", KEY)
        self.button.setObjectName("case.pack")
        self.button.setText(tongue.t("case.pack"))
        QShortcut(QKeySequence(KEY), self.button).activated.connect(self.button.click)
        self.button.clicked.connect(self._ask_where)
        self.said = Text("small ok", wrap=True)
        box.addWidget(self.button)
        box.addWidget(self.said, 1)
        if not any(material.pages for material in detail.materials):
            self.hide()

    def show_packed(self, name: str, count: int) -> None:
        """Say what was written."""
        words = Words("case.packed", {"name": name, "count": count})
        self._tongue.bind_words(self.said, "show_text", words)

    def _ask_where(self) -> None:
        name = package_name(self._title)
        dialog = ask_where(self, self._tongue, "case.pack", name, self.wanted.emit)
        dialog.setNameFilter("ZIP (*.zip)")
        dialog.open()
