"""Day closing, weekly reconciliation, monthly summary: counted here, held against the books."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from client.app.rows.words import Words
from sync.domain.events import MANNERS
from ui.presenters.money import SPANS, TillForm
from ui.views.file_dialog import ask_where
from ui.views.money_parts import SumsPane
from ui.views.step_page import StepPage
from ui.widgets.buttons import ActButton
from ui.widgets.choices import Tiles
from ui.widgets.fields import LineField, TextField
from ui.widgets.text import Tagged

if TYPE_CHECKING:
    from client.app.rows.money import SpanView
    from ui.i18n import Tongue


class TillPage(StepPage):
    """Emits what was typed and chosen; adds nothing up."""

    edited = Signal(object)  # TillForm
    print_asked = Signal()
    exported = Signal(object)  # Path

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "till", "page.till", "till.act.day")
        self._filling = False
        self._view: SpanView | None = None
        self.spans = Tiles(list(SPANS))
        self.add_field("span", self.spans, "till.span")
        self.spans.picked.connect(self._edited)
        self.day = LineField(limit=10)
        self.add_field("day", self.day, "till.day", hint="till.day.hint")
        self.lines = {"day": self.day}
        for name in MANNERS:
            self.lines[name] = LineField(limit=20)
            self.add_field(name, self.lines[name], f"money.manner.{name}", hint="till.counted")
        self.lines["banked"] = LineField(limit=20)
        self.add_field("banked", self.lines["banked"], "till.banked", required=True)
        self.text = TextField(2)
        self.add_field("text", self.text, "till.text")
        for line in self.lines.values():
            line.textEdited.connect(self._edited)
        self.text.textChanged.connect(self._edited)
        self.sums = SumsPane(tongue)
        self.aside.addWidget(self.sums)
        self.told = Tagged("info-circle", wrap=True)
        self.told.setObjectName("till.told")
        self.told.hide()
        self.aside.addWidget(self.told)
        self.add_note("info-circle", "till.rule")
        for name, icon, key, act in (
            ("export", "download", "", self._export),
            ("print", "printer", "Ctrl+P", self.print_asked.emit),
        ):
            button = ActButton("plain", icon, key)
            button.setObjectName(f"till.{name}")
            tongue.bind(button, "setText", f"till.{name}")
            button.clicked.connect(act)
            self.extra.addWidget(button)
        printed = QShortcut(QKeySequence("Ctrl+P"), self)
        printed.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        printed.activated.connect(self.print_asked)
        tongue.changed.connect(self._say)
        self._say()
        self.finish()

    def show_form(self, form: TillForm) -> None:
        """Fill the fields."""
        self._filling = True
        self.spans.choose(form.span)
        self.day.setText(form.day)
        for name in MANNERS:
            self.lines[name].setText(form.counted.get(name, ""))
        self.lines["banked"].setText(form.banked)
        self.text.show_text(form.text)
        self._filling = False
        self._fit()

    def form_now(self) -> TillForm:
        """Return what is typed."""
        counted = {name: self.lines[name].text().strip() for name in MANNERS}
        return TillForm(
            span=self.spans.current() or "day",
            day=self.day.text().strip(),
            counted={name: typed for name, typed in counted.items() if typed},
            banked=self.lines["banked"].text().strip(),
            text=self.text.text(),
        )

    def show_span(self, view: SpanView) -> None:
        """Show sums and what does not agree; other days than before have no news yet."""
        before = self._view
        if before is not None and (view.first, view.last) != (before.first, before.last):
            self.told.hide()
        self._view = view
        self.sums.show_span(view)

    def show_done(self, found: tuple[Words, ...]) -> None:
        """Say that it is recorded, and what does not agree.

        Of a closed day that agrees the sums say it already, for as long as the page is read.
        """
        if not found and self._view is not None and self._view.closed:
            self.told.hide()
            return
        key = "till.differs" if found else "till.agrees"
        self._tell(Words(key, {"count": len(found)}))
        self.sums.show_wrong(found)

    def show_saved(self, name: str) -> None:
        """Say that the table was written to a file."""
        self._tell(Words("till.saved", {"name": name}))

    def _tell(self, words: Words) -> None:
        self.tongue.bind_words(self.told, "setText", words)
        self.told.show()

    def _export(self) -> None:
        view, name = self._view, self.tongue.t("page.till")
        if view is not None:
            name = f"{name}-{view.first:%Y%m%d}-{view.last:%Y%m%d}"
        dialog = ask_where(self, self.tongue, "till.export", f"{name}.csv", self.exported.emit)
        dialog.setNameFilter("CSV (*.csv)")
        dialog.open()

    def _edited(self, *_args: object) -> None:
        if not self._filling:
            self._fit()
            self.edited.emit(self.form_now())

    def _fit(self) -> None:
        span = self.spans.current() or "day"
        for name in MANNERS:
            self.fields[name].setVisible(span == "day")
        self.fields["banked"].setVisible(span == "week")
        self.fields["text"].setVisible(span != "month")
        self.tongue.bind(self.primary, "setText", f"till.act.{span}")

    def _say(self) -> None:
        for name, tile in self.spans.tiles.items():
            tile.set_words(self.tongue.t(f"till.span.{name}"), "")
        if self._view is not None:
            self.sums.show_span(self._view)
        self._fit()
