"""The sheet, the result, the case page and the notices."""

import msgspec
import pytest

from client.app.rows.messages import ExceptionRow
from client.app.rows.session import CardPresence, CardView
from client.app.rows.steps import PreregisterForm
from client.app.rows.words import Words
from sync.domain.failures import Failure
from sync.domain.secret import Secret
from sync.engine.ports import ChangeSet
from tests.helpers.gallery_cases import ACCEPTED, COMPLETE, DECIDING, HANDLING, MAKING, RECEIVED
from tests.helpers.scripted_access import PIN
from tests.helpers.scripted_cases import NOW
from ui.presenters.case import CasePresenter, option_of
from ui.presenters.cure import CurePresenter
from ui.presenters.notices import ExceptionsPresenter, MessagesPresenter
from ui.presenters.papers import PapersPresenter
from ui.presenters.result import ResultPresenter
from ui.presenters.signing import SigningPresenter
from ui.values import CureForm, Route

pytestmark = pytest.mark.asyncio


async def sheet_of(desk, enter, text="准予"):
    await enter("chief")
    return await desk.signing.prepare("grant", DECIDING, text=text)


async def test_the_sheet_is_shown_whole_with_its_document(desk, screen, flow, enter):
    sheet = await sheet_of(desk, enter)

    await SigningPresenter(desk, screen, flow, sheet).open()

    assert screen.last("show_sheet") == sheet
    assert screen.told("show_document")[0][0] == sheet.documents[0].sha256
    assert screen.told("show_card")[-1][0] == "秦望舒"


async def test_a_wrong_pin_keeps_the_sheet(desk, screen, flow, enter):
    page = SigningPresenter(desk, screen, flow, await sheet_of(desk, enter))

    await page.sign(Secret("999999"))

    assert screen.last("show_failure").code == "card.pin_wrong"
    assert flow.told("done") == []
    assert screen.told("clear_pin")
    assert desk.world[DECIDING].state == "deciding"


async def test_a_signature_drops_the_decision_s_draft(desk, screen, flow, enter):
    page = SigningPresenter(desk, screen, flow, await sheet_of(desk, enter))
    await desk.drafts.save(f"case/{DECIDING}/decision", "{}")

    await page.sign(Secret(PIN))

    assert desk.kept == {}
    assert flow.told("done")[0][0] == "grant"


async def test_a_pulled_card_closes_the_pin(desk, screen, flow, enter):
    page = SigningPresenter(desk, screen, flow, await sheet_of(desk, enter))

    page.card_changed(CardView(CardPresence.EMPTY, "r"))

    assert [kw for name, _a, kw in screen.calls if name == "show_card"] == [{"ready": False}]


async def test_a_document_that_cannot_be_drawn_does_not_hide_the_sheet(desk, screen, flow, enter):
    sheet = await sheet_of(desk, enter)

    async def image(*_args):
        raise Failure("document.page_unknown", page=0)

    desk.papers.image = image
    await SigningPresenter(desk, screen, flow, sheet).open()

    assert screen.last("show_sheet") == sheet
    assert screen.last("show_failure").code == "document.page_unknown"


async def test_a_result_shows_its_paper_and_what_comes_next(desk, screen, flow, enter):
    await enter("clerk")
    done = await desk.steps.accept(COMPLETE)

    page = ResultPresenter(desk, screen, flow, "accept", done)
    await page.open()
    await page.step("claim")

    assert screen.last("show_paper").kind == "acceptance"
    assert flow.told("done")[-1][0] == "claim"


async def test_a_result_leads_whoever_meets_no_visitor_to_the_next_case(desk, screen, flow, enter):
    await enter("chief")
    done = desk.step("grant", DECIDING)

    page = ResultPresenter(desk, screen, flow, "grant", done)
    await page.open()
    page.go_on()

    (row,), told = screen.told("show_waiting")[-1], screen.last("show_waiting")
    assert row == told
    assert flow.told("go")[-1] == (Route("case", page.waiting.number),)
    assert page.waiting.number != DECIDING
    assert option_of(await desk.cases.open(page.waiting.number), "seal").blocked is None


async def test_a_paper_is_saved_and_printed(desk, screen, enter, tmp_path):
    await enter("clerk")
    papers = desk.world[DECIDING].papers
    page = PapersPresenter(desk, screen, papers)

    await page.save(papers[0].sha256, tmp_path / "slip.pdf")
    await page.print(papers[0].sha256)

    assert (tmp_path / "slip.pdf").read_bytes().startswith(b"%PDF")
    assert screen.last("show_saved") == "slip.pdf"
    ((paper, pages, stamp),) = screen.told("print_paper")
    assert (paper, len(pages), pages[0][0], stamp) == (papers[0], 2, 2480, None)


async def test_a_paper_that_is_printed_again_says_so_and_each_print_is_logged(desk, screen, enter):
    await enter("clerk")
    papers = desk.world[DECIDING].papers
    page = PapersPresenter(desk, screen, papers)
    await page.print(papers[0].sha256)
    await page.printed(papers[0].sha256)

    await page.print(papers[0].sha256)

    stamp = screen.told("print_paper")[-1][2]
    assert (stamp.key, stamp.args["n"]) == ("print.again", 2)
    assert desk.prints.log == {papers[0].sha256: 1}


async def test_a_slip_stands_beside_its_paper_and_is_printed_as_wide_as_the_roll(
    desk, screen, enter
):
    await enter("clerk")
    slip = next(paper for paper in desk.world[DECIDING].papers if paper.kind == "slip")
    page = PapersPresenter(desk, screen, (slip,))
    await page.open()

    offered = screen.last("show_papers")
    assert [paper.kind for paper in offered] == ["slip", "slip_80"]
    await page.print(offered[1].sha256)
    ((paper, pages, _stamp),) = screen.told("print_paper")
    assert (paper.kind, pages[0][0]) == ("slip_80", 640)


