"""Fees at the centre: gapless receipts over cases; days that balance, or are told (FE02–FE07)."""

import json

import pytest

from installer.demo import people
from sync.server.services.cases.casework import read_case
from tests.helpers.case_steps import paper
from tests.helpers.case_walk import walk_to
from tests.helpers.fees import FEE, HALL, with_fees

DAY = "2026-03-03"


@pytest.fixture
def desk(centre, window):
    """A window at which forms 1 to 20 were drawn, and an item that costs a fee."""
    with_fees(centre)
    window.log_in("cashier")
    assert stock(window, "draw", 1, 20).verdict == "accepted"
    return window


def stock(window, what, first, last, **more):
    body = {"batch": "33A", "first": first, "last": last, **more}
    return window.step(f"receipt.{what}", body, scope=HALL)


def charged(window, state="accepted"):
    """Walk a case and notice its fee; returns case and fee."""
    case = walk_to(window, state)
    window.log_in("cashier")
    record = window.event("charge", {"amount_fen": FEE, "paper": paper("fee_notice")}, case=case)
    answer = window.push(record).results[0]
    assert answer.verdict == "accepted", answer
    return case, answer.id


def pay(window, case, fee, number, **more):
    body = {"fee": fee, "manner": "cash", "receipt_no": f"33A-{number:08d}", **more}
    return window.step("pay", body, case=case)


def close(window, cash, receipts, **more):
    body = {
        "day": DAY, "cash": cash, "card": 0, "transfer": 0, "wire": 0,
        "taken_fen": receipts * FEE, "refunded_fen": 0, "receipts": receipts, **more,
    }  # fmt: skip
    return window.step("till.close", body, scope=HALL)


def findings(centre):
    rows = centre.read(lambda tx: tx.cases.findings(None, 50))
    return {row.code: json.loads(row.args) for row in rows}


def told(centre):
    """Return every finding about money, in order."""
    rows = centre.read(lambda tx: tx.cases.findings(None, 99))
    return [row.code for row in rows if row.code.startswith(("till", "receipt"))]


def fees(centre, case):
    return read_case(centre.read(lambda tx: tx.cases.get(case))).fees


def test_a_number_is_written_once_whatever_case_it_is_of(desk):
    case, fee = charged(desk)
    other, second = charged(desk)
    assert pay(desk, case, fee, 1).verdict == "accepted"
    answer = pay(desk, other, second, 1)
    assert (answer.verdict, answer.code) == ("refused", "receipt_used")
    assert pay(desk, other, second, 21).code == "receipt_unknown"
    assert pay(desk, other, second, 2).verdict == "accepted"


def test_the_issue_waits_for_the_payment(centre, desk):
    case, fee = charged(desk)
    assert [f.ref for f in fees(centre, case) if f.paid_at is None] == [fee]
    assert pay(desk, case, fee, 1, amount_fen=FEE - 1).code == "fee_amount_wrong"
    assert pay(desk, case, fee, 1, manner="gold").code == "manner_unknown"
    assert pay(desk, case, fee, 1, manner="card", amount_fen=FEE).verdict == "accepted"
    assert [f.receipt_no for f in fees(centre, case)] == ["33A-00000001"]


def test_a_day_balances_or_says_what_does_not(centre, desk):
    for number in (1, 2):
        case, fee = charged(desk)
        assert pay(desk, case, fee, number).verdict == "accepted"
    assert close(desk, 2 * FEE, 2).verdict == "accepted"
    assert not set(findings(centre)) & {"till_over", "till_short", "till_differs"}
    assert close(desk, 2 * FEE - 1, 2).verdict == "accepted"
    assert findings(centre)["till_short"] == {
        "what": "cash", "off_fen": 1, "booked_fen": 2 * FEE, "counted_fen": 2 * FEE - 1,
    }  # fmt: skip
    assert close(desk, 2 * FEE, 3).verdict == "accepted"
    assert findings(centre)["till_differs"]["what"] == "taken"
    assert findings(centre)["receipts_differ"] == {"closed": 3, "known": 2}


def test_a_skipped_number_is_found_until_it_is_accounted_for(centre, desk):
    case, fee = charged(desk)
    assert pay(desk, case, fee, 1).verdict == "accepted"
    case, fee = charged(desk)
    assert pay(desk, case, fee, 4).verdict == "accepted"
    assert findings(centre)["receipt_skipped"] == {"receipt": "33A-00000002–00000003"}
    close(desk, 2 * FEE, 2)
    assert findings(centre)["receipt_missing"] == {"receipt": "33A-00000002–00000003"}
    assert stock(desk, "cancel", 2, 3, reason="misprint", text="打印错位").verdict == "accepted"
    reconciled = {"from": DAY, "to": DAY, "booked_fen": 2 * FEE, "banked_fen": 2 * FEE}
    before = told(centre)
    assert desk.step("till.reconcile", reconciled, scope=HALL).verdict == "accepted"
    assert told(centre) == before
    desk.step("till.reconcile", {**reconciled, "banked_fen": FEE}, scope=HALL)
    assert findings(centre)["till_short"]["what"] == "bank"


def test_a_refund_is_signed_by_the_card_and_goes_back_as_it_came(centre, desk):
    case, fee = charged(desk)
    pay(desk, case, fee, 1, manner="transfer", bank_ref="T1")
    back = {"fee": fee, "text": "多收"}
    assert desk.step("refund", back, case=case).code == "card_signature_missing"
    assert desk.step("refund", back, case=case, card=True).verdict == "accepted"
    answer = close(desk, 0, 1, refunded_fen=FEE)
    assert answer.verdict == "accepted"
    assert not set(findings(centre)) & {"till_over", "till_short", "till_differs"}


def test_forms_change_hands_by_two_signatures(centre, desk):
    centre.enact("grant", {
        "id": "g-second", "person": "p0101", "roles": ["cashier"], "scopes": [HALL],
        "powers": [], "items": "*", "from": 0, "to": None,
    })  # fmt: skip
    assert stock(desk, "give", 11, 20, to="p0101").verdict == "accepted"
    desk.log_in("reception")
    giver = next(each.person for each in people.PEOPLE if each.card == "cashier")
    assert stock(desk, "take", 11, 20, **{"from": giver}).verdict == "accepted"
    desk.log_in("cashier")
    assert stock(desk, "return", 11, 20).code == "receipt_not_held"
    assert stock(desk, "return", 5, 10).verdict == "accepted"
    desk.log_in("clerk")
    assert stock(desk, "draw", 21, 30).code == "no_authority"


def test_a_hall_s_steps_stand_in_its_own_scope(desk):
    body = {"batch": "33B", "first": 1, "last": 2}
    wrong = desk.step("receipt.draw", body, scope="339901/scjg")
    assert (wrong.verdict, wrong.code) == ("refused", "proof.scope_outside")
    assert desk.step("receipt.draw", {**body, "last": 0}, scope=HALL).code == "body_malformed"
