"""A sheet or form that is handed out before anything is filed: looked at, printed, saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from ui.views.paper_pane import PaperPage
from ui.views.printing import print_pictures
from ui.widgets.paper import picture
from ui.widgets.tabs import CountTabs

if TYPE_CHECKING:
    from client.app.rows.cases import PaperRow
    from ui.i18n import Tongue

LANGUAGES = ("zh_CN", "en")


class HandoutPage(PaperPage):
    """One sheet, with its keys and the choice of its language."""

    language_picked = Signal(str)

    def __init__(self, tongue: Tongue) -> None:
        self.languages = CountTabs([(name, "") for name in LANGUAGES])
        super().__init__(tongue, "handout", self.languages)
        self.languages.picked.connect(self.language_picked)
        for name, tab in self.languages.tabs.items():
            tab.setObjectName(f"handout.language.{name}")
        tongue.changed.connect(self._say)
        self._say()

    def print_pages(self, paper: PaperRow, pages: tuple[tuple[int, int, bytes], ...]) -> None:
        """Send every page to the printer."""
        name = self._tongue.coded("paper", paper.kind)
        print_pictures(self, name, tuple(picture(*page) for page in pages))

    def _say(self) -> None:
        for name, tab in self.languages.tabs.items():
            words = self._tongue.t(f"handout.{name}")
            tab.set_words(words, "", words)
