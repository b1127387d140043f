"""What strangers bring over the pages: filings, appointments, letters, ratings, short messages."""

import asyncio
import json
import re
import socket
from datetime import UTC, datetime

import httpx
import pytest

from sync.proof.keys import new_id
from sync.protocol.errors import WireError
from sync.protocol.filing_messages import FilingAnswer, FilingCall, FilingLack, FilingsAnswer
from sync.protocol.letter_messages import LetterCall, LettersAnswer
from sync.protocol.messages import Empty
from sync.server.channels.signing import HEADER, signature
from sync.server.services.public.letters import Wanted
from sync.server.services.public.phones import LASTS_MS
from tests.helpers import case_steps as say
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import running_centre
from tests.helpers.hand_window import HandWindow, Refusal

SECRET = "of both ends"
PDF = b"%PDF-1.7 applicant's own"
JPEG = b"\xff\xd8\xff\xe0 a page"
ITEM = "scjg-02"
PERSON = say.preregister()["applicant"]
WHO = {"kind": PERSON["kind"], "name": PERSON["name"], "id_no": PERSON["id_no"]}
ZH = {"Accept-Language": "zh-CN"}


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    with running_centre(tmp_path_factory.mktemp("strangers"), channel_secret=SECRET) as running:
        yield running


@pytest.fixture(scope="module")
def window(centre):
    opened = HandWindow(centre)
    yield opened
    opened.close()


@pytest.fixture
def http(centre):
    # Strangers are rationed by the minute and the hour; each test comes at an hour of its own.
    centre.clock.advance(hours=2)
    if centre.clock.now().hour >= 8:
        centre.clock.advance(hours=17)
    head = {"Origin": centre.origin, **ZH}
    with httpx.Client(base_url=centre.origin, headers=head, timeout=60) as client:
        yield client


def messages(centre, like):
    def read(tx):
        found = tx.messages._connection.exec_driver_sql(
            "SELECT id FROM messages WHERE id LIKE ? ORDER BY at, id", (like,)
        )
        return [tx.messages.get(row[0]) for row in found.fetchall()]

    return centre.read(read)


def figures(centre, page):
    """Return the id that a page carries, and the figures that were sent for it."""
    id_ = hidden(page, "id")
    (message,) = messages(centre, f"code/{id_}/sms")
    return id_, re.search(r"[0-9]{6}", message.text)[0]


def write(centre, work):
    return centre.centre.ledger.write_now(work)


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page.text)[1]


def begun(http, centre, phone="13800000001", item=ITEM):
    """Begin a filing; return its number and check code."""
    asked = http.post(f"/public/apply/{item}", data={"phone": phone})
    assert asked.status_code == 200, asked.text
    id_, code = figures(centre, asked)
    page = http.post(f"/public/apply/{item}/code", data={"id": id_, "figures": code})
    assert page.status_code == 200
    return {"no": hidden(page, "no"), "code": hidden(page, "code")}


def required(centre, item=ITEM):
    found = centre.desk.policy.book.catalogue.item(item)
    return [
        m.code
        for m in found.materials
        if m.required and not (m.minor or m.condition or m.paper_only)
    ]


def files(centre, data=PDF):
    return {f"file.{code}": (f"{code}.pdf", data) for code in required(centre)}


def keep(http, pass_, act, files=None, **fields):
    parts = {name: (None, value) for name, value in {**pass_, **fields, "act": act}.items()}
    return http.post("/public/filing/keep", files={**parts, **(files or {})})


def filed(http, centre, phone="13800000001"):
    pass_ = begun(http, centre, phone)
    page = keep(http, pass_, "send", files(centre), **WHO)
    assert page.status_code == 200, page.text
    assert "已提交" in page.text
    return pass_


def listed(window):
    return window.ask("POST", "/v1/filings/look", FilingsAnswer, Empty()).filings


def act(window, number, what, **more):
    call = FilingCall(id=new_id(), act=what, number=number, **more)
    return window.ask("POST", "/v1/filings/act", FilingAnswer, call).filing


