"""The books of this hall, read from the log. Store lane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.tills import books_of

if TYPE_CHECKING:
    from client.app.ports.store import CaseStore
    from sync.domain.receipts import Stock
    from sync.domain.tills import Books


def hall_books(store: CaseStore, hall: str) -> Books:
    """Return what is booked in a hall, own steps that wait for an answer included."""
    return books_of(store.money_steps(hall))


def stock_of(store: CaseStore, hall: str) -> Stock:
    """Return the hall's receipt forms."""
    return hall_books(store, hall).stock
