"""The register of seals as a table; beside it the stock, and the day's close line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget

from ui.models.rows import Cells, Column, RowModel
from ui.theme import tokens
from ui.values import CloseForm
from ui.views.step_page import StepPage
from ui.widgets.facts import Facts
from ui.widgets.fields import LineField
from ui.widgets.layout import Face, clear, column
from ui.widgets.summary import Empty
from ui.widgets.table import RowTable
from ui.widgets.text import Text

if TYPE_CHECKING:
    from client.app.rows.seals import SealBookView, UseRow
    from sync.domain.seal_register import DayClose, Difference
    from ui.i18n import Tongue

COLUMNS = (
    Column("at", 146),
    Column("serial", 150, stretch=True),
    Column("counter", 56, right=True),
    Column("hash", 92, faint=True, spare=True),
    Column("person", 84, spare=True),
    Column("printed", 64, right=True),
)
_HASH_SHOWN = 8
_STOCK_SHOWN = 8


class SealBookPage(StepPage):
    """Emits what was typed; decides nothing."""

    edited = Signal(object)  # CloseForm
    case_wanted = Signal(str)

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "seal_book", "page.seal_book", "act.seal_close", wide=True)
        self._book: SealBookView | None = None
        self._closed: DayClose | None = None
        self.columns.setStretch(0, 8)
        self.columns.setStretch(1, 5)
        self._make_table()
        self.received, self.left_over = LineField(), LineField()
        for name, field in (("received", self.received), ("left", self.left_over)):
            made = self.make_field(name, field, f"seal.{name}", required=name == "left")
            self.aside.addWidget(made)
            field.textEdited.connect(lambda _text: self.edited.emit(self.form_now()))
        self._make_aside()
        tongue.changed.connect(self.say)
        self.say()
        self.walk.learn(self)

    # ------------------------------------------------------------ parts

    def _make_table(self) -> None:
        self.model: RowModel[UseRow] = RowModel(COLUMNS, self._cells, lambda row: row.serial, self)
        self.table = RowTable(self.model)
        self.table.setObjectName("seal_book.table")
        self.table.setMinimumHeight(tokens().scaled(300))
        self.table.opened.connect(self._opened)
        self.empty = Empty("rubber-stamp")
        self._middle = QStackedWidget()
        self._middle.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._middle.addWidget(self.table)
        self._middle.addWidget(self.empty)
        face = Face("surface")
        column(face, gap=0, margin=1).addWidget(self._middle)
        self.form.addWidget(face, 1)

    def _make_aside(self) -> None:
        self.told = Text("small", wrap=True)
        self.told.setObjectName("seal_book.told")
        self.told.hide()
        self.aside.addWidget(self.told)
        self._wrong = column(gap=4)
        self.aside.addLayout(self._wrong)
        face = Face("surface")
        box = column(face, gap=8, margin=16)
        heading = Text("small muted")
        self.tongue.bind(heading, "setText", "seal.today")
        self.today = Facts()
        box.addWidget(heading)
        box.addWidget(self.today)
        self.aside.addWidget(face)
        stock = Face("surface")
        inner = column(stock, gap=4, margin=16)
        heading = Text("small muted")
        self.tongue.bind(heading, "setText", "seal.stock")
        inner.addWidget(heading)
        self._stock = column(gap=4)
        inner.addLayout(self._stock)
        self.aside.addWidget(stock)
        self.aside.addStretch(1)

    # ------------------------------------------------------------ showing

    def show_book(self, book: SealBookView) -> None:
        """Show the register, the stock, and what today comes to."""
        self._book = book
        self.model.set_rows(book.uses)
        self._middle.setCurrentIndex(0 if book.uses else 1)
        self._say_book()

    def show_form(self, form: CloseForm) -> None:
        """Fill in what was counted."""
        self.received.setText(form.received)
        self.left_over.setText(form.left)

    def show_close(self, closed: DayClose) -> None:
        """Show what a close came to, difference by difference."""
        self._closed = closed
        self._say_close()

    def form_now(self) -> CloseForm:
        """Return what is typed."""
        return CloseForm(self.received.text(), self.left_over.text())

    def focus_first(self) -> None:
        """The count of what is left has the keyboard."""
        self.received.setFocus()

    def say(self) -> None:
        """Say it in the language in force."""
        t = self.tongue.t
        self.model.set_titles([t(f"seal.column.{each.name}") for each in COLUMNS])
        self.model.form_again()
        self.table.setAccessibleName(t("page.seal_book"))
        self.empty.teach(t("seal.empty"), t("seal.empty.do"))
        self._say_book()
        self._say_close()

    # ------------------------------------------------------------ inner

    def _opened(self, serial: str) -> None:
        place = self.model.place_of(serial)
        row = self.model.row_at(place)
        self.case_wanted.emit(row.case if row else "")

    def _cells(self, row: UseRow) -> Cells:
        tongue = self.tongue
        at = tongue.moment(row.at)
        at = tongue.t("workbench.pending", state=at) if row.pending else at
        texts = (
            at,
            row.serial,
            str(row.counter),
            row.document[:_HASH_SHOWN],
            row.person,
            str(row.printed),
        )
        spoken = tongue.joined(row.serial, at, row.person, row.seal, row.case)
        return Cells(texts, spoken=spoken)

    def _say_book(self) -> None:
        book, t = self._book, self.tongue.t
        if book is None:
            return
        today = book.today
        opening = t("seal.no_opening") if book.opening is None else str(book.opening)
        last = book.closes[0] if book.closes else None
        numbers = {
            "drawn": str(today.drawn),
            "sealed": str(today.sealed),
            "spoilt": str(today.spoilt),
            "in_hand": str(today.in_hand),
            "printed": str(today.printed),
            "numbers_left": str(book.left),
            "opening": opening,
            "last": self.tongue.joined(self.tongue.moment(last.at), last.person) if last else "",
        }
        self.today.show_facts([(t(f"seal.label.{name}"), told) for name, told in numbers.items()])
        clear(self._stock)
        for row in book.stock[:_STOCK_SHOWN]:
            words = self.tongue.joined(
                row.serial, t(f"seal.fate.{row.fate}"), self.tongue.moment(row.drawn)
            )
            self._stock.addWidget(Text("small", words, wrap=True, select=True))
        if not book.stock:
            self._stock.addWidget(Text("small muted", t("seal.no_stock"), wrap=True))

    def _say_close(self) -> None:
        clear(self._wrong)
        closed, t = self._closed, self.tongue.t
        self.told.setVisible(closed is not None)
        if closed is None:
            return
        key = "seal.agrees" if closed.agrees else "seal.differs"
        self.told.set_role("small ok" if closed.agrees else "small error")
        self.told.setText(t(key, count=len(closed.differences)))
        for difference in closed.differences:
            self._wrong.addWidget(Text("small error", self._said(difference), wrap=True))

    def _said(self, found: Difference) -> str:
        return self.tongue.t(
            f"seal.differs.{found.code}",
            serial=found.serial,
            case=found.case,
            expected=found.expected or 0,
            found=found.found or 0,
        )
