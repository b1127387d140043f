"""The page of figures: a span, a grouping, the table, its bars and its course."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from client.app.hall.statistics import COLUMNS, FigureRow, rate_of
from client.app.rows.words import Words
from ui.models.rows import Cells, Column, RowModel
from ui.presenters.statistics import GROUPS, SPANS
from ui.theme import tokens
from ui.views.file_dialog import ask_where
from ui.views.page_parts import leave_button, show_problem
from ui.views.printing import print_pictures
from ui.widgets.buttons import ActButton
from ui.widgets.charts import BarChart, LineChart, Series
from ui.widgets.fold import FootBar, fold_beside
from ui.widgets.layout import Face, column, hairline, row
from ui.widgets.paper import picture
from ui.widgets.stage import Bed
from ui.widgets.summary import FailureNote
from ui.widgets.table import RowTable
from ui.widgets.tabs import CountTabs
from ui.widgets.text import Text
from ui.widgets.walk import Walk

if TYPE_CHECKING:
    from client.app.hall.statistics import Report
    from client.app.rows.cases import PaperRow
    from ui.i18n import Tongue
    from ui.values import Problem

_SHOWN = ("received", "handled", "closed")
_KEPT = ("on_time", "extended", "late")
_BARS = 6

_FOLDED = 220  # px of each part at the least, one below the other


class StatisticsPage(QWidget):
    """Emits what was chosen; counts nothing."""

    left = Signal()
    span_picked = Signal(str)
    group_picked = Signal(str)
    exported = Signal(object)  # Path
    print_asked = Signal()
    pace_asked = Signal()

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self.setObjectName("statistics")
        self._tongue = tongue
        self._report: Report | None = None
        bed = Bed(self._fold_bed)
        upper = column(bed, gap=0)
        upper.addWidget(self._make_top())
        self.failure = FailureNote()
        tongue.bind(self.failure.copy, "setText", "act.copy_code")
        upper.addWidget(self.failure)
        self.words = Text("small muted", wrap=True)
        self.words.setContentsMargins(24, 8, 24, 8)
        upper.addWidget(self.words)
        columns = [Column("name", 150, stretch=True)]
        columns += [Column(name, 92, right=True) for name in (*COLUMNS, "rate")]
        self.model: RowModel[FigureRow] = RowModel(columns, self._cells, lambda each: each.key)
        self.table = RowTable(self.model)
        self.table.setObjectName("statistics.table")
        tongue.bind(self.table, "setAccessibleName", "stats.table")
        upper.addWidget(self.table, 5)
        upper.addWidget(hairline())
        upper.addWidget(self._make_charts(), 4)
        outer = column(self, gap=0)
        outer.addWidget(bed.scrolled(), 1)
        outer.addWidget(self._make_foot())
        self.walk = Walk(self)
        self.walk.leave.connect(self.left)
        self.walk.primary.connect(self.print_asked)
        tongue.changed.connect(self._say)
        self._say()

    # ------------------------------------------------------------ parts

    def _make_top(self) -> QWidget:
        face = Face("top")
        box = self._top = row(face, gap=16)
        box.setContentsMargins(24, 6, 24, 0)
        title = Text("page")
        self._tongue.bind(title, "setText", "page.statistics")
        self.spans = CountTabs([(name, "") for name in SPANS])
        self.spans.choose("month")
        self.spans.picked.connect(self.span_picked)
        self.groups = CountTabs([(str(by), "") for by in GROUPS])
        self.groups.picked.connect(self.group_picked)
        for family, tabs in (("span", self.spans), ("by", self.groups)):
            for name, tab in tabs.tabs.items():
                tab.setObjectName(f"statistics.{family}.{name}")
        first = row(gap=16)
        first.addWidget(title)
        first.addWidget(self.spans, 1)
        box.addLayout(first)
        box.addWidget(hairline(upright=True))
        box.addWidget(self.groups, 1)
        return face

    def _make_charts(self) -> QWidget:
        face = Face("plain")
        box = self._charts = row(face, gap=24)
        box.setContentsMargins(24, 10, 24, 10)
        self.bars, self.kept, self.course = BarChart(), BarChart(), LineChart()
        for name, chart in (("bars", self.bars), ("kept", self.kept), ("course", self.course)):
            chart.setObjectName(f"statistics.{name}")
        box.addWidget(self.bars, 4)
        box.addWidget(self.kept, 3)
        box.addWidget(self.course, 5)
        return face

    def _make_foot(self) -> QWidget:
        face = FootBar()
        back = leave_button(self._tongue, "statistics.leave", self.left)
        self.pace = ActButton("quiet", "clock")
        self.pace.setObjectName("statistics.pace")
        self._tongue.bind(self.pace, "setText", "act.pace")
        self.pace.clicked.connect(self.pace_asked)
        self.saved = Text("small ok")
        self.export = ActButton("plain", "download")
        self.export.setObjectName("statistics.export")
        self._tongue.bind(self.export, "setText", "act.export_csv")
        self.export.clicked.connect(self._ask_where)
        self.print = ActButton("primary", "printer", "Ctrl+Enter")
        self.print.setObjectName("statistics.print")
        self._tongue.bind(self.print, "setText", "act.print")
        self.print.clicked.connect(self.print_asked)
        face.add_back(back)
        face.add_back(self.pace)
        face.add_words(self.saved)
        face.add_act(self.export)
        face.add_act(self.print)
        return face

    def _fold_bed(self, width: int) -> None:
        """Put choices and charts one below the other where it is narrow."""
        fold_beside(self._top, width)
        narrow = fold_beside(self._charts, width)
        for part in (self.table, self.bars, self.kept, self.course):
            part.setMinimumHeight(tokens().scaled(_FOLDED) if narrow else 0)

    # ------------------------------------------------------------ showing

    def show_report(self, report: Report) -> None:
        """Show figures."""
        self._report = report
        self._tell(None)
        self._say()

    def show_saved(self, name: str) -> None:
        """Say that the table was written."""
        self._tell(Words("stats.saved", {"name": name}))

    def _tell(self, words: Words | None) -> None:
        self._tongue.bind_words(self.saved, "show_text", words)

    def print_pages(self, paper: PaperRow, pages: tuple[tuple[int, int, bytes], ...]) -> None:
        """Send every page to the printer."""
        name = self._tongue.coded("paper", paper.kind)
        print_pictures(self, name, tuple(picture(*page) for page in pages))

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong."""
        show_problem(self.failure, problem, self._tongue)

    def focus_first(self) -> None:
        """The chosen span; arrows choose another."""
        self.spans.tabs[self.spans.current()].setFocus()

    # ------------------------------------------------------------ inner

    def _say(self) -> None:
        t = self._tongue.t
        for family, tabs in (("span", self.spans), ("by", self.groups)):
            for name, tab in tabs.tabs.items():
                tab.set_words(t(f"stats.{family}.{name}"), "", t(f"stats.{family}.{name}"))
        self.model.set_titles([t(f"stats.column.{each.name}") for each in self.model.columns])
        report = self._report
        if report is None:
            return
        self.words.show_text(self._told(report))
        total = FigureRow("", t("stats.whole"), report.whole)
        self.model.set_rows((*report.rows, total))
        chief = sorted(report.rows, key=lambda each: -each.figures.handled)[:_BARS]
        self._chart(self.bars, chief, _SHOWN, "stats.chart.work")
        self._chart(self.kept, chief, _KEPT, "stats.chart.kept")
        self._chart(self.course, report.course, _SHOWN, "stats.chart.course")

    def _told(self, report: Report) -> str:
        t, span = self._tongue.t, report.span
        parts = [
            t("stats.told", first=span.first.isoformat(), last=span.last.isoformat()),
            t("stats.source"),
            t("stats.own") if report.own else "",
        ]
        return " ".join(part for part in parts if part)

    def _chart(
        self,
        chart: BarChart | LineChart,
        rows: list[FigureRow] | tuple[FigureRow, ...],
        columns: tuple[str, ...],
        key: str,
    ) -> None:
        t = self._tongue.t
        labels = [self._name(each) for each in rows]
        if isinstance(chart, LineChart):
            labels = [each.key[5:] for each in rows]
        series = [
            Series(
                t(f"stats.column.{name}"),
                tuple(getattr(each.figures, name) for each in rows),
                "red" if name == "late" else "",
            )
            for name in columns
        ]
        sums = self._tongue.joined(*(f"{each.name} {sum(each.values)}" for each in series))
        chart.show_series(labels, series, t(key, sums=sums))

    def _name(self, each: FigureRow) -> str:
        return each.name or self._tongue.t("stats.centre")

    def _cells(self, each: FigureRow) -> Cells:
        counts = tuple(str(getattr(each.figures, name)) for name in COLUMNS)
        texts = (self._name(each), *counts, rate_of(each.figures) or "—")
        titles = [self._tongue.t(f"stats.column.{c.name}") for c in self.model.columns]
        spoken = self._tongue.joined(
            *(f"{title} {text}" for title, text in zip(titles, texts, strict=True))
        )
        return Cells(texts, "", spoken)

    def _ask_where(self) -> None:
        report = self._report
        if report is None:
            return
        span = f"{report.span.first:%Y%m%d}-{report.span.last:%Y%m%d}"
        name = f"{self._tongue.t('page.statistics')}-{span}.csv"
        dialog = ask_where(self, self._tongue, "act.export_csv", name, self.exported.emit)
        dialog.setNameFilter("CSV (*.csv)")
        dialog.open()
