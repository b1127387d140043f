"""The page of reports: one shown whole as it would go; send it, save it, throw it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from client.app.rows.words import Words
from ui.views.file_dialog import ask_where
from ui.views.step_page import StepPage
from ui.widgets.buttons import ActButton
from ui.widgets.facts import Facts
from ui.widgets.fields import LineField
from ui.widgets.layout import Face, Flow, clear, column
from ui.widgets.summary import Banner
from ui.widgets.text import Text
from ui.widgets.ticks import Tick
from ui.widgets.walk import beside

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.rows.crashes import CrashRow
    from ui.i18n import Tongue

_NOTE_MAX = 500


class CrashesPage(StepPage):
    """Emits what was pressed and typed; the report is given."""

    send_wanted = Signal()
    save_wanted = Signal(object)  # pathlib.Path
    drop_wanted = Signal()
    next_wanted = Signal()
    note_typed = Signal(str)
    offer_wanted = Signal(bool)

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "crashes", "page.crashes", "crashes.send")
        self._row: CrashRow | None = None
        self._place = self._count = 0
        self._done: tuple[str, dict[str, str]] | None = None
        self._sends = True
        self.told = Banner()
        self.told.setObjectName("crashes.told")
        self.told.button.hide()
        tongue.bind(self.told.dismiss, "setText", "act.close_note")
        self.form.addWidget(self.told)
        self.note = LineField(limit=_NOTE_MAX)
        self.note.textEdited.connect(self.note_typed)
        self.add_field("note", self.note, "crashes.note", hint="crashes.note.hint")
        self.heading = Text("section", wrap=True)
        self.form.addWidget(self.heading)
        self.parts = column(gap=12)
        self.form.addLayout(self.parts)
        for key in ("crashes.rule.consent", "crashes.rule.stars", "crashes.rule.names"):
            self.add_note("info-circle", key)
        self.offered = Tick()
        tongue.bind(self.offered, "setText", "crashes.offered")
        self.offered.setObjectName("crashes.offered")
        self.offered.clicked.connect(self.offer_wanted)
        self.aside.addWidget(self.offered)
        self._make_acts()
        self.submitted.connect(self.send_wanted)
        tongue.changed.connect(self._say)
        self.finish()
        self._say()

    def _make_acts(self) -> None:
        self.acts = Flow(end=True)  # three beside each other are wider than the smallest screen
        self.extra.addWidget(self.acts)
        self.next = self._act("chevron-right", "Alt+N", "next", self.next_wanted.emit)
        self.drop = self._act("trash", "Alt+D", "drop", self.drop_wanted.emit)
        self.save = self._act("download", "Ctrl+S", "save", self._ask_where)

    def _act(self, icon: str, keys: str, name: str, call: Callable[[], object]) -> ActButton:
        made = ActButton("plain", icon, keys)
        made.setObjectName(f"crashes.{name}")
        self.tongue.bind(made, "setText", f"crashes.{name}")
        made.clicked.connect(call)
        beside(made)
        self.acts.add(made)
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(made.click)
        return made

    # ------------------------------------------------------------ showing

    def show_report(self, row: CrashRow | None, place: int, count: int) -> None:
        """Show one report whole."""
        self._row, self._place, self._count, self._done = row, place, count, None
        self._say()

    def show_note(self, typed: str, goes: str) -> None:
        """Show what was typed before; a line that says so already is left alone."""
        if self.note.text() != typed:
            self.note.setText(typed)
        self.show_going(goes)

    def show_going(self, goes: str) -> None:
        """Say what of the line would go."""
        words = Words("crashes.note.goes", {"words": goes}) if goes else None
        self.tongue.bind_words(self.fields["note"], "set_extra", words)

    def show_offered(self, *, on: bool) -> None:
        """Show whether a person is told of reports."""
        self.offered.setChecked(on)

    def show_sends(self, *, on: bool) -> None:
        """Show whether a report can go anywhere but to a file."""
        self._sends = on
        self._say()

    def show_done(self, key: str, **args: str) -> None:
        """Say what became of a report."""
        self._done = (key, args)
        self._say_told()

    # ------------------------------------------------------------ inner

    def _say(self) -> None:
        row, t = self._row, self.tongue.t
        self._say_told()
        clear(self.parts)
        self.fields["note"].setVisible(row is not None)
        for button in (self.drop, self.save):
            button.setVisible(row is not None)
        self.next.setVisible(self._count > 1)
        self.set_blocked(self._hindrance())
        if row is None:
            self.heading.setText(t("crashes.none"))
            return
        at = row.at.strftime("%Y-%m-%d %H:%M")
        kind = t(f"crashes.kind.{row.kind}")
        key = "crashes.heading" if self._count == 1 else "crashes.heading_of"
        self.heading.setText(t(key, kind=kind, at=at, place=self._place, count=self._count))
        facts = Facts()
        facts.show_facts([(t(f"crashes.fact.{name}"), value) for name, value in row.facts])
        self._add(t("crashes.part.facts"), facts)
        for name, places in row.traces:
            self._add(t("crashes.part.trace", name=name), self._lines(places))
        if row.log:
            self._add(t("crashes.part.log", count=len(row.log)), self._lines(row.log))

    def _say_told(self) -> None:
        """Say what became of the last one, else that this one waits for the line."""
        if self._done is not None:
            key, args = self._done
            self.told.tell("good", "circle-check", self.tongue.t(key, **args))
        elif self._row is not None and self._row.leaves:
            key = "crashes.leaves" if self._sends else "crashes.practice"
            self.told.tell("told", "clock", self.tongue.t(key))
        else:
            self.told.hide()

    def _hindrance(self) -> Words | None:
        if self._row is None:
            return Words("crashes.none")
        return None if self._sends else Words("crashes.practice")

    def _add(self, heading: str, content: QWidget) -> None:
        face = Face("surface")
        box = column(face, gap=8, margin=16)
        box.addWidget(Text("small muted", heading, wrap=True))
        box.addWidget(content)
        self.parts.addWidget(face)

    @staticmethod
    def _lines(lines: tuple[str, ...]) -> QWidget:
        holder = QWidget()
        box = column(holder, gap=2)
        box.addWidget(Text("small", "\n".join(lines), wrap=True, select=True))
        return holder

    def _ask_where(self) -> None:
        if self._row is None:
            return
        name = f"chuangkou-report-{self._row.id[:8]}.json"
        where = "crashes.save_where"
        ask_where(self, self.tongue, where, name, self.save_wanted.emit).open()
