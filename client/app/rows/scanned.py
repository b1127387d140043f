"""What was read at the counter, as screens are given it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScannedCase:
    """A case's number, its check digit right."""

    number: str


@dataclass(frozen=True, slots=True)
class ScannedPerson:
    """An applicant's number, its check digit right.

    Args:
        kind: "person" or "org".
        id_kind: "resident_id" or "credit_code".
        number: normalised.
        name: where a card said it.
    """

    kind: str
    id_kind: str
    number: str
    name: str = ""


Scanned = ScannedCase | ScannedPerson
