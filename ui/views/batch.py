"""Waiting decisions as a list with what will be signed beside it; PIN and press at the bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget

from ui.error_text import code_text
from ui.models.rows import Cells, Column, RowModel
from ui.theme import tokens
from ui.values import BatchForm, BatchLine
from ui.views.case_brief import CaseBrief
from ui.views.pin_page import PinPage
from ui.widgets.fields import LineField
from ui.widgets.layout import Face, column
from ui.widgets.paper import PaperView, picture
from ui.widgets.summary import Empty
from ui.widgets.table import RowTable
from ui.widgets.text import Tagged, Text

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from client.app.rows.batch import BatchCase
    from client.app.rows.steps import SigningSheet
    from client.app.rows.words import Words
    from ui.i18n import Tongue

COLUMNS = (
    Column("light", 164),
    Column("batch", 104),
    Column("applicant", 100, stretch=True),
    Column("item", 100, stretch=True),
    Column("due", 104, right=True, spare=True),
)
_ENGLISH_LIGHT = 196  # px that its words take
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MOVES = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}


class BatchTable(RowTable):
    """The list: arrows or j and k move, Space includes, o opens the case, Enter goes to the PIN."""

    toggled = Signal(str)
    onward = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the list's own keys."""
        key = Qt.Key(event.key())
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held != Qt.KeyboardModifier.NoModifier:
            super().keyPressEvent(event)
        elif key in _ENTER:
            self.onward.emit()
        elif key == Qt.Key.Key_Space:
            if self.current_key():
                self.toggled.emit(self.current_key())
                self._move(1)
        elif key == Qt.Key.Key_O:
            self.opened.emit(self.current_key())
        elif key in _MOVES:
            self._move(_MOVES[key])
        else:
            super().keyPressEvent(event)

    def _move(self, by: int) -> None:
        place = self.currentIndex().row() + by
        if 0 <= place < self.model().rowCount():
            self.setCurrentIndex(self.model().index(place, 0))


