"""What a scanned text means: a case, a person, or nothing that this window knows."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.app.people.scanned import recognised
from client.app.rows.scanned import ScannedCase, ScannedPerson
from sync.domain.identity import credit_check, resident_check
from sync.domain.ids import make_case_number

CASE = make_case_number(date(2026, 10, 13), "339901", 7)
PERSON = "33990119900307258" + resident_check("33990119900307258")
SHOP = "91339901MA0000001" + credit_check("91339901MA0000001")


@pytest.mark.parametrize(
    "text",
    [
        CASE,
        f" {CASE}\r\n",
        f"https://127.0.0.1:8443/public/status?no={CASE}#1234-5678",
        f"https://127.0.0.1:8443/public/status?from=slip&no={CASE}",
    ],
)
def test_a_slip_and_a_number_mean_the_case(text):
    assert recognised(text) == ScannedCase(CASE)


def test_identity_numbers_mean_people():
    assert recognised(PERSON, "林知夏") == ScannedPerson("person", "resident_id", PERSON, "林知夏")
    assert recognised(SHOP) == ScannedPerson("org", "credit_code", SHOP)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "6901234567892",
        CASE[:-1] + str((int(CASE[-1]) + 1) % 10),
        PERSON[:-1] + ("0" if PERSON[-1] != "0" else "1"),
        "https://127.0.0.1/public/certificate?id=abc",
        "http://[broken",
        "x" * 5000,
    ],
)
def test_anything_else_means_nothing(text):
    assert recognised(text) is None


@given(st.text(max_size=600))
def test_no_text_breaks_it(text):
    recognised(text)
