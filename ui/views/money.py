"""The cashier's desk: fees that are owed, the next receipt, today's sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from sync.domain.amounts import yuan
from ui.models.rows import Cells, Column, RowModel
from ui.theme import tokens
from ui.views.money_parts import SumsPane
from ui.views.search_line import SearchLine
from ui.views.step_page import StepPage
from ui.widgets.buttons import ActButton
from ui.widgets.layout import Face, Flow, column
from ui.widgets.table import RowTable

if TYPE_CHECKING:
    from client.app.rows.money import FeeRow, TillView
    from client.app.rows.words import Words
    from ui.i18n import Tongue

COLUMNS = (
    Column("money_amount", 150, right=True),
    Column("applicant", 110, stretch=True),
    Column("item", 110, stretch=True),
    Column("number", 212, faint=True),
    Column("money_since", 110, right=True, faint=True, spare=True),
)


class MoneyPage(StepPage):
    """Emits what was typed and chosen; decides nothing."""

    searched = Signal(str)
    opened = Signal(str)
    stock_wanted = Signal()
    till_wanted = Signal()
    bank_wanted = Signal()
    narrow = 900

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "money", "page.money", "act.take_payment", wide=True)
        self._till: TillView | None = None
        self.search = SearchLine()
        self.add_field("search", self.search, "money.search", hint="money.search.hint")
        tongue.bind(self.search, "setAccessibleName", "money.search")
        self.search.textChanged.connect(self.searched)
        self.search.down.connect(self._to_table)
        self.model: RowModel[FeeRow] = RowModel(
            COLUMNS, self._cells, lambda fee: f"{fee.case} {fee.ref}", self
        )
        self.table = RowTable(self.model)
        self.table.setObjectName("money.table")
        self.table.setMinimumHeight(tokens().scaled(220))
        self.table.opened.connect(self.opened)
        tongue.bind(self.table, "setAccessibleName", "money.table")
        face = Face("surface")
        column(face, gap=0, margin=1).addWidget(self.table)
        self.form.addWidget(face, 1)
        self.sums = SumsPane(tongue)
        self.aside.addWidget(self.sums)
        ways = Flow(end=True)
        for name, icon, key, told in (
            ("stock", "receipt", "Ctrl+G", self.stock_wanted),
            ("till", "list-check", "Ctrl+D", self.till_wanted),
            ("bank", "receipt", "Ctrl+H", self.bank_wanted),
        ):
            button = ActButton("plain", icon, key)
            button.setObjectName(f"money.{name}")
            tongue.bind(button, "setText", f"page.{name}")
            button.clicked.connect(told)
            ways.add(button)
        self.extra.addWidget(ways)
        self.columns.setStretch(0, 9)
        self.columns.setStretch(1, 4)
        tongue.changed.connect(self._say)
        self._say()
        self.walk.learn(self)

    def show_till(self, till: TillView) -> None:
        """Show what is owed and today's sums."""
        kept = self.table.current_key()
        self._till = till
        self.model.set_rows(till.fees)
        self.table.choose(kept)
        self._say()

    def show_done(self, found: tuple[Words, ...]) -> None:
        """Show what was found."""
        self.sums.show_wrong(found)

    def current_case(self) -> str:
        """Return the case whose fee is chosen."""
        return self.table.current_key().partition(" ")[0]

    def _cells(self, fee: FeeRow) -> Cells:
        t = self.tongue
        amount = f"¥{yuan(fee.amount_fen)}"
        sure = t.t("money.sure") if fee.sure else ""
        texts = (t.joined(sure, amount), fee.applicant, fee.item, fee.case, t.day(fee.since))
        return Cells(texts, "", t.joined(*texts))

    def _say(self) -> None:
        t, till = self.tongue, self._till
        self.model.set_titles([t.t(f"column.{each.name}") for each in COLUMNS])
        if till is None:
            return
        left = t.t("money.left", count=till.left) if till.left else t.t("money.none_left")
        self.sums.show_span(
            till.today, ((t.t("money.next"), till.receipt), (t.t("money.forms"), left))
        )
        none = "" if till.fees else t.t("money.nothing_owed")
        self.primary.set_blocked(none)
        self.why.setText(none)

    def _to_table(self) -> None:
        self.table.setFocus()
