"""Check codes: printed, read over a bad line, typed, and not to be guessed from one another."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.proof.checkcode import (
    ALPHABET,
    block_key,
    check_code,
    crockford,
    is_check_code,
    normalise,
)

KEY = bytes(range(32))
CASE = "20260303-339901-00001-5"


def test_the_code_is_the_beginning_of_the_mac_in_crockfords_alphabet():
    mac = int.from_bytes(hmac.digest(KEY, CASE.encode(), hashlib.sha256)[:7], "big")
    wanted = "".join(ALPHABET[mac >> 56 - 5 * (at + 1) & 31] for at in range(10))
    assert check_code(KEY, CASE) == wanted
    assert len(wanted) == 10


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"", ""), (b"\0", "00"), (b"\xff", "ZW"), (b"\xff" * 5, "Z" * 8), (b"hello", "D1JPRV3F")],
)
def test_crockfords_alphabet(data, text):
    assert crockford(data) == text


def test_the_alphabet_has_no_letter_to_be_misread():
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


@pytest.mark.parametrize("typed", ["o1l0-i1", "OLIO II", " 0110-11 "])
def test_what_people_type_is_read_as_printed(typed):
    assert normalise(typed) == "011011"


def test_the_right_code_is_taken_however_it_is_typed():
    code = check_code(KEY, CASE)
    typed = f"{code[:5].lower()}-{code[5:]}".replace("0", "o").replace("1", "I")
    assert is_check_code(KEY, CASE, code)
    assert is_check_code(KEY, CASE, typed)


@given(st.text(max_size=20))
def test_anything_else_is_not(typed):
    assert is_check_code(KEY, CASE, typed) == (normalise(typed) == check_code(KEY, CASE))


def test_half_a_surrogate_pair_is_no_code():
    assert not is_check_code(KEY, CASE, "\ud800" * 10)


def test_each_case_and_each_lease_has_its_own():
    codes = {check_code(KEY, f"20260303-339901-{n:05d}-0") for n in range(2000)}
    assert len(codes) == 2000
    one, two = (block_key(KEY, lease) for lease in ("a", "b"))
    assert len(one) == 32
    assert one != two
    assert check_code(one, CASE) != check_code(two, CASE)
