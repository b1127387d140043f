"""The bank's statements: lines on the left; what the chosen one may pay, and what it is, beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSizePolicy

from sync.domain.amounts import yuan
from ui.models.rows import Cells, Column, RowModel
from ui.presenters.bank import fits
from ui.theme import tokens
from ui.views.file_dialog import FileChooser
from ui.views.search_line import SearchLine
from ui.views.step_page import StepPage
from ui.widgets.buttons import ActButton
from ui.widgets.facts import Facts
from ui.widgets.fields import Choice, LineField
from ui.widgets.layout import Face, column
from ui.widgets.table import RowTable
from ui.widgets.text import Tagged, Text

if TYPE_CHECKING:
    from client.app.rows.money import BankFee, BankRead, BankRow, BankView
    from ui.i18n import Tongue

COLUMNS = (
    Column("bank_day", 96),
    Column("money_amount", 120, right=True),
    Column("bank_payer", 120, stretch=True),
    Column("bank_remark", 150, stretch=True, faint=True, spare=True),
    Column("bank_stand", 156),
)
_NAMED = 20
"""Places of a file that are named; of more only how many there are."""


class BankPage(StepPage):
    """Emits what was typed and chosen; matches nothing."""

    searched = Signal(str)
    chosen_file = Signal(object)  # Path
    noted = Signal(str, str)  # key of the line, what is written
    note_done = Signal()
    narrow = 900

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "bank", "page.bank", "act.bank_pay", wide=True)
        self._view: BankView | None = None
        self._read: BankRead | None = None
        self._shown = ""  # key of the line beside
        self._files = FileChooser(self, tongue)
        self.search = SearchLine()
        self.add_field("search", self.search, "bank.search", hint="bank.search.hint")
        tongue.bind(self.search, "setAccessibleName", "bank.search")
        self.search.textChanged.connect(self.searched)
        self.search.down.connect(self._to_table)
        self.model: RowModel[BankRow] = RowModel(COLUMNS, self._cells, lambda row: row.key, self)
        self.table = RowTable(self.model)
        self.table.setObjectName("bank.table")
        self.table.setMinimumHeight(tokens().scaled(260))
        self.table.chosen.connect(self._show_chosen)
        self.table.opened.connect(lambda _key: self._press())
        tongue.bind(self.table, "setAccessibleName", "bank.table")
        face = Face("surface")
        column(face, gap=0, margin=1).addWidget(self.table)
        self.form.addWidget(face, 1)
        self.told, self.unread = (
            Tagged("circle-check", wrap=True),
            Tagged("alert-triangle", wrap=True),
        )
        for line, name in ((self.told, "told"), (self.unread, "unread")):
            line.setObjectName(f"bank.{name}")
            line.hide()
            self.form.addWidget(line)
        self._make_aside()
        choose = ActButton("plain", "download", "Ctrl+O")
        choose.setObjectName("bank.choose")
        tongue.bind(choose, "setText", "bank.choose")
        choose.clicked.connect(self._ask)
        self.extra.addWidget(choose)
        opened = QShortcut(QKeySequence("Ctrl+O"), self)
        opened.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        opened.activated.connect(self._ask)
        self.columns.setStretch(0, 3)
        self.columns.setStretch(1, 2)
        tongue.changed.connect(self._say)
        self._say()
        self.walk.learn(self)

    def _make_aside(self) -> None:
        self.head = Text("section")
        self.facts = Facts()
        self.aside.addWidget(self.head)
        self.aside.addWidget(self.facts)
        self.fee, self.note = Choice(), LineField(limit=200)
        for name, editor, hint in (
            ("fee", self.fee, ""),
            ("note", self.note, "bank.note.hint"),
        ):
            self.aside.addWidget(self.make_field(name, editor, f"bank.{name}", hint=hint))
        self.fee.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.note.textEdited.connect(self._noted)
        self.note.editingFinished.connect(self.note_done)
        self.fee.picked.connect(lambda _ref: self._allow())
        self.add_note("info-circle", "bank.rule")
        self.aside.addStretch(1)

    def show_lines(self, view: BankView) -> None:
        """Show the lines; the chosen one stays so where it is still here."""
        kept = self.table.current_key()
        self._view = view
        self.model.set_rows(view.rows)
        self.table.choose(kept)
        self._show_chosen()

    def show_read(self, read: BankRead) -> None:
        """Say what a file brought."""
        self._read = read
        self._say()

    def chosen(self) -> tuple[str, str]:
        """Return the key of the chosen line and the fee that it is to be booked as."""
        return self.table.current_key(), self.fee.code()

    def _row(self) -> BankRow | None:
        key = self.table.current_key()
        rows = self._view.rows if self._view else ()
        return next((row for row in rows if row.key == key), None)

    def _cells(self, row: BankRow) -> Cells:
        stand = self._stand(row)
        texts = (f"{row.day:%m-%d}", _money(row.fen), row.payer, row.remark, stand)
        open_ = row.stand != "booked" and not row.note
        return Cells(texts, "yellow" if open_ else "", self.tongue.joined(*texts))

    def _stand(self, row: BankRow) -> str:
        if row.stand != "booked" and row.note:
            return self.tongue.t("bank.stand.explained")
        if row.stand != "booked" and row.fen < 0:
            return self.tongue.t("bank.stand.out")
        return self.tongue.t(f"bank.stand.{row.stand}")

    def _show_chosen(self, *_args: object) -> None:
        t, row = self.tongue, self._row()
        self.head.setText("" if row is None else _money(row.fen))
        self.facts.show_facts(
            []
            if row is None
            else [
                (t.t("bank.stand"), self._stand(row)),
                (t.t("column.bank_day"), row.day.isoformat()),
                (t.t("column.bank_payer"), row.payer),
                (t.t("column.bank_remark"), row.remark),
                (t.t("bank.ref"), row.ref),
                (t.t("bank.booked_as"), t.joined(row.receipt, row.case)),
            ]
        )
        key, fees = (row.key, row.fees) if row else ("", ())
        kept = self.fee.code() if key == self._shown else ""
        self._shown = key
        self.fee.offer([(each.fee.ref, self._fee_said(each)) for each in fees])
        self.fee.choose(kept if any(each.fee.ref == kept for each in fees) else _first(fees))
        self.fields["fee"].setVisible(bool(fees))
        open_ = row is not None and row.stand != "booked"
        self.fields["note"].setVisible(open_)
        if row is not None and not self.note.hasFocus():
            self.note.setText(row.note)
        self._allow()

    def _fee_said(self, each: BankFee) -> str:
        t, fee = self.tongue, each.fee
        return t.joined(
            *(t.t(f"bank.by.{each.by}"), fee.applicant, _money(fee.amount_fen)),
            fee.notice or fee.case,
        )

    def _allow(self) -> None:
        row = self._row()
        reason = ""
        if row is None:
            reason = self.tongue.t("bank.nothing")
        elif self.fee.code() not in fits(row):
            reason = self.tongue.t("bank.no_fee")
        self.primary.set_blocked(reason)
        self.why.setText(reason)

    def _noted(self, words: str) -> None:
        key = self.table.current_key()
        if key:
            self.noted.emit(key, words)

    def _ask(self) -> None:
        self._files.ask_one("bank.choose", "bank.kinds", self.chosen_file.emit)

    def _to_table(self) -> None:
        self.table.setFocus()

    def _say(self) -> None:
        t, read = self.tongue, self._read
        self.model.set_titles([t.t(f"column.{each.name}") for each in COLUMNS])
        self.told.setVisible(read is not None)
        self.unread.setVisible(read is not None and bool(read.unread))
        if read is not None:
            span = "" if read.first is None else f"{read.first} – {read.last}"
            said = t.t("bank.read", name=read.name, new=read.new, known=read.known)
            self.told.setText(t.joined(said, span))
            more = "…" if len(read.unread) > _NAMED else ""
            rows = t.listed(*map(str, read.unread[:_NAMED])) + more
            self.unread.setText(t.t("bank.unread", count=len(read.unread), rows=rows))
        self._show_chosen()


def _money(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}¥{yuan(abs(fen))}"


def _first(fees: tuple[BankFee, ...]) -> str:
    return next((each.fee.ref for each in fees), "")
