"""What the services ask of the database about a hall's books."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sync.server.services.rows.money import MoneyRow, StockRow


class MoneyRows(Protocol):
    """The books of the halls; a unit that writes them has taken the hall's scope."""

    def stock(self, hall: str) -> str | None:
        """Return a hall's stock as folded; locked until commit in a unit that writes."""

    def save_stock(self, row: StockRow) -> None:
        """Write a hall's stock."""

    def keep(self, row: MoneyRow) -> None:
        """Keep a movement or a closed day, once."""

    def between(self, hall: str, first: str, last: str) -> list[MoneyRow]:
        """Return a hall's rows of some days (YYYY-MM-DD), both included, in order."""

    def of_fee(self, hall: str, fee: str) -> list[MoneyRow]:
        """Return the movements of one fee."""
