"""What the clock does when nobody answers, and for every other term, by the real job."""

import json
from datetime import UTC, datetime

import pytest

from sync.domain.fields import DataFailure
from sync.server.clock import milliseconds, moment
from sync.server.services.own_steps import breaches as breaching
from sync.server.services.own_steps import watch as watching
from sync.server.services.rows.findings import FindingRow
from sync.server.services.rows.supervision import BREACH
from tests.helpers import case_steps as say
from tests.helpers.case_walk import walk_to
from tests.helpers.hand_window import SCOPE
from tests.helpers.waiting import until

#: Who is who in the department's scope besides the demonstration's own people.
MORE = {"leader": "liaison", "admin3": "hall_manager"}


@pytest.fixture(params=["sqlite"])
def store(request):
    """One database: what a row promises on both, test_schema and test_clock hold."""
    return request.param


@pytest.fixture
def number(centre, window):
    for card, role in MORE.items():
        grant(centre, card, role)
    return walk_to(window, "accepted")


def grant(centre, card, role, *scopes):
    person = centre.card(card).person
    body = {
        "id": f"g-{person}-{role}",
        "person": person,
        "roles": [role],
        "scopes": list(scopes or (SCOPE,)),
        "powers": [],
        "items": "*",
        "from": milliseconds(datetime(2026, 1, 1, tzinfo=UTC)),
        "to": milliseconds(datetime(2027, 1, 1, tzinfo=UTC)),
    }
    centre.enact("grant", body)


def lines(centre, number, kind):
    found = centre.read(lambda tx: tx.log.of_case(SCOPE, number))
    return [(line, json.loads(line.body)) for line in found if line.kind == kind]


def raised(centre, number, ref):
    return [body for _, body in lines(centre, number, "escalate") if body["ref"] == ref]


def due(centre, number):
    return centre.read(lambda tx: tx.cases.get(number)).due


def red_urge(centre, number):
    centre.clock.move_to(moment(due(centre, number) + 1))

    def given():
        urges = lines(centre, number, "urge")
        return next(
            (
                (line, body)
                for line, body in urges
                if (body["level"], body.get("limit")) == ("red", "decision.promised")
            ),
            None,
        )

    until(given)
    return given()


def climb(centre, number, ref, by, level):
    """Let a term pass; return what the centre wrote about it."""
    centre.clock.move_to(moment(by + 1))
    until(lambda: any(body["level"] == level for body in raised(centre, number, ref)))
    return next(body for body in raised(centre, number, ref) if body["level"] == level)


def codes(centre, number):
    return [row.code for row in centre.read(lambda tx: tx.cases.findings(number, 50))]


def test_an_unanswered_warning_climbs_department_hall_supervision(centre, number):
    line, body = red_urge(centre, number)
    by = body["reply_by"]
    chain = (
        ("department", "head"),
        ("hall", "admin3"),
        ("supervision", "supervisor"),
    )
    for level, card in chain:
        said = climb(centre, number, line.event, by, level)
        assert centre.card(card).person in said["to"]
        assert (centre.card("leader").person in said["to"]) == (level == "department")
        assert said["reply_by"] > by
        by = said["reply_by"]
    until(lambda: codes(centre, number).count("inquiry_opened") == 1)
    centre.clock.move_to(moment(by + 1))
    centre.clock.advance(days=3)
    assert len(raised(centre, number, line.event)) == 3
    [asked] = [
        each
        for each in centre.read(
            lambda tx: tx.supervision.pressings((SCOPE,), "late", centre.clock.now_ms(), 0, 99)
        )
        if each.pressing.event == line.event
    ]
    assert asked.pressing.level == "supervision"


