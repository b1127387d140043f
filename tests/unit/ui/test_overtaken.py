"""Answers that come late, quick hands, a disk that is full: nothing is lost or mistaken."""

import asyncio
from dataclasses import replace

import pytest

from client.app.rows.steps import PreregisterForm
from client.app.rows.words import Words
from sync.domain.failures import Failure, FailureKind
from sync.domain.secret import Secret
from sync.engine.ports import ChangeSet
from tests.helpers.gallery_cases import COMPLETE, DECIDING
from tests.helpers.scripted_access import PIN
from tests.helpers.scripted_batch import several_deciding
from tests.helpers.scripted_people import WANG
from ui.presenters.batch import BatchPresenter
from ui.presenters.confirm import ConfirmPresenter
from ui.presenters.flow import DraftKeeper
from ui.presenters.preregister import PreregisterPresenter
from ui.presenters.queue import QueuePresenter
from ui.presenters.seal_book import SealBookPresenter
from ui.presenters.signing import SigningPresenter
from ui.presenters.workbench import WorkbenchPresenter
from ui.values import BatchForm, CloseForm

pytestmark = pytest.mark.asyncio
FULL = Failure("store.full", FailureKind.RETRIABLE)
EMPTY = PreregisterForm("person", "resident_id", "", "", "", "")


def begin(work):
    return asyncio.get_running_loop().create_task(work)


class Gate:
    """Holds the calls of one coroutine function until it is opened, then lets all through."""

    def __init__(self, real):
        self._real, self._open = real, asyncio.Event()
        self.waiting = 0

    async def __call__(self, *args, **kwargs):
        self.waiting += 1
        await self._open.wait()
        return await self._real(*args, **kwargs)

    def open(self):
        self._open.set()


async def refuse(*_args, **_kwargs):
    raise FULL


# ---------------------------------------------------------------- drafts


async def test_a_draft_is_kept_when_save_returns_though_another_save_was_under_way(desk, enter):
    await enter("clerk")
    keeper = DraftKeeper(desk.drafts, "k", BatchForm)
    gate = desk.drafts.save = Gate(desk.drafts.save)
    keeper.note(BatchForm("早"))
    first = begin(keeper.save())
    await asyncio.sleep(0)
    keeper.note(BatchForm("晚"))

    second = begin(keeper.save())  # the window locks: it waits for this one
    await asyncio.sleep(0)
    assert not second.done()
    gate.open()
    await second

    assert "晚" in desk.kept["k"]
    await first


async def test_a_save_that_is_called_off_leaves_the_next_its_turn(desk, enter):
    await enter("clerk")
    keeper = DraftKeeper(desk.drafts, "k", BatchForm)
    gate = desk.drafts.save = Gate(desk.drafts.save)
    keeper.note(BatchForm("早"))
    first = begin(keeper.save())
    await asyncio.sleep(0)
    second = begin(keeper.save())
    await asyncio.sleep(0)

    first.cancel()
    gate.open()
    await second

    assert "早" in desk.kept["k"]


async def test_the_same_words_typed_again_after_their_step_are_kept_again(desk, enter):
    await enter("clerk")
    keeper = DraftKeeper(desk.drafts, "k", BatchForm)
    gate = desk.drafts.save = Gate(desk.drafts.save)
    keeper.note(BatchForm("同"))
    saving = begin(keeper.save())
    await asyncio.sleep(0)
    dropping = begin(keeper.drop())
    await asyncio.sleep(0)
    gate.open()
    await asyncio.gather(saving, dropping)
    assert desk.kept == {}

    keeper.note(BatchForm("同"))
    await keeper.save()

    assert "同" in desk.kept["k"]


async def test_a_step_is_shown_as_made_though_its_draft_cannot_be_dropped(
    desk, screen, flow, enter
):
    await enter("clerk")
    page = ConfirmPresenter(desk, screen, flow, COMPLETE, "close")
    desk.drafts.drop = refuse

    await page.submit(page.first_form())

    assert [args[0] for args in flow.told("done")] == ["close"]
    assert screen.last("show_failure") is None


