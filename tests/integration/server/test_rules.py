"""The centre refuses by itself what a hand-made window ought not to have made."""

import json

import pytest

from sync.domain.ids import make_case_number, make_serial
from tests.helpers import case_steps as say
from tests.helpers.case_walk import walk_to
from tests.integration.server.test_door import revoke


def grant_role(centre, person, *roles, scope="339901/scjg"):
    now = centre.clock.now_ms()
    centre.enact(
        "grant",
        {
            "id": f"g-{person}-{'-'.join(roles)}",
            "person": person,
            "roles": list(roles),
            "scopes": [scope],
            "powers": [],
            "items": "*",
            "from": now - 1,
            "to": now + 10**10,
        },
    )


@pytest.mark.parametrize(
    ("state", "card", "kind", "body"),
    [
        ("registered", "clerk", "accept", say.accept()),
        ("received", "handler", "claim", {}),
        ("accepted", "handler", "handle", say.handle()),
        ("handling", "reviewer", "review", say.review()),
        ("reviewing", "chief", "grant", say.grant()),
        ("deciding", "clerk", "close", {}),
        ("granted", "clerk", "issue", say.issue("339901-2026-000001-0")),
    ],
)
def test_steps_out_of_order_are_refused(centre, window, state, card, kind, body):
    number = walk_to(window, state)
    window.log_in(card)
    before = centre.read(lambda tx: tx.cases.get(number))
    result = window.step(kind, body, case=number, card=True)
    assert (result.verdict, result.code) == ("refused", "step_not_allowed")
    after = centre.read(lambda tx: tx.cases.get(number))
    assert (after.state, after.last_n) == (before.state, before.last_n)


@pytest.mark.parametrize(
    ("state", "card", "kind", "body"),
    [
        ("registered", "handler", "receive", say.receive()),
        ("received", "reception", "accept", say.accept()),
        ("accepted", "clerk", "claim", {}),
        ("reviewing", "handler", "review", say.review()),
        ("deciding", "reviewer", "grant", say.grant()),
    ],
)
def test_steps_without_authority_are_refused(centre, window, state, card, kind, body):
    number = walk_to(window, state)
    window.log_in(card)
    result = window.step(kind, body, case=number, card=True)
    assert (result.verdict, result.code) == ("refused", "no_authority")
    assert "no_authority" in {
        row.code for row in centre.read(lambda tx: tx.cases.findings(number, 9))
    }


def test_one_person_does_not_review_what_he_handled(centre, window):
    number = walk_to(window, "reviewing")
    grant_role(centre, "p0103", "reviewer")
    window.log_in("handler")
    assert window.step("review", say.review(), case=number).code == "same_person"


def test_one_person_does_not_decide_what_he_reviewed(centre, window):
    number = walk_to(window, "deciding")
    grant_role(centre, "p0104", "chief_representative")
    window.log_in("reviewer")
    assert window.step("grant", say.grant(), case=number, card=True).code == "same_person"


def test_an_ended_grant_gives_nothing(centre, window):
    number = walk_to(window, "accepted")
    window.log_in("handler")
    window.anchor()
    centre.clock.advance(minutes=1)
    centre.enact("grant.end", {"id": "g-p0103-1"})
    centre.clock.advance(minutes=1)
    window.anchor()
    centre.clock.advance(minutes=1)
    assert window.step("claim", {}, case=number).code == "no_authority"


def test_a_right_that_ended_inside_the_interval_is_disputed(centre, window):
    number = walk_to(window, "accepted")
    window.log_in("handler")
    window.anchor()
    centre.clock.advance(minutes=1)
    record = window.event("claim", {}, case=number)
    centre.clock.advance(minutes=1)
    centre.enact("grant.end", {"id": "g-p0103-1", "at": centre.clock.now_ms() - 30_000})
    result = window.push(record).results[0]
    assert (result.verdict, result.code) == ("disputed", "authority_disputed")
    assert centre.read(lambda tx: tx.cases.get(number)).state == "accepted"


def test_a_card_revoked_before_the_step_is_refused_within_the_session(centre, window):
    number = walk_to(window, "received")
    revoke(centre, "clerk", at=centre.clock.now_ms() + 1)
    centre.clock.advance(minutes=1)
    window.anchor()
    centre.clock.advance(minutes=1)
    result = window.step("accept", say.accept(), case=number)
    assert (result.verdict, result.code) == ("refused", "wire.session_ended")


