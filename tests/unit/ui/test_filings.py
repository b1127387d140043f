"""Online filings at the window: one key registers, an answer says something, nothing twice."""

import asyncio

import msgspec
import pytest
import pytest_asyncio

from client.app.rows.words import Words
from sync.domain.failures import Failure
from tests.unit.ui.test_overtaken import Gate, begin, refuse
from ui.presenters import filings as module
from ui.presenters.filings import FilingsPresenter
from ui.values import ReceiveForm

pytestmark = pytest.mark.asyncio
FIRST, SECOND = "W261122-00001", "W261122-00002"


@pytest_asyncio.fixture
async def filings(desk, screen, flow, enter, monkeypatch):
    monkeypatch.setattr(module, "AGAIN_S", (0.0, 0.0))
    await enter("clerk")
    beside = []
    made = FilingsPresenter(desk, screen, flow, lambda work: beside.append(begin(work)))
    made.beside = beside
    await made.open()
    return made


async def test_what_waits_is_shown_and_one_is_shown_whole(filings, screen):
    assert [row.number for row in screen.last("show_filings").rows] == [FIRST, SECOND]
    filings.choose(SECOND)
    assert screen.last("show_filing").number == SECOND
    filings.choose("W000000-00000")
    assert screen.last("show_filing") is None


async def test_one_key_registers_and_lays_the_pages_ready(filings, desk, flow):
    desk.filings.unknown = 2
    await filings.register(FIRST)
    await asyncio.gather(*filings.beside)
    kind, done = flow.told("done")[-1]
    assert kind == "preregister"
    form = msgspec.json.decode(desk.kept[f"case/{done.case}/receive"], type=ReceiveForm)
    assert [(tick.code, tick.given, len(tick.pages)) for tick in form.ticks] == [("m1", True, 1)]
    assert desk.filings.asked.count(("settle",)) == 3  # at the opening, then until it is known


async def test_a_second_press_while_one_is_under_way_is_dropped(filings, desk):
    await asyncio.gather(filings.register(FIRST), filings.register(FIRST))
    assert desk.filings.asked.count(("register", FIRST)) == 1


async def test_refused_by_a_faster_window_it_is_said(filings, desk, screen):
    desk.filings.refuses = Failure("filing.other_state")
    await filings.register(FIRST)
    assert screen.last("show_failure").code == "filing.other_state"


async def test_an_answer_says_something(filings, desk, screen):
    await filings.lacks(FIRST, "  ")
    assert [each.field for each in screen.last("show_problems")] == ["text"]
    await filings.lacks(FIRST, "缺营业执照")
    assert ("lacks", FIRST, "缺营业执照") in desk.filings.asked
    assert screen.last("show_done") == Words("filing.told.lacks", {"number": FIRST})
    assert [row.number for row in screen.last("show_filings").rows] == [SECOND]


async def test_its_files_are_looked_at_one_after_the_other(filings, desk, screen):
    await filings.look(SECOND)  # it has none
    await filings.look(FIRST)
    await filings.look(FIRST)
    assert desk.filings.asked.count(("page", FIRST, "a" * 64)) == 2
    assert screen.last("show_page").startswith("1/1")


async def test_given_back_it_waits_again(filings, desk, screen):
    await filings.release(SECOND)
    assert ("release", SECOND) in desk.filings.asked
    assert screen.last("show_done").key == "filing.told.release"


async def test_an_answer_is_kept_for_its_own_filing_until_it_is_sent(filings, desk, screen, flow):
    filings.choose(FIRST)
    filings.typed(FIRST, "缺营业执照")
    await filings.save()
    filings.choose(SECOND)
    assert screen.last("show_text") == ""  # never the answer to somebody else
    filings.choose(FIRST)
    assert screen.last("show_text") == "缺营业执照"

    again = FilingsPresenter(desk, screen, flow, begin)  # the window was locked meanwhile
    await again.open()
    again.choose(FIRST)
    assert screen.last("show_text") == "缺营业执照"
    await again.lacks(FIRST, "缺营业执照")
    assert desk.kept == {}


async def test_what_is_typed_for_another_while_an_answer_goes_stays(filings, desk, screen):
    filings.choose(FIRST)
    filings.typed(FIRST, "缺营业执照")
    gate = desk.filings.lacks = Gate(desk.filings.lacks)
    sending = begin(filings.lacks(FIRST, "缺营业执照"))
    await asyncio.sleep(0)
    filings.choose(SECOND)
    filings.typed(SECOND, "缺照片")
    gate.open()
    await sending

    filings.choose(SECOND)
    assert screen.last("show_text") == "缺照片"


async def test_a_registered_filing_is_shown_though_its_pages_cannot_be_laid_ready(
    filings, desk, flow
):
    desk.drafts.save = refuse
    await filings.register(FIRST)

    assert [args[0] for args in flow.told("done")] == ["preregister"]
    assert flow.last("tell").code == "store.full"
