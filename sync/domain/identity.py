"""Applicants' numbers, telephones and names: normalised, or the violation that says what is wrong.

Resident identity numbers GB 11643 (ISO 7064 MOD 11-2), unified social credit codes GB 32100
(MOD 31-3). Region codes are not looked up: halls and samples may use unassigned ones.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Any

from sync.domain import bodies
from sync.domain.violations import Violation, violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LONGEST_NAME = 64

_ID_FORM = re.compile(r"\d{17}[\dX]", re.ASCII)
_ID_CHECKS = "10X98765432"
_ID_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))(\d{7,8})", re.ASCII)
_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・﹒．●∙・", "·"))
_PLAIN_MARKS = frozenset(" ·-'’.()（）&，,、：:/")
_COMPATIBILITY = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f])")
_IDEOGRAPH_PLANES = range(0x20000, 0x3FFFE)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().replace(" ", "").upper()


def resident_id(text: str) -> str | Violation:
    """Return a resident identity number of 18 places, or what is wrong with it.

    id_length, id_characters, id_birth, id_check_digit.
    """
    number = _plain(text)
    if len(number) != 18:
        return violation("id_length", length=len(number))
    if _ID_FORM.fullmatch(number) is None:
        return violation("id_characters")
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return violation("id_birth")
    if resident_check(number[:17]) != number[17]:
        return violation("id_check_digit")
    return number


def resident_check(digits: str) -> str:
    """Return the check character of 17 digits (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11]


def credit_code(text: str) -> str | Violation:
    """Return a unified social credit code, or what is wrong with it.

    credit_length, credit_characters, credit_check_digit.
    """
    code = _plain(text)
    if len(code) != 18:
        return violation("credit_length", length=len(code))
    if any(char not in _CREDIT_ALPHABET for char in code) or not code[2:8].isdigit():
        return violation("credit_characters")
    if credit_check(code[:17]) != code[17]:
        return violation("credit_check_digit")
    return code


def credit_check(head: str) -> str:
    """Return the check character of 17 places (GB 32100 Annex, MOD 31)."""
    total = sum(_CREDIT_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(head))
    return _CREDIT_ALPHABET[-total % 31]


def phone(text: str) -> str | Violation:
    """Return a mobile as 11 digits, a landline as "0571-88888888", or `phone_wrong`."""
    number = re.sub(r"[\s()\-–—.]", "", unicodedata.normalize("NFKC", text))
    number = re.sub(r"^(?:\+86|0086|86(?=1[3-9]\d{9}$))", "", number)
    if _MOBILE.fullmatch(number):
        return number
    found = _LANDLINE.fullmatch(number)
    return violation("phone_wrong") if found is None else "-".join(found.groups())


def person_name(text: str) -> str | Violation:
    """Return a name as it is written: composed, single-spaced, ethnic dot as · (U+00B7).

    Ideographs of every plane are letters, those of blocks newer than this Python too. Compatibility
    ideographs stay as typed: their bearers' papers have them so. name_empty, name_too_long,
    name_characters.
    """
    name = _spaced(text)
    if not name:
        return violation("name_empty")
    if len(name) > LONGEST_NAME:
        return violation("name_too_long", length=len(name))
    if _stranger(name):
        return violation("name_characters")
    return name


def stranger_in_name(text: str) -> str:
    """Return the first character that cannot stand in a name, "" where there is none."""
    return _stranger(_spaced(text))


def _spaced(text: str) -> str:
    """Return a name composed, with one kind of dot and single spaces."""
    return " ".join(_composed(text).translate(_DOTS).split())


def _stranger(name: str) -> str:
    return next((char for char in name if not _may_stand_in_name(char)), "")


def _composed(text: str) -> str:
    """Compose (NFC) everything but compatibility ideographs, which NFC would exchange."""
    if _COMPATIBILITY.search(text) is None:
        return unicodedata.normalize("NFC", text)
    runs = _COMPATIBILITY.split(text)  # what is kept stands at the odd places
    return "".join(r if at % 2 else unicodedata.normalize("NFC", r) for at, r in enumerate(runs))


def _may_stand_in_name(char: str) -> bool:
    if char in _PLAIN_MARKS or ord(char) in _IDEOGRAPH_PLANES:
        return True
    return unicodedata.category(char)[0] in "LMN"


def check_applicant(applicant: Mapping[str, Any]) -> Iterator[Violation]:
    """Yield what is wrong with an applicant or agent of a step body."""
    checks = {"resident_id": resident_id, "credit_code": credit_code}
    kind = bodies.text(applicant, "id_kind")
    number = bodies.text(applicant, "id_no")
    name, telephone = bodies.text(applicant, "name"), bodies.text(applicant, "phone")
    found = [("name", name, person_name(name))]
    if kind in checks:
        found.append(("id_no", number, checks[kind](number)))
    else:
        yield violation("body_malformed", field="id_kind")
    if telephone:
        found.append(("phone", telephone, phone(telephone)))
    for field, typed, result in found:
        if isinstance(result, Violation):
            yield result
        elif result != typed and field == "id_no":
            # The window normalises before it signs; a number in another form is not found again.
            yield violation("body_malformed", field=field)
