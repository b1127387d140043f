"""Tables for a spreadsheet: every movement once, and no cell that is run as a formula (FE05)."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.app.money.sums import harmless, receipts_said, span_csv
from sync.domain.tills import Entry

AT = datetime(2026, 9, 18, 2, 0, tzinfo=UTC)


def entry(**change):
    values = {
        "step": "s1", "paid": True, "case": "c1", "scope": "339901/scjg", "fee": "f1",
        "amount_fen": 123_456, "manner": "cash", "receipt": "33A-00000001", "person": "p0115",
        "at": AT,
    }  # fmt: skip
    return Entry(**values | change)


@pytest.mark.parametrize(
    "evil", ["=1+1", "+1", "-cmd", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("x")']
)
def test_no_cell_is_run_as_a_formula(evil):
    (_, row) = csv.reader(io.StringIO(span_csv([entry(case=evil)], "zh_CN").decode("utf-8-sig")))
    assert row[2].startswith("'")
    assert row[2][1:].strip() == evil.strip()


@given(st.text(max_size=12))
def test_what_is_not_a_number_never_begins_a_formula(text):
    cell = harmless(text)
    begins = cell[:1] in {"=", "+", "-", "@", "\t", "\r"}
    assert not begins or float(cell) < 0


def test_amounts_stay_numbers_and_a_refund_is_below_zero():
    table = span_csv([entry(), entry(paid=False, step="s2")], "en").decode("utf-8-sig")
    head, paid, back = csv.reader(io.StringIO(table))
    assert head[5] == "Amount (yuan)"
    assert (paid[5], back[5]) == ("1234.56", "-1234.56")
    assert paid[0] == "2026-09-18 10:00:00"


def test_receipts_are_told_as_runs():
    assert receipts_said(()) == ""
    assert receipts_said(("33A-00000001", "33A-00000002", "33A-00000003", "33A-00000007")) == (
        "33A-00000001–00000003, 33A-00000007"
    )
    assert receipts_said(("33A-00000001", "33B-00000002")) == "33A-00000001, 33B-00000002"
