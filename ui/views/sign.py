"""The signing sheet: what will be signed, whole and exact; then the PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.views.pin_page import PinPage
from ui.widgets.facts import Facts
from ui.widgets.layout import Face, Flow, column, hairline, row
from ui.widgets.paper import PaperView, Thumb, picture
from ui.widgets.text import Icon, Tagged, Text

if TYPE_CHECKING:
    from client.app.rows.steps import SigningSheet
    from ui.i18n import Tongue


class SignPage(PinPage):
    """The sheet at the left, its document at the right, PIN and press at the bottom."""

    blocked_key = "sign.blocked"

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "sign", "page.sign", "act.sign", wide=True)
        self.columns.setStretch(1, 3)
        self.sheet: SigningSheet | None = None
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
        self.paper = PaperView()
        tongue.bind(self.paper.scroller, "setAccessibleName", "sign.document")
        self.paper.scroller.setObjectName("sign.document")
        self.paper.setMinimumHeight(300)
        self.aside.addWidget(self.paper, 1)
        self.paper.hide()
        tongue.changed.connect(self._say)
        self.finish()

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
        self.look_again()

    def show_document(self, sha256: str, shown: tuple[int, int, bytes]) -> None:
        """Show a document of the sheet."""
        pixmap = picture(*shown)
        for thumb in self.thumbs.findChildren(Thumb):
            if thumb.key == sha256:
                thumb.show_page(pixmap)
        if self.paper.isHidden():
            self.paper.show()
            self.paper.show_page(pixmap)

    def focus_first(self) -> None:
        """The sheet is read with the eyes; the keyboard waits at the PIN."""
        self.pin.setFocus()

    # ------------------------------------------------------------ inner

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
        self.look_again()
