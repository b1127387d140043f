"""Case numbers and certificate serials with their check digit (ISO 7064 MOD 11,10).

A case number reads `YYYYMMDD-HHHHHH-NNNNN-C`: date, hall, serial, check digit (rules.md §6). The
check digit finds every single wrong digit.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from sync.domain.fields import DataFailure
from sync.domain.violations import Violation, violation

_CASE = re.compile(r"(\d{8})-(\d{6})-(\d{5})-(\d)", re.ASCII)
_SERIAL = re.compile(r"(\d{6})-(\d{4})-(\d{6})-(\d)", re.ASCII)
_HALL = re.compile(r"\d{6}", re.ASCII)
MOST_CASES, MOST_SERIALS = 99_999, 999_999


def check_digit(digits: str) -> int:
    """Return the ISO 7064 MOD 11,10 check digit of a string of digits."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """The parts of a case number."""

    on: date
    hall: str
    serial: int

    def __str__(self) -> str:
        digits = f"{self.on:%Y%m%d}{self.hall}{self.serial:05d}"
        return f"{self.on:%Y%m%d}-{self.hall}-{self.serial:05d}-{check_digit(digits)}"


def make_case_number(on: date, hall: str, serial: int) -> str:
    """Return the case number of a day, a hall and a serial drawn from a block.

    Raises:
        DataFailure: ids.range: no such hall code or serial.
    """
    if not _HALL.fullmatch(hall) or not 1 <= serial <= MOST_CASES:
        raise DataFailure("ids.range", place=hall)
    return str(CaseNumber(on, hall, serial))


def parse_case_number(text: str) -> CaseNumber | Violation:
    """Return the parts of a case number, or `case_number_wrong`.

    Full-width digits and dashes, as Chinese input gives them, are read as plain ones.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("—", "-").replace("–", "-")
    wrong = violation("case_number_wrong", number=text[:40])
    found = _CASE.fullmatch(plain)
    if found is None:
        return wrong
    day, hall, serial, check = found.groups()
    if check_digit(day + hall + serial) != int(check) or int(serial) == 0:
        return wrong
    try:
        on = date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return wrong
    return CaseNumber(on, hall, int(serial))


def make_serial(hall: str, year: int, number: int) -> str:
    """Return the certificate serial `HHHHHH-YYYY-NNNNNN-C` of a number drawn from the stock.

    Raises:
        DataFailure: ids.range: no such hall code or number.
    """
    if not _HALL.fullmatch(hall) or not 1 <= number <= MOST_SERIALS or not 2000 <= year < 10000:
        raise DataFailure("ids.range", place=hall)
    digits = f"{hall}{year}{number:06d}"
    return f"{hall}-{year}-{number:06d}-{check_digit(digits)}"


def number_of_serial(text: str) -> tuple[str, int] | None:
    """Return hall and number of a certificate serial, its check digit right or not, else None."""
    found = _SERIAL.fullmatch(text)
    return None if found is None else (found[1], int(found[3]))


def serial_is_well_made(text: str) -> bool:
    """Say whether a certificate serial's check digit holds."""
    found = _SERIAL.fullmatch(text)
    return found is not None and check_digit("".join(found.groups()[:3])) == int(found.group(4))
