"""Rows of a hall's books."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StockRow:
    """A hall's stock of receipt forms as folded: bookkeeping of the accepted lines."""

    hall: str
    body: str


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """One movement of money, or one closed day, of a hall: bookkeeping of the accepted lines.

    `kind` is "entry" or "closing"; `fee` the notice's step, "" of a closing.
    """

    hall: str
    day: str
    step: str
    kind: str
    person: str
    fee: str
    body: str