def test_a_filing_goes_from_the_telephone_code_to_a_case_of_the_hall(http, centre, window):
    pass_ = filed(http, centre)
    (told,) = messages(centre, f"filing/{pass_['no']}/%")
    assert pass_["code"] in told.text
    window.log_in("reception")
    (seen,) = [each for each in listed(window) if each.number == pass_["no"]]
    assert (seen.name, seen.id_no, seen.phone) == (PERSON["name"], PERSON["id_no"], "13800000001")
    assert seen.due > seen.filed == centre.clock.now_ms()
    assert {each.material for each in seen.files} == set(required(centre))
    taken = act(window, pass_["no"], "take")
    assert (taken.state, taken.filed) == ("taken", seen.filed)
    path = f"/v1/filings/{pass_['no']}/attachments/{seen.files[0].sha256}"
    proof = window.proof_headers("GET", path, b"", token=window.token)
    assert window.send("GET", path, headers=proof).content == PDF
    number = window.new_number()
    body = say.preregister(item=ITEM)
    window.accepted(window.push(window.event("preregister", body, case=number)))
    done = act(window, pass_["no"], "registered", case=number)
    assert (done.state, done.case) == ("registered", number)
    assert pass_["no"] not in {each.number for each in listed(window)}
    page = http.post("/public/filing", data=pass_)
    assert number in page.text
    assert "已预登记" in page.text
    (told,) = messages(centre, f"filing/{pass_['no']}/filing_registered/%")
    assert number in told.text


def test_what_is_missing_is_told_once_for_all_and_may_be_brought(http, centre, window):
    pass_ = filed(http, centre, "13800000002")
    window.log_in("reception")
    material = required(centre)[0]
    lack = FilingLack(material=material, reason="第2页看不清")
    with pytest.raises(Refusal, match=r"filing\.lacks"):
        act(window, pass_["no"], "lacks")
    assert act(window, pass_["no"], "lacks", lacks=[lack], text="补齐后再交").state == "lacking"
    page = http.post("/public/filing", data=pass_)
    assert "第2页看不清" in page.text
    assert "补齐后再交" in page.text
    first = centre.clock.now_ms()
    centre.clock.advance(minutes=5)
    new = {f"file.{material}": ("new.jpg", JPEG)}
    page = keep(http, pass_, "send", new, **WHO)
    assert "已提交" in page.text
    (seen,) = [each for each in listed(window) if each.number == pass_["no"]]
    assert seen.filed == first  # the arrival stays the first one
    assert len([each for each in seen.files if each.material == material]) == 2


def test_a_filing_is_tied_to_no_case_of_somebody_else(http, centre, window):
    pass_ = filed(http, centre, "13800000003")
    window.log_in("reception")
    number = window.new_number()
    other = say.preregister(item="scjg-01")
    window.accepted(window.push(window.event("preregister", other, case=number)))
    for case in (number, "20260303-339901-99999-9"):
        with pytest.raises(Refusal, match=r"filing\.unknown"):
            act(window, pass_["no"], "registered", case=case)
    (seen,) = [each for each in listed(window) if each.number == pass_["no"]]
    assert seen.state == "filed"


def test_only_windows_of_the_hall_see_filings_and_each_act_counts_once(http, centre, window):
    pass_ = filed(http, centre, "13800000004")
    window.log_in("supervisor")
    with pytest.raises(Refusal, match=r"wire\.forbidden"):
        listed(window)
    window.log_in("reception")
    call = FilingCall(id=new_id(), act="take", number=pass_["no"])
    for _ in range(2):
        window.ask("POST", "/v1/filings/act", FilingAnswer, call)
    assert act(window, pass_["no"], "release").state == "filed"
    again = window.ask("POST", "/v1/filings/act", FilingAnswer, call).filing
    assert again.state == "filed"  # the first "take" is not done a second time


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(http, centre):
    pass_ = begun(http, centre, "13800000005")
    wrong = {**WHO, "id_no": "11010119900307123X", "name": PERSON["name"]}
    page = keep(http, pass_, "send", files(centre), **wrong)
    assert page.status_code == 422
    assert "filing.incomplete" in page.text
    assert 'id="id_no-wrong"' in page.text
    assert wrong["id_no"] in page.text
    assert page.text.count("✓") == len(required(centre))
    page = keep(http, pass_, "send", **WHO)
    assert page.status_code == 200


@pytest.mark.parametrize("data", [b"MZ\x90\x00", b"<html>", b"GIF89a"])
def test_a_file_is_what_its_bytes_say_and_not_its_name(http, centre, data):
    pass_ = begun(http, centre, "13800000006")
    material = required(centre)[0]
    named = {f"file.{material}": ("../../身份证.pdf", data)}
    page = keep(http, pass_, "save", named, **WHO)
    assert page.status_code == 422
    assert "filing.type" in page.text
    assert "../" not in page.text
    assert PERSON["name"] in page.text
    stranger = {"file.no-such": ("a.pdf", PDF)}
    assert keep(http, pass_, "save", stranger, **WHO).status_code == 422


