"""The editor of a material's pages: every change can be undone, nothing is made before `keep`."""

from dataclasses import replace

import pytest
import pytest_asyncio

from client.app.files.materials import UNTOUCHED, PageEdit
from client.app.rows.materials import SharedResult
from sync.domain.failures import Failure
from tests.helpers.gallery_cases import RECEIVED, REGISTERED
from tests.helpers.scripted_pages import TILT
from ui.presenters.correction import CorrectionPresenter
from ui.presenters.pages import PagesPresenter
from ui.presenters.receive import ReceivePresenter
from ui.values import Route

pytestmark = pytest.mark.asyncio
HERE = Route("pages", REGISTERED, "receive", material="m1")


@pytest_asyncio.fixture
async def receive(desk, screen, flow, enter, tmp_path):
    await enter("clerk")
    presenter = ReceivePresenter(desk, screen, flow, REGISTERED, "receive")
    await presenter.open()
    for name in ("1.jpg", "2.jpg", "3.jpg"):
        (tmp_path / name).write_bytes(name.encode())
    await presenter.attach("m1", (tmp_path,))
    await presenter.save_draft()
    return presenter


@pytest_asyncio.fixture
async def pages(desk, screen, flow, receive):
    presenter = PagesPresenter(desk, screen, flow, HERE)
    await presenter.open()
    return presenter


def names(presenter):
    return [leaf.row.name for leaf in presenter.form.leaves]


def edits(presenter):
    return [leaf.edit for leaf in presenter.form.leaves]


async def again(desk, screen, flow):
    presenter = ReceivePresenter(desk, screen, flow, REGISTERED, "receive")
    await presenter.open()
    return presenter.form.tick("m1").pages


async def test_a_folder_lies_there_in_the_order_of_its_numbers(pages, screen):
    assert names(pages) == ["1.jpg", "2.jpg", "3.jpg"]
    _drawn, facts = screen.told("show_result")[-1]
    assert (facts.place, facts.count, facts.edit) == (1, 3, UNTOUCHED)


async def test_pages_are_put_in_the_order_of_the_paper(pages, desk, screen, flow):
    await pages.move(1)
    await pages.place(2, 0)
    assert names(pages) == ["3.jpg", "2.jpg", "1.jpg"]
    await pages.keep()
    assert [page.name for page in await again(desk, screen, flow)] == ["3.jpg", "2.jpg", "1.jpg"]
    assert flow.last("go") == Route("step", REGISTERED, "receive", material="m1")


async def test_a_page_does_not_move_beyond_the_ends(pages):
    await pages.move(-1)
    await pages.place(0, 3)
    assert names(pages) == ["1.jpg", "2.jpg", "3.jpg"]


async def test_every_change_is_shown_as_it_will_be_kept_and_undone_one_by_one(pages, screen):
    await pages.turn(1)
    await pages.tilt(5)
    await pages.crop((100, 100, 900, 900))
    assert screen.told("show_result")[-1][1].edit == PageEdit(1, 5, (100, 100, 900, 900))
    for left in (PageEdit(1, 5), PageEdit(1), UNTOUCHED, UNTOUCHED):
        await pages.undo()
        assert edits(pages)[0] == left
        assert screen.told("show_result")[-1][1].edit == left


async def test_only_changed_pages_are_made_anew_and_the_originals_hash_stays(
    pages, receive, desk, screen, flow
):
    before = receive.form.tick("m1").pages
    await pages.choose(1)
    await pages.turn(3)
    await pages.keep()
    after = await again(desk, screen, flow)
    assert (after[0], after[2]) == (before[0], before[2])
    assert after[1].sha256 != before[1].sha256
    assert after[1].edit == PageEdit(3).numbers
    assert [asked[0] for asked in desk.asked].count("keep") == 1


async def test_a_kept_edit_can_be_taken_back_later(pages, desk, screen, flow):
    await pages.turn(2)
    await pages.keep()
    later = PagesPresenter(desk, screen, flow, HERE)
    await later.open()
    assert edits(later)[0] == PageEdit(2)
    await later.turn(2)
    await later.keep()
    assert (await again(desk, screen, flow))[0].edit == UNTOUCHED.numbers


async def test_lines_say_how_far_a_page_lies_askew(pages, screen):
    await pages.straighten()
    assert edits(pages)[0] == PageEdit(tilt=TILT)
    await pages.straighten()
    assert screen.last("show_told") == "pages.straight_already"


async def test_all_are_straightened_with_progress_and_undone_at_once(pages, screen):
    await pages.straighten_all()
    assert edits(pages) == [PageEdit(tilt=TILT)] * 3
    assert screen.told("show_progress") == [(0, 3), (1, 3), (2, 3), (0, 0)]
    await pages.undo()
    assert edits(pages) == [UNTOUCHED] * 3


async def test_keeping_many_can_be_stopped_and_leaves_everything_as_it_was(
    pages, receive, desk, screen, flow
):
    await pages.straighten_all()
    real = desk.materials.keep

    async def slow(edited):
        pages.stop()
        return await real(edited)

    desk.materials.keep = slow
    await pages.keep()
    assert [asked[0] for asked in desk.asked].count("keep") == 1
    assert flow.told("go") == []
    assert await again(desk, screen, flow) == receive.form.tick("m1").pages
    assert edits(pages) == [PageEdit(tilt=TILT)] * 3


