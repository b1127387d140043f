"""Receipt forms, tills, transfers: gapless numbers, books that balance to the fen (FE02–FE06)."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain import tills
from sync.domain.events import MANNERS, Step
from sync.domain.hall_steps import HallKind, advance_stock, judge_hall, judge_payment
from sync.domain.receipts import Fate, Run, Stock, parse_receipt, receipt_number
from sync.domain.tills import Closing, Entry, OpenFee, books_of
from sync.domain.violations import SEVERITY, Severity
from tests.unit.domain.world import at, county, with_person

HALL, DESK = "hall/339901", "339901/scjg"
RULES = with_person(county(), "cash2", ["cashier"], []).rules()
DAY = date(2026, 9, 18)


def step(kind, person="cash", when="2026-09-18", id_="s", case=None, **body):
    scope = HALL if case is None else DESK
    moment = when if not isinstance(when, str) else at(when)
    return Step(id_, str(kind), case, scope, person, "d1", moment, body)


def span(kind, first, last, person="cash", batch="33A", **more):
    return step(kind, person, batch=batch, first=first, last=last, **more)


def codes(found):
    return tuple(violation.code for violation in found)


def done(stock, made):
    """Return the stock after a step that is right."""
    assert judge_hall(made, stock, RULES) == ()
    return advance_stock(stock, made)


def refused(stock, made):
    return codes(judge_hall(made, stock, RULES))


def pay(no, person="cash", fee="f1", id_="p1", case="c1", **more):
    return step("pay", person, id_=id_, case=case, fee=fee, manner="cash", receipt_no=no, **more)


def used(stock, *numbers, person="cash"):
    for number in numbers:
        stock = advance_stock(stock, pay(receipt_number("33A", number), person))
    return stock


DRAWN = advance_stock(Stock(), span(HallKind.DRAW, 1, 100))


# -- the stock ------------------------------------------------------------------------------------


def test_a_number_reads_back_as_it_is_written():
    assert parse_receipt(receipt_number("33A.7", 42)) == ("33A.7", 42)
    assert receipt_number("33A.7", 42) == "33A.7-00000042"
    for wrong in (
        "",
        "33A",
        "33A-42",
        "33A-000000042",
        "33 A-00000042",
        "-00000042",
        "a-b-00000001",
    ):
        assert parse_receipt(wrong) is None


def test_forms_are_drawn_once_by_who_may():
    assert refused(Stock(), span(HallKind.DRAW, 1, 9, person="clerk")) == ("no_authority",)
    assert refused(DRAWN, span(HallKind.DRAW, 100, 110)) == ("receipts_drawn_before",)
    assert done(DRAWN, span(HallKind.DRAW, 101, 110)).runs == (
        Run("33A", 1, 110, Fate.HELD, "cash"),
    )
    for first, last in ((0, 3), (5, 4), (1, 100_001), (99_999_999, 100_000_000)):
        assert refused(Stock(), span(HallKind.DRAW, first, last)) == ("body_malformed",)


def test_a_hand_over_has_two_signatures():
    given = done(DRAWN, span(HallKind.GIVE, 51, 100, to="cash2"))
    assert given.held_by("cash") == (Run("33A", 1, 50, Fate.HELD, "cash"),)
    assert given.held_by("cash2") == ()
    assert codes(judge_payment(pay("33A-00000060"), given)) == ("receipt_not_held",)
    assert codes(judge_payment(pay("33A-00000060", "cash2"), given)) == ("receipt_not_held",)
    wrong = span(HallKind.TAKE, 40, 60, person="cash2", **{"from": "cash"})
    assert refused(given, wrong) == ("receipt_not_offered",)
    taken = done(given, span(HallKind.TAKE, 51, 100, person="cash2", **{"from": "cash"}))
    assert taken.next_of("cash2") == "33A-00000051"
    assert judge_payment(pay("33A-00000051", "cash2"), taken) == ()
    assert refused(DRAWN, span(HallKind.GIVE, 1, 2, to="cash")) == ("same_person",)


def test_no_number_is_written_twice_and_none_that_was_not_drawn():
    stock = used(DRAWN, 1)
    assert codes(judge_payment(pay("33A-00000001"), stock)) == ("receipt_used",)
    assert codes(judge_payment(pay("33A-00000101"), stock)) == ("receipt_unknown",)
    assert codes(judge_payment(pay("R1"), stock)) == ("receipt_unknown",)
    assert codes(judge_payment(pay("33A-00000002", "cash2"), stock)) == ("receipt_not_held",)
    cancelled = done(stock, span(HallKind.CANCEL, 2, 2, reason="misprint", text="打印错位"))
    assert codes(judge_payment(pay("33A-00000002"), cancelled)) == ("receipt_used",)
    assert cancelled.next_of("cash") == "33A-00000003"
    assert refused(cancelled, span(HallKind.RETURN, 1, 5)) == ("receipt_used", "receipt_used")


def test_a_skipped_number_is_found_until_it_is_accounted_for():
    stock = used(DRAWN, 1)
    assert judge_payment(pay("33A-00000002"), stock) == ()
    (found,) = judge_payment(pay("33A-00000005"), stock)
    assert (found.code, found.args["receipt"]) == ("receipt_skipped", "33A-00000002–00000004")
    assert SEVERITY[found.code] is Severity.FINDING
    gap = used(stock, 5)
    assert [run.said() for run in gap.gaps()] == ["33A-00000002–00000004"]
    assert gap.next_of("cash") == "33A-00000006"
    assert judge_payment(pay("33A-00000006"), gap) == ()
    assert judge_payment(pay("33A-00000003"), gap) == ()  # known already, not found again
    told = done(gap, span(HallKind.CANCEL, 2, 4, reason="lost", text="撕毁"))
    assert told.gaps() == ()


def test_a_cancellation_says_why():
    assert refused(DRAWN, span(HallKind.CANCEL, 1, 1)) == (
        "legal_part_missing",
        "legal_part_missing",
    )
    odd = span(HallKind.CANCEL, 1, 1, reason="mood", text="x")
    assert refused(DRAWN, odd) == ("reason_unknown",)


def test_steps_of_a_hall_belong_to_no_case():
    draw = span(HallKind.DRAW, 1, 9)
    assert refused(Stock(), replace(draw, case="c1")) == ("wrong_scope",)
    assert refused(Stock(), replace(draw, scope=DESK)) == ("wrong_scope",)
    assert refused(Stock(), replace(draw, kind="receipt.eat")) == ("unknown_kind",)
    assert refused(Stock(), span(HallKind.DRAW, 1, "9")) == ("body_malformed",)


_NUMBERS = st.integers(1, 12)
_ACTS = st.lists(
    st.tuples(
        st.sampled_from([*HallKind, "pay"]), _NUMBERS, _NUMBERS, st.sampled_from(("cash", "cash2"))
    ),
    max_size=30,
)


@given(_ACTS)
def test_whatever_is_done_each_number_has_one_fate_and_none_is_lost(acts):
    stock, fates = Stock(), {}
    for kind, first, last, person in acts:
        if kind == "pay":
            made = pay(receipt_number("33A", first), person)
            wrong = [v for v in judge_payment(made, stock) if SEVERITY[v.code] is Severity.REFUSED]
        else:
            other = "cash" if person == "cash2" else "cash2"
            more = {"to": other, "from": other, "reason": "lost", "text": "x"}
            made = span(kind, first, last, person, **more)
            wrong = judge_hall(made, stock, RULES)
        if wrong:
            continue
        after = advance_stock(stock, made)
        if kind == "pay":
            assert fates[first] == Fate.HELD
        for run in after.runs:
            for number in range(run.first, run.last + 1):
                # What has left the hands of a cashier never comes back.
                assert fates.get(number) in (None, Fate.HELD, run.fate)
                fates[number] = run.fate
        assert sum(run.count for run in after.runs) == len(fates)
        stock = after
    spans = [(run.first, run.last) for run in stock.runs]
    assert all(a[1] < b[0] for a, b in pairwise(spans))


# -- the books ------------------------------------------------------------------------------------


def entry(number, amount=5000, manner="cash", *, paid=True, day=DAY, person="cash", scope=DESK):
    moment = at(f"{day.isoformat()} 10:00")
    receipt = receipt_number("33A", number)
    return Entry(f"s{number}", paid, "c1", scope, "f", amount, manner, receipt, person, moment)


def test_books_are_made_from_steps():
    charge = step("charge", id_="f1", case="c1", amount_fen=5000, paper={"no": "c1-F1"})
    other = step("charge", id_="f2", case="c2", amount_fen=700, paper={"no": "c2-F1"})
    close = step(HallKind.CLOSE, day="2026-09-18", cash=5000, taken_fen=5000, receipts=1)
    back = step("refund", case="c1", id_="r1", fee="f1", text="多收")
    draw = span(HallKind.DRAW, 1, 9)
    books = books_of([draw, charge, other, pay("33A-00000001", fee="f1"), close, back])
    assert [fee.ref for fee in books.open_fees] == ["f2"]
    paid, returned = books.entries
    assert (paid.paid, paid.amount_fen, paid.manner, paid.receipt) == (
        True, 5000, "cash", "33A-00000001",
    )  # fmt: skip
    assert (returned.paid, returned.amount_fen, returned.manner) == (False, 5000, "cash")
    assert books.stock.of("33A", 1).fate is Fate.USED
    assert books.closings[0].counted["cash"] == 5000
    assert tills.add_up(books.entries).net_fen == 0
    assert tills.wrong_in_books(books) == ()


def test_a_payment_without_its_form_and_one_form_for_two_are_named():
    books = books_of([pay("33A-00000001"), pay("33A-00000001", id_="p2", fee="f2")])
    assert sorted(codes(tills.wrong_in_books(books))) == [
        "receipt_none", "receipt_none", "receipt_twice",
    ]  # fmt: skip


def closing(sums, counted=None, **change):
    counted = {m: sums.net(m) for m in MANNERS} if counted is None else counted
    made = Closing(
        DAY,
        "cash",
        counted,
        sums.taken_fen,
        sums.refunded_fen,
        sums.payments,
        at("2026-09-18 17:00"),
    )
    return replace(made, **change)


_MOVED = st.lists(
    st.tuples(st.integers(0, 10**9), st.sampled_from(MANNERS), st.booleans()), max_size=40
)


@given(_MOVED)
def test_a_day_that_was_counted_right_balances_to_the_fen(moved):
    entries = tuple(
        entry(n + 1, fen, manner, paid=paid) for n, (fen, manner, paid) in enumerate(moved)
    )
    books = tills.Books(entries=entries)
    sums = tills.add_up(entries)
    assert sums.net_fen == sum(fen if paid else -fen for fen, _, paid in moved)
    assert sums.net_fen == sum(sums.net(m) for m in MANNERS) == sum(sums.by_scope.values())
    assert tills.wrong_in_closing(books, closing(sums)) == ()


@given(_MOVED, st.dictionaries(st.sampled_from(MANNERS), st.integers(-(10**6), 10**6)))
def test_what_was_counted_wrong_is_named_by_manner_to_the_fen(moved, off):
    entries = tuple(
        entry(n + 1, fen, manner, paid=paid) for n, (fen, manner, paid) in enumerate(moved)
    )
    sums = tills.add_up(entries)
    counted = {m: sums.net(m) + off.get(m, 0) for m in MANNERS}
    found = tills.wrong_in_closing(tills.Books(entries=entries), closing(sums, counted))
    told = {v.args["what"]: v.args["off_fen"] * (1 if v.code == "till_over" else -1) for v in found}
    assert told == {manner: fen for manner, fen in off.items() if fen}


@given(_MOVED, st.integers(1, 10**9))
def test_what_was_written_down_after_the_closing_is_named(moved, late):
    before = tuple(
        entry(n + 1, fen, manner, paid=paid) for n, (fen, manner, paid) in enumerate(moved)
    )
    sums = tills.add_up(before)
    books = tills.Books(entries=(*before, entry(99, late)))
    found = {v.args.get("what", v.code): v for v in tills.wrong_in_closing(books, closing(sums))}
    assert set(found) == {"cash", "taken", "receipts_differ"}
    counts = found["receipts_differ"].args
    assert counts == {"closed": len(sums.receipts), "known": len(sums.receipts) + 1}
    assert found["cash"].args["off_fen"] == late
    assert found["taken"].args["known"] - found["taken"].args["closed"] == late


_DAYS = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from(("cash", "cash2")), st.integers(1, 10**7)),
    max_size=40,
)


@given(_DAYS)
def test_weeks_and_months_are_the_sum_of_their_days(moved):
    entries = tuple(
        entry(n + 1, fen, day=DAY + timedelta(days), person=person)
        for n, (days, person, fen) in enumerate(moved)
    )
    books = tills.Books(entries=entries)
    last = DAY + timedelta(20)
    whole = tills.add_up(tills.between(books, DAY, last))
    days = Counter()
    for each in range(21):
        day = DAY + timedelta(each)
        for person in ("cash", "cash2"):
            days[person] += tills.add_up(tills.between(books, day, day, person)).net_fen
    assert whole.net_fen == sum(days.values()) == sum(fen for _, _, fen in moved)
    unclosed = {(day, person) for day, person, _ in moved}
    found = codes(tills.wrong_in_week(books, DAY, last, whole.net_fen))
    assert found.count("till_open") == len(unclosed)
    assert not set(found) & {"till_over", "till_short"}
    (bank,) = [
        v for v in tills.wrong_in_week(books, DAY, last, whole.net_fen + 1) if v.code == "till_over"
    ]
    assert (bank.args["what"], bank.args["off_fen"]) == ("bank", 1)


# -- transfers ------------------------------------------------------------------------------------

FEES = (
    OpenFee(
        "f1", "20260918-339901-00001-5", DESK, 5000, "20260918-339901-00001-5-F1", at("2026-09-18")
    ),
    OpenFee(
        "f2", "20260918-339901-00002-3", DESK, 5000, "20260918-339901-00002-3-F1", at("2026-09-17")
    ),
    OpenFee("f3", "20260918-339901-00003-1", DESK, 700, "", at("2026-09-18")),
)


@pytest.mark.parametrize(
    ("amount", "remark", "expected"),
    [
        (5000, "缴费 20260918 339901 00001 5 王芳", [("f1", True), ("f2", False)]),
        (5000, "", [("f2", False), ("f1", False)]),
        (700, "编号20260918-339901-00003-1", [("f3", True)]),
        (701, "20260918-339901-00003-1", []),
    ],
)
def test_a_transfer_is_matched_by_exact_amount_and_by_what_it_names(amount, remark, expected):
    found = tills.matching(FEES, amount, remark)
    assert [(match.fee.ref, match.sure) for match in found] == expected
