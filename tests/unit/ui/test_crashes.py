"""The presenter of reports: one is shown, each act is about it, no line is no failure."""

import asyncio

import pytest

from sync.domain.failures import Failure, FailureKind
from tests.helpers.scripted_crashes import DIED, REPORT
from ui.presenters.crashes import CrashesPresenter

pytestmark = pytest.mark.asyncio


@pytest.fixture
def presenter(desk, screen):
    desk.crashes.rows = (REPORT, DIED)
    return CrashesPresenter(desk, screen)


def shown(screen):
    row, place, count = screen.told("show_report")[-1]
    return (None if row is None else row.id), place, count


async def test_the_newest_is_shown_and_one_after_the_other(presenter, screen):
    await presenter.open()
    assert shown(screen) == (REPORT.id, 1, 2)
    presenter.next()
    assert shown(screen) == (DIED.id, 2, 2)
    presenter.next()
    assert shown(screen) == (REPORT.id, 1, 2)


async def test_what_is_typed_is_shown_as_it_goes_and_belongs_to_its_report(presenter, desk, screen):
    await presenter.open()
    presenter.typed("给13987654321录入")
    assert screen.last("show_going") == "给***录入"
    keep = presenter.keep()
    presenter.next()  # the pause after typing ends when another is shown already
    await keep
    assert [row.note for row in desk.crashes.rows] == ["给***录入", ""]
    await presenter.send()
    assert [row.note for row in desk.crashes.rows] == ["给***录入"]


async def test_a_report_goes_with_its_note_and_the_next_is_shown(presenter, desk, screen):
    await presenter.open()
    presenter.typed("受理时")
    await asyncio.gather(presenter.send(), presenter.send())
    assert desk.crashes.sent == [REPORT.id]
    assert shown(screen) == (DIED.id, 1, 1)
    assert screen.last("show_done") == "crashes.sent"


@pytest.mark.parametrize(
    ("kind", "told"), [(FailureKind.RETRIABLE, [None]), (FailureKind.BROKEN, [None, "x.y"])]
)
async def test_a_line_that_is_out_is_no_failure_and_another_is(presenter, desk, screen, kind, told):
    await presenter.open()
    desk.crashes.fail = Failure("x.y", kind)
    await presenter.send()
    row, _, _ = screen.told("show_report")[-1]
    assert (row.id, row.leaves) == (REPORT.id, True)
    problems = [args[0] for args in screen.told("show_failure")]
    assert [each and each.code for each in problems] == told
    assert screen.told("show_done") == []


async def test_it_is_saved_and_thrown_away(presenter, desk, screen, tmp_path):
    await presenter.open()
    await presenter.save(tmp_path / "r.json")
    assert (tmp_path / "r.json").read_text() == REPORT.id
    desk.crashes.fail = Failure("app.file_not_written")
    await presenter.save(tmp_path / "r.json")
    assert screen.last("show_failure").code == "app.file_not_written"
    await presenter.drop()
    await presenter.drop()
    assert shown(screen) == (None, 0, 0)
    await presenter.drop()
    await presenter.send()
    presenter.next()
    await presenter.keep()
    assert shown(screen) == (None, 0, 0)


async def test_the_wish_not_to_be_told_is_kept_or_taken_back(presenter, desk, screen):
    await presenter.offer(on=False)
    assert desk.crashes.offered is False
    desk.crashes.fail = Failure("settings.unwritten")
    await presenter.offer(on=True)
    assert screen.calls[-2][2] == {"on": False}
    assert screen.last("show_failure").code == "settings.unwritten"
