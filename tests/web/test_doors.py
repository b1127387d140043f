"""The console's doors and the public pages over HTTPS, as browsers ask and as others would."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from sync.proof.checkcode import block_key, check_code
from sync.protocol.messages import Empty
from sync.server.console.answers import COOKIE
from sync.server.pages import CSP
from sync.server.services.record.findings import note
from tests.helpers.case_steps import accept, handle
from tests.helpers.case_walk import walk_to
from tests.helpers.hand_window import SCOPE, HandWindow, Refusal

pytestmark = pytest.mark.slow
ID = "AAAAAAAAAAAAAAAAAAAAAA"


def enter(http, code, **headers):
    return http.post("/console/enter", data={"code": code}, headers=headers)


def code_of(centre, number):
    serial = int(number[16:21])
    leasing = centre.desk.leasing
    return centre.read(lambda tx: leasing.check_code(tx, number, "339901", serial))


def looks(centre):
    rows = centre.read(lambda tx: tx.console.accesses(100))
    return [(row.person, row.what, row.subject) for row in reversed(rows)]


# ------------------------------------------------------------ in and out


def test_a_code_opens_once_with_a_cookie_that_no_script_reads(console_code, http):
    code = console_code().code
    answer = enter(http, code)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for part in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
        assert part in cookie
    assert http.get("/console").status_code == 200
    again = enter(http, code)
    assert again.status_code == 401
    assert "set-cookie" not in again.headers


def test_a_code_is_good_for_a_minute(centre, console_code, http):
    code = console_code().code
    centre.clock.advance(seconds=61)
    assert enter(http, code).status_code == 401


def test_whoever_is_no_supervisor_gets_no_code(console_code):
    with pytest.raises(Refusal) as refused:
        console_code("clerk")
    assert (refused.value.status, refused.value.code) == (403, "wire.forbidden")


def test_no_other_site_enters_or_leaves_for_a_person(console_code, http):
    code = console_code().code
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        assert enter(http, code, **headers).status_code == 403
    assert enter(http, code, **{"Sec-Fetch-Site": "same-origin"}).status_code == 303
    assert http.post("/console/leave", headers={"Origin": "null"}).status_code == 403
    assert http.get("/console").status_code == 200


def test_without_a_visit_a_page_says_how_to_enter(http):
    answer = http.get("/console", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert answer.status_code == 401
    assert "插入监察人员的卡" in answer.text
    assert 'type="password"' not in answer.text
    assert "<form" not in answer.text


def test_a_visit_ends_after_a_quarter_of_an_hour_unused(centre, console_code, http):
    enter(http, console_code().code)
    centre.clock.advance(minutes=14)
    assert http.get("/console").status_code == 200
    centre.clock.advance(minutes=14)
    # A page that refreshes itself is nobody's hand.
    assert http.get("/console", headers={"HX-Request": "true"}).status_code == 200
    centre.clock.advance(minutes=2)
    over = http.get("/console", headers={"HX-Request": "true"})
    assert (over.status_code, over.headers["hx-refresh"]) == (401, "true")


def test_a_visit_ends_after_eight_hours(centre, console_code, http):
    enter(http, console_code().code)
    for _ in range(48):
        centre.clock.advance(minutes=10)
        assert http.get("/console").status_code == 200
    centre.clock.advance(minutes=10)
    assert http.get("/console").status_code == 401


def test_the_visit_goes_with_the_card(window, console_code, http):
    enter(http, console_code().code)
    unused = console_code().code
    window.ask("POST", "/v1/logout", Empty, Empty())
    assert enter(http, unused).status_code == 401


def test_leaving_ends_the_visit(console_code, http):
    enter(http, console_code().code)
    cookie = http.cookies[COOKIE]
    assert http.post("/console/leave").status_code == 303
    http.cookies.set(COOKIE, cookie)
    assert http.get("/console").status_code == 401


# ------------------------------------------------------------ what is seen, and that it was


def test_every_look_is_written_down_and_a_refresh_once(centre, window, console_code, http):
    number = walk_to(window, "received")
    enter(http, console_code().code)
    http.get("/console")
    http.get(f"/console/cases/{number}")
    http.get("/console?closed=1")
    for _ in range(3):
        http.get(f"/console/cases/{number}", headers={"HX-Request": "true"})
        http.get("/console?light=red", headers={"HX-Request": "true"})
    assert looks(centre) == [
        ("p0106", "enter", "console"),
        ("p0106", "board", "open"),
        ("p0106", "case", number),
        ("p0106", "board", "closed"),
    ]
    centre.clock.advance(minutes=14)
    http.get("/console?closed=1")
    centre.clock.advance(minutes=2)
    http.get(f"/console/cases/{number}", headers={"HX-Request": "true"})
    assert looks(centre)[-1] == ("p0106", "case", number)


def test_a_supervisor_sees_what_policy_gives_him(centre, window, console_code, http):
    number = walk_to(window, "received")
    now = centre.clock.now_ms()
    centre.enact(
        "grant",
        {
            "id": "g-narrow",
            "person": "p0103",
            "roles": ["supervisor"],
            "scopes": ["339901/wjj"],
            "powers": [],
            "items": "*",
            "from": now - 1000,
            "to": None,
        },
    )
    enter(http, console_code("handler").code)
    board = http.get("/console").text
    assert number not in board
    assert http.get(f"/console/cases/{number}").status_code == 404
    assert http.get("/console?department=339901/scjg").text.count(number) == 0


def test_the_board_is_filtered_by_plain_forms(window, console_code, http):
    number = walk_to(window, "received")
    enter(http, console_code().code)
    for query in (
        "light=white",
        f"department={SCOPE}",
        "text=古丽",
        "text=食品",
        f"text={number[-7:]}",
        "text=&department=&page=1",
        "light=nonsense&page=-3&lang=en",
    ):
        assert number in http.get(f"/console?{query}").text, query
    for query in ("light=red", "department=339901/wjj", "text=%25", "closed=1", "page=2"):
        assert number not in http.get(f"/console?{query}").text, query


def test_nothing_changed_costs_nothing(window, console_code, http):
    number = walk_to(window, "received")
    enter(http, console_code().code)
    page = http.get(f"/console/cases/{number}").text
    again = re.search(r'hx-get="([^"]+)"', page)[1].replace("&amp;", "&")
    assert http.get(again, headers={"HX-Request": "true"}).status_code == 204
    window.log_in("clerk")
    window.step("accept", accept(), case=number)
    changed = http.get(again, headers={"HX-Request": "true"})
    assert changed.status_code == 200
    assert "<html" not in changed.text


def test_what_people_wrote_cannot_become_a_page(window, console_code, http):
    number = walk_to(window, "handling")
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(2)>{{7*7}}'
    assert window.step("handle", {**handle(), "text": evil}, case=number).verdict == "accepted"
    enter(http, console_code().code)
    page = http.get(f"/console/cases/{number}?text={evil}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "{{7*7}}" in page
    assert "<script>alert" not in http.get("/console", params={"text": evil}).text


def test_a_case_page_says_no_number_of_a_person(window, console_code, http):
    number = walk_to(window, "closed")
    enter(http, console_code().code)
    page = http.get(f"/console/cases/{number}").text
    assert "古丽·阿依" in page
    assert "110105199001010010" not in page
    assert "13800000000" not in page


# ------------------------------------------------------------ headers and assets


def test_every_page_bears_its_headers_and_nothing_inline(window, console_code, http):
    number = walk_to(window, "received")
    enter(http, console_code().code)
    for path in (
        "/console",
        "/console/enter",
        f"/console/cases/{number}",
        "/console/cases/none",
        "/console/nowhere",
        "/public/status",
        f"/public/certificate?id={ID}",
        "/",
    ):
        answer = http.get(path)
        assert answer.headers["content-security-policy"] == CSP, path
        assert answer.headers["cache-control"] == "no-store", path
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert answer.headers["referrer-policy"] == "same-origin", path
        assert "max-age" in answer.headers["strict-transport-security"], path
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src=)|javascript:", answer.text)


def test_assets_are_kept_for_ever_under_their_hash(http):
    page = http.get("/public/status").text
    found = re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)
    css = http.get(next(a for a in found if "tokens" in a)).text
    font = re.search(r'url\("([^"]+)"\)', css)[1]
    for address in (*found, font):
        answer = http.get(address)
        assert answer.status_code == 200
        assert answer.headers["cache-control"].endswith("immutable")
    assert http.get("/assets/0000000000000000/page.css").status_code == 404
    assert http.get("/assets/0000000000000000/..%2Fcentre.db").status_code == 404


def test_language_is_the_browsers_unless_asked(http):
    english = {"Accept-Language": "en-GB,en;q=0.8"}
    assert "How is my case?" in http.get("/public/status", headers=english).text
    assert "办件进度查询" in http.get("/public/status", headers={"Accept-Language": "ug"}).text
    assert "How is my case?" in http.get("/public/status?lang=en").text
    assert "How is my case?" in http.get("/public/status").text  # remembered


# ------------------------------------------------------------ strangers


def ask(http, number, code):
    return http.post("/public/status", data={"no": number, "code": code})


def test_number_and_code_give_the_status_and_no_name(centre, window, http):
    number = walk_to(window, "received")
    code = code_of(centre, number)
    answer = ask(http, f" {number} ", code.lower().replace("0", "o"))
    assert "已收件" in answer.text
    for secret in ("古丽", "110105", "食品", "林知夏", code):
        assert secret not in answer.text


def test_unknown_number_and_wrong_code_are_answered_alike(window, http):
    number = walk_to(window, "received")
    other = window.new_number()
    wrong, unknown = ask(http, number, "0000000000"), ask(http, other, "0000000000")
    assert wrong.status_code == unknown.status_code == 200
    assert wrong.text.replace(number, "N") == unknown.text.replace(other, "N")
    assert wrong.headers.keys() == unknown.headers.keys()


def test_five_wrong_codes_an_hour(centre, window, http):
    number = walk_to(window, "received")
    code = code_of(centre, number)
    for _ in range(7):
        assert "已收件" in ask(http, number, code).text  # the right code costs no try
    for _ in range(5):
        assert ask(http, number, "0000000000").status_code == 200
    limited = ask(http, number, code)
    assert limited.status_code == 429
    assert int(limited.headers["retry-after"]) <= 3600
    centre.clock.advance(hours=1)
    assert "已收件" in ask(http, number, code).text


@pytest.fixture
def other(centre):
    opened = HandWindow(centre, "d-339901-04")
    yield opened
    opened.close()


def test_a_code_by_the_key_of_another_window_is_none(centre, window, other, http):
    number = walk_to(window, "received")
    other.log_in("clerk")
    foreign = check_code(block_key(centre.centre.keys.check, other.borrow().id), number)
    other.step("accept", accept(), case=number, cprev=window.cprev[number])
    assert "已受理" not in ask(http, number, foreign).text
    assert "已受理" in ask(http, number, code_of(centre, number)).text


def test_a_code_holds_after_its_block_was_drawn_again(centre, window, other, http):
    number = walk_to(window, "received")
    code = code_of(centre, number)
    other.log_in("clerk")
    lease = other.borrow()
    block = centre.read(lambda tx: tx.leases.block_of("case", "339901", int(number[16:21])))
    again = replace(block, dev=other.dev, lease=lease.id)
    centre.centre.ledger.write_now(lambda tx: tx.leases.add_block(again))
    assert code_of(centre, number) != code
    assert "已收件" in ask(http, number, code).text


def test_a_certificate_is_known_by_its_public_id_once_it_is_sealed(window, http):
    assert "未登记" in http.get(f"/public/certificate?id={ID}").text
    walk_to(window, "certified")
    page = http.get(f"/public/certificate?id={ID}").text
    assert "有效" in page
    assert "食品经营许可" in page
    assert "古丽" not in page
    assert "未登记" in http.get("/public/certificate?id=%00%27--").text


def test_what_was_found_about_a_hall_s_windows_stands_on_the_board(
    centre, window, console_code, http
):
    window.log_in("clerk")
    window.anchor(head="B" * 42 + "A")
    code = console_code()
    enter(http, code.code)
    page = http.get("/console").text
    assert "窗口异常" in page
    assert "时间锚所证的是窗口的另一段历史" in page
    window.borrow()
    numbers = {"kind": "case", "pool": "339901", "first": 1, "last": 9, "count": 1, "missing": "3"}
    elsewhere = {"dev": "d-339911-09", "scope": "device/d-339911-09"}
    now = centre.clock.now_ms()

    def found(tx):
        note(tx, "numbers_missing", now, dev=window.dev, scope=f"device/{window.dev}", **numbers)
        note(tx, "device_fork", now, seq=7, hash="x", **elsewhere)

    centre.centre.ledger.write_now(found)
    page = http.get("/console").text
    assert "有 1 个号码跳过未用：3" in page
    assert (
        "一个窗口的同一序号下有两个不同事件" not in page
    )  # no such window is among the visitor's halls


def test_what_the_centre_itself_stands_on_is_told_on_the_board_with_what_to_do(
    centre, console_code, http
):
    enter(http, console_code().code)
    assert 'class="banner" role="status"' not in http.get("/console").text
    right = centre.clock.now()
    centre.clock.move_to(right - timedelta(hours=2))  # behind what the log has signed
    page = http.get("/console").text
    assert "本机时钟比中心已签署的时间慢 120 分钟" in page
    assert "请与标准时间核对并校正本机时钟" in page
    centre.clock.move_to(right + timedelta(minutes=1))
    assert "本机时钟" not in http.get("/console").text
    for listed in centre.settings.lists.iterdir():
        listed.unlink()
    centre.desk.policy.look_at_lists()
    page = http.get("/console?lang=en").text
    assert "There is no list of revoked certificates of " in page
    assert "centre.health" not in page
