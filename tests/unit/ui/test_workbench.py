"""The workbench: late answers dropped, pages added once, changes followed."""

import asyncio
from dataclasses import replace

import pytest
import pytest_asyncio

from client.app.rows.cases import CasePage, Tab
from sync.domain.failures import Failure
from sync.domain.lights import Light
from sync.engine.ports import ChangeSet
from tests.helpers.gallery_cases import COMPLETE, DECIDING
from ui.presenters.workbench import WorkbenchPresenter

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def bench(desk, screen, enter):
    await enter("clerk")
    return WorkbenchPresenter(desk, screen)


async def test_it_shows_counts_and_rows(bench, screen):
    await bench.refresh()

    assert screen.last("show_counts").overdue == 2
    page, tab, text = screen.told("show_page")[-1]
    assert (tab, text) == (Tab.MINE, "")
    assert page.rows[0].light.light.value == "red"


async def test_an_answer_that_comes_late_is_dropped(bench, desk, screen):
    answers = {}

    async def page(tab, text="", after=None, limit=100):
        answers[text] = asyncio.get_running_loop().create_future()
        return await answers[text]

    desk.cases.page = page
    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(bench.search(text)) for text in ("王", "王芳")]
    await asyncio.sleep(0)
    answers["王芳"].set_result(CasePage((), None, 0))
    await asyncio.sleep(0)
    answers["王"].set_result(CasePage((), None, 9))
    await asyncio.gather(*tasks)

    assert [args[2] for args in screen.told("show_page")] == ["王芳"]


async def test_more_rows_are_asked_for_once(bench, desk, screen):
    asked, gate = [], asyncio.Event()
    real = desk.cases.page

    async def page(tab, text="", after=None, limit=100):
        asked.append(after)
        if after is not None:
            await gate.wait()
        return await real(tab, text, after, 4)

    desk.cases.page = page
    await bench.pick_tab("all")
    first = asyncio.get_running_loop().create_task(bench.more())
    await asyncio.sleep(0)
    await bench.more()
    gate.set()
    await first

    assert asked == [None, "4"]
    assert len(screen.last("add_page").rows) == 4


async def test_a_chosen_case_is_shown_and_followed(bench, desk, screen):
    await bench.pick_tab("all")
    number = bench.rows[0].number

    await bench.look_at(number)
    await bench.changed(ChangeSet(frozenset({number})))

    assert [args[0].row.number for args in screen.told("show_detail")] == [number, number]


async def test_nothing_chosen_clears_the_preview(bench, screen):
    await bench.look_at("")

    assert screen.last("show_detail") is None


async def test_a_change_elsewhere_leaves_the_list_alone(bench, screen):
    await bench.refresh()
    before = len(screen.told("show_page"))

    await bench.changed(ChangeSet(messages=True))

    assert len(screen.told("show_page")) == before


async def test_a_limit_that_passes_shows_though_nothing_else_happened(bench, desk, screen):
    await bench.pick_tab("all")
    line = next(row for row in bench.rows if row.light.light is Light.WHITE)
    await bench.look_at(line.number)
    await bench.time_passed()
    shown = len(screen.told("show_page")), len(screen.told("show_detail"))
    assert shown == (1, 1)  # a minute without any limit draws nothing

    desk.world[line.number] = replace(desk.world[line.number], light=Light.RED)
    await bench.time_passed()

    rows = screen.last("show_page").rows
    assert next(row.light.light for row in rows if row.number == line.number) is Light.RED
    assert screen.last("show_detail").row.light.light is Light.RED


async def test_a_list_that_cannot_be_read_says_why(bench, desk, screen):
    async def page(*_args):
        raise Failure("store.busy")

    desk.cases.page = page
    await bench.search("x")

    assert screen.last("show_failure").code == "store.busy"


async def test_a_list_that_came_back_the_same_is_left_and_its_case_looked_at_again(bench, screen):
    await bench.refresh()
    number = bench.rows[0].number
    await bench.look_at(number)

    await bench.refresh()
    await bench.changed(ChangeSet(frozenset({number})))

    assert len(screen.told("show_page")) == 1
    assert [args[0].row.number for args in screen.told("show_detail")] == [number] * 3


async def test_a_list_of_which_less_is_left_than_was_added_is_shown_anew(bench, desk, screen):
    real = desk.cases.page

    async def page(tab, text="", after=None, limit=100):
        return await real(tab, text, after, 4)

    desk.cases.page = page
    await bench.pick_tab("all")
    await bench.more()
    await bench.changed(ChangeSet(frozenset({"of another case"})))
    await bench.changed(ChangeSet(frozenset({"of another case"})))

    assert len(screen.told("show_page")) == 2
    assert len(screen.last("show_page").rows) == 4


async def test_the_same_rows_stand_under_the_tab_that_they_were_asked_for(bench, desk, screen):
    async def page(*_args):
        return CasePage((), None, None)

    desk.cases.page = page
    await bench.refresh()
    bench.tab = Tab.OVERDUE  # picked, and its own answer not yet there
    await bench.changed(ChangeSet(frozenset({"x"})))

    assert [args[1] for args in screen.told("show_page")] == [Tab.MINE, Tab.OVERDUE]


async def test_news_of_the_case_before_do_not_take_the_preview_from_the_one_just_chosen(
    bench, desk, screen
):
    """Its read is slower than the list's: the news find the former case still in the preview."""
    await bench.pick_tab("all")
    await bench.look_at(DECIDING)
    real, gate = desk.cases.open, asyncio.Event()

    async def slow(number):
        await gate.wait()
        return await real(number)

    desk.cases.open = slow
    bench.choose(COMPLETE)
    async with asyncio.TaskGroup() as works:
        works.create_task(bench.look_at(COMPLETE))
        works.create_task(bench.changed(ChangeSet(frozenset({DECIDING}))))
        works.create_task(bench.refresh())
        await asyncio.sleep(0.01)
        gate.set()

    assert bench.detail.row.number == COMPLETE
    assert screen.last("show_detail").row.number == COMPLETE
