"""The points that the law leaves open or a hall decides: each a named switch with its default.

Source: rules.md §3 "(switch)", law-and-practice.md "Unsure: switches, never constants".
"""

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from sync.domain.fields import DataFailure


class TermUnit(StrEnum):
    """In what the applicant's own terms are counted (LW28, LW34 leave it open)."""

    WORKING = "wd"
    NATURAL = "nd"


@dataclass(frozen=True, slots=True)
class Switches:
    """Every switch; a policy event of kind "switch" {name, value} turns one.

    Args:
        count_from_next_day: the trigger's day is not counted.
        ends_at_midnight: a day limit ends at midnight instead of close of office.
        natural_rolls_forward: a natural-day limit that ends on a free day moves to the next one.
        correction_renews_receipt: the full correction's day becomes the receipt day.
        silence_is_consent: an opinion child that misses its date is taken as agreeing.
        renewal_unit: unit of the 30 days before expiry (Art. 50).
        applicant_unit: unit of the applicant's own terms (Art. 47).
        pending_most_wd: longest term of a material still owed (容缺).
        pending_before_promise_wd: by how much it ends before the promise.
        reply_wd: term for the reply to an order and for an explanation.
        light_scheme: code of the scheme in force.
        pin_per_signature: a batch of decisions asks for the PIN before each of them, instead of
            once for what is listed (proof.md §7).
        compare_before_acceptance: every page that came in is held against its original before a
            case is accepted (IN09); one accepted without is a finding.
    """

    count_from_next_day: bool = True
    ends_at_midnight: bool = False
    natural_rolls_forward: bool = True
    correction_renews_receipt: bool = True
    silence_is_consent: bool = False
    renewal_unit: TermUnit = TermUnit.WORKING
    applicant_unit: TermUnit = TermUnit.WORKING
    pending_most_wd: int = 20
    pending_before_promise_wd: int = 2
    reply_wd: int = 1
    light_scheme: str = "white-yellow-red"
    pin_per_signature: bool = False
    compare_before_acceptance: bool = False

    def turned(self, name: str, value: object) -> "Switches":
        """Return the switches with one turned.

        Raises:
            DataFailure: switch.unknown, switch.malformed.
        """
        if name not in {field.name for field in fields(self)}:
            raise DataFailure("switch.unknown", place=name)
        old = getattr(self, name)
        malformed = DataFailure("switch.malformed", place=name)
        turned: Any = value
        if isinstance(old, TermUnit):
            try:
                turned = TermUnit(turned)
            except ValueError as error:
                raise malformed from error
        elif type(value) is not type(old) or turned == "" or turned < type(old)():
            raise malformed
        return replace(self, **{name: turned})
