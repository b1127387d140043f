"""The one page that draws any step of the table (`client.app.forms`): its fields, its rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut

from client.app.forms.every import BLANKS, FORMS, by_card
from client.app.forms.table import Filled
from client.app.steps.form_steps import label_of
from ui.views.case_brief import CaseBrief
from ui.views.compare_face import CompareFace
from ui.views.form_fields import ScanAnswer, answer_for
from ui.views.ink_sheet import InkSheet
from ui.views.step_page import StepPage
from ui.widgets.buttons import ActButton
from ui.widgets.paper import picture
from ui.widgets.text import Text

if TYPE_CHECKING:
    from client.app.rows.cases import CaseDetail
    from client.app.rows.ink import Ink
    from client.app.rows.materials import Compared, MaterialRow
    from client.app.steps.form_steps import FormOffer
    from ui.i18n import Tongue
    from ui.values import Problem
    from ui.views.form_fields import Answer


class FormPage(StepPage):
    """Kind: any of `FORMS`."""

    edited = Signal(object)  # Filled
    files = Signal(str, list)  # field, of pathlib.Path
    removed = Signal(str, str)  # field, sha256
    blank_wanted = Signal(str)  # which of `BLANKS`
    ink_asked = Signal()
    inked = Signal(object)  # Ink, or None: by a scan

    def __init__(self, tongue: Tongue, kind: str) -> None:
        act = "act.to_sheet" if by_card(kind, None) else f"step.{kind}"
        super().__init__(tongue, kind, f"step.{kind}", act)
        self._table = FORMS[kind]
        self._filling = False
        self.answers: dict[str, Answer] = {}
        self.sheet: InkSheet | None = None
        self.comparing: CompareFace | None = None
        for field in self._table.fields:
            self._add(field.name)
        if not self._table.fields:
            words = Text("body", wrap=True)
            tongue.bind(words, "setText", f"form.{kind}.rule")
            self.form.addWidget(words)
        if self._table.compares:
            self.comparing = CompareFace(tongue, kind, self)
            self.comparing.left.connect(self.focus_first)
            self.form.addWidget(self.comparing)
        self.brief = CaseBrief(tongue)
        self.aside.addWidget(self.brief)
        self.add_note("info-circle", f"form.{kind}.rule")
        for name, key in (("blank", kind), ("record", f"{kind}.record")):
            if key in BLANKS:
                button = ActButton("plain", "printer")
                button.setObjectName(f"{kind}.print_{name}")
                tongue.bind(button, "setText", f"form.print.{BLANKS[key].kind}")
                button.clicked.connect(lambda _=False, key=key: self.blank_wanted.emit(key))
                self.extra.addWidget(button)
        tongue.changed.connect(self._say)
        self._fit()
        self.finish()

    def _add(self, name: str) -> None:
        field = self._table.field(name)
        label = label_of(self._table, name, self.tongue.words.has)
        answer = answer_for(self.tongue, field, label)
        hint = f"form.{self._table.kind}.{name}.hint"
        hint = hint if self.tongue.words.has(hint) else ""
        self.add_field(name, answer, label, required=field.need, hint=hint)
        proxy = answer.focusProxy()
        if proxy is not None:
            answer.setObjectName(f"{self.name}.{name}.field")
            proxy.setObjectName(f"{self.name}.{name}")
        answer.changed.connect(self._edited)
        if isinstance(answer, ScanAnswer):
            answer.files.connect(lambda paths: self.files.emit(name, paths))
            answer.removed.connect(lambda sha: self.removed.emit(name, sha))
        if isinstance(answer, ScanAnswer) and field.hand:
            self._offer_hand(answer)
        self.answers[name] = answer

    def _offer_hand(self, answer: ScanAnswer) -> None:
        answer.sign.setObjectName(f"{self.name}.ink_sign")
        answer.hand_asked.connect(self.ink_asked)
        answer.hand_dropped.connect(lambda: self.inked.emit(None))
        QShortcut(QKeySequence("Alt+S"), answer.sign).activated.connect(answer.sign.click)
        self.sheet = InkSheet(self.tongue, self)
        self.sheet.signed.connect(self._signed)
        self.sheet.left.connect(self._not_signed)

    # ------------------------------------------------------------ showing

    def show_materials(self, materials: tuple[MaterialRow, ...], *, first: bool) -> None:
        """Offer the pages to be compared."""
        if self.comparing is not None:
            self.comparing.show_materials(materials, first=first)

    def show_compared(self, compared: tuple[Compared, ...]) -> None:
        """Show which pages were."""
        if self.comparing is not None:
            self.comparing.show_compared(compared)

    def show_page(self, sha256: str, page: int, shown: tuple[int, int, bytes]) -> None:
        """Show the picture of a page that is being compared."""
        if self.comparing is not None:
            self.comparing.show_page(sha256, page, shown)

    def open_ink(self, sha256: str, shown: tuple[int, int, bytes], name: str) -> None:
        """Open the pad beside the paper that is to be signed."""
        if self.sheet is not None:
            self.sheet.open(sha256, picture(*shown), name)

    def show_ink(self, ink: Ink | None) -> None:
        """Show whether it was signed on the screen."""
        for name, answer in self.answers.items():
            if isinstance(answer, ScanAnswer) and answer.field.hand:
                answer.show_ink(ink)
                if ink is not None:
                    self.forgive(name)
        self.walk.learn(self)

    def show_case(self, detail: CaseDetail) -> None:
        """Show the case in header and margin."""
        super().show_case(detail)
        self.brief.show_case(detail)

    def show_offer(self, offer: FormOffer) -> None:
        """Show what the fields offer; what is chosen stays."""
        kept = self.form_now()
        for name, choices in offer.choices.items():
            self.answers[name].offer(choices)
        if offer.by_card:
            self.tongue.bind(self.primary, "setText", "act.to_sheet")
        self._fill(kept)
        self.walk.learn(self)

    def show_form(self, form: Filled) -> None:
        """Fill the fields."""
        self._fill(form)
        for name, answer in self.answers.items():
            if isinstance(answer, ScanAnswer):
                answer.show_pages(form.pages.get(name, ()))
                if form.pages.get(name):
                    self.forgive(name)
        self.walk.learn(self)

    def show_taking(self, field: str, left: int) -> None:
        """Show that files are being taken in."""
        answer = self.answers[field]
        if isinstance(answer, ScanAnswer):
            answer.show_taking(left)

    def show_refused(self, field: str, name: str, problem: Problem) -> None:
        """Show why a file was not taken."""
        answer = self.answers[field]
        if isinstance(answer, ScanAnswer):
            answer.show_refused(name, problem)

    def form_now(self) -> Filled:
        """Return what is typed; the files are the presenter's."""
        values = {name: answer.value() for name, answer in self.answers.items()}
        return Filled({name: value for name, value in values.items() if value})

    # ------------------------------------------------------------ inner

    def _signed(self, ink: Ink) -> None:
        self._not_signed()
        self.inked.emit(ink)

    def _not_signed(self) -> None:
        if self.sheet is not None:
            self.sheet.close_it()
        for answer in self.answers.values():
            if isinstance(answer, ScanAnswer) and answer.field.hand:
                answer.sign.setFocus()

    def _fill(self, form: Filled) -> None:
        self._filling = True
        for name, answer in self.answers.items():
            answer.show_value(form.values.get(name, ""))
        self._filling = False
        self._fit()

    def _fit(self) -> None:
        """Ask only what is asked as the earlier answers stand."""
        asked = {field.name for field in self._table.asked(self.form_now())}
        for name, answer in self.answers.items():
            self.fields[name].setVisible(name in asked and not answer.idle)

    def _edited(self) -> None:
        if self._filling:
            return
        self._fit()
        self.edited.emit(self.form_now())

    def _say(self) -> None:
        self._filling = True
        for answer in self.answers.values():
            answer.say()
        self._filling = False
