"""Two presses, an edit or another page while something is under way: one step, the right one."""

import asyncio
from dataclasses import replace

import msgspec
import pytest
import pytest_asyncio

from client.app.files.materials import PageEdit
from client.app.forms.table import Filled
from client.app.rows.cases import PaperRow, Receiver
from tests.helpers.gallery_cases import COMPLETE, RECEIVED, REGISTERED
from tests.helpers.scripted_cases import NOW
from tests.helpers.scripted_letters import LATE, OWED
from tests.unit.ui.test_overtaken import Gate, begin, refuse
from ui.presenters.acceptance import AcceptancePresenter
from ui.presenters.bookings import BookingForm, BookingsPresenter
from ui.presenters.decision import DecisionPresenter
from ui.presenters.filings import FilingsPresenter
from ui.presenters.form import FormPresenter
from ui.presenters.items import HandoutPresenter
from ui.presenters.letters import LettersPresenter
from ui.presenters.money import StockForm, StockPresenter, TillForm, TillPresenter
from ui.presenters.pages import PagesPresenter
from ui.presenters.papers import PapersPresenter
from ui.presenters.queue import QueuePresenter
from ui.presenters.receive import ReceivePresenter
from ui.presenters.receiver import ReceiverPresenter
from ui.values import DecisionForm, ReceiveForm, Route

pytestmark = pytest.mark.asyncio


async def twice(gate, make):
    """Begin twice, then let both through."""
    tasks = [begin(make()), begin(make())]
    await asyncio.sleep(0)
    gate.open()
    await asyncio.gather(*tasks)
    return gate.waiting


# ---------------------------------------------------------------- one press, one step


async def test_receipt_forms_pressed_twice_are_turned_once(desk, screen, enter):
    await enter("cashier")
    gate = desk.tills.turn = Gate(desk.tills.turn)
    form = StockForm("draw", "33B", "1", "50")
    page = StockPresenter(desk, screen)

    assert await twice(gate, lambda: page.submit(form)) == 1


async def test_a_day_pressed_twice_is_closed_once(desk, screen, flow, enter):
    await enter("cashier")
    gate = desk.tills.close = Gate(desk.tills.close)
    page = TillPresenter(desk, screen, flow)

    assert await twice(gate, lambda: page.submit(TillForm())) == 1


async def test_an_appointment_pressed_twice_is_given_once(desk, screen, flow, enter):
    await enter("clerk")
    gate = desk.appointments.book = Gate(desk.appointments.book)
    page = BookingsPresenter(desk, screen, flow)
    await page.open()
    form = BookingForm(
        page.form.department, page.form.day, "2026-11-23T15:00:00+08:00", "王芳", "13800005678"
    )

    assert await twice(gate, lambda: page.submit(form)) == 1


async def test_an_answer_to_a_filing_pressed_twice_goes_once(desk, screen, flow, enter):
    await enter("clerk")
    page = FilingsPresenter(desk, screen, flow, begin)
    await page.open()
    number = next(iter(page.rows))
    gate = desk.filings.lacks = Gate(desk.filings.lacks)

    assert await twice(gate, lambda: page.lacks(number, "缺身份证")) == 1


async def test_nothing_is_accepted_before_its_promise_was_read(desk, screen, flow, enter):
    await enter("clerk")
    page = AcceptancePresenter(desk, screen, flow, RECEIVED)
    gate = desk.steps.preview_acceptance = Gate(desk.steps.preview_acceptance)
    opening = begin(page.open())
    await asyncio.sleep(0)

    await page.submit(page.first_form())
    assert flow.told("done") == []
    gate.open()
    await opening
    await page.submit(page.first_form())

    assert [args[0] for args in flow.told("done")] == ["accept"]


# ---------------------------------------------------------------- what stands there by now


async def test_what_is_typed_while_a_draft_is_put_aside_stays(desk, screen, flow, enter):
    await enter("chief")
    page = DecisionPresenter(desk, screen, flow, COMPLETE, "grant")
    await page.open()
    form = DecisionForm("deny", "", "旧")
    page.edited(form)
    gate = desk.drafts.save = Gate(desk.drafts.save)
    filling = begin(page.fill(form))
    await asyncio.sleep(0)
    typed = DecisionForm("deny", "not_this_office", "旧的，还有新的")
    page.edited(typed)
    gate.open()
    await filling

    assert screen.last("show_form").reason == "not_this_office"
    assert "旧的，还有新的" in [version.text for version in screen.last("show_versions")]


