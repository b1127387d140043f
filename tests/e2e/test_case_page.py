"""What a case page says, over the real centre: its truth, its ends, and the fast track."""

import json
from datetime import timedelta

import pytest

from client.app.rows.materials import Given
from client.app.rows.words import Words
from sync.domain.lights import Light
from sync.server.channels.spool import NAME
from tests.helpers.hall import PAGE, StandingStage, open_hall

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(300)]
PHONE = "13800000000"
LEADER = "13900000114"


@pytest.fixture
def stage(tmp_path):
    made = StandingStage(tmp_path / "stage")
    yield made
    made.centre.stop()


async def row_of(hall, case, kind):
    detail = await hall.desk.cases.open(case)
    return next(row for row in detail.timeline if row.kind == kind)


async def test_a_fast_track_case_is_accepted_and_its_leader_is_told(stage):
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        key = {"project": "云岭新城综合体", "key_project": True, "fast_track": True}
        case = await hall.register(**key)
        await hall.receive_all(case)
        preview = await hall.desk.steps.preview_acceptance(case)
        assert preview.fast_track
        (notice,) = preview.notices
        assert notice.phone == LEADER
        assert key["project"] in notice.text.args["text"]
        done = await hall.desk.steps.accept(case)
        assert done.findings == ()
        detail = await hall.desk.cases.open(case)
        assert "fast_track" in detail.flags
        assert detail.row.light.due_at == preview.due_at
        await hall.synced()
        spool = stage.places.centre / "spool" / NAME
        await hall.until(
            lambda: spool.exists() and LEADER in spool.read_text(encoding="utf-8"),
            "the centre sends it",
        )
        lines = [json.loads(text) for text in spool.read_text(encoding="utf-8").splitlines()]
        (line,) = [each for each in lines if each["to"] == LEADER]
        assert line["case"] == case
        assert line["text"] == notice.text.args["text"]  # what the clerk read is what is sent
        assert await hall.desk.messages.exceptions() == ()


async def test_the_timeline_tells_roles_lights_and_who_took_the_paper(stage):
    async with open_hall(stage) as hall:
        await hall.enter("reception")
        case = await hall.register()
        await hall.leave()
        await hall.enter("clerk")
        await hall.receive_all(case)
        await hall.desk.steps.accept(case)
        await hall.synced()
        detail = await hall.desk.cases.open(case)
        told = [(row.kind, row.role, row.light) for row in detail.timeline]
        assert told == [
            ("preregister", "reception_clerk", Light.NONE),
            ("receive", "window_clerk", Light.NONE),
            ("accept", "window_clerk", Light.WHITE),
        ]
        assert not any(row.offline or row.late for row in detail.timeline)
        assert (detail.applicant_kind, detail.receiver) == ("org", None)
        assert detail.people[0][0] == "reception_clerk"
        (claim,) = [option.blocked for option in detail.options if option.kind == "claim"]
        assert claim == Words("violation.no_authority.by", {"who": "承办人"})


async def test_telephones_are_masked_until_somebody_calls(stage):
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        case = await hall.register(phone=PHONE)
        assert (await hall.desk.cases.open(case)).phone == "138****0000"
        assert await hall.desk.cases.phone(case) == PHONE


async def test_a_step_made_without_the_line_says_so(stage):
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        await hall.synced()
        stage.kill_centre()
        case = await hall.register()
        stage.clock.move_to(stage.clock.now() + timedelta(minutes=30))
        await stage.centre.start()
        hall.desk.line.sync_now()
        await hall.synced()
        assert (await row_of(hall, case, "preregister")).offline


async def test_an_applicant_withdraws_by_the_request_that_he_signed(stage):
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        case = await hall.register()
        page = await hall.desk.materials.take_in(case, "申请书.png", PAGE.read_bytes())
        await hall.desk.steps.receive(case, (Given("application", (page,)),))
        offered = {option.kind: option.blocked for option in await options(hall, case)}
        assert offered["withdraw"] is None
        request = await hall.desk.materials.take_in(case, "撤回申请.png", PAGE.read_bytes())
        done = await hall.desk.steps.withdraw(case, request)
        assert done.findings == ()
        detail = await hall.desk.cases.open(case)
        assert detail.row.state == "withdrawn"
        assert detail.papers[-1].kind == "withdrawal"
        assert detail.papers[-1].sha256 == request.sha256
        await hall.synced()
        await hall.desk.steps.close(case)
        await hall.synced()
        assert await hall.desk.messages.exceptions() == ()


async def options(hall, case):
    return (await hall.desk.cases.open(case)).options


@pytest.mark.parametrize(("offered", "found"), [(False, []), (True, ["offered_but_not_received"])])
async def test_a_visitor_who_left_gives_the_number_back(stage, offered, found):
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        case = await hall.register()
        done = await hall.desk.steps.leave(case, offered=offered, text="停电" if offered else "")
        assert [words.key for words in done.findings] == [f"violation.{code}" for code in found]
        assert (await hall.desk.cases.open(case)).row.state == "lapsed"
        await hall.synced()
        assert await hall.desk.messages.exceptions() == ()


async def test_a_denial_waits_until_the_applicant_was_heard(stage):
    async with open_hall(stage) as hall:
        case = await hall.walk_to("deciding")
        await hall.enter("chief")
        offered = {option.kind: option.blocked for option in await options(hall, case)}
        assert offered["deny"] == Words("violation.parties_not_heard", {})
        assert offered["hear_party"] is None
        await hall.desk.steps.hear_party(case, "申请人陈述：布局图已按要求修改。")
        done = await hall.sign("deny", case, reason="not_met", text="场所不符合要求。")
        assert done.findings == ()
        assert (await row_of(hall, case, "hear_party")).note.startswith("申请人陈述")
        await hall.synced()
        assert (await hall.desk.cases.open(case)).row.state == "denied"
        assert await hall.desk.messages.exceptions() == ()
