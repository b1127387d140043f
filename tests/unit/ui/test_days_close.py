"""What was counted at a day's close and not recorded: it is of its own day, not of the next."""

from datetime import timedelta

import pytest

from tests.helpers.scripted_cases import NOW
from ui.presenters.money import TillForm, TillPresenter
from ui.presenters.seal_book import SealBookPresenter
from ui.values import CloseForm

pytestmark = pytest.mark.asyncio
LATER = NOW + timedelta(days=1)


async def left_at_the_till(desk, screen, flow, form):
    page = TillPresenter(desk, screen, flow)
    await page.open()
    await page.edited(form)
    await page.save()


async def test_money_counted_today_stands_as_it_was_left(desk, screen, flow, enter):
    await enter("cashier")
    await left_at_the_till(desk, screen, flow, TillForm(counted={"cash": "80"}))

    await TillPresenter(desk, screen, flow).open()
    shown = screen.last("show_form")
    assert (shown.day, shown.counted) == ("", {"cash": "80"})


async def test_money_counted_yesterday_is_held_against_yesterday(desk, screen, flow, enter):
    await enter("cashier")
    await left_at_the_till(desk, screen, flow, TillForm(counted={"cash": "80"}))
    desk.now = lambda: LATER

    await TillPresenter(desk, screen, flow).open()
    shown = screen.last("show_form")
    assert (shown.day, shown.counted) == (f"{NOW:%Y-%m-%d}", {"cash": "80"})
    assert screen.last("show_span").first == NOW.date()


async def test_a_till_at_which_nothing_was_counted_shows_today(desk, screen, flow, enter):
    await enter("cashier")
    await left_at_the_till(desk, screen, flow, TillForm(span="week"))
    desk.now = lambda: LATER

    await TillPresenter(desk, screen, flow).open()
    assert screen.last("show_form").day == ""


@pytest.mark.parametrize(("now", "shown"), [(NOW, 1), (LATER, 0)])
async def test_blank_forms_are_counted_anew_each_day(desk, screen, flow, enter, now, shown):
    await enter("chief")
    page = SealBookPresenter(desk, screen, flow)
    page.edited(CloseForm("0", "5"))
    await page.save_draft()
    desk.now = lambda: now

    await SealBookPresenter(desk, screen, flow).open()
    assert len(screen.told("show_form")) == shown
    assert (await desk.drafts.load("seal_close") is not None) is bool(shown)
