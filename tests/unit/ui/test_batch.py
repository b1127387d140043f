"""Deciding in a batch: what is included is signed with one PIN, each case by itself."""

import pytest

from sync.domain.secret import Secret
from sync.engine.ports import ChangeSet
from tests.helpers.scripted_access import PIN
from tests.helpers.scripted_batch import several_deciding
from ui.presenters.batch import BatchPresenter
from ui.values import BatchForm

pytestmark = pytest.mark.asyncio


@pytest.fixture
def opened(desk, screen, flow, enter):
    """Open the page with so many cases, the sheets drawn up."""

    async def begin(count=4, *, include=True):
        numbers = several_deciding(desk, count)
        await enter("chief")
        page = BatchPresenter(desk, screen, flow)
        await page.open()
        await page.prepare()
        for number in numbers if include else ():
            page.toggle(number)
        return page, numbers

    return begin


def states(screen):
    return {line.row.number: line.state for line in screen.last("show_lines")}


async def test_every_sheet_is_drawn_up_and_nothing_is_included_by_itself(opened, screen):
    _page, numbers = await opened(4, include=False)

    assert states(screen) == dict.fromkeys(numbers, "ready")
    case, sheet = screen.told("show_chosen")[-1]
    assert case.detail.row.number == sheet.case == numbers[0]
    assert screen.told("show_document")


async def test_one_pin_signs_what_is_included_and_nothing_else(opened, desk, screen):
    page, numbers = await opened(4)
    page.toggle(numbers[2])

    await page.sign(Secret(PIN))

    assert [desk.world[n].state for n in numbers] == ["granted", "granted", "deciding", "granted"]
    assert screen.last("show_told").args == {"signed": 3, "failed": 0, "left": 0}
    assert screen.told("clear_pin")


async def test_a_case_that_fails_leaves_the_others_whole(opened, desk, screen):
    page, numbers = await opened(4)
    desk.batch.moved = {numbers[1]}

    await page.sign(Secret(PIN))

    assert [desk.world[n].state for n in numbers] == ["granted", "deciding", "granted", "granted"]
    failed = next(ln for ln in screen.last("show_lines") if ln.row.number == numbers[1])
    assert (failed.state, failed.problem.code) == ("failed", "app.case_moved")
    assert screen.last("show_told").args == {"signed": 3, "failed": 1, "left": 0}


async def test_a_wrong_pin_is_tried_once_and_what_was_included_stays(opened, desk, screen):
    page, numbers = await opened(4)

    await page.sign(Secret("999999"))

    assert desk.door.tries == 2
    assert states(screen) == dict.fromkeys(numbers, "included")
    assert screen.last("show_failure").code == "card.pin_wrong"


async def test_where_policy_wants_a_pin_for_each_the_rest_stays_included(opened, desk, screen):
    page, numbers = await opened(3)
    desk.batch.most = 1

    await page.sign(Secret(PIN))
    assert screen.last("show_told").key == "batch.pin_again"
    await page.sign(Secret(PIN))

    assert [desk.world[n].state for n in numbers] == ["granted", "granted", "deciding"]
    assert states(screen)[numbers[2]] == "included"


async def test_leaving_while_the_card_works_stops_after_that_case(opened, desk, screen, flow):
    page, numbers = await opened(4)
    inner = desk.signing.sign

    async def sign(sheet, pin):
        done = await inner(sheet, pin)
        if sheet.case == numbers[1]:
            await page.leave()
        return done

    desk.signing.sign = sign
    await page.sign(Secret(PIN))

    assert [desk.world[n].state for n in numbers] == ["granted", "granted", "deciding", "deciding"]
    assert screen.last("show_told").key == "batch.cancelled"
    assert flow.told("leave") == []
    await page.leave()
    assert flow.told("leave") == [()]


async def test_a_case_that_moved_is_drawn_up_anew_and_no_longer_included(opened, desk, screen):
    page, numbers = await opened(3)
    desk.step("hear_party", numbers[1], to="deciding")
    desk.batch.prepared.clear()

    await page.changed(ChangeSet(frozenset({numbers[1]})))

    assert desk.batch.prepared == [numbers[1]]
    assert [states(screen)[n] for n in numbers] == ["included", "ready", "included"]


async def test_other_words_are_kept_and_every_sheet_is_drawn_up_anew(opened, desk, screen):
    page, numbers = await opened(3)
    page.edited(BatchForm("准予许可"))
    assert set(states(screen).values()) == {"preparing"}

    await page.prepare()
    await page.save_draft()

    assert states(screen) == dict.fromkeys(numbers, "ready")
    assert "准予许可" in desk.kept["batch"]
    sheets = [sheet for _case, sheet in screen.told("show_chosen") if sheet is not None]
    assert "准予许可" in sheets[-1].shown


async def test_who_may_not_decide_sees_why_and_signs_nothing(desk, screen, flow, enter):
    numbers = several_deciding(desk, 2)
    await enter("handler")
    page = BatchPresenter(desk, screen, flow)
    await page.open()
    await page.prepare()
    page.toggle(numbers[0])

    await page.sign(Secret(PIN))

    assert states(screen) == dict.fromkeys(numbers, "blocked")
    assert screen.last("show_lines")[0].blocked.key == "violation.no_authority"
    assert desk.world[numbers[0]].state == "deciding"