def test_a_scheme_of_cards_asks_at_yellow_and_names_its_own_levels(centre, number):
    centre.enact("switch", {"name": "light_scheme", "value": "cards"})
    centre.clock.move_to(moment(due(centre, number) + 1))
    until(lambda: any(b.get("owes") for _, b in lines(centre, number, "urge")))
    line, body = next(
        (line, b)
        for line, b in lines(centre, number, "urge")
        if b["limit"] == "decision.promised" and b["level"] == "yellow"
    )
    said = climb(centre, number, line.event, body["reply_by"], "department")
    centre.clock.move_to(moment(said["reply_by"] + 1))
    centre.clock.advance(days=2)
    assert [b["level"] for b in raised(centre, number, line.event)] == ["department"]


def test_a_certificate_owed_after_the_decision_is_warned_of(centre, window):
    number = walk_to(window, "granted")
    at = due(centre, number)
    # Ten working days after Tuesday 3 March 2026 (LW22): Tuesday the 17th, 17:00 in China.
    assert moment(at) == datetime(2026, 3, 17, 9, tzinfo=UTC)
    centre.clock.move_to(moment(at + 1))
    until(
        lambda: (
            ("red", "certificate")
            in [(b["level"], b.get("limit")) for _, b in lines(centre, number, "urge")]
        )
    )


def test_material_owed_under_a_promise_is_warned_of_by_its_date(centre, window):
    number = walk_to(window, "registered")
    window.log_in("clerk")
    rest = tuple(code for code in say.MATERIALS if code != "business_licence")
    window.step("receive", say.receive(*rest), case=number)
    body = {
        "paper": say.paper("acceptance"),
        "promise": say.paper("promise", "2"),
        "pending": [{"material": "business_licence", "by": "2026-03-06"}],
    }
    result = window.step("accept_pending", body, case=number)
    assert (result.verdict, result.code) == ("accepted", None)
    centre.clock.move_to(datetime(2026, 3, 6, 9, 0, 1, tzinfo=UTC))
    until(
        lambda: (
            ("red", "pending")
            in [(b["level"], b.get("limit")) for _, b in lines(centre, number, "urge")]
        )
    )


def test_a_suspension_longer_than_the_law_is_found_and_ends_at_its_told_end(centre, window):
    number = walk_to(window, "handling")
    window.log_in("handler")
    body = {
        "reason": "expert_review",
        "text": "专家评审",
        "planned_days": 20,
        "until": "2026-04-01",
        "paper": say.paper("suspension"),
        "served_at": centre.clock.now_ms(),
    }
    assert window.step("suspend", body, case=number, card=True).code is None
    until(lambda: "suspension_overlong" in codes(centre, number))
    centre.clock.move_to(datetime(2026, 4, 1, 9, 0, 1, tzinfo=UTC))
    until(lambda: lines(centre, number, "resume"))
    assert codes(centre, number).count("suspension_overlong") == 1


def test_a_breach_is_warned_of_once_and_inquired_into(centre, window, number):
    window.log_in("clerk")
    assert window.step("claim", {}, case=number).code == "no_authority"
    until(lambda: [b for _, b in lines(centre, number, "urge") if b.get("breach")])
    [(line, body)] = [(x, b) for x, b in lines(centre, number, "urge") if b.get("breach")]
    assert (body["level"], body["breach"]) == ("red", "no_authority")
    assert centre.card("chief").person in body["to"]
    assert codes(centre, number).count("inquiry_opened") == 1
    window.log_in("handler")
    window.step("explain", {"urge": line.event, "text": "误点，已说明"}, case=number)
    centre.clock.advance(minutes=5)
    assert len([b for _, b in lines(centre, number, "urge") if b.get("breach")]) == 1
    answered = centre.read(lambda tx: tx.supervision.pressed(line.event))
    assert answered.pressing.answer