def test_a_card_revoked_inside_the_interval_is_disputed(centre, window):
    number = walk_to(window, "received")
    window.anchor()
    centre.clock.advance(minutes=1)
    record = window.event("accept", say.accept(), case=number)
    revoke(centre, "clerk", at=centre.clock.now_ms() + 1)
    centre.clock.advance(minutes=1)
    assert window.push(record).results[0].verdict == "disputed"
    assert centre.read(lambda tx: tx.cases.get(number)).state == "received"


def test_a_refused_step_that_handed_a_paper_out_owes_a_cure(centre, window):
    number = walk_to(window, "received")
    window.log_in("handler")
    result = window.step("accept", say.accept(), case=number)
    assert (result.verdict, result.code) == ("refused", "no_authority")
    case = json.loads(centre.read(lambda tx: tx.cases.get(number)).body)
    assert [(d["kind"], d["ref"]) for d in case["debts"] if d["kind"] == "cure"] == [
        ("cure", result.id)
    ]
    window.log_in("clerk")  # and what comes after it is judged alone
    assert window.step("accept", say.accept(), case=number).verdict == "accepted"


class TestNumbers:
    def test_a_number_of_nobodys_block_is_refused(self, window):
        window.log_in("reception")
        window.borrow()
        strange = make_case_number(window.centre.clock.now().date(), "339901", 99_999)
        result = window.step("preregister", say.preregister(), case=strange)
        assert (result.verdict, result.code) == ("refused", "number_not_lent")

    def test_a_number_of_another_windows_block_is_refused(self, windows):
        one, two = windows(), windows("d-339901-04")
        one.log_in("reception")
        two.log_in("reception")
        number = one.new_number()
        assert two.step("preregister", say.preregister(), case=number).code == "number_not_lent"
        assert one.step("preregister", say.preregister(), case=number).verdict == "accepted"

    def test_a_case_is_opened_once(self, window):
        window.log_in("reception")
        number = window.new_number()
        assert window.step("preregister", say.preregister(), case=number).verdict == "accepted"
        again = window.step("preregister", say.preregister(), case=number)
        assert again.verdict == "refused"

    def test_a_certificate_serial_is_spent_once(self, window):
        number = walk_to(window, "making")
        other = walk_to(window, "granted")
        window.log_in("clerk")
        body = window.centre.read(lambda tx: tx.cases.get(number)).body
        serial = make_serial("339901", 2026, 999_999)
        assert window.step("make", say.make(serial), case=other).code == "number_not_lent"
        spent = json.loads(body)["certificate"]["serial"]
        assert window.step("make", say.make(spent), case=other).code == "number_used"

    @pytest.mark.parametrize("wrong", ["check digit", "9" * 5000])
    def test_a_certificate_serial_that_is_none_spends_no_number(self, window, wrong):
        number = walk_to(window, "granted")
        window.log_in("clerk")
        block = next(b for b in window.lease.blocks if b.kind == "certificate")
        right = make_serial("339901", 2026, block.first)
        other = f"{right[:-1]}{(int(right[-1]) + 1) % 10}"
        said = other if wrong == "check digit" else f"339901-2026-{wrong}-1"
        assert window.step("make", say.make(said), case=number).verdict == "refused"
        window.centre.clock.advance(hours=50)
        window.log_in("clerk")
        window.borrow()
        desk, ledger = window.centre.desk, window.centre.centre.ledger
        while ledger.write_now(desk.serials.settle):  # what came is looked through all the same
            continue


def test_identity_numbers_are_checked_by_the_centre_too(window):
    window.log_in("reception")
    number = window.new_number()
    applicant = {**say.preregister()["applicant"], "id_no": "110105199001010011"}
    result = window.step("preregister", say.preregister(applicant=applicant), case=number)
    assert (result.verdict, result.code) == ("refused", "id_check_digit")


@pytest.mark.parametrize("name", ["\U00020bb7野家", "买买提·吐尔逊", "甲" * 64])
def test_rare_names_are_kept_as_they_are(centre, window, name):
    window.log_in("reception")
    number = window.new_number()
    applicant = {**say.preregister()["applicant"], "name": name}
    result = window.step("preregister", say.preregister(applicant=applicant), case=number)
    assert result.verdict == "accepted"
    assert centre.read(lambda tx: tx.cases.get(number)).applicant == name
