"""The books of the halls."""

from __future__ import annotations

from sqlalchemy import select

from sync.server.db.rowwise import Rowwise, of
from sync.server.db.tables import money, stocks
from sync.server.services.rows.money import MoneyRow, StockRow


class SqlMoneyRows(Rowwise):
    """See services.ports.money.MoneyRows."""

    def stock(self, hall: str) -> str | None:
        """Return a hall's stock as folded; locked until commit in a unit that writes."""
        statement = select(stocks.c.body).where(stocks.c.hall == hall)
        if self._locks:
            statement = statement.with_for_update()
        row = self._connection.execute(statement).first()
        return None if row is None else str(row[0])

    def save_stock(self, row: StockRow) -> None:
        """Write a hall's stock."""
        self._put(stocks, row)

    def keep(self, row: MoneyRow) -> None:
        """Keep a movement or a closed day, once."""
        self._add_once(money, row)

    def between(self, hall: str, first: str, last: str) -> list[MoneyRow]:
        """Return a hall's rows of some days, both included, in order."""
        own = of(MoneyRow, money).where(
            money.c.hall == hall, money.c.day >= first, money.c.day <= last
        )
        return self._all(MoneyRow, own.order_by(money.c.day, money.c.step))

    def of_fee(self, hall: str, fee: str) -> list[MoneyRow]:
        """Return the movements of one fee."""
        own = of(MoneyRow, money).where(money.c.hall == hall, money.c.fee == fee)
        return self._all(MoneyRow, own.order_by(money.c.day, money.c.step))
