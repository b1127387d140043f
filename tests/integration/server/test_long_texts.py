"""Whatever a page lets somebody type arrives: a Chinese character is nine bytes of a form."""

import re

import httpx
import pytest

from sync.server.services.public.letters import Wanted
from tests.helpers.case_walk import walk_to


@pytest.fixture
def stranger(centre):
    with httpx.Client(base_url=centre.origin, timeout=60) as client:
        yield client


def longest(page, field):
    """Return as long a text as a field of a page lets somebody type."""
    (most,) = re.findall(rf'name="{field}"[^>]* maxlength="(\d+)"', page)
    return "长" * int(most)


def test_a_long_reply_and_a_long_opinion_are_kept(centre, window, enter, stranger):
    wanted = Wanted("complaint", "339901", "窗口无人", "scjg")
    sent = centre.centre.ledger.write_now(
        lambda tx: centre.desk.strangers.letters.send(tx, wanted, "13800000013", "zh_CN")
    )
    supervisor = enter("supervisor")
    text = longest(supervisor.get("/console/public").text, "text")
    replied = supervisor.post(f"/console/letters/{sent.number}", data={"text": text})
    assert replied.status_code == 303
    assert centre.read(lambda tx: tx.letters.get(sent.number)).answer == text

    number = walk_to(window, "delivered")
    scope = number.split("-")[1], int(number.split("-")[2])
    code = centre.read(lambda tx: centre.desk.leasing.check_code(tx, number, *scope))
    said = {"no": number, "code": code, "grade": "1", "why.slow": "1"}
    text = longest(stranger.get("/public/evaluate").text, "text")
    assert stranger.post("/public/evaluate", data={**said, "text": text}).status_code == 200
    assert centre.read(lambda tx: tx.letters.evaluation(number)).text == text

    # A year that is half typed is a day too; no page of figures breaks at the calendar's ends.
    for first, last in (("0001-01-01", "0001-02-01"), ("9999-12-01", "9999-12-31")):
        asked = {"from": first, "to": last, "by": "month"}
        assert supervisor.get("/console/statistics", params=asked).status_code == 200
