"""A hall's display in a real browser: follows live, names nobody, reads from across the hall."""

import re

import pytest

from sync.proof.keys import new_id
from sync.protocol.hall_messages import QueueAnswer, QueueCall
from sync.server.public import halls
from tests.web.conftest import DESK, PHONE

pytestmark = pytest.mark.slow
HALL = "/public/hall/339901"
ZH = {"Accept-Language": "zh-CN"}


@pytest.fixture
def act(window):
    """Act in the hall's queue at window 3."""
    window.log_in("chief")

    def do(what, **more):
        call = QueueCall(id=new_id(), act=what, **more)
        return window.ask("POST", "/v1/queue/act", QueueAnswer, call)

    return do


@pytest.fixture
def busy(act):
    """Some were called, some wait."""
    for kind in ("general", "general", "fast", "general", "appointed", "general"):
        act("draw", kind=kind)
    for number in ("Y001", "B001"):
        act("next")
        act("done", number=number)
    act("next")
    return act


def test_the_display_follows_the_hall_without_being_asked(centre, act, browse, picture):
    page = browse(size=DESK)
    page.goto(centre.origin + HALL)
    assert "还没有叫号" in page.inner_text("#board")
    with page.expect_request(lambda r: r.url.endswith("/live")):
        page.reload()
    act("draw", kind="general")
    page.wait_for_selector(".waits dd:has-text('1')")
    act("next")
    page.wait_for_selector(".newest:has-text('A001')")
    assert "3号窗口" in page.inner_text(".newest")
    act("again", number="A001")
    page.wait_for_selector(".again")
    assert not page.is_checked("#voice")


def test_it_reads_in_both_languages_and_colours(centre, busy, browse, picture):
    for locale, words, dark in (("zh-CN", "绿色通道", False), ("en", "Fast track", True)):
        page = browse(size={"width": 1920, "height": 1080}, locale=locale, dark=dark)
        page.goto(centre.origin + HALL)
        assert words in page.inner_text("#board")
        # Waited for: an element that is just being replaced by newer news has no size.
        page.wait_for_function(
            "parseFloat(getComputedStyle(document.querySelector('.newest b')).fontSize) >= 100"
        )
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        picture(page, f"hall-{locale}-{'dark' if dark else 'light'}")


def test_a_visitor_sees_his_own_number_on_his_telephone(centre, busy, browse, picture):
    page = browse(size=PHONE)
    page.goto(f"{centre.origin}{HALL}?n=a002")
    assert "A002" in page.inner_text(".own")
    assert "前面还有 0 人" in page.inner_text(".own")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(page, "hall-phone", whole=True)
    busy("serve", number="A001")
    busy("next")
    page.wait_for_selector(".own:has-text('3号窗口')")


def test_it_says_so_when_the_line_is_out(centre, busy, browse):
    page = browse()
    page.goto(centre.origin + HALL)
    page.route(re.compile("/board"), lambda route: route.abort())
    busy("draw", kind="general")
    page.wait_for_selector("#stale:not([hidden])")


def test_it_names_nobody_and_is_answered_without_its_body_while_nothing_moves(http, busy, window):
    page = http.get(HALL, headers=ZH)
    assert page.status_code == 200
    assert window.card.person not in page.text
    assert "max-age" in page.headers["cache-control"]
    part = http.get(f"{HALL}/board", headers=ZH)
    again = {**ZH, "If-None-Match": part.headers["etag"]}
    assert http.get(f"{HALL}/board", headers=again).status_code == 304
    busy("draw", kind="general")
    assert http.get(f"{HALL}/board", headers=again).status_code == 200


def test_a_hall_that_nobody_knows(http):
    for path in ("/public/hall/000000", "/public/hall/%3Cscript%3E", "/public/hall/000000/live"):
        assert http.get(path, headers=ZH).status_code == 404
    assert "没有这个大厅" in http.get("/public/hall/000000", headers=ZH).text


def test_who_asks_too_often_is_told_to_wait(http, monkeypatch):
    monkeypatch.setattr(halls, "LOOKS_PER_MINUTE", 2)
    assert [http.get(HALL, headers=ZH).status_code for _ in range(3)] == [200, 200, 429]


def test_one_address_holds_so_many_streams_and_no_more(http, monkeypatch):
    monkeypatch.setattr(halls, "STREAMS_OF_ADDRESS", 1)
    with http.stream("GET", f"{HALL}/live") as first:
        assert first.status_code == 200
        assert http.get(f"{HALL}/live", headers=ZH).status_code == 429


def test_the_addresses_of_one_visitor_count_as_one(http, monkeypatch):
    own = iter(["2001:db8::1", "2001:db8::2", "2001:db8:0:0:9::3", "2001:db8:1::1"])
    monkeypatch.setattr(halls, "address", lambda _request: next(own))
    monkeypatch.setattr(halls, "LOOKS_PER_MINUTE", 2)
    assert [http.get(HALL, headers=ZH).status_code for _ in range(4)] == [200, 200, 429, 200]
