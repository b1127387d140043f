"""What the pages of money share: sums by manner, and what does not agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from sync.domain.amounts import yuan
from ui.widgets.facts import Facts
from ui.widgets.layout import clear, column
from ui.widgets.text import Tagged, Text

if TYPE_CHECKING:
    from client.app.rows.money import SpanView
    from client.app.rows.words import Words
    from ui.i18n import Tongue


class SumsPane(QWidget):
    """Facts, sums by manner, and a line for each thing that does not agree."""

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self._tongue = tongue
        box = column(self, gap=12)
        self.head = Text("section")
        self.facts = Facts()
        box.addWidget(self.head)
        box.addWidget(self.facts)
        self.wrong = column(gap=6)
        box.addLayout(self.wrong)
        box.addStretch(1)

    def show_span(self, view: SpanView, above: tuple[tuple[str, str], ...] = ()) -> None:
        """Show the sums of some days."""
        t = self._tongue
        days = view.first.isoformat()
        if view.last != view.first:
            days = f"{days} – {view.last.isoformat()}"
        self.head.setText(t.joined(days, view.cashier))
        sums = [
            (t.t(f"money.manner.{each.manner}"), f"¥{yuan(each.net_fen)}") for each in view.manners
        ]
        total = (t.t("money.total"), f"¥{yuan(view.net_fen)}")
        counts = (t.t("money.count"), t.t("money.counts", paid=view.payments, back=view.refunds))
        banked = "" if view.banked_fen is None else f"¥{yuan(view.banked_fen)}"
        self.facts.show_facts([*above, *sums, total, counts, (t.t("till.by_bank"), banked)])
        self.show_wrong(view.wrong)
        if view.closed and not view.wrong:
            self._line("circle-check", t.t("money.closed"), "ok").setObjectName("sums.agree")

    def show_wrong(self, found: tuple[Words, ...]) -> None:
        """Name each thing that does not agree."""
        clear(self.wrong)
        for words in found:
            self._line("alert-triangle", self._tongue.say(words))

    def _line(self, icon: str, words: str, ink: str = "muted") -> Tagged:
        line = Tagged(icon, f"small {ink}", ink, wrap=True)
        line.setText(words)
        self.wrong.addWidget(line)
        return line