class BatchPage(PinPage):
    """Emits what was chosen and typed; decides nothing."""

    toggled = Signal(str)
    looked_at = Signal(str)
    opened = Signal()
    edited = Signal(object)  # BatchForm
    blocked_key = "batch.blocked"

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "batch", "page.batch", "act.batch_sign", wide=True)
        self._lines: tuple[BatchLine, ...] = ()
        self._case: BatchCase | None = None
        self._sheet: SigningSheet | None = None
        self._looked = ""
        self._told: Words | None = None
        self._filling = False
        self.columns.setStretch(0, 7)
        self.columns.setStretch(1, 5)
        self.text = LineField()
        self.add_field("text", self.text, "batch.text", hint="batch.text.hint")
        self._make_list()
        self._make_sheet()
        self.text.textEdited.connect(self._edited)
        self.walk.primary.disconnect()
        self.walk.primary.connect(self._go_on)
        tongue.changed.connect(self.say)
        self.say()
        self.walk.learn(self)

    # ------------------------------------------------------------ parts

    def _make_list(self) -> None:
        self.model: RowModel[BatchLine] = RowModel(
            COLUMNS, self._cells, lambda line: line.row.number, self
        )
        self.table = BatchTable(self.model)
        self.table.setObjectName("batch.table")
        self.table.setMinimumHeight(tokens().scaled(220))
        self.empty = Empty("circle-check")
        self._middle = QStackedWidget()
        self._middle.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._middle.addWidget(self.table)
        self._middle.addWidget(self.empty)
        face = Face("surface")
        column(face, gap=0, margin=1).addWidget(self._middle)
        self.form.addWidget(face, 1)
        self.told = Tagged("info-circle", "small muted", wrap=True)
        self.told.setObjectName("batch.told")
        self.form.addWidget(self.told)
        self.reason = Text("small error", wrap=True, select=True)
        self.reason.setObjectName("batch.reason")
        self.form.addWidget(self.reason)
        self.table.chosen.connect(self._chosen)
        self.table.toggled.connect(self.toggled)
        self.table.opened.connect(lambda _number: self.opened.emit())
        self.table.onward.connect(self._to_pin)

    def _make_sheet(self) -> None:
        face = Face("surface")
        box = column(face, gap=8, margin=16)
        exact = Text("small muted")
        self.tongue.bind(exact, "setText", "sign.shown")
        self.shown = Text("body", wrap=True, select=True)
        self.shown.setObjectName("batch.shown")
        box.addWidget(exact)
        box.addWidget(self.shown)
        self.brief = CaseBrief(self.tongue)
        self.paper = PaperView()
        self.tongue.bind(self.paper.scroller, "setAccessibleName", "sign.document")
        self.paper.setMinimumHeight(tokens().scaled(220))
        self.aside.addWidget(face)
        self.aside.addWidget(self.brief)
        self.aside.addWidget(self.paper, 1)

    # ------------------------------------------------------------ showing

    def show_lines(self, lines: tuple[BatchLine, ...]) -> None:
        """Show every case with where it stands."""
        self._lines = lines
        self.model.set_rows(lines)
        self._middle.setCurrentIndex(0 if lines else 1)
        self._say_reason()
        self.look_again()

    def show_form(self, form: BatchForm) -> None:
        """Fill in the words that all of them get."""
        self._filling = True
        self.text.setText(form.text)
        self._filling = False

    def show_chosen(self, case: BatchCase | None, sheet: SigningSheet | None) -> None:
        """Show the case that is looked at, and exactly what will be signed for it."""
        self._case, self._sheet = case, sheet
        self.brief.setVisible(case is not None)
        self.paper.setVisible(sheet is not None and bool(sheet.documents))
        if case is not None:
            self.brief.show_case(case.detail)
        self._say_sheet()
        self._say_reason()

    def show_document(self, sha256: str, shown: tuple[int, int, bytes]) -> None:
        """Show the decision of the case that is looked at."""
        if self._sheet is not None and sha256 == self._sheet.documents[0].sha256:
            self.paper.show_page(picture(*shown))

    def show_told(self, words: Words | None) -> None:
        """Say how far it is, or what came of it."""
        self._told = words
        self._say_told()

    def focus_first(self) -> None:
        """The list has the keyboard."""
        target = self.table if self._lines else self.back
        target.setFocus()

    def set_busy(self, *, busy: bool) -> None:
        """Take no press while the card works; afterwards the list has the keyboard again."""
        super().set_busy(busy=busy)
        self.text.setReadOnly(busy)
        if busy:
            self.why.setText("")
        elif not any(line.state == "included" for line in self._lines):
            self.table.setFocus()

    def missing(self) -> str:
        """Say that nothing is included yet."""
        if any(line.state == "included" for line in self._lines):
            return ""
        return self.tongue.t("batch.none_included")

    def say(self) -> None:
        """Say it in the language in force."""
        t = self.tongue.t
        titles = {"batch": t("batch.column")}
        wider = {"light": _ENGLISH_LIGHT} if self.tongue.language == "en" else {}
        self.model.set_titles([titles.get(c.name) or t(f"column.{c.name}") for c in COLUMNS], wider)
        self.model.form_again()
        self.table.setAccessibleName(t("batch.table"))
        self.empty.teach(t("batch.empty"), t("batch.empty.do"))
        self._say_told()
        self._say_sheet()
        self._say_reason()
        self.look_again()

    # ------------------------------------------------------------ inner

    def _go_on(self) -> None:
        """Ctrl+Enter: to the PIN first, then the press."""
        if self.pin.hasFocus():
            self._press()
        else:
            self._to_pin()

    def _to_pin(self) -> None:
        if not self.missing() and self.pin.isEnabled():
            self.pin.setFocus()

    def _chosen(self, number: str) -> None:
        """Tell of another case; the list made anew chooses the same one again."""
        if number and number != self._looked:
            self._looked = number
            self.looked_at.emit(number)

    def _edited(self) -> None:
        if not self._filling:
            self.edited.emit(BatchForm(self.text.text()))

    def _cells(self, line: BatchLine) -> Cells:
        tongue, row = self.tongue, line.row
        light = row.light
        mark = f"{light.light}!" if light.statutory_passed else str(light.light)
        remains, stands = tongue.say(light.remaining), tongue.t(f"batch.state.{line.state}")
        spoken = tongue.joined(stands, row.applicant, row.item, remains, row.number)
        due = tongue.moment(light.due_at)
        return Cells((remains, stands, row.applicant, row.item, due), mark, spoken)

    def _say_told(self) -> None:
        words = self._told
        self.told.setText(self.tongue.say(words) if words else self.tongue.t("batch.keys"))

    def _say_sheet(self) -> None:
        case, sheet = self._case, self._sheet
        if sheet is not None:
            self.shown.setText(sheet.shown)
        else:
            self.shown.setText("" if case is None else self.tongue.t("batch.no_sheet"))

    def _say_reason(self) -> None:
        """Say why the case that is looked at cannot be signed, or was not."""
        number = "" if self._case is None else self._case.detail.row.number
        line = next((each for each in self._lines if each.row.number == number), None)
        words = ""
        if line is not None and line.problem is not None:
            told = code_text(line.problem.code, dict(line.problem.details), self.tongue.words)
            words = self.tongue.joined(told.what, told.remedy, told.code)
        elif line is not None and line.blocked is not None:
            words = self.tongue.say(line.blocked)
        self.reason.setText(words)
        self.reason.setVisible(bool(words))
