"""Numbers by their check digits, telephones normalised, names of every kind. GB 11643, GB 32100."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from sync.domain import identity
from sync.domain.violations import Violation

PERSON = "33990119900101123" + identity.resident_check("33990119900101123")
BODY = "91339901MA0000001"
COMPANY = BODY + identity.credit_check(BODY)
DIGITS = st.text("0123456789", min_size=3, max_size=3)


def code(result: str | Violation) -> str:
    assert isinstance(result, Violation), result
    return result.code


@given(st.dates(), DIGITS)
def test_well_made_resident_numbers_pass(born, serial):
    head = f"339901{born.year:04d}{born.month:02d}{born.day:02d}{serial}"
    assert identity.resident_id(head + identity.resident_check(head)) == (
        head + identity.resident_check(head)
    )


@given(st.integers(0, 16), st.integers(1, 9))
def test_every_wrong_digit_of_a_resident_number_is_found(place, shift):
    digit = (int(PERSON[place]) + shift) % 10
    wrong = f"{PERSON[:place]}{digit}{PERSON[place + 1 :]}"
    assert code(identity.resident_id(wrong)) in {"id_check_digit", "id_birth"}


def test_a_resident_number_is_read_as_people_type_it():
    lower = f" {PERSON.lower()} "
    assert identity.resident_id(lower) == PERSON
    wide = "".join(chr(ord(c) + 0xFEE0) for c in PERSON)
    assert identity.resident_id(wide) == PERSON


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "id_length"),
        ("123456789012345", "id_length"),
        ("33990119900101123A", "id_characters"),
        ("٣٣990119900101123X", "id_characters"),
        ("339901199013011234", "id_birth"),
        ("339901200102291234", "id_birth"),
    ],
)
def test_what_is_wrong_with_a_resident_number_is_named(text, expected):
    assert code(identity.resident_id(text)) == expected


def test_credit_codes_pass_and_every_wrong_place_is_found():
    assert identity.credit_code(f" {COMPANY.lower()}") == COMPANY
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    for place in (0, 1, 8, 12, 16):
        for other in alphabet:
            if other != COMPANY[place]:
                wrong = COMPANY[:place] + other + COMPANY[place + 1 :]
                assert code(identity.credit_code(wrong)) == "credit_check_digit"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9133", "credit_length"),
        (COMPANY[:8] + "I" + COMPANY[9:], "credit_characters"),
        ("91AB9901MA00000010", "credit_characters"),
    ],
)
def test_what_is_wrong_with_a_credit_code_is_named(text, expected):
    assert code(identity.credit_code(text)) == expected


def test_known_credit_codes_of_the_standards_kind_agree_with_an_independent_check():
    assert uscc.calc_check_digit(BODY) == COMPANY[-1]
    assert ric.calc_check_digit(PERSON) == PERSON[-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("138 0000 0000", "13800000000"),
        ("+86-13800000000", "13800000000"),
        ("0086 138-0000-0000", "13800000000"),
        ("86 13800000000", "13800000000"),
        ("(0571) 88888888", "0571-88888888"),
        ("010—12345678", "010-12345678"),
        ("１３８００００００００", "13800000000"),
    ],
)
def test_telephones_are_normalised(text, expected):
    assert identity.phone(text) == expected


@pytest.mark.parametrize("text", ["", "12345", "12800000000", "1380000000a", "0571-1234"])
def test_other_telephones_are_refused(text):
    assert code(identity.phone(text)) == "phone_wrong"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张三", "张三"),
        ("𠮷野家", "𠮷野家"),
        ("\U00030000\U000323af", "\U00030000\U000323af"),
        ("买买提•吐尔逊", "买买提·吐尔逊"),
        ("买买提・吐尔逊", "买买提·吐尔逊"),
        ("O'Neil  Mary-Ann", "O'Neil Mary-Ann"),
        ("云岭县石桥镇（个体）小吃店", "云岭县石桥镇（个体）小吃店"),
        ("e\u0301va", "éva"),
        ("\ufa0e朗\uf929", "\ufa0e朗\uf929"),
        ("字" * 64, "字" * 64),
        ("\U00020000" * 64, "\U00020000" * 64),
    ],
)
def test_names_stay_as_they_are_written(text, expected):
    assert identity.person_name(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "name_empty"),
        (" \u3000 ", "name_empty"),
        ("字" * 65, "name_too_long"),
        ("张\u0000三", "name_characters"),
        ("张\u202e三", "name_characters"),
        ("张😀", "name_characters"),
        ("张\ue000", "name_characters"),
        ("<b>张</b>", "name_characters"),
    ],
)
def test_what_cannot_stand_in_a_name_is_named(text, expected):
    assert code(identity.person_name(text)) == expected


@given(st.text(max_size=80))
def test_names_are_total_and_stable(text):
    found = identity.person_name(text)
    if isinstance(found, str):
        assert identity.person_name(found) == found
        assert 0 < len(found) <= identity.LONGEST_NAME
        assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs"} for c in found)


@given(st.text(max_size=40))
def test_numbers_and_telephones_are_total(text):
    for check in (identity.resident_id, identity.credit_code, identity.phone):
        assert isinstance(check(text), str | Violation)