def test_too_much_is_refused_before_it_is_kept(http, centre):
    pass_ = begun(http, centre, "13800000007")
    material = required(centre)[0]
    large = {f"file.{material}": ("a.pdf", PDF + bytes(centre.settings.attachment_limit))}
    assert "filing.full" in keep(http, pass_, "save", large, **WHO).text
    host, port = centre.origin.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 20) as line:
        length = centre.settings.filing_limit * 2
        head = f"POST /public/filing/keep HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}"
        line.sendall(f"{head}\r\n\r\n".encode())
        assert b" 413 " in line.recv(64)


def test_files_lie_sealed_and_go_when_nobody_needs_them(http, centre):
    before = set(centre.settings.attachments.rglob("*"))
    pass_ = begun(http, centre, "13800000008")
    material = required(centre)[0]
    own = b"%PDF-1.7 of this draft alone"
    keep(http, pass_, "save", {f"file.{material}": ("a.pdf", own)}, **WHO)
    new = [p for p in set(centre.settings.attachments.rglob("*")) - before if p.is_file()]
    assert len(new) == 1
    assert own not in new[0].read_bytes()
    centre.clock.advance(days=2)
    filing = centre.desk.strangers.filing
    gone = write(centre, filing.forget)
    filing.destroy(gone)
    assert not new[0].exists()
    assert centre.read(lambda tx: tx.filings.get(pass_["no"])) is None


def test_a_number_without_its_code_opens_nothing_and_guessing_is_rationed(http, centre):
    pass_ = filed(http, centre, "13800000009")
    for _ in range(5):
        page = http.post("/public/filing", data={**pass_, "code": "0000000000"})
        assert page.status_code == 404
        assert PERSON["name"] not in page.text
        assert "13800000009" not in page.text
    assert http.post("/public/filing", data=pass_).status_code == 429


def test_codes_are_rationed_and_used_once(http, centre):
    pages = [http.post(f"/public/apply/{ITEM}", data={"phone": "13800000010"}) for _ in range(4)]
    assert [page.status_code for page in pages] == [200, 200, 200, 429]
    id_, code = figures(centre, pages[0])
    other = "000000" if code != "000000" else "111111"
    for _ in range(5):
        wrong = http.post(f"/public/apply/{ITEM}/code", data={"id": id_, "figures": other})
        assert wrong.status_code == 422
    right = {"id": id_, "figures": code}
    assert http.post(f"/public/apply/{ITEM}/code", data=right).status_code == 422  # tries are over
    id_, code = figures(centre, pages[1])
    right = {"id": id_, "figures": code}
    assert http.post("/public/book/code", data={**right, "hall": "339901", "start": "1" * 13,
                                                "name": "x"}).status_code == 422  # fmt: skip
    assert http.post(f"/public/apply/{ITEM}/code", data=right).status_code == 200
    assert http.post(f"/public/apply/{ITEM}/code", data=right).status_code == 422
    id_, code = figures(centre, pages[2])
    centre.clock.advance(milliseconds=LASTS_MS + 1)
    late = http.post(f"/public/apply/{ITEM}/code", data={"id": id_, "figures": code})
    assert late.status_code == 422
    assert http.post(f"/public/apply/{ITEM}", data={"phone": "0571-12345"}).status_code == 422


def test_a_filing_that_nobody_takes_up_is_late_for_supervisors(http, centre):
    pass_ = filed(http, centre, "13800000011")
    due = centre.read(lambda tx: tx.filings.get(pass_["no"])).due
    centre.clock.move_to(datetime.fromtimestamp(due / 1000 + 1, UTC))
    late = centre.read(lambda tx: tx.filings.overdue(["339901/scjg"], centre.clock.now_ms(), 100))
    assert pass_["no"] in {row.number for row in late}


def test_an_appointment_is_given_to_a_telephone_and_given_back_by_code(http, centre):
    page = http.get("/public/book", params={"hall": "339901", "department": "scjg"})
    start = re.search(r'name="start" value="([0-9]+)"', page.text)[1]
    wish = {"hall": "339901", "department": "scjg", "start": start, "name": "王芳", "day": ""}
    asked = http.post("/public/book", data={**wish, "phone": "13800000012"})
    id_, code = figures(centre, asked)
    given = http.post("/public/book/code", data={**wish, "id": id_, "figures": code})
    assert 'value="cancel"' in given.text
    own = {"hall": "339901", "no": hidden(given, "no"), "code": hidden(given, "code")}
    (told,) = messages(centre, f"booking/339901/{own['no']}/sms")
    assert own["code"] in told.text
    assert http.post("/public/book/look", data={**own, "code": "AAAAAAAA"}).status_code == 409
    gone = http.post("/public/book/look", data={**own, "act": "cancel"})
    assert 'value="cancel"' not in gone.text
    state = centre.read(lambda tx: tx.queue.booking("339901", own["no"])).state
    assert state == "cancelled"


