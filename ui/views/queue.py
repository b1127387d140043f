"""The hall's queue at a window: who is here, who is next, a number drawn, the rule beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from ui.models.rows import Cells, Column, RowModel
from ui.presenters.queue import NEXT
from ui.theme import tokens
from ui.views.step_page import StepPage
from ui.widgets.buttons import ActButton
from ui.widgets.facts import Facts
from ui.widgets.fields import Choice, LineField
from ui.widgets.layout import Face, Flow, column, row
from ui.widgets.table import RowTable
from ui.widgets.text import Tagged, Text

if TYPE_CHECKING:
    from client.app.rows.queue import QueueView, TicketRow
    from client.app.rows.words import Words
    from ui.i18n import Tongue

COLUMNS = (
    Column("ticket", 112),
    Column("ticket_kind", 116),
    Column("ticket_state", 116),
    Column("ticket_whom", 130, stretch=True),
    Column("ticket_since", 76, right=True, faint=True, spare=True),
    Column("ticket_first", 130, stretch=True, faint=True, spare=True),
)
MINE = (("again", "bell", "Ctrl+Shift+A"), ("pass", "eye-off", "Ctrl+Shift+X"))
CHOSEN = (("back", "arrow-back-up", "Ctrl+Shift+R"), ("give_up", "logout", "Ctrl+Shift+Q"))


class QueuePage(StepPage):
    """Emits what was pressed and chosen; decides nothing, and calls no focus to itself."""

    acted = Signal(str, str)  # act, number
    drawn = Signal(str, str)  # class, department
    handed = Signal(str)
    linked = Signal(str)
    bookings_wanted = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__(tongue, "queue", "page.queue", "act.queue_next", wide=True)
        self._view: QueueView | None = None
        self._buttons: dict[str, ActButton] = {}
        self.form.addWidget(self._make_mine())
        self.form.addWidget(self._make_table(), 1)
        self._make_aside()
        self.extra.addWidget(self._act_button("bookings", "calendar", "Ctrl+Shift+B"))
        self.columns.setStretch(0, 8)
        self.columns.setStretch(1, 5)
        tongue.changed.connect(self._say)
        self._say()
        self.walk.learn(self)

    # ------------------------------------------------------------ parts

    def _make_mine(self) -> Face:
        face = Face("surface")
        box = column(face, gap=6)
        box.setContentsMargins(12, 8, 12, 8)
        top = Flow()
        self.number = Text("page")
        self.number.setObjectName("queue.number")
        self.state = Text("small muted", wrap=True)
        self.state.setObjectName("queue.state")
        self.number.setMinimumWidth(tokens().scaled(64))
        top.add(self.number)
        for name, icon, key in (*MINE, ("done", "circle-check", "Ctrl+Shift+E")):
            top.add(self._act_button(name, icon, key))
        box.addWidget(top)
        box.addWidget(self.state)
        self.case, self.target = LineField(limit=32), Choice()
        self.tongue.bind(self.case, "setPlaceholderText", "queue.case")
        ends = Flow()
        for name, editor, act, key in (
            ("case", self.case, "link", "Ctrl+Shift+L"),
            ("target", self.target, "hand", "Ctrl+Shift+T"),
        ):
            ends.add(self._with_act(name, editor, act, key))
        box.addWidget(ends)
        self.told = Tagged("circle-check", wrap=True)
        self.told.setObjectName("queue.told")
        self.told.hide()
        box.addWidget(self.told)
        return face

    def _with_act(self, name: str, editor: QWidget, act: str, key: str) -> QWidget:
        """Put what an act is about before its button: no row of its own, and no label above."""
        field = self.make_field(name, editor, f"queue.{name}")
        field.label.hide()
        editor.setFixedWidth(tokens().scaled(230))
        pair = QWidget()
        line = row(pair, gap=6)
        line.addWidget(field, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._act_button(act, "", key), 0, Qt.AlignmentFlag.AlignTop)
        return pair

    def _make_table(self) -> Face:
        self.model: RowModel[TicketRow] = RowModel(
            COLUMNS, self._cells, lambda each: each.number, self
        )
        self.table = RowTable(self.model)
        self.table.setObjectName("queue.table")
        self.table.setMinimumHeight(tokens().scaled(150))
        self.tongue.bind(self.table, "setAccessibleName", "queue.table")
        self.tongue.bind(self.table, "teach", "queue.nobody")
        self._first = self.table
        face = Face("surface")
        box = column(face, gap=0, margin=1)
        box.addWidget(self.table, 1)
        acts = row(gap=8)
        acts.setContentsMargins(8, 8, 8, 8)
        for name, icon, key in CHOSEN:
            acts.addWidget(self._act_button(name, icon, key))
        acts.addStretch(1)
        box.addLayout(acts)
        return face

    def _make_aside(self) -> None:
        self.counts = Facts()
        self.counts.setObjectName("queue.counts")
        self.aside.addWidget(self._titled("queue.waiting"))
        self.aside.addWidget(self.counts)
        self.aside.addWidget(self._titled("queue.draw"))
        self.kind, self.department = Choice(), Choice()
        for name, choice in (("kind", self.kind), ("department", self.department)):
            self.aside.addWidget(self.make_field(name, choice, f"queue.{name}"))
        ends = row(gap=8)
        ends.addWidget(self._act_button("draw", "printer", "Ctrl+Shift+D"))
        ends.addStretch(1)
        self.aside.addLayout(ends)
        self.aside.addWidget(self._titled("hall.rule"))
        self.rule = Text("small muted", wrap=True)
        self.rule.setObjectName("queue.rule")
        self.aside.addWidget(self.rule)
        self.aside.addStretch(1)

    def _titled(self, key: str) -> Text:
        title = Text("section")
        self.tongue.bind(title, "setText", key)
        return title

    def _act_button(self, name: str, icon: str, key: str) -> ActButton:
        button = ActButton("plain", icon, key)
        button.setObjectName(f"queue.{name}")
        self.tongue.bind(button, "setText", f"act.queue_{name}")
        button.clicked.connect(lambda: self._give(name))
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(lambda: self._give(name))
        self._buttons[name] = button
        return button

    # ------------------------------------------------------------ showing

    def show_queue(self, view: QueueView) -> None:
        """Show counts, what is in hand, and every open number; nothing typed is touched."""
        kept = self.table.current_key()
        self._view = view
        self.model.set_rows(view.tickets)
        self.table.choose(kept)
        self._say()

    def show_told(self, words: Words) -> None:
        """Say what was done."""
        self.tongue.bind_words(self.told, "setText", words)
        self.told.show()

    # ------------------------------------------------------------ inner

    def _give(self, name: str) -> None:
        if self._busy or not self._buttons[name].isEnabled():
            return
        if name == "draw":
            self.drawn.emit(self.kind.code(), self.department.code())
        elif name == "hand":
            self.handed.emit(self.target.code())
        elif name == "link":
            self.linked.emit(self.case.text())
        elif name == "bookings":
            self.bookings_wanted.emit()
        else:
            chosen = any(name == each for each, _icon, _key in CHOSEN)
            act = "leave" if name == "give_up" else name
            self.acted.emit(act, self.table.current_key() if chosen else "")

    def _cells(self, each: TicketRow) -> Cells:
        t = self.tongue
        state = t.t(f"queue.state.{each.state}")
        whom = each.counter if each.state in {"called", "serving"} else each.whom
        since = t.clock(each.since)
        texts = (each.number, each.kind, state, whom, since, each.first)
        mark = "bold" if each.mine else "quiet" if each.state == "away" else ""
        return Cells(texts, mark, t.joined(*texts))

    def _say(self) -> None:
        t, view = self.tongue, self._view
        self.model.set_titles([t.t(f"column.{each.name}") for each in COLUMNS])
        mine = view.mine if view else None
        state = mine.state if mine else ""
        self.number.show_text(mine.number if mine else "—")
        self.state.show_text(self._told_of(mine))
        self.primary.setText(t.t(f"act.queue_{NEXT.get(state, 'next')}"))
        if view is None:
            return
        nobody = t.t("error.queue.nobody_waits") if not mine and not view.waiting else ""
        self.primary.set_blocked(nobody)
        self.why.setText(nobody or ("" if view.online else t.t("queue.offline")))
        self._open_acts(view)
        total = (t.t("queue.all"), str(view.waiting))
        counts = [(f"{each.name} {each.letter}", str(each.waiting)) for each in view.classes]
        self.counts.show_facts([*counts, total])
        self.rule.show_text("\n".join(f"{n}. {t.say(w)}" for n, w in enumerate(view.rule, 1)))
        self._offer(self.kind, [(each.code, each.name) for each in view.classes[::-1]])
        anybody = ("", t.t("queue.anybody"))
        self._offer(self.department, [anybody, *view.departments])
        windows = [(f"dev:{dev}", name) for dev, name in view.counters]
        offices = [(f"department:{code}", name) for code, name in view.departments]
        self._offer(self.target, [("", t.t("queue.target")), *windows, *offices])

    def _open_acts(self, view: QueueView) -> None:
        t, mine = self.tongue, view.mine
        none = "" if mine else t.t("queue.none_in_hand")
        only_called = none or ("" if mine and mine.state == "called" else t.t("queue.served"))
        for name, reason in (
            ("again", only_called),
            ("pass", only_called),
            ("done", none),
            ("link", none),
            ("hand", none or ("" if view.online else t.t("queue.offline"))),
            ("bookings", "" if view.online else t.t("queue.offline")),
            ("back", "" if view.tickets else t.t("queue.empty")),
            ("give_up", "" if view.tickets else t.t("queue.empty")),
        ):
            self._buttons[name].set_blocked(reason)

    def _told_of(self, mine: TicketRow | None) -> str:
        t = self.tongue
        if mine is None:
            return t.t("queue.nobody_here")
        said = [mine.kind, t.t(f"queue.state.{mine.state}")]
        if mine.calls > 1:
            said.append(t.t("queue.calls", count=mine.calls))
        if mine.why:
            said.append(self._why(mine.why))
        if mine.first:
            said.append(t.t("queue.first", who=mine.first))
        if mine.case:
            said.append(mine.case)
        return t.joined(*said)

    def _why(self, why: str) -> str:
        """Return the sentence of the rule by which a number was called, with its numbers."""
        key = f"queue.rule.{why}"
        known = self._view.rule if self._view else ()
        found = next((words for words in known if words.key == key), None)
        return self.tongue.say(found) if found else self.tongue.t(key)

    @staticmethod
    def _offer(choice: Choice, options: list[tuple[str, str]]) -> None:
        kept = choice.code()
        choice.offer(options)
        choice.choose(kept)
