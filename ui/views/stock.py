"""Receipt forms: runs of numbers with their fate; drawn, handed over, cancelled, returned."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from sync.domain.hall_steps import CANCEL_REASONS
from ui.models.rows import Cells, Column, RowModel
from ui.presenters.money import ACTS, StockForm, key_of
from ui.theme import tokens
from ui.views.step_page import StepPage
from ui.widgets.fields import Choice, LineField, TextField
from ui.widgets.layout import Face, column
from ui.widgets.table import RowTable
from ui.widgets.text import Tagged

if TYPE_CHECKING:
    from client.app.rows.money import FormsRow
    from client.app.rows.words import Words
    from ui.i18n import Tongue

COLUMNS = (
    Column("money_numbers", 240, stretch=True),
    Column("money_pieces", 70, right=True),
    Column("money_fate", 110),
    Column("money_holder", 150, stretch=True),
)
_ASKED = {
    "draw": {"text"},
    "give": {"to"},
    "take": set(),
    "cancel": {"reason", "text"},
    "return": {"text"},
}


class StockPage(StepPage):
    """Emits what was typed and chosen; decides nothing."""

    edited = Signal(object)  # StockForm
    picked = Signal(str)

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "stock", "page.stock", "act.stock", wide=True)
        self._rows: tuple[FormsRow, ...] = ()
        self._keepers: tuple[tuple[str, str], ...] = ()
        self._filling = False
        self.act, self.to, self.reason = Choice(), Choice(), Choice()
        self.batch, self.first, self.last = LineField(), LineField(limit=8), LineField(limit=8)
        self.text = TextField(2)
        for name in ("act", "batch", "first", "last", "to", "reason", "text"):
            self.add_field(name, getattr(self, name), f"stock.{name}", required=name != "text")
        for line in (self.batch, self.first, self.last):
            line.textEdited.connect(self._edited)
        for choice in (self.act, self.to, self.reason):
            choice.picked.connect(self._edited)
        self.text.textChanged.connect(self._edited)
        self.model: RowModel[FormsRow] = RowModel(COLUMNS, self._cells, key_of, self)
        self.table = RowTable(self.model)
        self.table.setObjectName("stock.table")
        self.table.setMinimumHeight(tokens().scaled(260))
        self.table.opened.connect(self.picked)
        tongue.bind(self.table, "setAccessibleName", "stock.table")
        face = Face("surface")
        column(face, gap=0, margin=1).addWidget(self.table)
        self.aside.addWidget(face, 1)
        self.told = Tagged("circle-check", wrap=True)
        self.told.setObjectName("stock.told")
        self.told.hide()
        self.aside.addWidget(self.told)
        self.add_note("info-circle", "stock.rule")
        self.columns.setStretch(0, 2)
        self.columns.setStretch(1, 3)
        tongue.changed.connect(self._say)
        self._say()
        self._fit()
        self.finish()

    def show_forms(self, rows: tuple[FormsRow, ...], keepers: tuple[tuple[str, str], ...]) -> None:
        """Show every run and to whom forms may be handed."""
        self._rows, self._keepers = rows, keepers
        self.model.set_rows(rows)
        self._say()

    def show_form(self, form: StockForm) -> None:
        """Fill the fields."""
        self._filling = True
        self.act.choose(form.act)
        for name in ("batch", "first", "last"):
            getattr(self, name).setText(getattr(form, name))
        self.to.choose(form.to)
        self.reason.choose(form.reason)
        self.text.show_text(form.text)
        self._filling = False
        self._fit()

    def form_now(self) -> StockForm:
        """Return what is typed."""
        return StockForm(
            act=self.act.code() or "draw",
            batch=self.batch.text().strip(),
            first=self.first.text().strip(),
            last=self.last.text().strip(),
            to=self.to.code(),
            reason=self.reason.code(),
            text=self.text.text(),
        )

    def show_done(self, found: tuple[Words, ...]) -> None:
        """Say that it is recorded, and what was found."""
        self.tongue.follow(self.told, "setText", partial(_say_done, self.tongue, found))
        self.told.show()

    def _cells(self, row: FormsRow) -> Cells:
        t = self.tongue
        numbers = f"{row.batch}-{row.first:08d}"
        if row.last != row.first:
            numbers = f"{numbers} – {row.last:08d}"
        fate = t.t("money.gap" if row.gap else f"money.fate.{row.fate}")
        holder = t.t("money.offered", name=row.offered) if row.offered else ""
        texts = (numbers, str(row.last - row.first + 1), fate, t.joined(row.holder, holder))
        return Cells(texts, "yellow" if row.gap else "", t.joined(*texts))

    def _say(self) -> None:
        t = self.tongue
        self.model.set_titles([t.t(f"column.{each.name}") for each in COLUMNS])
        self._filling = True
        for choice, options in (
            (self.act, [(name, t.t(f"stock.act.{name}")) for name in ACTS]),
            (self.to, [("", t.t("form.choose")), *self._keepers]),
            (
                self.reason,
                [
                    ("", t.t("form.choose")),
                    *((each, t.t(f"stock.reason.{each}")) for each in CANCEL_REASONS),
                ],
            ),
        ):
            kept = choice.code()
            choice.offer(options)
            choice.choose(kept)
        self._filling = False

    def _edited(self, *_args: object) -> None:
        if not self._filling:
            self._fit()
            self.edited.emit(self.form_now())

    def _fit(self) -> None:
        asked = _ASKED[self.act.code() or "draw"]
        for name in ("to", "reason", "text"):
            self.fields[name].setVisible(name in asked)


def _say_done(tongue: Tongue, found: tuple[Words, ...], told: Tagged) -> None:
    told.setText(tongue.joined(tongue.t("stock.done"), *(tongue.say(words) for words in found)))
