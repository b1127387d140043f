"""Online filings: what waits, the chosen one whole, and the answer to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from client.app.rows.words import Words
from ui.models.rows import Cells, Column, RowModel
from ui.theme import tokens
from ui.views.step_page import StepPage
from ui.widgets.buttons import ActButton
from ui.widgets.fields import TextField
from ui.widgets.layout import Face, column
from ui.widgets.paper import Sheet, picture
from ui.widgets.table import RowTable
from ui.widgets.text import Tagged, Text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QVBoxLayout

    from client.app.rows.filings import FilingRow, FilingsView
    from ui.i18n import Tongue

COLUMNS = (
    Column("applicant", 88, stretch=True),
    Column("item", 96, stretch=True),
    Column("filing_due", 104),
    Column("filing_state", 104),
)
ACTS = (
    ("look", "photo", "Ctrl+Shift+K"),
    ("lacks", "edit", "Ctrl+Shift+L"),
    ("release", "logout", "Ctrl+Shift+X"),
)


class FilingsPage(StepPage):
    """Emits what was chosen and typed; decides nothing."""

    chose = Signal(str)
    typed = Signal(str, str)  # number, text
    lacked = Signal(str, str)
    released = Signal(str)
    looked = Signal(str)

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "filings", "page.filings", "act.filing_register", wide=True)
        self._view: FilingsView | None = None
        self._row: FilingRow | None = None
        self._filling = False
        self.form.addWidget(self._make_table(), 1)
        self.who = Text()
        self.who.setObjectName("filings.who")
        self.who.setWordWrap(True)
        self.who.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.aside.addWidget(self.who)
        self.text = TextField()
        self.aside.addWidget(self.make_field("text", self.text, "filing.text"))
        self.text.textChanged.connect(self._typed)
        self.aside.addLayout(self._make_acts())
        self.told = Tagged("circle-check", wrap=True)
        self.told.setObjectName("filings.told")
        self.told.hide()
        self.aside.addWidget(self.told)
        self.page_name = Text("small")
        self.page_name.setObjectName("filings.page")
        self.page = Sheet()
        for each in (self.page_name, self.page):
            each.hide()
            self.aside.addWidget(each)
        self.aside.addStretch(1)
        tongue.changed.connect(self._say)
        self._say()
        self.finish()

    def _make_table(self) -> Face:
        self.model: RowModel[FilingRow] = RowModel(
            COLUMNS, self._cells, lambda each: each.number, self
        )
        self.table = RowTable(self.model)
        self.table.setObjectName("filings.table")
        self.table.setMinimumHeight(tokens().scaled(300))
        self.tongue.bind(self.table, "setAccessibleName", "page.filings")
        self.table.selectionModel().currentRowChanged.connect(self._picked)
        face = Face("surface")
        box = column(face, gap=0, margin=1)
        box.addWidget(self.table, 1)
        return face

    def _make_acts(self) -> QVBoxLayout:
        acts = column(gap=8)  # one beneath the other: in large English letters a row has no room
        self._buttons: dict[str, ActButton] = {}
        for name, icon, key in ACTS:
            button = ActButton("plain", icon, key)
            button.setObjectName(f"filings.{name}")
            self.tongue.bind(button, "setText", f"act.filing_{name}")
            button.clicked.connect(lambda _on=False, act=name: self._give(act))
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda act=name: self._give(act))
            self._buttons[name] = button
            acts.addWidget(button)
        return acts

    def show_filings(self, view: FilingsView) -> None:
        """Show what waits."""
        kept = self.table.current_key()
        self._view = view
        self.model.set_rows(view.rows)
        self.table.choose(kept)
        self._picked()
        self._say()

    def show_filing(self, row: FilingRow | None) -> None:
        """Show the chosen filing whole; a page of another is put away."""
        if (self._row and self._row.number) != (row and row.number):
            self.page_name.hide()
            self.page.hide()
        self._row = row
        self._say()

    def show_done(self, words: Words) -> None:
        """Say what was done."""
        self.tongue.bind_words(self.told, "setText", words)
        self.told.show()

    def show_page(self, name: str, page: tuple[int, int, bytes]) -> None:
        """Show the first page of a file."""
        self.page_name.setText(name)
        self.page.show_page(picture(*page))
        self.page_name.show()
        self.page.show()

    def show_text(self, text: str) -> None:
        """Show what was typed as the answer to the chosen filing."""
        self._filling = True
        self.text.show_text(text)
        self._filling = False

    def chosen(self) -> str:
        """Return the chosen filing's number, "" for none."""
        return self.table.current_key() or ""

    # ------------------------------------------------------------ inner

    def _typed(self) -> None:
        if self.chosen() and not self._filling:
            self.typed.emit(self.chosen(), self.text.toPlainText())

    def _picked(self, *_args: object) -> None:
        self.chose.emit(self.chosen())

    def _give(self, name: str) -> None:
        number = self.chosen()
        if not number or self._busy or not self._buttons[name].isEnabled():
            return
        if name == "look":
            self.looked.emit(number)
        elif name == "lacks":
            self.lacked.emit(number, self.text.toPlainText())
        else:
            self.released.emit(number)

    def _cells(self, each: FilingRow) -> Cells:
        t = self.tongue
        state = t.t("filing.late") if each.late else t.t(f"filing.state.{each.state}")
        texts = (each.form.name, each.item, t.moment(each.due), state)
        return Cells(texts, "red" if each.late else "", t.joined(*texts, each.number))

    def _say(self) -> None:
        t, view, chosen = self.tongue, self._view, self._row
        self.model.set_titles([t.t(f"column.{each.name}") for each in COLUMNS])
        none = "" if view is not None and view.rows else t.t("filing.none")
        for button in self._buttons.values():
            button.set_blocked(none)
        self.set_blocked(Words("filing.none") if none else None)
        if chosen is None:
            self.who.setText(none or t.t("filing.choose"))
            return
        form = chosen.form
        lines = [
            t.joined(chosen.number, chosen.item),
            t.joined(form.name, form.id_no, form.phone),
            t.t("filing.filed", at=t.moment(chosen.filed), due=t.moment(chosen.due)),
            *("✓ " + t.joined(f.material, f.name, f"{f.kib} KB") for f in chosen.files),
        ]
        if chosen.person:
            lines.append(t.t("filing.person", name=chosen.person))
        self.who.setText("\n".join(lines))
