"""Statistics at the window: the centre's reckoning over this window's own store (PE09)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from client.app.papers.saving import saved
from client.documents.frame import Frame, Office
from client.documents.statistics import StatisticsData
from sync.domain.authority import Role
from sync.domain.calendar import CHINA
from sync.domain.events import CENTRE_DEVICE
from sync.domain.fields import ms_of
from sync.domain.statistics import DECIDING, By, Figures, decisive_step, tally, whole
from sync.spreadsheets import csv_of
from sync.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from client.app.items.catalogue import CatalogueDesk
    from client.app.items.handouts import Handouts
    from client.app.rows.cases import PaperRow
    from client.app.session.workplace import Workplace
    from sync.domain.case import Case
    from sync.domain.policy import PolicyBook
    from sync.domain.rules import Rules
    from sync.domain.statistics import Made, Row, Span
    from sync.domain.timeliness import Timeliness

CENTRE = "centre"  # as whom the centre makes its own steps
_SLICE = 1000  # so long at most does a step wait for the store's lane
_CASES = 100


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One group with the name that a screen shows; "" of a person or window is the centre."""

    key: str
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of a span: the whole, its groups, and its course day by day or month by month."""

    span: Span
    by: By
    whole: Figures
    rows: tuple[FigureRow, ...]
    course: tuple[FigureRow, ...]
    course_by: By
    own: bool = False  # of persons only the asker's row is shown


COLUMNS = (
    "received",
    "handled",
    "closed",
    "on_time",
    "extended",
    "late",
    "overdue_steps",
    "errors",
)
"""The figures of a row in the order of every table; the rate follows."""
_SEES_ALL = frozenset(
    {
        Role.CHIEF_REPRESENTATIVE,
        Role.DEPARTMENT_LEADER,
        Role.HALL_MANAGER,
        Role.SUPERVISOR,
        Role.SUPERVISION_LEADER,
    }
)
"""Who manages people sees each one's figures; everybody else his own and the whole."""


class Statistics:
    """Counts what this window's store holds: the scopes that it follows, as far as pulled.

    Args:
        place: the open session's means, or raises app.locked.
        catalogue: knows the screen's language.
        handouts: keeps the printed table to be looked at.
    """

    def __init__(
        self, place: Callable[[], Workplace], catalogue: CatalogueDesk, handouts: Handouts
    ) -> None:
        self._place = place
        self._catalogue = catalogue
        self._handouts = handouts

    async def report(self, span: Span, by: By) -> Report:
        """Count a span by groups.

        The store is read in slices with other work between them; the counting itself is done
        beside the screen's and the store's lanes.
        """
        place = self._place()
        made = await self._made(place, span)
        book = await place.on_store(place.store.policy_book)
        kept = await self._kept(place, made, book.rules())
        names = self._namer(book)
        own = "" if _SEES_ALL & set(place.session.roles) else place.session.person
        return await place.lanes.crunch.run(_report, span, by, made, kept, names, own)

    async def export(self, report: Report, path: Path) -> None:
        """Write a report as CSV where the person said; its texts command no spreadsheet.

        Raises:
            AppFailure: app.file_not_written: what stood there stays.
        """
        place, table = self._place(), _table(report, self._catalogue.language)
        await place.lanes.crunch.run(lambda: saved(path, csv_of(table[0], table[1:])))

    async def paper(self, report: Report) -> PaperRow:
        """Make the printed table; `desk.handouts` shows its pages.

        Raises:
            AppFailure: app.locked. DocumentFailure: as `compose`.
        """
        place, language = self._place(), self._catalogue.language
        session, now, said = place.session, place.now(), texts(language)
        frame = Frame(
            office=Office(
                session.hall_name, session.department_name, session.counter, session.name
            ),
            dated=now.astimezone(CHINA).date(),
            made_at=now,
            no=f"{report.span.first:%Y%m%d}-{report.span.last:%Y%m%d}",
            licensing=False,
            language=language,
        )
        rows = tuple(tuple(map(str, row)) for row in _table(report, language)[1:])
        data = StatisticsData(
            frame,
            f"{report.span.first} – {report.span.last}",
            said.t(f"stats.by.{report.by}"),
            said.t("stats.source"),
            rows,
        )
        return await self._handouts.compose(data)

    # ------------------------------------------------------------ inner

    @staticmethod
    async def _made(place: Workplace, span: Span) -> tuple[Made, ...]:
        found: list[Made] = []
        after: tuple[int, int] | None = (ms_of(span.begin) - 1, 1 << 62)
        while after is not None:
            some, after = await place.on_store(place.store.counted, after, ms_of(span.end), _SLICE)
            found += some
        return tuple(found)

    @staticmethod
    async def _kept(place: Workplace, made: Sequence[Made], rules: Rules) -> dict[str, Timeliness]:
        numbers = sorted({step.case for step in made if step.kind in DECIDING})
        kept: dict[str, Timeliness] = {}
        for at in range(0, len(numbers), _CASES):
            cases = await place.on_store(_cases, place, numbers[at : at + _CASES])
            kept |= await place.lanes.crunch.run(_held_to, cases, rules)
        return kept

    def _namer(self, book: PolicyBook) -> Callable[[By, str], str]:
        """Return what names a group's key, in the screen's language."""
        english = self._catalogue.language != "zh_CN"

        def name(by: By, key: str) -> str:
            if by is By.PERSON:
                known = book.roster.get(key)
                if known is None:
                    return "" if key == CENTRE else key
                return known.name
            if by is By.WINDOW:
                device = book.devices.get(key)
                if key.startswith(CENTRE_DEVICE):
                    return ""
                return key if device is None else device.counter or key
            if by is By.ITEM:
                item = book.catalogue.item(key)
                return key if item is None else item.name.en if english else item.name.zh
            return key

        return name