async def test_a_page_that_cannot_be_made_says_why_and_the_edit_stays(pages, desk, screen, flow):
    desk.fail = Failure("document.page_too_small")
    await pages.crop((0, 0, 50, 50))
    assert screen.last("show_failure").code == "document.page_too_small"
    desk.fail = Failure("document.page_too_small")
    await pages.keep()
    assert screen.last("show_failure").code == "document.page_too_small"
    assert flow.told("go") == []
    await pages.undo()
    assert screen.last("show_failure") is None


async def test_what_was_done_survives_a_lock(pages, desk, screen, flow):
    await pages.move(2)
    await pages.turn(1)
    await pages.save_draft()
    later = PagesPresenter(desk, screen, flow, HERE)
    await later.open()
    assert names(later) == ["2.jpg", "3.jpg", "1.jpg"]
    assert edits(later)[2] == PageEdit(1)


async def test_a_draft_of_other_pages_is_forgotten(pages, receive, desk, screen, flow):
    await pages.turn(1)
    await pages.save_draft()
    receive.detach("m1", receive.form.tick("m1").pages[0].sha256)
    await receive.save_draft()
    later = PagesPresenter(desk, screen, flow, HERE)
    await later.open()
    assert names(later) == ["2.jpg", "3.jpg"]
    assert edits(later) == [UNTOUCHED] * 2


async def test_removing_every_page_leaves_an_empty_list_and_undo_brings_them_back(pages):
    for _ in range(4):
        await pages.remove()
    assert names(pages) == []
    await pages.turn(1)
    await pages.straighten()
    await pages.undo()
    assert names(pages) == ["3.jpg"]


async def test_an_answer_that_comes_late_is_dropped(pages, desk, screen):
    real = desk.materials.image

    async def meanwhile(sha256, page=0, width=1200):
        desk.materials.image = real
        await pages.choose(2)
        return await real(sha256, page, width)

    desk.materials.image = meanwhile
    await pages.choose(1)
    assert screen.told("show_result")[-1][1].place == 3
    assert [facts.place for _drawn, facts in screen.told("show_result")] == [1, 3]


# ---------------------------------------------------------------- the checklist


async def test_the_same_file_is_told_and_taken_where_the_clerk_wants_it(
    receive, screen, tmp_path, desk
):
    await receive.attach("m2", (tmp_path / "2.jpg",))
    (words,) = next(args[1] for args in reversed(screen.told("show_twins")) if args[0] == "m2")
    assert words.key == "receive.twin.same"
    assert (words.args["place"], words.args["other"]) == (1, 2)
    assert len(receive.form.tick("m2").pages) == 1


async def test_files_under_way_can_be_stopped_and_those_taken_stay(receive, desk, tmp_path):
    real = desk.materials.take_in

    async def stopping(*args):
        receive.stop("m2")
        return await real(*args)

    desk.materials.take_in = stopping
    await receive.attach("m2", (tmp_path,))
    assert [page.name for page in receive.form.tick("m2").pages] == ["1.jpg"]
    assert not receive.busy


async def test_a_folder_that_cannot_be_read_is_told_beside_its_material(receive, desk, screen):
    async def unreadable(_paths):
        raise Failure("document.folder_unreadable", name="材料")

    desk.materials.files_in = unreadable
    await receive.attach("m2", ())
    assert screen.told("show_refused")[-1][2].code == "document.folder_unreadable"
    assert not receive.busy


async def test_the_editor_opens_with_the_draft_saved_and_not_while_files_come_in(
    receive, desk, flow, tmp_path
):
    await receive.edit_pages("m2")
    assert flow.told("go") == []
    real = desk.materials.take_in

    async def meanwhile(*args):
        await receive.edit_pages("m1")
        return await real(*args)

    desk.materials.take_in = meanwhile
    await receive.attach("m2", (tmp_path / "2.jpg",))
    assert flow.told("go") == []
    await receive.edit_pages("m2", "abc")
    assert flow.last("go") == Route("pages", REGISTERED, "receive", material="m2", shown="abc")


async def test_what_is_in_the_shared_store_is_not_asked_for_again(desk, screen, flow, enter):
    await enter("clerk")
    held = desk.world[RECEIVED]
    lacking = next(row for row in held.materials if row.required and not row.given)
    found = SharedResult("339901-scjg-2026-00012-4", "营业执照", desk.now())
    rows = tuple(replace(row, shared=found) if row is lacking else row for row in held.materials)
    desk.world[RECEIVED] = replace(held, materials=rows)
    presenter = CorrectionPresenter(desk, screen, flow, RECEIVED, "notify_correction")
    await presenter.open()
    chosen = {tick.code for tick in screen.last("show_form").ticks if tick.chosen}
    assert lacking.code not in chosen


async def test_a_shared_result_is_taken_and_left_by_one_key(desk, screen, flow, enter):
    await enter("clerk")
    held = desk.world[REGISTERED]
    found = SharedResult("339901-scjg-2026-00012-4", "营业执照", desk.now())
    first = replace(held.materials[0], shared=found)
    desk.world[REGISTERED] = replace(held, materials=(first, *held.materials[1:]))
    presenter = ReceivePresenter(desk, screen, flow, REGISTERED, "receive")
    await presenter.open()
    presenter.take_shared(held.materials[1].code)
    assert not presenter.form.tick(held.materials[1].code).given
    presenter.take_shared(first.code)
    assert presenter.form.tick(first.code).given
    presenter.take_shared(first.code)
    assert not presenter.form.tick(first.code).given
    presenter.take_shared(first.code)
    real, handed = desk.steps.receive, []

    async def receive(case, given):
        handed.extend(given)
        return await real(case, given)

    desk.steps.receive = receive
    await presenter.submit(presenter.form)
    (given,) = handed
    assert (given.material, given.shared, given.original) == (first.code, found.serial, False)
