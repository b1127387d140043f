"""The real window's figures, table and own pace over a real centre (PE09)."""

import csv
import io

import pytest

from sync.domain.calendar import china_day
from sync.domain.statistics import By, span_of
from tests.helpers.hall import StandingStage, open_hall

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(300)]


@pytest.fixture
def stage(tmp_path):
    made = StandingStage(tmp_path / "stage")
    yield made
    made.centre.stop()


async def test_what_a_clerk_did_is_counted_exported_and_printed(stage, tmp_path):
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        case = await hall.register()
        await hall.receive_all(case)
        await hall.desk.steps.accept(case)
        await hall.synced()
        desk = hall.desk
        span = span_of("month", china_day(desk.now()))
        report = await desk.statistics.report(span, By.PERSON)
        (own,) = report.rows
        assert own.key == desk.door.session.person
        assert own.name == desk.door.session.name
        assert (own.figures.received, own.figures.handled, report.own) == (1, 1, True)
        by_item = await desk.statistics.report(span, By.ITEM)
        assert [row.figures.received for row in by_item.rows] == [1]
        table = tmp_path / "table.csv"
        await desk.statistics.export(report, table)
        rows = list(csv.reader(io.StringIO(table.read_bytes()[3:].decode(), newline="")))
        assert rows[1][:3] == [own.name, "1", "1"]
        paper = await desk.statistics.paper(report)
        assert await desk.handouts.pages(paper.sha256) == 1
        await desk.pace.note("accept", 31.4)
        assert [row.medians for row in (await desk.pace.view()).rows] == [(31,)]
        assert not await desk.messages.sound()
        await desk.messages.set_sound(on=True)
        assert await desk.messages.sound()
