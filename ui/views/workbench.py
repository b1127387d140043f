"""The workbench: tabs with counts, search as one types, rows, and the chosen case below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QStackedWidget, QWidget

from client.app.rows.cases import Tab
from client.app.rows.words import Words
from ui.models.rows import Cells, Column, RowModel
from ui.theme import tokens
from ui.views.page_parts import show_problem
from ui.views.preview import CasePreview
from ui.views.search_line import SearchLine
from ui.widgets.layout import Face, column, hairline, row
from ui.widgets.summary import Empty, FailureNote
from ui.widgets.table import RowTable
from ui.widgets.tabs import CountTabs
from ui.widgets.text import Text

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from client.app.rows.cases import CaseDetail, CasePage, CaseRow, TabCounts
    from ui.i18n import Tongue
    from ui.values import Problem

COLUMNS = (
    Column("light", 164),
    Column("number", 212),
    Column("applicant", 130, stretch=True),
    Column("item", 140, stretch=True),
    Column("state", 124),
    Column("holder", 84, faint=True, spare=True),
    Column("due", 116, right=True, spare=True),  # the light says what is left
)
_ENGLISH = {"light": 196, "state": 184}  # px that its words take
_SEARCH = 200  # px of the search at the least
_NARROW = 640
_TABS = [
    (Tab.MINE.value, ""),
    (Tab.SOON.value, "yellow"),
    (Tab.OVERDUE.value, "red"),
    (Tab.ALL.value, ""),
    (Tab.CLOSED.value, ""),
]


class WorkbenchPage(QWidget):
    """Emits what was chosen and typed; the rows are given."""

    tab_picked = Signal(str)
    searched = Signal(str)
    looked_at = Signal(str)
    opened = Signal(str)
    more_wanted = Signal()
    step = Signal(str)
    others_wanted = Signal()
    empty_act = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self.setObjectName("workbench")
        self._tongue = tongue
        self._counts: TabCounts | None = None
        self._tab = Tab.MINE
        self._text = ""
        outer = column(self, gap=0)
        outer.addWidget(self._make_top())
        self.failure = FailureNote()
        tongue.bind(self.failure.copy, "setText", "act.copy_code")
        outer.addWidget(self.failure)
        self.model: RowModel[CaseRow] = RowModel(
            COLUMNS, self._cells, lambda line: line.number, self
        )
        self.table = RowTable(self.model)
        self.table.setObjectName("workbench.table")
        self.empty = Empty("inbox")
        self.empty.button.setObjectName("workbench.empty_act")
        self._middle = QStackedWidget()
        self._middle.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._middle.addWidget(self.table)
        self._middle.addWidget(self.empty)
        middle = Face("plain")
        inner = column(middle, gap=0)
        inner.addWidget(self._middle)
        middle.setObjectName("workbench.middle")
        outer.addWidget(middle, 1)
        outer.addWidget(hairline())
        self.preview = CasePreview(tongue)
        self.preview.setObjectName("workbench.preview")
        outer.addWidget(self.preview)
        self._wire()
        tongue.changed.connect(self._say)
        self._say()

    def _press(self) -> None:
        """Make the step whose button says Ctrl+Enter."""
        likely = self.preview.acts.likely()
        if likely is not None and likely.isVisible():
            likely.click()

    def _make_top(self) -> QWidget:
        face = Face("plain")
        box = self._top = row(face, gap=16)
        box.setContentsMargins(8, 0, 12, 0)
        self.tabs = CountTabs(_TABS)
        self.tabs.setObjectName("workbench.tabs")
        for name, tab in self.tabs.tabs.items():
            tab.setObjectName(f"workbench.tab.{name}")
        self.total = Text("small faint")
        self.search = SearchLine()
        self.search.setObjectName("workbench.search")
        self.search.setMinimumWidth(tokens().scaled(_SEARCH))
        self.search.setMaximumWidth(tokens().scaled(360))
        box.addWidget(self.tabs)
        box.addStretch(1)
        box.addWidget(self.total)
        box.addWidget(self.search, 1)
        outer = QWidget()
        whole = column(outer, gap=0)
        whole.addWidget(face)
        whole.addWidget(hairline())
        return outer

    def _wire(self) -> None:
        self.tabs.picked.connect(self.tab_picked)
        self.search.textChanged.connect(self.searched)
        self.search.down.connect(self.table.setFocus)
        self.table.chosen.connect(self.looked_at)
        self.table.opened.connect(self.opened)
        self.model.more_wanted.connect(self.more_wanted)
        self.preview.step.connect(self.step)
        self.preview.others_wanted.connect(self.others_wanted)
        self.preview.opened.connect(self.opened)
        self.empty.act.connect(self.empty_act)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            press = QShortcut(QKeySequence(keys), self)
            press.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            press.setAutoRepeat(False)
            press.activated.connect(self._press)

    def fold(self, width: int) -> None:
        """Take less air below the list where it is narrow."""
        self.preview.set_tight(tight=width < tokens().scaled(_NARROW))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the search below the tabs where both have no room in one line."""
        super().resizeEvent(event)
        needed = self.tabs.sizeHint().width() + tokens().scaled(_SEARCH)
        narrow = event.size().width() < needed
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._top.setDirection(way)
        self._top.setSpacing(4 if narrow else 16)
        self._top.setContentsMargins(8, 0, 12, 4 if narrow else 0)

    # ------------------------------------------------------------ showing

    def show_counts(self, counts: TabCounts) -> None:
        """Show the numbers on the tabs."""
        self._counts = counts
        self._say_tabs()

    def show_page(self, page: CasePage, tab: Tab, text: str) -> None:
        """Show a list from its top, under its tab."""
        self.tabs.choose(tab.value)
        self._tab, self._text = tab, text
        self.model.set_rows(page.rows, more=page.after is not None)
        found = "workbench.total_many" if page.many else "workbench.total"
        words = Words(found, {"count": page.total or 0}) if text else None
        self._tongue.bind_words(self.total, "show_text", words)
        self._middle.setCurrentIndex(0 if page.rows else 1)
        self._say_empty()

    def add_page(self, page: CasePage) -> None:
        """Add rows at the end."""
        self.model.add_rows(page.rows, more=page.after is not None)

    def show_detail(self, detail: CaseDetail | None) -> None:
        """Show the chosen case below."""
        self.preview.show_case(detail)

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong with reading."""
        show_problem(self.failure, problem, self._tongue)

    def set_busy(self, *, busy: bool) -> None:
        """Take no press while a step is made."""
        self.preview.acts.set_busy(busy=busy)

    def choose_tab(self, name: str) -> None:
        """Show which tab is chosen."""
        self.tabs.choose(name)

    def focus_first(self) -> None:
        """The list has the keyboard."""
        target = self.table if self.model.rowCount() else self.search
        target.setFocus()

    # ------------------------------------------------------------ inner

    def _cells(self, line: CaseRow) -> Cells:
        tongue = self._tongue
        light = line.light
        words = tongue.say(light.remaining)
        state = tongue.coded("state", line.state)
        due = tongue.moment(light.due_at)
        mark = f"{light.light}!" if light.statutory_passed else str(light.light)
        if line.pending:
            state = tongue.t("workbench.pending", state=state)
        applicant = line.applicant
        if line.found:
            applicant = tongue.t(f"found.{line.found}", applicant=applicant)
        spoken_of = applicant
        if line.fast_track:
            applicant = f"{applicant}  ⚑"
        spoken = tongue.t(
            "workbench.spoken",
            light=words,
            number=line.number,
            applicant=spoken_of,
            item=line.item,
            state=state,
        )
        return Cells(
            (words, line.number, applicant, line.item, state, line.holder, due), mark, spoken
        )

    def _say(self) -> None:
        t = self._tongue.t
        wider = _ENGLISH if self._tongue.language == "en" else {}
        self.model.set_titles([t(f"column.{column_.name}") for column_ in COLUMNS], wider)
        self.model.form_again()
        self.search.setPlaceholderText(t("workbench.search"))
        self.search.setAccessibleName(t("workbench.search"))
        self.table.setAccessibleName(t("workbench.table"))
        self._say_tabs()
        self._say_empty()

    def _say_tabs(self) -> None:
        counts = self._counts
        numbers: dict[str, int] = {}
        if counts is not None:
            numbers = {
                Tab.MINE.value: counts.mine,
                Tab.SOON.value: counts.soon,
                Tab.OVERDUE.value: counts.overdue,
                Tab.ALL.value: counts.all,
            }
        for name, tab in self.tabs.tabs.items():
            words = self._tongue.t(f"tab.{name}")
            number = numbers.get(name)
            count = "" if number is None else str(number)
            tab.set_words(words, count, f"{words} {count}".strip())

    def _say_empty(self) -> None:
        t = self._tongue.t
        if self._text:
            self.empty.teach(
                t("empty.search", text=self._text),
                t("empty.search.do"),
                t("act.clear_search"),
                "Esc",
            )
        elif self._tab is Tab.MINE:
            self.empty.teach(t("empty.mine"), t("empty.mine.do"), t("command.new_case"), "F2")
        else:
            name = self._tab.value
            self.empty.teach(t(f"empty.{name}"), t(f"empty.{name}.do"))