async def test_the_pad_is_opened_beside_the_paper_with_the_words_of_now(desk, screen, flow, enter):
    await enter("clerk")
    page = FormPresenter(desk, screen, flow, RECEIVED, "accept_pending")
    await page.open()
    gate = desk.forms.blank = Gate(desk.forms.blank)
    asking = begin(page.ask_ink())
    await asyncio.sleep(0)
    other = Filled({**page.form.values, "due": "2026-12-01"})
    page.edited(other)
    gate.open()
    await asking

    made = [entry[2].values for entry in desk.asked if entry[0] == "blank"]
    assert made[-1] == other.values
    assert len(screen.told("open_ink")) == 1


async def test_whose_signature_it_is_is_who_stands_there_when_the_pad_opens(
    desk, screen, flow, enter
):
    await enter("clerk")
    number = handed_out(desk)
    page = ReceiverPresenter(desk, screen, flow, number, "sign_for")
    await page.open()
    gate = desk.papers.image = Gate(desk.papers.image)
    wang, li = Receiver("王芳", "", "self"), Receiver("李四", "", "agent")
    page.edited(wang)
    asking = begin(page.ask_ink(wang))
    await asyncio.sleep(0)
    page.edited(li)
    gate.open()
    await asking

    assert screen.told("open_ink")[-1][2] == "李四"
    page.ink("signed")
    page.edited(replace(li, id_no="1"))
    assert screen.last("show_ink") == "signed"  # it stays his
    page.edited(wang)
    assert screen.last("show_ink") is None


def handed_out(desk):
    """Turn a case into one whose certificate was handed out, with its delivery slip."""
    number, case = next(iter(desk.world.items()))
    papers = (PaperRow("delivery", f"{number}-L7", f"{number}/delivery/1", NOW),)
    receiver = Receiver("王芳", "11010519491231002X", "self")
    desk.world[number] = replace(case, state="issued", papers=papers, receiver=receiver)
    return number


# ---------------------------------------------------------------- pages


@pytest_asyncio.fixture
async def pages(desk, screen, flow, enter, tmp_path):
    await enter("clerk")
    receive = ReceivePresenter(desk, screen, flow, REGISTERED, "receive")
    await receive.open()
    for name in ("1.jpg", "2.jpg", "3.jpg"):
        (tmp_path / name).write_bytes(name.encode())
    await receive.attach("m1", (tmp_path,))
    await receive.save_draft()
    made = PagesPresenter(desk, screen, flow, Route("pages", REGISTERED, "receive", material="m1"))
    await made.open()
    return made


async def test_the_frame_of_a_page_is_not_laid_over_another(pages, desk, screen):
    gate = desk.materials.uncropped = Gate(desk.materials.uncropped)
    framing = begin(pages.frame())
    await asyncio.sleep(0)
    await pages.choose(1)
    gate.open()
    await framing

    assert not screen.told("show_frame")


async def test_a_page_taken_out_while_all_are_straightened_is_not_missed(pages, desk, screen):
    gate = desk.materials.proposed_tilt = Gate(desk.materials.proposed_tilt)
    straightening = begin(pages.straighten_all())
    await asyncio.sleep(0)
    await pages.remove()
    gate.open()
    await straightening

    assert [leaf.row.name for leaf in pages.form.leaves] == ["2.jpg", "3.jpg"]
    assert all(leaf.edit.tilt for leaf in pages.form.leaves)
    told = [kwargs for name, args, kwargs in screen.calls if args == ("pages.straightened",)]
    assert told == [{"count": 2}]


async def test_a_page_turned_while_others_are_being_kept_is_kept_turned(pages, desk, flow):
    await pages.turn(1)
    gate = desk.materials.keep = Gate(desk.materials.keep)
    keeping = begin(pages.keep())
    await asyncio.sleep(0)
    await pages.choose(1)
    await pages.turn(1)
    gate.open()
    await keeping

    assert flow.told("go")
    assert gate.waiting == 2
    kept = msgspec.json.decode(desk.kept[f"case/{REGISTERED}/receive"], type=ReceiveForm)
    turned = [PageEdit.of(page.edit).turn for page in kept.tick("m1").pages]
    assert turned == [1, 1, 0]


