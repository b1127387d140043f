"""The figures of scripted screens: a hall of a few people and windows over a month."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from client.app.hall.pace import PaceRow, PaceView
from client.app.hall.statistics import FigureRow, Report
from client.app.rows.cases import PaperRow
from sync.domain.statistics import By, Figures
from tests.helpers.scripted_cases import NOW

if TYPE_CHECKING:
    from pathlib import Path

    from sync.domain.statistics import Span
    from tests.helpers.scripted_desk import ScriptedDesk

WHOLE = Figures(96, 88, 71, 60, 4, 3, 5, 6)
PEOPLE = (
    FigureRow("p0101", "张三", Figures(52, 40, 38, 0, 0, 0, 1, 2)),
    FigureRow("p0102", "李四", Figures(0, 48, 0, 0, 0, 0, 4, 1)),
    FigureRow("p0103", "王主任", Figures(0, 67, 12, 60, 4, 3, 0, 0)),
    FigureRow("p0104", "=赵六", Figures(44, 31, 21, 0, 0, 0, 0, 3)),
    FigureRow("centre", "", Figures(0, 0, 1, 0, 0, 0, 0, 0)),
)
ITEMS = (
    FigureRow("spjy", "食品经营许可（新办）", Figures(60, 55, 44, 38, 4, 2, 4, 4)),
    FigureRow("gtgs", "个体工商户设立登记", Figures(36, 33, 27, 22, 0, 1, 1, 2)),
)


class ScriptedStatistics:
    """The same figures for every span; remembers what was asked."""

    def __init__(self, desk: ScriptedDesk) -> None:
        self.desk = desk
        self.asked: list[tuple[Span, By]] = []
        self.printed: list[Report] = []

    async def report(self, span: Span, by: By) -> Report:
        self.desk.door.place()
        self.asked.append((span, by))
        course = tuple(
            FigureRow(
                (span.first + timedelta(days=day)).isoformat(),
                (span.first + timedelta(days=day)).isoformat(),
                Figures(3 + day * 7 % 5, 2 + day * 5 % 6, day * 3 % 5),
            )
            for day in range(16)
        )
        rows = ITEMS if by is By.ITEM else course if by in {By.DAY, By.MONTH} else PEOPLE
        return Report(span, by, WHOLE, rows, course, By.DAY)

    async def export(self, report: Report, path: Path) -> None:
        self.exported = (report, path)

    async def paper(self, report: Report) -> PaperRow:
        self.printed.append(report)
        made = await self.desk.handouts.notification("spjy")
        return PaperRow("statistics", "20261101-20261122", made.sha256, NOW)


class ScriptedTour:
    """Nobody was shown round until somebody was."""

    def __init__(self, desk) -> None:
        self.desk = desk
        self.shown: set[str] = set()

    async def wanted(self) -> bool:
        return self.desk.door.place().person not in self.shown

    async def done(self) -> None:
        self.shown.add(self.desk.door.place().person)


class ScriptedPace:
    """Three steps over three weeks."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, float]] = []
        self.shown = PaceView(
            ("2026-11-02", "2026-11-09", "2026-11-16"),
            (
                PaceRow("preregister", (95, 71, 48), 61),
                PaceRow("accept", (40, None, 32), 27),
                PaceRow("notify_correction", (None, 210, 184), 9),
            ),
        )

    async def note(self, kind: str, seconds: float) -> None:
        self.noted.append((kind, seconds))

    async def view(self) -> PaceView:
        return self.shown

    async def forget(self) -> None:
        self.shown = PaceView()
