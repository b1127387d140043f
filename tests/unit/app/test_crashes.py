"""Reports are sent by a person's word, kept until the centre names them, and shown whole."""

import asyncio

import msgspec
import pytest
import pytest_asyncio

from client.app.failures import AppFailure
from client.app.machine.crashes import CrashReports
from client.app.rows.changes import LineChanged
from client.app.rows.session import LinePhase, LineView
from client.host.clock import SystemClock
from client.host.crashes import Crashes
from client.host.lanes import Lanes
from client.host.settings import Settings
from sync.engine.faults import Fault, LineFailure
from sync.protocol.crash_messages import CrashAnswer
from tests.helpers import waiting

pytestmark = pytest.mark.asyncio


class Line:
    """A line that answers as it is told; remembers what was sent."""

    sends = True

    def __init__(self):
        self.sent = []
        self.fail = None
        self.id = None

    async def hall(self, path, form, request):
        assert (path, form) == ("/v1/crashes", CrashAnswer)
        self.sent.append(request)
        if self.fail is not None:
            raise self.fail
        return CrashAnswer(id=self.id or request.id)


class Machine:
    def __init__(self):
        self.settings = Settings()

    async def set_crash_notice(self, *, on):
        self.settings = msgspec.structs.replace(self.settings, crash_notice=on)


@pytest.fixture
def kept(tmp_path):
    made = Crashes(tmp_path, SystemClock())
    made.at("step/accept")
    for error in (ValueError(), KeyError()):
        made.failed(error)
    return made


@pytest_asyncio.fixture
async def reports(kept):
    lanes, line = Lanes(), Line()
    made = CrashReports(kept, Machine(), line, lanes)
    made.line = line
    yield made
    await lanes.close()


def synced(reports):
    reports.hear(LineChanged(LineView(LinePhase.OFFLINE)))
    reports.hear(LineChanged(LineView(LinePhase.SYNCED)))


async def running(reports, until):
    """Let the reports' own task run until something holds."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(reports.run())
        await asyncio.to_thread(waiting.until, until)
        task.cancel()


async def test_nothing_leaves_unasked_though_the_line_is_there(reports):
    synced(reports)
    await running(reports, lambda: not reports._stirred.is_set())
    assert reports.line.sent == []
    assert reports.waiting == 2


async def test_what_is_sent_is_what_was_shown_and_it_goes_once(reports):
    row = reports.all()[0]
    await reports.annotate(row.id, "正在受理13987654321")
    await reports.send(row.id)
    (sent,) = reports.line.sent
    assert sent.note == "正在受理***"
    assert [each.id for each in reports.all()] == [reports.all()[0].id] != [row.id]
    with pytest.raises(AppFailure, match=r"app\.crash_gone"):
        await reports.send(row.id)


async def test_every_text_of_a_report_is_on_the_page(reports, kept):
    await reports.annotate(reports.all()[0].id, "一句话")
    for held, row in zip(kept.all(), reports.all(), strict=True):
        shown = repr(row)
        report = msgspec.to_builtins(held.report)
        for name in ("id", "fingerprint", "version", "build", "page", "kind", "note"):
            assert report[name] in shown
        for part, said in report["versions"].items():
            assert f"{part} {said}" in shown
        for each in report["raised"]:
            assert each["name"] in shown
            assert all(place in shown for place in each["places"])
        assert all(line in shown for line in report["log"])


async def test_without_the_line_it_waits_and_goes_when_that_is_back(reports):
    id_ = reports.all()[1].id
    reports.line.fail = LineFailure("line.refused", Fault.LINE)
    with pytest.raises(LineFailure):
        await reports.send(id_)
    assert [row.leaves for row in reports.all() if row.id == id_] == [True]
    reports.line.fail = None
    synced(reports)
    await running(reports, lambda: all(row.id != id_ for row in reports.all()))
    assert [each.id for each in reports.line.sent] == [id_, id_]
    assert reports.waiting == 1


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.BUSY])
async def test_a_centre_that_refuses_keeps_nobody_from_trying_again(reports, fault):
    ids = [row.id for row in reports.all()]
    reports.line.fail = LineFailure("wire.rate_limited", fault)
    for id_ in ids:
        with pytest.raises(LineFailure):
            await reports.send(id_)
    synced(reports)
    before = len(reports.line.sent)
    await running(reports, lambda: len(reports.line.sent) > before)
    assert sorted(row.id for row in reports.all()) == sorted(ids)
    # A line that is busy is left alone; one report's refusal is no word on the next.
    assert len(reports.line.sent) - before == (1 if fault is Fault.BUSY else 2)


async def test_a_centre_that_names_another_report_has_none(reports):
    id_ = reports.all()[0].id
    reports.line.id = reports.all()[1].id
    with pytest.raises(LineFailure, match=r"line\.nonsense"):
        await reports.send(id_)
    assert {row.id for row in reports.all()} == {id_, reports.line.id}


async def test_a_report_is_saved_as_it_would_go_and_thrown_away(reports, kept, tmp_path):
    row = reports.all()[0]
    await reports.save(row.id, tmp_path / "report.json")
    saved = msgspec.json.decode((tmp_path / "report.json").read_bytes())
    assert saved == msgspec.to_builtins(kept.all()[0].report)
    with pytest.raises(AppFailure, match=r"app\.file_not_written"):
        await reports.save(row.id, tmp_path / "absent" / "report.json")
    await reports.drop(row.id)
    assert row.id not in {each.id for each in reports.all()}
    with pytest.raises(AppFailure, match=r"app\.crash_gone"):
        await reports.save(row.id, tmp_path / "report.json")


async def test_whoever_wants_no_notice_has_none(reports):
    assert reports.offered
    await reports.offer(on=False)
    assert not reports.offered


async def test_in_practice_nothing_is_let_go_for_there_is_no_centre(reports):
    reports.line.sends = False
    first = reports.all()[0]
    assert not reports.sends
    with pytest.raises(AppFailure) as told:
        await reports.send(first.id)
    assert told.value.code == "app.practice_no_line"
    assert reports.line.sent == []
    assert not any(row.leaves for row in reports.all())
