"""The guided pages: checks beside fields, drafts, one step a press, failures that keep the form."""

import asyncio

import pytest
import pytest_asyncio

from client.app.rows.cases import Receiver
from client.app.rows.steps import PreregisterForm
from sync.domain.failures import Failure, FailureKind
from tests.helpers.gallery_cases import (
    COMPLETE,
    DECIDING,
    HANDLING,
    MAKING,
    RECEIVED,
    REGISTERED,
    REVIEWING,
)
from ui.presenters.acceptance import AcceptancePresenter
from ui.presenters.confirm import ConfirmPresenter
from ui.presenters.correction import CorrectionPresenter
from ui.presenters.decision import DecisionPresenter
from ui.presenters.opinion import OpinionPresenter
from ui.presenters.preregister import PreregisterPresenter
from ui.presenters.receive import ReceivePresenter
from ui.presenters.receiver import ReceiverPresenter
from ui.values import CorrectionForm, DecisionForm, MissingTick, OpinionForm

pytestmark = pytest.mark.asyncio
GOOD = PreregisterForm(
    "person", "resident_id", "11010519491231002x", " 王芳 ", "138 0013 8000", "ycls"
)


def fields(screen):
    return [problem.field for problem in screen.last("show_problems")]


# ---------------------------------------------------------------- preregister


@pytest_asyncio.fixture
async def prereg(desk, screen, flow, enter):
    await enter("reception")
    return PreregisterPresenter(desk, screen, flow)


async def test_an_empty_form_names_every_field_in_the_order_of_the_page(prereg, screen, desk):
    await prereg.submit(prereg.first_form())

    assert fields(screen) == ["id_no", "name", "phone", "item"]
    assert desk.asked == []


async def test_values_are_registered_as_the_rules_normalise_them(prereg, desk, flow):
    await prereg.submit(GOOD)

    form = next(args[1] for args in desk.asked if args[0] == "form")
    assert (form.id_no, form.name, form.phone) == ("11010519491231002X", "王芳", "13800138000")
    assert flow.told("done")[0][0] == "preregister"


async def test_a_wrong_check_digit_stands_beside_its_field(prereg, screen):
    prereg.left("id_no", PreregisterForm("person", "resident_id", "110105194912310021", "", "", ""))

    field, checked = screen.told("show_checked")[-1]
    assert field == "id_no"
    assert checked.problem.key == "violation.id_check_digit"


async def test_an_empty_field_is_not_scolded_when_it_is_left(prereg, screen):
    prereg.left("phone", prereg.first_form())

    assert screen.told("show_checked") == []


async def test_an_agent_needs_both_name_and_number(prereg, screen):
    await prereg.submit(PreregisterForm(**{**_as_dict(GOOD), "agent_name": "李四"}))

    assert fields(screen) == ["agent_id_no"]


async def test_a_key_project_needs_its_name(prereg, screen):
    await prereg.submit(PreregisterForm(**{**_as_dict(GOOD), "key_project": True}))

    assert fields(screen) == ["project"]


async def test_items_are_found_and_taken(prereg, screen):
    prereg.find("烟草")
    prereg.pick("ycls", prereg.first_form())

    assert [item.code for item in screen.last("show_items")] == ["ycls"]
    assert screen.last("show_item").row.code == "ycls"


async def test_a_draft_comes_back_with_its_item(prereg, desk, screen, flow):
    prereg.edited(GOOD)
    await prereg.save_draft()
    again = PreregisterPresenter(desk, screen, flow)

    await again.open()

    assert screen.last("show_form") == GOOD
    assert screen.last("show_item").row.code == "ycls"


async def test_a_step_that_was_made_leaves_no_draft(prereg, desk):
    prereg.edited(GOOD)
    await prereg.save_draft()

    await prereg.submit(GOOD)

    assert desk.kept == {}


async def test_a_draft_of_another_version_is_forgotten(prereg, desk, screen):
    desk.kept["preregister"] = '{"what": 1}'

    await prereg.open()

    assert screen.last("show_form") == prereg.first_form()
    assert desk.kept == {}


async def test_every_key_is_kept_and_writes_do_not_overtake_each_other(prereg, desk):
    writes, gate = [], asyncio.Event()
    real = desk.drafts.save

    async def slow(key, text):
        writes.append(text)
        await gate.wait()
        await real(key, text)

    desk.drafts.save = slow
    prereg.edited(GOOD)
    first = asyncio.get_running_loop().create_task(prereg.save_draft())
    await asyncio.sleep(0)
    later = PreregisterForm(**{**_as_dict(GOOD), "phone": "1"})
    prereg.edited(later)
    second = asyncio.get_running_loop().create_task(prereg.save_draft())
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(first, second)

    assert len(writes) == 2
    assert '"phone":"1"' in desk.kept["preregister"]


