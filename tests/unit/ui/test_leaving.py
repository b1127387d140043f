"""Withdrawal is the applicant's right, by his signed request; leaving says what was offered."""

import pytest

from tests.helpers.gallery_cases import HANDLING, REGISTERED
from ui.presenters.leaving import LeavePresenter, WithdrawPresenter
from ui.values import REQUEST, LeaveForm

pytestmark = pytest.mark.asyncio


def fields(screen):
    return [(problem.field, problem.what.key) for problem in screen.last("show_problems")]


def scans(tmp_path, *names):
    for name in names:
        (tmp_path / name).write_bytes(name.encode())
    return tuple(tmp_path / name for name in names)


async def withdrawing(desk, screen, flow):
    page = WithdrawPresenter(desk, screen, flow, HANDLING)
    await page.open()
    return page


async def test_no_withdrawal_without_the_signed_request(desk, screen, flow, enter):
    await enter("clerk")
    page = await withdrawing(desk, screen, flow)
    page.tick(REQUEST, given=True)
    await page.submit(page.form)
    assert fields(screen) == [("materials", "withdraw.no_request")]
    assert desk.world[HANDLING].state == "handling"


async def test_a_withdrawal_carries_the_request_and_ends_the_case(
    desk, screen, flow, enter, tmp_path
):
    await enter("clerk")
    page = await withdrawing(desk, screen, flow)
    await page.attach(REQUEST, scans(tmp_path, "撤回申请.jpg"))
    await page.submit(page.form)
    assert desk.asked[-1] == ("withdraw", HANDLING, "撤回申请.jpg")
    assert desk.world[HANDLING].state == "withdrawn"
    assert flow.told("done")[-1][0] == "withdraw"


async def test_one_file_is_enough(desk, screen, flow, enter, tmp_path):
    await enter("clerk")
    page = await withdrawing(desk, screen, flow)
    await page.attach(REQUEST, scans(tmp_path, "1.jpg", "2.jpg"))
    await page.submit(page.form)
    assert fields(screen) == [("materials", "withdraw.one_file")]


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        (LeaveForm(), [("answer", "leaving.offered.missing")]),
        (LeaveForm(offered=True, text="  "), [("text", "leaving.text.missing")]),
    ],
)
async def test_leaving_says_what_was_offered(desk, screen, flow, enter, form, wrong):
    await enter("clerk")
    await LeavePresenter(desk, screen, flow, REGISTERED, "leave").submit(form)
    assert fields(screen) == wrong


@pytest.mark.parametrize("form", [LeaveForm(offered=False), LeaveForm(offered=True, text="停电")])
async def test_a_number_is_given_back(desk, screen, flow, enter, form):
    await enter("clerk")
    page = LeavePresenter(desk, screen, flow, REGISTERED, "leave")
    await page.open()
    assert screen.last("show_form") == LeaveForm()
    await page.submit(form)
    assert ("offered", form.offered) in desk.asked
    assert desk.world[REGISTERED].state == "lapsed"