def letter(http, centre, **more):
    wish = {"kind": "complaint", "hall": "339901", "department": "scjg", "case": "",
            "text": "窗口 <b>无人</b>", **more}  # fmt: skip
    asked = http.post("/public/letters", data={**wish, "phone": "13800000013"})
    id_, code = figures(centre, asked)
    page = http.post("/public/letters/send", data={**wish, "id": id_, "figures": code})
    assert page.status_code == 200
    number, code = re.findall(r'class="code">([^<]+)<', page.text)
    return {"no": number, "code": code}


def test_a_letter_is_answered_by_a_supervisor_and_read_by_its_writer(http, centre):
    own = letter(http, centre)
    desk = centre.desk.strangers.letters
    with pytest.raises(WireError, match=r"wire\.not_found"):
        write(centre, lambda tx: desk.answer(tx, ("999999/x",), own["no"], "已核实", "p1"))
    write(centre, lambda tx: desk.answer(tx, ("339901/scjg",), own["no"], "已核实", "p1"))
    with pytest.raises(WireError, match=r"wire\.malformed"):
        write(centre, lambda tx: desk.answer(tx, ("339901/scjg",), own["no"], "再答", "p1"))
    page = http.post("/public/letters/read", data=own)
    assert "已核实" in page.text
    assert "<b>无人" not in page.text
    assert http.post("/public/letters/read", data={**own, "code": "x"}).status_code == 422
    assert messages(centre, f"letter/{own['no']}/letter_answered/sms")


def test_a_letter_is_answered_at_a_window_by_whom_it_is_for(centre, window):
    def waiting(card):
        window.log_in(card)
        answer = window.ask("POST", "/v1/letters/look", LettersAnswer, Empty())
        return [each.number for each in answer.letters]

    def reply(number, text="已补录，致歉", id_=None):
        call = LetterCall(id=id_ or new_id(), number=number, text=text)
        return window.ask("POST", "/v1/letters/answer", LettersAnswer, call)

    def sent(kind, department):
        wanted = Wanted(kind, "339901", "窗口几点开门", department)
        desk = centre.desk.strangers.letters
        return write(centre, lambda tx: desk.send(tx, wanted, "13800000013", "zh_CN")).number

    complaint, asked = sent("complaint", "scjg"), sent("inquiry", "scjg")
    to_hall, next_door = sent("inquiry", ""), sent("inquiry", "ycj")
    # A complaint is for whoever stands above the window, not for those whom it may be about.
    assert {asked, to_hall, next_door} <= set(waiting("clerk"))
    assert complaint not in waiting("clerk")
    with pytest.raises(Refusal, match=r"letter\.unknown"):
        reply(complaint)
    seen = waiting("chief")
    assert {complaint, asked} <= set(seen)
    assert not {to_hall, next_door} & set(seen)
    with pytest.raises(Refusal, match=r"letter\.empty"):
        reply(complaint, " ")
    id_ = new_id()
    left = reply(complaint, id_=id_)
    assert complaint not in [each.number for each in left.letters]
    assert reply(complaint, id_=id_).letters == left.letters  # a lost answer costs nothing
    with pytest.raises(Refusal, match=r"letter\.answered"):
        reply(complaint)
    row = centre.read(lambda tx: tx.letters.get(complaint))
    act = centre.read(lambda tx: tx.queue.act("339901", id_))
    assert (row.answer, row.person) == ("已补录，致歉", centre.card("chief").person)
    assert (act.kind, act.number, act.dev) == ("letter.answer", complaint, window.dev)
    assert messages(centre, f"letter/{complaint}/letter_answered/sms")


@pytest.mark.parametrize("wrong", [{"text": " "}, {"hall": "000000"}, {"kind": "poem"}])
def test_a_letter_that_says_nothing_is_not_sent(http, wrong):
    wish = {"kind": "inquiry", "hall": "339901", "text": "x", "phone": "13800000014", **wrong}
    assert http.post("/public/letters", data=wish).status_code == 422


