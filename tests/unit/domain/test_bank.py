"""Lines of a statement against fees and books (FE02, FE06, FE08)."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.bank import BankLine, By, Stand, keyed, settle, unbanked
from sync.domain.tills import Books, Entry, OpenFee, says

AT = datetime(2026, 11, 16, 2, tzinfo=UTC)
ONE, TWO = "20261116-339901-00012-2", "20261116-339901-00030-0"
FEES = (
    OpenFee("f1", ONE, "339901/scjg", 5000, f"{ONE}-FN1", AT),
    OpenFee("f2", TWO, "339901/scjg", 5000, f"{TWO}-FN1", AT),
    OpenFee("f3", TWO, "339901/scjg", 700, f"{TWO}-FN10", AT),
)
NAMES = {ONE: "王芳", TWO: "示例食品(云岭)公司"}


FIRST = ("f1", By.AMOUNT)
OFF = ("f2", By.OFF)
OTHER = ("f2", By.AMOUNT)


def line(fen=5000, remark="", payer="", ref="", day=16):
    """Make one line."""
    return BankLine("9558", date(2026, 11, day), fen, payer, remark, ref)


def entry(**change):
    """Make one movement that is booked."""
    values = {"step": "s1", "paid": True, "case": ONE, "scope": "339901/scjg", "fee": "f1"}
    values |= {"amount_fen": 5000, "manner": "transfer", "receipt": "33A-00000001"}
    values |= {"person": "p0115", "at": AT}
    return Entry(**values | change)


def stands(lines, books):
    """Return (how it stands, [(fee, why)]) of each line."""
    return [
        (each.stand, [(c.fee.ref, c.by) for c in each.candidates])
        for each in settle(keyed(lines), books, NAMES)
    ]


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        (line(remark=f"缴费{ONE}-FN1"), (Stand.SURE, [("f1", By.NOTICE), ("f2", By.AMOUNT)])),
        (line(remark="２０２６1116 339901 00012 2"), (Stand.SURE, [("f1", By.CASE), OTHER])),
        (line(payer="示例食品（云岭）公司"), (Stand.PERHAPS, [("f2", By.PAYER), FIRST])),
        (line(), (Stand.PERHAPS, [("f1", By.AMOUNT), ("f2", By.AMOUNT)])),
        (line(fen=5001, remark=ONE), (Stand.PERHAPS, [("f1", By.OFF)])),
        (line(fen=5001), (Stand.NONE, [])),
        (line(fen=-5000, remark=ONE), (Stand.NONE, [])),
        (line(fen=700, remark=f"{TWO}-FN10"), (Stand.SURE, [("f3", By.NOTICE), OFF])),
    ],
)  # fmt: skip
def test_a_line_is_held_against_reference_amount_and_payer(paid, expected):
    assert stands([paid], Books(open_fees=FEES)) == [expected]


def test_a_fee_that_two_lines_name_is_sure_of_neither():
    twice = [line(remark=ONE, ref="1"), line(remark=f"{ONE}-FN1", ref="2")]
    assert {stand for stand, _ in stands(twice, Books(open_fees=FEES))} == {Stand.PERHAPS}


def test_one_number_of_a_case_with_two_equal_fees_is_not_sure():
    fees = (FEES[0], replace(FEES[0], ref="f9", notice=f"{ONE}-FN2"))
    books = Books(open_fees=fees)
    assert stands([line(remark=ONE)], books)[0][0] is Stand.PERHAPS
    assert stands([line(remark=f"{ONE}-FN2")], books)[0][0] is Stand.SURE


def test_what_is_booked_is_found_by_the_banks_number_then_by_what_it_names():
    paid = (
        entry(step="s1", bank_ref="R-1"),
        entry(step="s2"),
        entry(step="s3", case=TWO, manner="cash"),
        entry(step="s4", case=TWO, paid=False),
    )
    books = Books(entries=paid)
    lines = keyed([line(ref="r1"), line(remark=ONE), line(remark=TWO), line(fen=-5000, remark=TWO)])
    found = settle(lines, books, {})
    assert [each.entry.step if each.entry else each.stand for each in found] == [
        *("s1", "s2"),
        *(Stand.NONE, "s4"),
    ]
    assert unbanked(found[1:], paid) == (paid[0],)
    (nameless,) = keyed([line(remark="")])
    named = Books(entries=(entry(bank_ref=nameless.number),))
    assert settle([nameless], named, {})[0].stand is Stand.BOOKED
    far = keyed([replace(line(remark=ONE), day=date(2026, 1, 1))])
    assert settle(far, books, {})[0].stand is Stand.NONE


@pytest.mark.parametrize(
    ("remark", "number", "named"),
    [
        (f"款{ONE}。", ONE, True),
        (f"{ONE}-FN1", f"{ONE}-FN1", True),
        (f"{ONE}-FN10", f"{ONE}-FN1", False),
        (f"9{ONE}", ONE, False),
        ("2026 1116 3399 0100 0122", ONE, True),
        ("", ONE, False),
        ("abc", "", False),
        ("---", "---", False),
    ],
)
def test_a_number_is_named_whole_whatever_stands_between(remark, number, named):
    assert says(remark, number) is named


LINES = st.lists(
    st.builds(
        line,
        fen=st.sampled_from([5000, 700, -5000, 1]),
        remark=st.sampled_from(["", ONE, f"{ONE}-FN1", TWO]),
        payer=st.sampled_from(["", "王芳"]),
        ref=st.sampled_from(["", "r1", "r2"]),
        day=st.integers(14, 20),
    ),
    max_size=12,
)


@given(LINES, st.integers(0, 12), st.integers(0, 12))
def test_files_that_overlap_bring_each_line_once(lines, first, last):
    lines = sorted(lines, key=lambda each: each.day)
    days = sorted({each.day for each in lines})
    whole = {each.key: each for each in keyed(lines)}
    assert len(whole) == len(lines)
    begun, ended = (
        [x for x in lines if x.day in days[:first]],
        [x for x in lines if x.day in days[last:]],
    )
    for part in (begun, ended, lines):
        for each in keyed(part):
            assert whole[each.key] == each


@given(LINES, st.lists(st.tuples(st.booleans(), st.sampled_from(["", "R1"])), max_size=6))
def test_one_movement_explains_one_line_and_no_fee_is_sure_twice(lines, moves):
    entries = tuple(
        entry(step=f"s{n}", paid=paid, bank_ref=ref) for n, (paid, ref) in enumerate(moves)
    )
    found = settle(keyed(lines), Books(entries=entries, open_fees=FEES), NAMES)
    assert [each.line for each in found] == list(keyed(lines))
    booked = Counter(each.entry.step for each in found if each.entry)
    assert all(times == 1 for times in booked.values())
    for each in found:
        assert (each.entry is not None) == (each.stand is Stand.BOOKED)
        if each.entry:
            assert each.line.fen == each.entry.amount_fen * (1 if each.entry.paid else -1)
    sure = Counter(each.candidates[0].fee.ref for each in found if each.stand is Stand.SURE)
    assert all(times == 1 for times in sure.values())
    shown = [e.step for e in unbanked(found, entries)]
    assert sorted([*shown, *booked]) == sorted(e.step for e in entries)