async def test_a_signature_is_shown_as_made_though_its_draft_cannot_be_dropped(
    desk, screen, flow, enter
):
    await enter("chief")
    sheet = await desk.signing.prepare("grant", DECIDING, text="准予")
    desk.drafts.drop = refuse

    await SigningPresenter(desk, screen, flow, sheet).sign(Secret(PIN))

    assert [args[0] for args in flow.told("done")] == ["grant"]


async def test_a_day_is_shown_as_closed_though_its_draft_cannot_be_dropped(
    desk, screen, flow, enter
):
    await enter("clerk")
    page = SealBookPresenter(desk, screen, flow)
    desk.drafts.drop = refuse

    await page.close(CloseForm("0", "5"))

    assert screen.told("show_close")


# ---------------------------------------------------------------- the batch


@pytest.fixture
def batch(desk, screen, flow, enter):
    async def opened(count):
        numbers = several_deciding(desk, count)
        await enter("chief")
        page = BatchPresenter(desk, screen, flow)
        await page.open()
        return page, numbers

    return opened


def states(screen):
    return {line.row.number: line.state for line in screen.last("show_lines")}


async def test_no_sheet_with_words_of_before_can_be_included(batch, desk, screen):
    page, numbers = await batch(2)
    gate = desk.batch.prepare = Gate(desk.batch.prepare)
    page.edited(BatchForm("准"))
    preparing = begin(page.prepare())
    await asyncio.sleep(0)
    page.edited(BatchForm("准予许可"))
    gate.open()
    await preparing
    await page.prepare()

    assert states(screen) == dict.fromkeys(numbers, "ready")
    for number in numbers:
        await page.look_at(number)
        _case, sheet = screen.told("show_chosen")[-1]
        assert "准予许可" in sheet.shown


async def test_other_words_try_a_sheet_again_that_could_not_be_drawn_up(batch, desk, screen):
    page, numbers = await batch(2)
    real, desk.batch.prepare = desk.batch.prepare, refuse
    await page.prepare()
    assert states(screen) == dict.fromkeys(numbers, "blocked")

    desk.batch.prepare = real
    page.edited(BatchForm("准予许可"))
    await page.prepare()

    assert states(screen) == dict.fromkeys(numbers, "ready")
    assert [line.problem for line in screen.last("show_lines")] == [None, None]


async def test_a_case_that_went_elsewhere_while_it_was_signed_stops_no_other(batch, desk, screen):
    page, numbers = await batch(3)
    await page.prepare()
    for number in numbers:
        page.toggle(number)
    gate = desk.batch.waiting = Gate(desk.batch.waiting)
    reading = begin(page.changed(ChangeSet(frozenset({numbers[0]}))))
    await asyncio.sleep(0)
    desk.step("hear_party", numbers[0], to="handling")  # a colleague sent it back
    real = desk.batch.sign

    async def sign(sheets, pin, tell):
        gate.open()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        desk.batch.moved = {numbers[0]}
        return await real(sheets, pin, tell)

    desk.batch.sign = sign
    await page.sign(Secret(PIN))
    await reading

    assert [desk.world[n].state for n in numbers] == ["handling", "granted", "granted"]
    assert screen.last("show_told").args == {"signed": 2, "failed": 1, "left": 0}


async def test_what_came_while_the_card_worked_has_its_sheet_drawn_up(batch, desk, screen):
    page, numbers = await batch(2)
    await page.prepare()
    page.toggle(numbers[0])
    real = desk.signing.sign

    async def sign(sheet, pin):
        desk.world["20261116-339901-00199-9"] = replace(
            desk.world[numbers[1]], number="20261116-339901-00199-9"
        )
        await page.changed(ChangeSet(frozenset({"20261116-339901-00199-9"})))
        return await real(sheet, pin)

    desk.signing.sign = sign
    await page.sign(Secret(PIN))

    assert states(screen)["20261116-339901-00199-9"] == "ready"


