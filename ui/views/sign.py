"""The signing sheet: what will be signed, whole and exact; then the PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from sync.domain.secret import Secret
from ui.theme import tokens
from ui.views.step_page import StepPage
from ui.widgets.facts import Facts
from ui.widgets.fields import PinField
from ui.widgets.layout import Face, Flow, column, hairline, row
from ui.widgets.paper import PaperView, Thumb, picture
from ui.widgets.text import Icon, Tagged, Text

if TYPE_CHECKING:
    from client.app.views import SigningSheet
    from ui.i18n import Tongue
    from ui.values import Problem

_MIN_PIN = 6


class SignPage(StepPage):
    """The sheet at the left, its document at the right, PIN and press at the bottom."""

    signed = Signal(object)  # Secret[str]

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "sign", "page.sign", "act.sign", wide=True)
        self.columns.setStretch(1, 3)
        self.sheet: SigningSheet | None = None
        self._ready = False
        self.primary.setObjectName("sign.confirm")
        card = Face("surface")
        box = column(card, gap=14, margin=24)
        top = row(gap=10)
        top.addWidget(Icon("signature", "accent", 24))
        self.heading = Text("section", wrap=True)
        top.addWidget(self.heading, 1)
        box.addLayout(top)
        self.facts = Facts()
        box.addWidget(self.facts)
        box.addWidget(hairline())
        exact = Text("small muted")
        tongue.bind(exact, "setText", "sign.shown")
        self.shown = Text("body", wrap=True, select=True)
        self.shown.setObjectName("sign.shown")
        box.addWidget(exact)
        box.addWidget(self.shown)
        self.thumbs = Flow()
        box.addWidget(self.thumbs)
        self.digest = Tagged("shield-check", "small faint", wrap=True)
        box.addWidget(self.digest)
        self.form.addWidget(card)
        self._make_pin()
        self.paper = PaperView()
        tongue.bind(self.paper.scroller, "setAccessibleName", "sign.document")
        self.paper.scroller.setObjectName("sign.document")
        self.paper.setMinimumHeight(300)
        self.aside.addWidget(self.paper, 1)
        self.paper.hide()
        self.submitted.connect(self._sign)
        tongue.changed.connect(self._say)
        self.finish()

    def _make_pin(self) -> None:
        """Put the PIN beside the press, where it stays in sight whatever is scrolled."""
        self.card_words = Text("small muted")
        label = Text("small muted")
        self.tongue.bind(label, "setText", "sign.pin")
        self.pin = PinField()
        self.pin.setObjectName("sign.pin")
        self.pin.setProperty("enter", "own")
        self.pin.setFixedWidth(tokens().scaled(150))
        self.tongue.bind(self.pin, "setAccessibleName", "sign.pin")
        label.setBuddy(self.pin)
        for part in (self.card_words, label, self.pin):
            self.extra.addWidget(part)
        self.pin.entered.connect(self._press)
        self.pin.textChanged.connect(lambda _text: self._open())

    # ------------------------------------------------------------ showing

    def show_sheet(self, sheet: SigningSheet) -> None:
        """Show exactly what will be signed."""
        self.sheet = sheet
        for paper in sheet.documents:
            name = self.tongue.coded("paper", paper.kind)
            thumb = Thumb(paper.sha256, f"{name} {paper.no}")
            thumb.setObjectName("sign.thumb")
            self.thumbs.add(thumb)
        self.thumbs.setVisible(len(sheet.documents) > 1)  # one alone is shown large
        self._say()
        self._open()

    def show_document(self, sha256: str, shown: tuple[int, int, bytes]) -> None:
        """Show a document of the sheet."""
        pixmap = picture(*shown)
        for thumb in self.thumbs.findChildren(Thumb):
            if thumb.key == sha256:
                thumb.show_page(pixmap)
        if self.paper.isHidden():
            self.paper.show()
            self.paper.show_page(pixmap)

    def show_card(self, name: str, tries_left: int | None, *, ready: bool) -> None:
        """Show whose card signs, and whether it is there."""
        self._ready = ready
        if not ready:
            words = self.tongue.t("sign.no_card")
        elif tries_left is None:
            words = self.tongue.t("sign.card", name=name)
        else:
            words = self.tongue.t("sign.card_tries", name=name, left=tries_left)
        self.card_words.setText(words)
        self.card_words.set_role("small muted" if ready else "small warn")
        self.pin.setEnabled(ready)
        self._open()

    def show_failure(self, problem: Problem | None) -> None:
        """Show why it was not signed, and put the keyboard back to the PIN."""
        super().show_failure(problem)
        if problem is None:
            return
        left = problem.detail("tries_left")
        if left is not None:
            self.card_words.setText(self.tongue.t("door.tries", left=left))
            self.card_words.set_role("small warn")
        self.pin.setFocus()

    def set_busy(self, *, busy: bool) -> None:
        """Take no press while the card works."""
        super().set_busy(busy=busy)
        self.pin.setReadOnly(busy)
        if not busy:
            self._open()
            self.pin.setFocus()

    def clear_pin(self) -> None:
        """Forget what was typed."""
        self.pin.clear()

    def focus_first(self) -> None:
        """The sheet is read with the eyes; the keyboard waits at the PIN."""
        self.pin.setFocus()

    # ------------------------------------------------------------ inner

    def _sign(self) -> None:
        if len(self.pin.text()) >= _MIN_PIN:
            self.signed.emit(Secret(self.pin.take()))

    def _open(self) -> None:
        if self._busy:
            return
        enough = self._ready and len(self.pin.text()) >= _MIN_PIN
        self.primary.set_blocked("" if enough else self.tongue.t("sign.blocked"))

    def _say(self) -> None:
        sheet = self.sheet
        if sheet is None:
            return
        t, say = self.tongue.t, self.tongue.say
        self.heading.setText(say(sheet.title))
        self.subject.setText(sheet.case)
        self.subject.show()
        self.facts.show_facts([(say(label), value) for label, value in sheet.lines])
        self.shown.setText(sheet.shown)
        self.digest.setText(t("sign.digest", digest=sheet.digest_prefix))
        self._open()
