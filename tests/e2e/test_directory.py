"""Items and people over the real centre: told before filing, and asked for nothing twice."""

import ssl

import httpx
import pytest

from client.app.failures import AppFailure
from client.app.rows.materials import Given
from tests.helpers.hall import PAGE, StandingStage, form, open_hall

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(300)]
SHOP = "92339901MA2ABCDE1X"
AGENT = {"agent_name": "赵六", "agent_id_no": "110105199001010010"}
LICENCE = "business_licence"


@pytest.fixture
def stage(tmp_path):
    made = StandingStage(tmp_path / "stage")
    yield made
    made.centre.stop()


async def test_a_sheet_is_handed_out_before_anything_is_filed(stage):
    """IN04, LW03: the notification sheet of every item, in both languages, and its page."""
    async with open_hall(stage) as hall:
        desk = hall.desk
        with pytest.raises(AppFailure, match=r"app\.locked"):
            await desk.handouts.notification("scjg-02")
        await hall.enter("reception")
        for row in desk.catalogue.find("", limit=99):
            paper = await desk.handouts.notification(row.code)
            assert (paper.kind, paper.no) == ("notification", f"{row.code}-1")
            width, _high, rgb = await desk.handouts.image(paper.sha256, width=300)
            assert (width, len(rgb) % 3) == (300, 0)
        english = await desk.handouts.notification("scjg-02", "en")
        assert english.sha256 != (await desk.handouts.notification("scjg-02")).sha256
        last = await desk.handouts.pages(english.sha256) - 1
        assert (await desk.handouts.image(english.sha256, last, 300))[0] == 300
        await desk.handouts.form("scjg-02", sample=True)
        with pytest.raises(AppFailure, match=r"app\.no_form"):
            await desk.handouts.form("sqb-01", sample=False)
        tls = ssl.create_default_context(cafile=str(stage.authority.ca))
        async with httpx.AsyncClient(verify=tls, timeout=60) as stranger:
            answer = await stranger.get(f"{stage.centre.url}/public/items/scjg-02")
        assert "食品经营许可（新办）" in answer.text


async def test_whoever_was_here_is_known_again_and_doubles_are_told(stage):
    async with open_hall(stage) as hall:
        await hall.enter("reception")
        people = hall.desk.applicants
        assert await people.last() is None
        assert await people.find("bhcyd") == ()
        first = await hall.register(**AGENT)
        last = await people.last()
        assert (last.id_no, last.name, last.item, last.agent_name) == (
            SHOP, "云岭县滨河餐饮店", "", "赵六",
        )  # fmt: skip
        for typed in ("滨河", "bhcyd", "0000", "MA2ABC", SHOP.lower()):
            assert [row.who for row in await people.find(typed)] == [SHOP], typed
        (row,) = await people.find()
        assert SHOP not in row.id_no
        (double,) = await people.warnings(form())
        assert (double.key, double.args["case"]) == ("double.case", first)
        assert await people.warnings(form(item="wjj-01")) == ()
        (named,) = await people.warnings(form(id_no="92339901MA2ABCDF1Y", item="wjj-01"))
        assert named.key == "double.name"
        (renamed,) = await people.warnings(form(name="另一家店", item="wjj-01"))
        assert renamed.key == "double.number"
        known = await people.known("credit_code", SHOP.lower())
        assert known.phone == "13800000000"
        assert await people.known("resident_id", SHOP) is None
        detail = await people.open(SHOP)
        assert [case.number for case in detail.history] == [first]
        assert [(agent.name, agent.open) for agent in detail.agents] == [("赵六", 1)]
        with pytest.raises(AppFailure, match=r"app\.no_such_applicant"):
            await people.open("nobody")


async def test_what_was_given_and_still_holds_is_not_asked_for_again(stage):
    """PL16: the same applicant, the same material, within the catalogue's days."""
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        desk, people = hall.desk, hall.desk.applicants
        first = await hall.register()
        page = await desk.materials.take_in(first, "执照.png", PAGE.read_bytes())
        layout = Given("layout", (page,))  # none that the catalogue lets be taken again
        await desk.steps.receive(first, (Given(LICENCE, (page,), original=False), layout))
        assert await people.earlier(first) == ()
        second = await hall.register(item="wjj-01")
        stranger = await hall.register(item="wjj-01", id_no="92339901MA2ABCDF1Y", name="别家")
        (offered,) = await people.earlier(second)
        assert (offered.code, offered.case) == (LICENCE, first)
        assert await people.earlier(stranger) == ()
        await desk.steps.receive(second, (Given(LICENCE, offered.pages, original=False),))
        assert await people.earlier(second) == ()
        await hall.synced()
        taken = await desk.cases.open(second)
        rows = {row.code: row for row in taken.materials}
        assert [each.sha256 for each in rows[LICENCE].pages] == [page.sha256]
        assert await desk.messages.exceptions() == ()