# ---------------------------------------------------------------- who stands there


@pytest.fixture
def prereg(desk, screen, flow, enter):
    async def opened():
        await enter("clerk")
        page = PreregisterPresenter(desk, screen, flow)
        await page.open()
        return page

    return opened


async def test_nobody_s_name_is_filled_in_beside_another_number(prereg, desk, screen):
    page = await prereg()
    desk.applicants.directory[WANG] = replace(EMPTY, id_no=WANG, name="王芳", phone="13800005678")
    first, other = replace(EMPTY, id_no=WANG), replace(EMPTY, id_no="110105194912310039")
    page.edited(first)
    gate = desk.applicants.known = Gate(desk.applicants.known)
    looking = begin(page.look_up("id_no", first))
    await asyncio.sleep(0)
    page.edited(other)
    gate.open()
    await looking

    assert not screen.told("fill_empty")
    assert not screen.told("show_doubles")


async def test_the_doubles_of_a_question_of_before_are_not_shown(prereg, desk, screen):
    page = await prereg()
    answers = []

    async def warnings(form):
        answers.append(asyncio.get_running_loop().create_future())
        return await answers[-1]

    desk.applicants.warnings = warnings
    form = replace(EMPTY, name="王")
    page.edited(form)
    first = begin(page.look_up("name", form))
    await asyncio.sleep(0)
    second = begin(page.look_up("name", replace(form, name="王芳")))
    await asyncio.sleep(0)
    answers[1].set_result((Words("double.case", {}),))
    await second
    answers[0].set_result(())
    await first

    assert screen.last("show_doubles") == (Words("double.case", {}),)


# ---------------------------------------------------------------- lists


async def test_what_moved_while_an_act_was_refused_is_read_and_the_refusal_stays_told(
    desk, screen, flow, enter
):
    await enter("clerk")
    page = QueuePresenter(desk, screen, flow)
    await page.open()

    async def act(*_args, **_more):
        await page.moved()  # a colleague was faster
        raise Failure("queue.taken")

    desk.queue.act = act
    before = len(screen.told("show_queue"))
    await page.act("next")

    assert len(screen.told("show_queue")) == before + 1
    assert screen.last("show_failure").code == "queue.taken"


async def test_a_further_page_that_could_not_be_read_is_asked_for_again(desk, screen, enter):
    await enter("clerk")
    bench = WorkbenchPresenter(desk, screen)
    real = desk.cases.page

    async def page(tab, text="", after=None, limit=100):
        return await real(tab, text, after, 4)

    desk.cases.page = page
    await bench.pick_tab("all")
    desk.cases.page = refuse
    await bench.more()
    assert screen.last("show_failure").code == "store.full"
    desk.cases.page = page
    await bench.more()

    assert len(screen.last("add_page").rows) == 4


async def test_a_list_read_anew_is_as_long_as_it_was(desk, screen, enter):
    await enter("clerk")
    first = desk.world[DECIDING]
    for at in range(150):
        number = f"20261116-339901-1{at:04d}-0"
        desk.world[number] = replace(first, number=number)
    bench = WorkbenchPresenter(desk, screen)
    await bench.pick_tab("all")
    await bench.more()
    shown = [*screen.last("show_page").rows, *screen.last("add_page").rows]

    await bench.changed(ChangeSet(frozenset({"of another case"})))
    assert len(screen.told("show_page")) == 1  # nothing moved
    desk.step("hear_party", first.number, to="handling")
    await bench.changed(ChangeSet(frozenset({first.number})))

    again = screen.last("show_page").rows
    assert len(again) == len(shown) > 150
    assert len(screen.told("add_page")) == 1
