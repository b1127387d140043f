"""What an applicant filed on line becomes a case at a real window of a real centre, once."""

import json
import re
import ssl

import httpx
import pytest

from sync.domain.failures import Failure
from sync.server.channels.spool import NAME
from tests.helpers import case_steps as say
from tests.helpers.hall import StandingStage, open_hall

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(300)]
PHONE = "13800000021"
ITEM = "scjg-02"
PAGE = b"\n".join(
    (
        b"%PDF-1.4",
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj",
        b"trailer<</Root 1 0 R>>",
        b"%%EOF",
    )
)


@pytest.fixture
def stage(tmp_path):
    made = StandingStage(tmp_path / "stage")
    yield made
    made.centre.stop()


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page.text)[1]


async def filed(hall, stage, http):
    """File as an applicant does, with the code that his telephone was sent."""
    asked = await http.post(f"/public/apply/{ITEM}", data={"phone": PHONE})
    id_, spool = hidden(asked, "id"), stage.places.centre / "spool" / NAME

    def code():
        lines = spool.read_text("utf-8").splitlines() if spool.exists() else []
        found = [json.loads(line) for line in lines]
        return next((m["text"] for m in found if m["id"] == f"code/{id_}/sms"), "")

    await hall.until(code, "the code is sent")
    figures = re.search(r"[0-9]{6}", code())[0]
    page = await http.post(f"/public/apply/{ITEM}/code", data={"id": id_, "figures": figures})
    pass_ = {"no": hidden(page, "no"), "code": hidden(page, "code")}
    fields = {name: (None, value) for name, value in {**pass_, "act": "send"}.items()}
    who = say.preregister()["applicant"]
    fields |= {name: (None, who[name]) for name in ("kind", "name", "id_no")}
    asks = re.findall(r'name="(file\.[^"]+)"', page.text)
    files = {name: (f"{name}.pdf", PAGE) for name in asks}
    sent = await http.post("/public/filing/keep", files={**fields, **files})
    assert "已提交" in sent.text, sent.text
    return pass_, [name.removeprefix("file.") for name in asks]


async def test_a_filing_becomes_a_case_with_its_pages_ready(stage):
    async with open_hall(stage) as hall:
        await hall.enter("reception")
        trust = ssl.create_default_context(cafile=str(stage.centre._authority.ca))
        head = {"Accept-Language": "zh-CN"}
        async with httpx.AsyncClient(
            base_url=stage.centre.url, verify=trust, headers=head, timeout=30
        ) as http:
            pass_, materials = await filed(hall, stage, http)
            filings = hall.desk.filings
            (row,) = (await filings.view()).rows
            assert (row.number, row.late, len(row.files)) == (pass_["no"], False, len(materials))
            wide, high, rgb = await filings.page(row.number, row.files[0].sha256)
            assert len(rgb) == wide * high * 3
            made = await filings.register(row.number)
            assert {code for code, _ in made.pages} == set(materials)
            assert made.refused == ()
            assert (await filings.view()).rows == ()
            again = await filings.register(row.number)
            assert (again.done, again.case) == (None, made.case)  # never a second case
            await hall.synced()
            assert await filings.settle() == 0
            page = await http.post("/public/filing", data=pass_)
            assert made.case in page.text
            with pytest.raises(Failure, match=r"filing\.other_state"):
                await filings.lacks(row.number, "缺一份")
        detail = await hall.desk.cases.open(made.case)
        assert detail.row.state == "registered"