def _cases(place: Workplace, numbers: Sequence[str]) -> list[Case]:
    """Read cases. Store lane."""
    found = (place.store.case(number) for number in numbers)
    return [case for case in found if case is not None]


def _held_to(cases: Sequence[Case], rules: Rules) -> dict[str, Timeliness]:
    return dict(found for case in cases if (found := decisive_step(case, rules)) is not None)


def _report(
    span: Span,
    by: By,
    made: Sequence[Made],
    kept: Mapping[str, Timeliness],
    name: Callable[[By, str], str],
    own: str,
) -> Report:
    days = (span.last - span.first).days + 1
    course_by = By.DAY if days <= _DAYS else By.WEEK if days <= _WEEKS else By.MONTH

    def rows(by: By) -> tuple[FigureRow, ...]:
        return tuple(_named(row, by, name) for row in tally(made, kept, by))

    shown = rows(by)
    hidden = by is By.PERSON and bool(own)
    if hidden:
        shown = tuple(row for row in shown if row.key == own)
    return Report(span, by, whole(made, kept), shown, rows(course_by), course_by, own=hidden)


_DAYS, _WEEKS = 31, 184


def _named(row: Row, by: By, name: Callable[[By, str], str]) -> FigureRow:
    return FigureRow(row.key, name(by, row.key), row.figures)


def _table(report: Report, language: str) -> list[tuple[str | int, ...]]:
    """Return titles, the groups and the whole: what is exported and what is printed."""
    said = texts(language)
    titles = ["name", *COLUMNS, "rate"]
    table: list[tuple[str | int, ...]] = [tuple(said.t(f"stats.column.{each}") for each in titles)]
    lines = [(row.name or said.t("stats.centre"), row.figures) for row in report.rows]
    for name, figures in (*lines, (said.t("stats.whole"), report.whole)):
        counts = tuple(getattr(figures, column) for column in COLUMNS)
        table.append((name, *counts, rate_of(figures)))
    return table


def rate_of(figures: Figures) -> str:
    """Return the rate of cases kept in time as a percentage, "" where none was decided."""
    found = figures.per_mille
    return "" if found is None else f"{found // 10}.{found % 10}%"