async def test_a_refused_step_keeps_the_form_and_says_why(prereg, desk, screen, flow):
    desk.fail = Failure("app.no_numbers", FailureKind.RETRIABLE)

    await prereg.submit(GOOD)

    assert screen.last("show_failure").code == "app.no_numbers"
    assert screen.last("show_failure").again
    assert flow.told("done") == []
    assert [kwargs for name, _args, kwargs in screen.calls if name == "set_busy"] == [
        {"busy": True},
        {"busy": False},
    ]


def _as_dict(form):
    return {name: getattr(form, name) for name in form.__dataclass_fields__}


# ---------------------------------------------------------------- receive


@pytest_asyncio.fixture
async def receive(desk, screen, flow, enter):
    await enter("clerk")
    presenter = ReceivePresenter(desk, screen, flow, REGISTERED, "receive")
    await presenter.open()
    return presenter


async def test_nothing_ticked_is_not_received(receive, screen, desk):
    await receive.submit(receive.form)

    assert fields(screen) == ["materials"]


async def test_files_are_taken_in_and_tick_their_material(receive, screen, desk, tmp_path):
    page = tmp_path / "申请书.jpg"
    page.write_bytes(b"page")

    await receive.attach("m1", (page,))
    await receive.submit(receive.form)

    assert receive.form.tick("m1").given
    assert [row.code for row in desk.world[REGISTERED].materials if row.pages] == ["m1"]


async def test_a_bad_file_is_told_beside_its_material_and_the_others_go_on(
    receive, screen, tmp_path
):
    empty, zipped, good = (tmp_path / name for name in ("0.jpg", "z.png", "g.jpg"))
    for path, content in ((empty, b""), (zipped, b"PK\x03\x04"), (good, b"ok")):
        path.write_bytes(content)

    await receive.attach("m2", (empty, zipped, good))

    refused = [(args[1], args[2].code) for args in screen.told("show_refused")]
    assert refused == [("0.jpg", "document.file_empty"), ("z.png", "document.file_is_archive")]
    assert len(receive.form.tick("m2").pages) == 1
    assert screen.told("show_taking")[-1] == ("m2", 0)


async def test_the_same_page_twice_is_one_page(receive, tmp_path):
    page = tmp_path / "a.jpg"
    page.write_bytes(b"page")

    await receive.attach("m1", (page, page))

    assert len(receive.form.tick("m1").pages) == 1


async def test_a_page_can_be_taken_back(receive, tmp_path):
    page = tmp_path / "a.jpg"
    page.write_bytes(b"page")
    await receive.attach("m1", (page,))

    receive.detach("m1", receive.form.tick("m1").pages[0].sha256)

    assert receive.form.tick("m1").pages == ()


async def test_the_checklist_survives_a_lock(receive, desk, screen, flow, tmp_path):
    page = tmp_path / "a.jpg"
    page.write_bytes(b"page")
    await receive.attach("m1", (page,))
    receive.tick("m2", given=True)
    await receive.save_draft()
    again = ReceivePresenter(desk, screen, flow, REGISTERED, "receive")

    await again.open()

    assert again.form == receive.form


# ---------------------------------------------------------------- correction


async def test_the_notice_begins_with_what_was_not_given(desk, screen, flow, enter):
    await enter("clerk")
    notice = CorrectionPresenter(desk, screen, flow, RECEIVED, "notify_correction")
    await notice.open()

    chosen = [tick.code for tick in screen.last("show_form").ticks if tick.chosen]
    assert chosen == ["m3"]


async def test_the_notice_must_be_complete_and_say_what_is_wrong(desk, screen, flow, enter):
    await enter("clerk")
    notice = CorrectionPresenter(desk, screen, flow, RECEIVED, "notify_correction")

    await notice.submit(CorrectionForm())
    assert fields(screen) == ["materials"]

    form = CorrectionForm((MissingTick("m1", chosen=True, reason="illegible"),))
    await notice.submit(form)
    assert fields(screen) == ["text.m1", "complete"]

    whole = CorrectionForm(
        (MissingTick("m1", chosen=True, reason="illegible", text="第2页重扫"), MissingTick("m2")),
        complete=True,
    )
    await notice.submit(whole)
    sent = next(args[1] for args in desk.asked if args[0] == "missing")
    assert [(line.material, line.reason, line.text) for line in sent] == [
        ("m1", "illegible", "第2页重扫")
    ]