def test_a_service_is_rated_once_after_it_ended_with_a_reason_if_bad(centre, http, window):
    number = walk_to(window, "delivered")
    give = centre.desk.strangers.evaluations.give
    early = walk_to(window, "accepted")

    scope = centre.read(lambda tx: tx.cases.get(number)).scope

    def counted():
        desk = centre.desk.strangers.evaluations
        return centre.read(lambda tx: desk.counted(tx, (scope,), 0))

    def given(*what):
        return write(centre, lambda tx: give(tx, *what)).value

    before = counted()
    assert given(early, 5, (), "") == "early"
    assert given(number, 1, (), " ") == "reason"
    assert given(number, 1, ("no-such",), "x") == "reason"
    assert given(number, 6, (), "x") == "reason"
    assert given(number, 2, ("slow",), "") == "kept"
    assert given(number, 5, (), "") == "twice"
    assert counted().get(2, 0) == before.get(2, 0) + 1
    page = http.post("/public/evaluate", data={"no": number, "code": "0" * 10, "grade": "5"})
    assert page.status_code == 404


def check_code(centre, number):
    def read(tx):
        return centre.desk.leasing.check_code(tx, number, "339901", int(number[16:21]))

    return centre.read(read)


def inbound(http, centre, id_, text, phone=PERSON["phone"], *, secret=SECRET):
    body = json.dumps({"id": id_, "from": phone, "text": text}).encode()
    head = {HEADER: signature(secret.encode(), centre.clock.now_ms(), body)}
    answer = http.post("/channels/inbound", content=body, headers=head)
    found = messages(centre, f"in/{id_}/sms")
    return answer.status_code, found[0].text if found else ""


def test_short_messages_ask_and_rate_and_are_answered_once(http, centre, window):
    number = walk_to(window, "delivered")
    assert inbound(http, centre, "m0", "x", secret="forged") == (403, "")
    status, said = inbound(http, centre, "m1", f"CX {number} 0000000000")
    assert (status, "CX" in said) == (204, True)  # not found: how to ask
    assert "写明原因" in inbound(http, centre, "m2", f"pj {number} 1")[1]
    assert "谢谢" in inbound(http, centre, "m3", f"PJ {number} 1 等候太久")[1]
    centre.clock.advance(minutes=2)
    assert "谢谢" in inbound(http, centre, "m3", f"PJ {number} 1 等候太久")[1]
    assert len(messages(centre, "in/m3/%")) == 1
    assert "评价过" in inbound(http, centre, "m4", f"PJ {number} 5")[1]
    stranger = inbound(http, centre, "m5", f"PJ {number} 5", "13899999999")
    assert "没有查到" in stranger[1]
    sent = [inbound(http, centre, f"n{n}", "你好", "13888888888")[1] for n in range(5)]
    assert [bool(each) for each in sent] == [True] * 3 + [False] * 2


def test_a_right_question_by_short_message_is_answered_with_the_state(http, centre, window):
    window.log_in("reception")
    number = window.new_number()
    window.accepted(window.push(window.event("preregister", say.preregister(), case=number)))
    _, said = inbound(http, centre, "q1", f"cx {number} {check_code(centre, number)}")
    assert number in said
    assert "请到窗口交材料" in said


def test_reports_of_gateways_are_taken_when_signed(http, centre, window):
    number = walk_to(window, "accepted")
    row = centre.read(lambda tx: tx.messages.of_case(number))[0]
    asyncio.run(sent(centre, row.id))

    def report(body, secret=SECRET):
        body = json.dumps(body).encode()
        head = {HEADER: signature(secret.encode(), centre.clock.now_ms(), body)}
        return http.post("/channels/report", content=body, headers=head).status_code

    said = {"id": row.id, "state": "delivered"}
    assert report(said, "forged") == 403
    assert report({"id": "nobody", "state": "delivered"}) == 404
    assert report({**said, "state": "eaten"}) == 400
    assert report(said) == 204
    assert centre.read(lambda tx: tx.messages.get(row.id)).state == "delivered"


async def sent(centre, id_):
    async with asyncio.timeout(60):
        while (await centre.desk.ledger.read(lambda tx: tx.messages.get(id_))).state != "sent":  # noqa: ASYNC110  a database does not call
            await asyncio.sleep(0.02)


def test_the_day_and_the_openness_columns_name_nobody(http, centre, window):
    walk_to(window, "accepted")
    for path in ("today", "open", "touch", "touch/items", f"items/{ITEM}/forms"):
        page = http.get(f"/public/{path}")
        assert page.status_code == 200
        assert page.headers["cache-control"].startswith("public")
        assert PERSON["name"] not in page.text
        assert PERSON["phone"] not in page.text
    assert http.get("/public/today?lang=en").headers["cache-control"] == "no-store"  # sets a cookie


def test_a_file_is_checked_and_not_kept(http, centre):
    before = set(centre.settings.data.rglob("*"))
    page = http.post("/public/certificate", files={"file": ("a.pdf", PDF)})
    assert page.status_code == 200
    assert "没有可读的电子签名" in page.text
    assert set(centre.settings.attachments.rglob("*")) <= before
