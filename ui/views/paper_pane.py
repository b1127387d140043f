"""Papers with save and print: beside a result, or alone on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from client.app.files.prints import NARROW
from client.app.rows.words import Words
from ui.theme import tokens
from ui.views.file_dialog import ask_where
from ui.views.ink_sheet import InkSheet
from ui.views.page_parts import leave_button, show_problem
from ui.views.printing import print_pictures, stamped
from ui.widgets.buttons import ActButton
from ui.widgets.layout import Face, clear, column, row
from ui.widgets.paper import PaperView, picture
from ui.widgets.summary import FailureNote
from ui.widgets.text import Elided, Text
from ui.widgets.walk import Walk

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QResizeEvent

    from client.app.rows.cases import PaperRow
    from client.app.rows.ink import Ink
    from ui.i18n import Tongue
    from ui.values import Problem


_MARGIN = 16


class PaperPane(Face):
    """Shows one paper of some; its keys work while the page that holds it is shown."""

    look_at = Signal(str)
    save = Signal(str, object)  # sha256, pathlib.Path
    print_asked = Signal(str)
    printed = Signal(str)  # sha256: it goes to the printer
    sign_asked = Signal(str)  # sha256
    signed = Signal(object)  # Ink

    def __init__(self, tongue: Tongue, name: str) -> None:
        super().__init__("surface")
        self._tongue = tongue
        self._name = name
        self._papers: tuple[PaperRow, ...] = ()
        self._paper: PaperRow | None = None
        self._signable: frozenset[str] = frozenset()
        self._over: QWidget | None = None
        self.sheet: InkSheet | None = None
        self.buttons: dict[str, ActButton] = {}
        box = column(self, gap=10, margin=_MARGIN)
        self._top = row(gap=8)
        self._acts = row(gap=8)
        self.title = Elided()
        self._top.addWidget(self.title, 1)
        self._top.addLayout(self._acts)
        for act, icon, key, call in (
            ("save", "download", "Ctrl+S", self._ask_where),
            ("print", "printer", "Ctrl+P", self._print),
            ("ink", "signature", "Alt+S", self._sign),
        ):
            button = self.buttons[act] = ActButton("plain", icon, key)
            button.setObjectName(f"{name}.{act}")
            tongue.bind(button, "setText", f"act.{act}")
            # Not the button's own shortcut: Qt drops that with each new text, so with the language.
            QShortcut(QKeySequence(key), button).activated.connect(button.click)
            button.clicked.connect(call)
            self._acts.addWidget(button)
        self._acts.addStretch(1)
        box.addLayout(self._top)
        self.buttons["ink"].hide()
        self._links: QHBoxLayout = row(gap=6)
        box.addLayout(self._links)
        self.saved = Text("small ok", wrap=True)
        self.saved.hide()
        box.addWidget(self.saved)
        self.view = PaperView()
        self.view.scroller.setObjectName(f"{name}.paper")
        tongue.bind(self.view.scroller, "setAccessibleName", "paper.preview")
        box.addWidget(self.view, 1)
        tongue.changed.connect(self._say)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the title above the acts where both have no room in one line."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        title = tokens().metrics().horizontalAdvance(self.title.text())
        room = self.width() - 2 * _MARGIN - self._acts.sizeHint().width() - self._top.spacing()
        way = QBoxLayout.Direction.TopToBottom if title > room else QBoxLayout.Direction.LeftToRight
        self._top.setDirection(way)

    # ------------------------------------------------------------ signed on the screen

    def lie_over(self, page: QWidget) -> None:
        """Say over which page the pad lies when it is opened."""
        self._over = page

    def offer_signing(self, kinds: frozenset[str]) -> None:
        """Offer the pad for papers of these kinds."""
        self._signable = kinds
        self._offer()

    def open_ink(self, sha256: str, shown: tuple[int, int, bytes], name: str) -> None:
        """Open the pad beside the paper that is to be signed."""
        if self.sheet is None:
            self.sheet = InkSheet(self._tongue, self._over or self)
            self.sheet.signed.connect(self._take)
            self.sheet.left.connect(self._close_sheet)
        self.sheet.open(sha256, picture(*shown), name)

    def show_signed(self) -> None:
        """Say that the signature is kept with the case."""
        self._tell(Words("ink.kept"))

    def _take(self, ink: Ink) -> None:
        self._close_sheet()
        self.signed.emit(ink)

    def _close_sheet(self) -> None:
        if self.sheet is not None:
            self.sheet.close_it()
        self.view.scroller.setFocus()

    def _sign(self) -> None:
        if self._paper is not None and self._paper.kind in self._signable:
            self.sign_asked.emit(self._paper.sha256)

    def _offer(self) -> None:
        here = self._paper is not None and self._paper.kind in self._signable
        self.buttons["ink"].setVisible(here)
        self._fit()

    # ------------------------------------------------------------ showing

    @property
    def paper(self) -> PaperRow | None:
        """The paper shown."""
        return self._paper

    def show_papers(self, papers: tuple[PaperRow, ...]) -> None:
        """Offer these papers."""
        self._papers = papers
        self._say()

    def show_paper(self, paper: PaperRow, shown: tuple[int, int, bytes]) -> None:
        """Show a paper."""
        self._paper = paper
        self.view.show_page(picture(*shown))
        self._say_title()
        self._offer()

    def show_saved(self, name: str) -> None:
        """Say that a paper was saved."""
        self._tell(Words("result.saved", {"name": name}))

    def print_paper(
        self, paper: PaperRow, pages: tuple[tuple[int, int, bytes], ...], stamp: Words | None
    ) -> None:
        """Send a paper to the printer; what was printed before is stamped."""
        words = self._tongue.say(stamp)
        drawn = [stamped(picture(*page), words) for page in pages]
        name = self._tongue.coded("paper", paper.kind)
        roll = paper.kind.endswith(NARROW)
        print_pictures(self, name, drawn, lambda taken: self._done(paper, taken=taken), roll=roll)

    def _done(self, paper: PaperRow, *, taken: bool) -> None:
        """Count what the printer took; of what it did not, say so."""
        if taken:
            self.printed.emit(paper.sha256)
        else:
            self._tell(Words("print.failed"), "small error")

    def _tell(self, words: Words, role: str = "small ok") -> None:
        self.saved.set_role(role)
        self._tongue.bind_words(self.saved, "show_text", words)

    def _say(self) -> None:
        clear(self._links)
        if len(self._papers) > 1:
            for paper in self._papers:
                button = ActButton("link", "file-text")
                button.setText(self._tongue.coded("paper", paper.kind))
                button.setObjectName(f"{self._name}.paper.{paper.kind}")
                button.clicked.connect(lambda _=False, sha=paper.sha256: self.look_at.emit(sha))
                self._links.addWidget(button)
            self._links.addStretch(1)
        self._say_title()

    def _say_title(self) -> None:
        if self._paper is not None:
            parts = (self._tongue.coded("paper", self._paper.kind), self._paper.no)
            self.title.setText(self._tongue.joined(*parts))

    def _ask_where(self) -> None:
        paper = self._paper
        if paper is None:
            return
        name = f"{self._tongue.coded('paper', paper.kind)}-{paper.no}.pdf"

        def chosen(place: Path) -> None:
            self.save.emit(paper.sha256, place)

        dialog = ask_where(self, self._tongue, "result.save_where", name, chosen)
        dialog.setNameFilter(self._tongue.t("result.filter"))
        dialog.open()

    def _print(self) -> None:
        if self._paper is not None:
            self.print_asked.emit(self._paper.sha256)


class PaperPage(QWidget):
    """One paper, alone: its title, whatever stands beside the title, and the paper with its keys.

    Args:
        name: names the page, its words (`page.<name>`) and its parts.
        beside: stands between the title and the way back.
    """

    left = Signal()

    def __init__(self, tongue: Tongue, name: str = "paper", beside: QWidget | None = None) -> None:
        super().__init__()
        self.setObjectName(name)
        self._tongue = tongue
        outer = column(self, gap=12, margin=24)
        top = row(gap=12)
        self.title = Text("page")
        tongue.bind(self.title, "setText", f"page.{name}")
        self.back = leave_button(tongue, f"{name}.leave", self.left)
        top.addWidget(self.title, 1 if beside is None else 0)
        if beside is not None:
            top.addWidget(beside, 1)
        top.addWidget(self.back)
        outer.addLayout(top)
        self.failure = FailureNote()
        tongue.bind(self.failure.copy, "setText", "act.copy_code")
        outer.addWidget(self.failure)
        self.pane = PaperPane(tongue, name)
        self.pane.setMaximumWidth(900)
        middle = row(gap=0)
        middle.addStretch(1)
        middle.addWidget(self.pane, 100)
        middle.addStretch(1)
        outer.addLayout(middle, 1)
        self.walk = Walk(self)
        self.walk.leave.connect(self.left)
        self.show_paper = self.pane.show_paper
        self.show_saved = self.pane.show_saved
        self.print_paper = self.pane.print_paper
        self.show_papers = self.pane.show_papers
        self.pane.lie_over(self)
        self.offer_signing = self.pane.offer_signing
        self.open_ink = self.pane.open_ink
        self.show_signed = self.pane.show_signed

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong."""
        show_problem(self.failure, problem, self._tongue)

    def focus_first(self) -> None:
        """The page scrolls by the arrows."""
        self.pane.view.scroller.setFocus()
