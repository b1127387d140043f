"""The catalogue's presenters: what is found is told, begun and handed out (IN04, CH06, ST21)."""

import msgspec
import pytest
import pytest_asyncio

from client.app.rows.steps import PreregisterForm
from sync.domain.failures import Failure
from tests.helpers.scripted_cases import ITEMS
from ui.presenters.items import HandoutPresenter, ItemsPresenter, stacked
from ui.values import Route

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def items(desk, screen, flow, enter):
    await enter("clerk")
    made = ItemsPresenter(desk, screen, flow)
    await made.open()
    return made


async def test_the_first_item_is_told_at_once(items, screen):
    assert screen.last("show_shelves")[0].count == len(ITEMS)
    assert [row.code for row in screen.last("show_items")] == [i.row.code for i in ITEMS]
    assert screen.last("show_guide").detail.row.code == "ycls"


async def test_what_is_looked_at_stays_while_it_still_fits(items, screen):
    items.look_at("spjy")
    items.search("许可")
    assert screen.last("show_guide").detail.row.code == "spjy"
    items.search("烟草")
    assert screen.last("show_guide").detail.row.code == "ycls"
    items.search("没有这个")
    assert screen.last("show_guide") is None


async def test_a_department_narrows_and_words_narrow_within_it(items, screen):
    items.pick_department("云岭县市场监督管理局")
    assert [row.code for row in screen.last("show_items")] == ["spjy", "gths"]
    items.search("个体")
    assert [row.code for row in screen.last("show_items")] == ["gths"]


async def test_a_case_is_begun_with_the_item_and_nothing_typed_is_lost(items, desk, flow):
    typed = PreregisterForm("person", "resident_id", "11010519491231002X", "王芳", "", "gths")
    desk.kept["preregister"] = msgspec.json.encode(typed).decode()
    items.look_at("spjy")
    await items.begin_case()
    kept = msgspec.json.decode(desk.kept["preregister"], type=PreregisterForm)
    assert (kept.name, kept.item) == ("王芳", "spjy")
    assert flow.last("go") == Route("step", step="preregister")


async def test_nothing_is_begun_or_handed_out_where_no_item_fits(items, desk, flow):
    items.search("没有这个")
    await items.begin_case()
    items.hand_out("notification")
    assert flow.calls == []
    assert "preregister" not in desk.kept


async def test_a_sheet_is_asked_for_by_its_item(items, flow):
    items.look_at("hwgg")
    items.hand_out("notification")
    assert flow.last("go") == Route("handout", step="notification", item="hwgg")


async def test_a_sheet_is_shown_whole_and_printed_page_by_page(desk, screen, enter):
    await enter("clerk")
    made = HandoutPresenter(desk, screen, "spjy", "notification")
    await made.open()
    ((paper, (width, height, rgb)),) = screen.told("show_paper")
    assert len(rgb) == 3 * width * height
    assert height > 2 * width
    await made.print(paper.sha256)
    ((_, pages),) = screen.told("print_pages")
    assert len(pages) == 2
    assert pages[0][0] == 2480


@pytest.mark.parametrize("kind", ["blank_form", "sample_form"])
async def test_forms_are_made_in_the_language_of_whoever_takes_them(desk, screen, enter, kind):
    await enter("clerk")
    made = HandoutPresenter(desk, screen, "spjy", kind)
    await made.open()
    await made.pick_language("en")
    await made.pick_language("en")
    assert desk.handouts.asked == [(kind, "spjy", "zh_CN"), (kind, "spjy", "en")]


async def test_a_form_that_there_is_not_is_said_with_its_remedy(desk, screen, enter):
    await enter("clerk")
    desk.handouts.fail = Failure("app.no_form")
    await HandoutPresenter(desk, screen, "hwgg", "blank_form").open()
    assert screen.last("show_failure").code == "app.no_form"
    assert screen.told("show_paper") == []


async def test_a_sheet_is_saved_where_the_person_said(desk, screen, enter, tmp_path):
    await enter("clerk")
    made = HandoutPresenter(desk, screen, "spjy", "notification")
    await made.open()
    await made.save(made.paper.sha256, tmp_path / "告知单.pdf")
    assert (tmp_path / "告知单.pdf").exists()
    assert screen.last("show_saved") == "告知单.pdf"


async def test_pages_are_laid_under_each_other():
    one, two = (2, 1, b"abcdef"), (2, 1, b"ghijkl")
    assert stacked((one, two)) == (2, 2, b"abcdefghijkl")