async def test_a_step_with_a_page_leads_there_and_one_without_is_made(desk, screen, flow, enter):
    await enter("handler")

    await CasePresenter(desk, screen, flow, HANDLING).step("handle")
    await CasePresenter(desk, screen, flow, ACCEPTED).step("claim")

    assert flow.told("go") == [(Route("step", HANDLING, "handle"),)]
    assert flow.told("done")[0][0] == "claim"


async def test_sealing_goes_straight_to_the_sheet(desk, screen, flow, enter):
    await enter("chief")

    await CasePresenter(desk, screen, flow, MAKING).step("seal")

    assert flow.told("sign")[0][0].kind == "seal"


async def test_a_step_that_is_refused_is_said_on_the_case(desk, screen, flow, enter):
    await enter("handler")
    desk.fail = Failure("not_holder", holder="周远舟")

    await CasePresenter(desk, screen, flow, ACCEPTED).step("claim")

    assert screen.last("show_failure").code == "not_holder"


async def test_a_case_page_follows_its_case_only(desk, screen, flow, enter):
    await enter("clerk")
    page = CasePresenter(desk, screen, flow, RECEIVED)
    await page.open()

    await page.changed(ChangeSet(frozenset({HANDLING})))
    await page.changed(ChangeSet(frozenset({RECEIVED})))

    assert len(screen.told("show_case")) == 2
    assert option_of(page.detail, "accept").blocked.key == "violation.materials_incomplete"


async def test_a_case_that_is_not_here_says_so(desk, screen, flow, enter):
    await enter("clerk")

    await CasePresenter(desk, screen, flow, "nothing").open()

    assert screen.last("show_failure").code == "app.no_such_case"


async def test_messages_are_read_answered_and_opened(desk, screen, flow, enter):
    await enter("clerk")
    page = MessagesPresenter(desk, screen, flow)
    await page.open()

    await page.read("urge-2")
    page.go("urge-2", "explain")
    page.go("urge-1", "case")
    page.go("urge-1", "explain")  # a reminder asks for none

    assert all(row.read for row in screen.last("show_messages"))
    red, yellow = desk.rows[0].case, desk.rows[1].case
    assert flow.told("go") == [
        (Route("step", red, "explain", "urge-2"),),
        (Route("case", yellow),),
    ]


async def test_an_exception_stays_until_somebody_deals_with_it(desk, screen, flow, enter):
    await enter("clerk")
    desk.refusals = (
        ExceptionRow("e1", RECEIVED, "accept", NOW, "materials_incomplete", Words("a"), Words("b")),
    )
    page = ExceptionsPresenter(desk, screen, flow)
    await page.open()
    await page.go("e1", "case")
    await page.go("e1", "cure")  # not one of its ways

    await page.dismiss("e1")

    assert flow.told("go") == [(Route("case", RECEIVED),)]
    assert screen.last("show_exceptions") == ()


async def test_a_paper_of_a_refused_step_leads_to_its_cure(desk, screen, flow, enter):
    await enter("chief")
    desk.refusals = (refusal("accept", RECEIVED, "cure", "case"),)
    page = ExceptionsPresenter(desk, screen, flow)
    await page.open()

    await page.go("e1", "cure")

    assert flow.told("go") == [(Route("step", RECEIVED, "cure", "e1"),)]


async def test_a_refused_registration_begins_anew_with_what_was_typed(desk, screen, flow, enter):
    await enter("clerk")
    form = PreregisterForm("person", "resident_id", "110105199001010010", "王小明", "1", "x-01")
    desk.refusals = (refusal("preregister", "20261124-339901-00001-0", "again"),)
    desk.typed["e1"] = form
    page = ExceptionsPresenter(desk, screen, flow)
    await page.open()

    await page.go("e1", "again")

    assert flow.told("go") == [(Route("step", step="preregister"),)]
    assert msgspec.json.decode(desk.kept["preregister"], type=PreregisterForm) == form


async def test_whoever_stands_at_the_counter_now_keeps_what_he_typed(desk, screen, flow, enter):
    await enter("clerk")
    standing = PreregisterForm("person", "resident_id", "", "古丽", "", "")
    desk.kept["preregister"] = msgspec.json.encode(standing).decode()
    desk.refusals = (refusal("preregister", "20261124-339901-00001-0", "again"),)
    desk.typed["e1"] = PreregisterForm("person", "resident_id", "1", "王小明", "1", "x-01")
    page = ExceptionsPresenter(desk, screen, flow)
    await page.open()

    await page.go("e1", "again")

    kept = msgspec.json.decode(desk.kept["preregister"], type=PreregisterForm)
    assert kept == standing


async def test_a_cure_is_chosen_reasoned_and_goes_to_the_sheet(desk, screen, flow, enter):
    await enter("chief")
    page = CurePresenter(desk, screen, flow, RECEIVED, event="e9")
    await page.open()
    owed = screen.last("show_owed")

    await page.submit(CureForm())
    missing = [problem.field for problem in screen.last("show_problems")]
    await page.submit(CureForm("revoke", " 受理所依据的事实不成立 "))

    assert (owed.event, owed.paper) == ("e9", "acceptance")
    assert missing == ["way", "text"]
    sheet = flow.told("sign")[0][0]
    assert (sheet.kind, sheet.case) == ("cure", RECEIVED)


def refusal(kind, case, *ways):
    return ExceptionRow("e1", case, kind, NOW, "no_authority", Words("a"), Words("b"), ways=ways)