# ---------------------------------------------------------------- letters


async def test_a_letter_that_was_answered_does_not_come_back_with_an_older_list(
    desk, screen, enter
):
    await enter("clerk")
    desk.letters.rows = (LATE, OWED)
    page = LettersPresenter(desk, screen, lambda _count: None)
    await page.open()

    async def waiting():
        rows = desk.letters.rows
        await gate.wait()
        return rows

    gate, desk.letters.waiting = asyncio.Event(), waiting
    opening = begin(page.open())
    await asyncio.sleep(0)
    await page.answer(LATE.number, "已解释")
    gate.set()
    await opening

    assert screen.last("show_letters") == (OWED,)


# ---------------------------------------------------------------- files under way


async def test_nothing_is_received_while_files_are_still_taken_in(
    desk, screen, flow, enter, tmp_path
):
    await enter("clerk")
    page = ReceivePresenter(desk, screen, flow, REGISTERED, "receive")
    await page.open()
    for name in ("1.jpg", "2.jpg"):
        (tmp_path / name).write_bytes(name.encode())
    page.tick("m1", given=True)
    gate = desk.materials.take_in = Gate(desk.materials.take_in)
    taking = begin(page.attach("m1", (tmp_path,)))
    await asyncio.sleep(0)

    await page.submit(page.form)
    assert flow.told("done") == []
    assert screen.last("show_problems")[0].field == "materials"
    gate.open()
    await taking
    await page.submit(page.form)

    assert [args[0] for args in flow.told("done")] == ["receive"]
    assert [len(row.pages) for row in desk.world[REGISTERED].materials][:1] == [2]


async def test_no_step_of_the_table_is_made_while_its_files_are_still_taken_in(
    desk, screen, flow, enter, tmp_path
):
    await enter("clerk")
    page = FormPresenter(desk, screen, flow, RECEIVED, "accept_pending")
    await page.open()
    (tmp_path / "1.jpg").write_bytes(b"1")
    gate = desk.materials.take_in = Gate(desk.materials.take_in)
    taking = begin(page.attach("promise", (tmp_path / "1.jpg",)))
    await asyncio.sleep(0)

    await page.submit(page.form)
    assert [problem.field for problem in screen.last("show_problems")] == ["promise"]
    assert screen.last("show_problems")[0].what.key == "receive.still_taking"
    gate.open()
    await taking


# ---------------------------------------------------------------- come back to, and told


async def test_a_result_come_back_to_offers_each_paper_once(desk, screen, flow, enter):
    await enter("clerk")
    done = await desk.steps.accept(RECEIVED)
    desk.prints.slips = {paper.sha256: "cd" * 32 for paper in done.papers}

    async def narrow(sha256):
        return desk.prints.slips.get(sha256, "")

    desk.prints.narrow = narrow
    page = PapersPresenter(desk, screen, done.papers)
    await page.open()
    once = screen.last("show_papers")
    await page.open()

    assert len(once) == 2 * len(done.papers)
    assert screen.last("show_papers") == once


async def test_news_of_the_queue_does_not_take_back_why_an_act_was_refused(
    desk, screen, flow, enter
):
    await enter("clerk")
    page = QueuePresenter(desk, screen, flow)
    await page.open()
    real, desk.queue.act = desk.queue.act, refuse
    await page.act("next")

    await page.moved()
    assert screen.last("show_failure") is not None
    desk.queue.act = real
    await page.act("next")

    assert screen.last("show_failure") is None


async def test_a_queue_that_could_not_be_read_is_told_until_it_can_be(desk, screen, flow, enter):
    await enter("clerk")
    page = QueuePresenter(desk, screen, flow)
    real, desk.queue.view = desk.queue.view, refuse
    await page.open()
    assert screen.last("show_failure") is not None
    desk.queue.view = real

    await page.moved()

    assert screen.last("show_failure") is None


