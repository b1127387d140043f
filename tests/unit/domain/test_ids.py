"""Case numbers and certificate serials: one wrong digit is always found. rules.md §6."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_10

from sync.domain import ids
from sync.domain.fields import DataFailure
from sync.domain.violations import Violation

NUMBERS = st.builds(
    ids.make_case_number,
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.integers(0, 999_999).map("{:06d}".format),
    st.integers(1, ids.MOST_CASES),
)


@given(NUMBERS)
def test_a_case_number_is_read_back(number):
    read = ids.parse_case_number(number)
    assert isinstance(read, ids.CaseNumber)
    assert str(read) == number


@given(NUMBERS, st.integers(0, 22), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(number, place, shift):
    if number[place] == "-":
        return
    digit = (int(number[place]) + shift) % 10
    wrong = f"{number[:place]}{digit}{number[place + 1 :]}"
    assert isinstance(ids.parse_case_number(wrong), Violation)


@given(st.text("0123456789", min_size=1, max_size=25))
def test_the_check_digit_is_that_of_the_standard(digits):
    assert str(ids.check_digit(digits)) == mod_11_10.calc_check_digit(digits)


@pytest.mark.parametrize(
    "text",
    ["", "20260917", "20260917-339901-00000-1", "20261317-339901-00001-1", "x" * 100],
)
def test_what_is_no_case_number_is_told(text):
    found = ids.parse_case_number(text)
    assert isinstance(found, Violation)
    assert found.code == "case_number_wrong"
    assert len(str(found.args["number"])) <= 40


def test_a_date_that_does_not_exist_is_no_case_number():
    digits = "2026023033990100001"
    wrong = f"20260230-339901-00001-{ids.check_digit(digits)}"
    assert isinstance(ids.parse_case_number(wrong), Violation)
    zero = f"20260917-339901-00000-{ids.check_digit('2026091733990100000')}"
    assert isinstance(ids.parse_case_number(zero), Violation)


def test_full_width_input_is_read():
    number = ids.make_case_number(date(2026, 9, 17), "339901", 1)
    wide = "".join(chr(ord(c) + 0xFEE0) if c != "-" else "—" for c in number)
    assert str(ids.parse_case_number(wide)) == number


@pytest.mark.parametrize(
    ("hall", "serial"), [("33990", 1), ("339901", 0), ("339901", 100_000), ("33990a", 1)]
)
def test_numbers_out_of_range_are_not_made(hall, serial):
    with pytest.raises(DataFailure) as caught:
        ids.make_case_number(date(2026, 9, 17), hall, serial)
    assert caught.value.code == "ids.range"


def test_serials_of_certificates_have_a_check_digit_too():
    serial = ids.make_serial("339901", 2026, 17)
    assert serial.startswith("339901-2026-000017-")
    assert ids.serial_is_well_made(serial)
    assert not ids.serial_is_well_made(serial[:-1] + str((int(serial[-1]) + 1) % 10))
    assert not ids.serial_is_well_made("17")
    assert ids.number_of_serial(serial) == ("339901", 17)
    for wrong in ("17", "339901-2026-²-1", f"339901-2026-{'9' * 5000}-1"):
        assert ids.number_of_serial(wrong) is None
    for hall, year, number in (("1", 2026, 1), ("339901", 1999, 1), ("339901", 2026, 0)):
        with pytest.raises(DataFailure):
            ids.make_serial(hall, year, number)