# ---------------------------------------------------------------- acceptance, opinions, decisions


async def test_acceptance_shows_what_it_promises_and_accepts(desk, screen, flow, enter):
    await enter("clerk")
    page = AcceptancePresenter(desk, screen, flow, COMPLETE)

    await page.open()
    await page.submit(page.first_form())

    assert len(screen.last("show_preview").lines) == 4
    assert desk.world[COMPLETE].state == "accepted"


@pytest.mark.parametrize(
    ("kind", "form", "wrong"),
    [
        ("handle", OpinionForm(), ["opinion"]),
        ("handle", OpinionForm(agree=False), ["text"]),
        ("handle", OpinionForm(agree=True), []),
        ("review", OpinionForm(agree=True), []),
        ("send_back", OpinionForm(), ["text"]),
        ("explain", OpinionForm(), ["text"]),
    ],
)
async def test_opinions_say_why_where_they_do_not_agree(desk, screen, flow, kind, form, wrong):
    page = OpinionPresenter(desk, screen, flow, HANDLING, kind)

    assert [problem.field for problem in page.check(form)] == wrong


async def test_an_opinion_is_signed(desk, flow, screen, enter):
    await enter("handler")
    page = OpinionPresenter(desk, screen, flow, HANDLING, "handle")

    await page.submit(OpinionForm(agree=True, text="拟同意"))

    assert ("handle", HANDLING, "拟同意") in desk.asked
    assert desk.world[HANDLING].state == "reviewing"


async def test_an_explanation_answers_its_urge(desk, flow, screen, enter):
    await enter("clerk")
    page = OpinionPresenter(desk, screen, flow, REVIEWING, "explain", event="urge-2")

    await page.submit(OpinionForm(text="现场核查排队"))

    assert ("urge", "urge-2") in desk.asked


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        (DecisionForm(), ["kind"]),
        (DecisionForm("deny"), ["reason", "text"]),
        (DecisionForm("deny", "conditions_not_met", "理由"), []),
        (DecisionForm("grant"), []),
    ],
)
async def test_a_denial_has_its_reason_and_its_words(desk, screen, flow, form, wrong):
    page = DecisionPresenter(desk, screen, flow, DECIDING, "grant")

    assert [problem.field for problem in page.check(form)] == wrong


async def test_a_decision_leads_to_its_sheet_and_keeps_its_draft_until_signed(
    desk, screen, flow, enter
):
    await enter("chief")
    page = DecisionPresenter(desk, screen, flow, DECIDING, "grant")
    await page.open()
    form = DecisionForm("grant", "", "准予许可")
    page.edited(form)

    await page.submit(form)

    assert flow.told("sign")[0][0].kind == "grant"
    assert f"case/{DECIDING}/decision" in desk.kept
    assert desk.world[DECIDING].state == "deciding"


async def test_only_what_the_case_knows_is_offered(desk, screen, flow, enter):
    await enter("clerk")
    page = DecisionPresenter(desk, screen, flow, DECIDING, "grant")
    await page.open()

    offered = {option.kind: option.blocked for option in page.choices()}
    assert set(offered) == {"grant", "deny"}
    assert offered["grant"].key == "violation.no_authority"


# ---------------------------------------------------------------- handing out, closing


async def test_the_applicant_is_known_and_his_number_is_checked(desk, screen, flow, enter):
    await enter("clerk")
    page = ReceiverPresenter(desk, screen, flow, MAKING, "issue")
    await page.open()
    assert screen.last("show_form") == Receiver("刘洋", "", "self")

    await page.submit(Receiver("刘洋", "110105194912310021", "self"))
    assert fields(screen) == ["id_no"]

    await page.submit(Receiver("刘洋", "11010519491231002X", "self"))
    assert desk.world[MAKING].state == "issued"


async def test_an_agent_is_somebody_else(desk, screen, flow, enter):
    await enter("clerk")
    page = ReceiverPresenter(desk, screen, flow, MAKING, "sign_for")
    await page.open()

    page.relate("agent", screen.last("show_form"))

    assert screen.last("show_form").name == ""


async def test_closing_asks_nothing(desk, screen, flow, enter):
    await enter("clerk")
    page = ConfirmPresenter(desk, screen, flow, MAKING, "close")

    await page.submit(page.first_form())

    assert flow.told("done")[0][0] == "close"