async def test_appointments_that_can_be_read_again_are_no_longer_said_not_to_be(
    desk, screen, flow, enter
):
    await enter("clerk")
    page = BookingsPresenter(desk, screen, flow)
    real, desk.appointments.view = desk.appointments.view, refuse
    await page.open()
    desk.appointments.view = real

    await page.edited(replace(page.form, department="gaj"))

    assert screen.last("show_failure") is None


async def test_a_draft_of_a_day_that_has_passed_opens_today(desk, screen, flow, enter):
    await enter("clerk")
    left = BookingForm("", "2026-11-01", "2026-11-01T15:00:00+08:00", "王芳", "13800005678")
    desk.kept["hall.booking"] = msgspec.json.encode(left).decode()
    asked, real = [], desk.appointments.view

    async def view(day=None, department="", dev=""):
        asked.append(day)
        return await real(day, department, dev)

    desk.appointments.view = view
    page = BookingsPresenter(desk, screen, flow)
    await page.open()

    assert asked == [None]
    shown = screen.last("show_form")
    assert (shown.name, shown.phone, shown.start) == ("王芳", "13800005678", "")


async def test_what_was_corrected_while_an_appointment_was_given_stays(desk, screen, flow, enter):
    await enter("clerk")
    page = BookingsPresenter(desk, screen, flow)
    await page.open()
    at = "2026-11-23T15:00:00+08:00"
    form = replace(page.form, start=at, name="王芳", phone="13800005678")
    await page.edited(form)
    gate = desk.appointments.book = Gate(desk.appointments.book)
    giving = begin(page.submit(form))
    await asyncio.sleep(0)
    await page.edited(replace(page.form, name="李四", phone="13900000000"))
    gate.open()
    await giving
    await page.save()

    assert (page.form.name, page.form.phone, page.form.start) == ("李四", "13900000000", "")
    assert "李四" in desk.kept["hall.booking"]


# ---------------------------------------------------------------- pictures


class Slow:
    """Answers each call when it is told to, in any order."""

    def __init__(self, real):
        self._real, self.gates = real, []

    async def __call__(self, *args, **kwargs):
        gate = asyncio.Event()
        self.gates.append(gate)
        answer = await self._real(*args, **kwargs)
        await gate.wait()
        return answer


async def crossed(slow, first, second):
    """Begin two questions; let the second be answered before the first."""
    tasks = [begin(first), begin(second)]
    await asyncio.sleep(0)
    for gate in reversed(slow.gates):
        gate.set()
        for _ in range(5):
            await asyncio.sleep(0)
    await asyncio.gather(*tasks)


async def test_the_paper_asked_for_last_is_the_one_that_is_shown(desk, screen, flow, enter):
    await enter("clerk")
    papers = tuple(PaperRow("acceptance", "", f"{RECEIVED}/acceptance/{n}", NOW) for n in (1, 2))
    page = PapersPresenter(desk, screen, papers)
    slow = desk.papers.image = Slow(desk.papers.image)

    await crossed(slow, page.look_at(papers[0].sha256), page.look_at(papers[1].sha256))

    assert [args[0] for args in screen.told("show_paper")] == [papers[1]]


async def test_the_page_asked_for_last_is_the_one_that_is_shown(desk, screen, flow, enter):
    await enter("clerk")
    page = ReceivePresenter(desk, screen, flow, REGISTERED, "receive")
    slow = desk.materials.image = Slow(desk.materials.image)

    await crossed(slow, page.look_at("a" * 64, "1.jpg"), page.look_at("b" * 64, "2.jpg"))

    assert [args[0] for args in screen.told("show_page")] == ["2.jpg"]


async def test_the_sheet_of_the_language_picked_last_is_the_one_that_is_shown(
    desk, screen, flow, enter
):
    await enter("clerk")
    code = desk.catalogue.find("", 1)[0].code
    page = HandoutPresenter(desk, screen, code, "notification")
    slow = desk.handouts.notification = Slow(desk.handouts.notification)

    await crossed(slow, page.pick_language("en"), page.pick_language("zh_CN"))

    assert len(screen.told("show_paper")) == 1
    assert page.paper == screen.told("show_paper")[0][0]
    assert page.paper == await type(desk.handouts).notification(desk.handouts, code, "zh_CN")
