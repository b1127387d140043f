"""Scopes, lines and cases of lower centres."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, delete, func, select

from sync.domain.lights import Light
from sync.server.db.level_tables import lower_cases, lower_lines, lower_scopes
from sync.server.db.rowwise import Rowwise, of
from sync.server.services.rows.levels import LowerCaseRow, LowerLineRow, LowerScopeRow

if TYPE_CHECKING:
    from collections.abc import Sequence


class SqlLevelRows(Rowwise):
    """See services.ports.levels.LevelRows."""

    def scopes(self, centres: Sequence[str]) -> list[LowerScopeRow]:
        """Return every scope of these centres."""
        own = of(LowerScopeRow, lower_scopes).where(lower_scopes.c.centre.in_(sorted(centres)))
        return self._all(LowerScopeRow, own.order_by(lower_scopes.c.centre, lower_scopes.c.scope))

    def scope(self, centre: str, scope: str) -> LowerScopeRow | None:
        """Return one."""
        named = (lower_scopes.c.centre == centre, lower_scopes.c.scope == scope)
        return self._one(LowerScopeRow, lower_scopes, *named)

    def save_scope(self, row: LowerScopeRow) -> None:
        """Write one."""
        self._put(lower_scopes, row)

    def waiting(self, centres: Sequence[str]) -> int:
        """Return how many lines of these centres no signed head stands over yet."""
        table = lower_scopes.c
        own = select(func.coalesce(func.sum(table.size - table.proven), 0))
        found = own.where(table.centre.in_(sorted(centres)))
        return int(self._connection.execute(found).scalar_one())

    def add_lines(self, rows: Sequence[LowerLineRow]) -> None:
        """Append lines."""
        self._add(lower_lines, *rows)

    def drop_lines(self, centre: str, scope: str, after: int) -> None:
        """Drop lines that no signed head vouched for."""
        table = lower_lines.c
        unproven = (table.centre == centre, table.scope == scope, table.n > after)
        self._connection.execute(delete(lower_lines).where(*unproven))

    def lines(self, centre: str, scope: str, after: int, limit: int) -> list[LowerLineRow]:
        """Return the lines that follow a number, in order."""
        table = lower_lines.c
        own = of(LowerLineRow, lower_lines).where(
            table.centre == centre, table.scope == scope, table.n > after
        )
        return self._all(LowerLineRow, own.order_by(table.n).limit(limit))

    def outcomes(self, centre: str, scope: str, after: int, limit: int) -> list[str]:
        """Return the outcomes alone of the lines that follow a number, in order."""
        table = lower_lines.c
        own = select(table.outcome).where(
            table.centre == centre, table.scope == scope, table.n > after
        )
        return list(self._connection.execute(own.order_by(table.n).limit(limit)).scalars())

    def lines_of(self, centre: str, case_no: str) -> list[LowerLineRow]:
        """Return a case's lines in order."""
        table = lower_lines.c
        own = of(LowerLineRow, lower_lines).where(table.centre == centre, table.case_no == case_no)
        return self._all(LowerLineRow, own.order_by(table.scope, table.n))

    def case(self, centre: str, number: str) -> LowerCaseRow | None:
        """Return a case as folded."""
        named = (lower_cases.c.centre == centre, lower_cases.c.number == number)
        return self._one(LowerCaseRow, lower_cases, *named)

    def save_cases(self, rows: Sequence[LowerCaseRow]) -> None:
        """Write cases."""
        self._put(lower_cases, *rows)

    def open_cases(self, centres: Sequence[str], limit: int) -> list[LowerCaseRow]:
        """Return open cases, the most pressing first."""
        table = lower_cases.c
        own = of(LowerCaseRow, lower_cases).where(
            table.centre.in_(sorted(centres)), table.closed.is_(False)
        )
        first = (table.paused, table.due.is_(None), table.due, table.number)
        return self._all(LowerCaseRow, own.order_by(*first).limit(limit))

    def counts(self, centres: Sequence[str], now: int) -> list[tuple[str, str, int]]:
        """Return (centre, light, how many) of open cases at a moment."""
        table = lower_cases.c
        light = case(
            (table.paused.is_(True), Light.PAUSED.value),
            (table.due.is_(None), Light.NONE.value),
            (table.due < now, Light.RED.value),
            (table.warn <= now, Light.YELLOW.value),
            else_=Light.WHITE.value,
        )
        found = (
            select(table.centre, light, func.count())
            .where(table.centre.in_(sorted(centres)), table.closed.is_(False))
            .group_by(table.centre, light)
        )
        rows = self._connection.execute(found)
        return [(str(centre), str(shown), int(count)) for centre, shown, count in rows]