def test_a_case_that_cannot_be_reckoned_holds_up_itself_alone_and_is_told_of(
    centre, window, number, monkeypatch
):
    other, plain = walk_to(window, "accepted"), watching.light_of

    def raising(case, *how):
        if case.number == number:
            raise ZeroDivisionError
        return plain(case, *how)

    monkeypatch.setattr(watching, "light_of", raising)
    red_urge(centre, other)
    until(lambda: "unreckoned" in codes(centre, number))
    assert not lines(centre, number, "urge")
    assert "unreckoned" not in codes(centre, other)
    again = centre.clock.now_ms() + watching.PUT_BY_MS
    assert centre.read(lambda tx: tx.cases.get(number)).next_moment == again
    centre.clock.move_to(moment(again))
    later = again + watching.PUT_BY_MS
    until(lambda: centre.read(lambda tx: tx.cases.get(number)).next_moment == later)
    assert codes(centre, number).count("unreckoned") == 1  # one for the same newest step
    monkeypatch.setattr(watching, "light_of", plain)
    centre.clock.move_to(moment(later))
    until(lambda: lines(centre, number, "urge"))


def breaches_warned_of(centre, number):
    return sorted(body["breach"] for _, body in lines(centre, number, "urge") if "breach" in body)


def find(centre, number, event, *codes):
    """Keep findings about one step of a case."""
    at = centre.clock.now_ms()
    rows = [FindingRow(SCOPE, number, event, None, None, code, "{}", at) for code in codes]
    centre.centre.ledger.write_now(lambda tx: [tx.cases.add_finding(row) for row in rows])


def test_a_breach_that_cannot_be_warned_of_holds_up_itself_alone_and_is_told_of(
    centre, window, number, monkeypatch
):
    other, plain = walk_to(window, "accepted"), breaching.open_inquiry

    def raising(tx, row, *how):
        if row.number == number:
            raise DataFailure("ids.range")  # a failure of the case's own, which no waiting mends
        plain(tx, row, *how)

    monkeypatch.setattr(breaching, "open_inquiry", raising)
    monkeypatch.setattr(breaching, "SLICE", 1)  # those that wait must not fill it
    for bad, case in ((True, number), (False, other)):
        (step, _), *_ = lines(centre, case, "accept")
        find(centre, case, step.event, "no_authority")
        until(lambda c=case, b=bad: "unreckoned" in codes(centre, c) or not b)
    until(lambda: breaches_warned_of(centre, other))
    assert not breaches_warned_of(centre, number)
    assert codes(centre, number).count("unreckoned") == 1
    monkeypatch.setattr(breaching, "open_inquiry", plain)
    centre.clock.move_to(moment(centre.clock.now_ms() + breaching.PUT_BY_MS))
    until(lambda: breaches_warned_of(centre, number))
    monkeypatch.setattr(breaching, "open_inquiry", raising)
    (step, _), *_ = lines(centre, number, "receive")
    find(centre, number, step.event, "no_authority", "same_person")
    red_urge(centre, other)  # the clock of every other case goes on


def test_two_breaches_of_one_step_are_each_warned_of_and_inquired_into(centre, number):
    (step, _), *_ = lines(centre, number, "accept")
    find(centre, number, step.event, "no_authority", "same_person")
    until(lambda: len(breaches_warned_of(centre, number)) == 2)
    assert breaches_warned_of(centre, number) == ["no_authority", "same_person"]
    assert codes(centre, number).count("inquiry_opened") == 2
    find(centre, number, step.event, "asked_again")  # found later
    until(lambda: "asked_again" in breaches_warned_of(centre, number))
    assert len(breaches_warned_of(centre, number)) == 3


def test_what_a_centre_of_before_warned_of_is_not_warned_of_again(centre, number):
    (step, _), *_ = lines(centre, number, "accept")
    (receipt, _), *_ = lines(centre, number, "receive")
    claimed = (number, f"{BREACH}{step.event}", "red", "")  # it wrote no code
    now = centre.clock.now_ms()
    centre.centre.ledger.write_now(lambda tx: tx.cases.claim_warning(claimed, now))
    find(centre, number, step.event, "no_authority")
    find(centre, number, receipt.event, "same_person")
    until(lambda: breaches_warned_of(centre, number))
    assert breaches_warned_of(centre, number) == ["same_person"]
