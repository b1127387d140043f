"""Figures at the window: whose are shown, what is exported, what stays on this machine."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from client.app.hall.pace import LONGEST_S, WEEKS, Pace
from client.app.hall.statistics import FigureRow, Report, _report, _table
from client.documents.frame import Frame, Office
from client.documents.papers import compose_paper
from client.documents.statistics import StatisticsData
from sync.domain.statistics import By, Figures, Made, Span
from sync.spreadsheets import csv_of

SPAN = Span(date(2026, 3, 1), date(2026, 3, 31))
MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def rows(data):
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data[3:].decode(), newline="")))


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "|cmd"])
def test_no_text_of_a_table_commands_a_spreadsheet(evil):
    assert rows(csv_of(("name",), [(evil,)]))[1][0] == f"'{evil}"


def test_plain_names_quotes_and_numbers_stay_what_they_are():
    data = csv_of(("名称", "数"), [('王"芳,', -3), ("云岭", 12)])
    assert rows(data) == [["名称", "数"], ['王"芳,', "-3"], ["云岭", "12"]]
    assert data.count(b"\r\n") == 3


def made(person, at=MONDAY):
    return Made("e", "receive", f"c-{person}", "i", person, "d", at, "accepted", None)


@pytest.mark.parametrize(("own", "shown"), [("", ["a", "b"]), ("a", ["a"])])
def test_of_persons_everybody_sees_his_own_row_and_the_whole(own, shown):
    steps = [made("a"), made("b")]
    report = _report(SPAN, By.PERSON, steps, {}, lambda _by, key: key, own)
    assert [row.key for row in report.rows] == shown
    assert report.whole.received == 2
    assert report.own is bool(own)
    by_item = _report(SPAN, By.ITEM, steps, {}, lambda _by, key: key, own)
    assert [row.figures.received for row in by_item.rows] == [2]


@pytest.mark.parametrize(
    ("days", "course"), [(31, By.DAY), (32, By.WEEK), (184, By.WEEK), (366, By.MONTH)]
)
def test_the_course_of_a_longer_span_has_longer_steps(days, course):
    span = Span(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=days - 1))
    assert _report(span, By.ITEM, [], {}, lambda _by, key: key, "").course_by is course


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_printed_table_holds_titles_groups_and_the_whole(language):
    report = Report(
        SPAN,
        By.PERSON,
        Figures(5, 4, 3, 2, 1, 1),
        (FigureRow("p", "张三", Figures(5, 4, 3, 2, 1, 1)), FigureRow("centre", "", Figures())),
        (),
        By.DAY,
    )
    table = _table(report, language)
    assert [len(row) for row in table] == [10, 10, 10, 10]
    assert table[1] == ("张三", 5, 4, 3, 2, 1, 1, 0, 0, "50.0%")
    frame = Frame(
        Office("云岭县政务服务中心", "市场监管局"), date(2026, 4, 1), MONDAY, "20260301-20260331",
        licensing=False, language=language,
    )  # fmt: skip
    lines = tuple(tuple(map(str, row)) for row in table[1:])
    paper = compose_paper(StatisticsData(frame, "2026-03", "人员", "中心", lines))
    assert paper.pdf.startswith(b"%PDF")


class Place:
    """An open session over a store that keeps small values."""

    def __init__(self):
        self.kept, self.at, self.session = {}, MONDAY, SimpleNamespace(person="p1")
        self.store = SimpleNamespace(get_meta=self.kept.get, put_meta=self.kept.__setitem__)

    def now(self):
        return self.at

    async def on_store(self, work, *args):
        return work(*args)


@pytest.mark.asyncio
async def test_medians_are_of_each_week_and_of_each_person():
    place = Place()
    pace = Pace(lambda: place)
    for seconds in (10, 50, 20):
        await pace.note("accept", seconds)
    place.at += timedelta(days=7)
    await pace.note("accept", 7.4)
    await pace.note("accept", LONGEST_S + 1)  # called away
    view = await pace.view()
    assert view.weeks == ("2026-03-02", "2026-03-09")
    assert [(row.kind, row.medians, row.count) for row in view.rows] == [("accept", (20, 7), 4)]
    place.session = SimpleNamespace(person="p2")
    assert (await pace.view()).rows == ()
    place.session = SimpleNamespace(person="p1")
    await pace.forget()
    assert (await pace.view()).rows == ()


@pytest.mark.asyncio
async def test_old_weeks_go_and_what_cannot_be_read_is_begun_anew():
    place = Place()
    place.kept["pace.p1"] = b"no json"
    pace = Pace(lambda: place)
    await pace.note("accept", 10)
    place.at += timedelta(weeks=WEEKS)
    await pace.note("accept", 20)
    assert (await pace.view()).weeks == ("2026-04-27",)
