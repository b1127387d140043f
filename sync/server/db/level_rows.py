"""Scopes, lines and cases of lower centres."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, delete, func, select

from sync.domain.lights import Light
from sync.server.db.level_tables import lower_cases, lower_held, lower_lines, lower_scopes
from sync.server.db.rowwise import Rowwise, of
from sync.server.services.rows.levels import (
    LowerCaseRow,
    LowerHeldRow,
    LowerLineRow,
    LowerScopeRow,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


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

    def hold(self, row: LowerHeldRow) -> None:
        """Let a case wait for a line."""
        self._put(lower_held, row)

    def release(self, row: LowerHeldRow) -> None:
        """Let a case wait no more."""
        table = lower_held.c
        named = (table.centre == row.centre, table.scope == row.scope)
        self._connection.execute(delete(lower_held).where(*named, table.case_no == row.case_no))

    def held(self, centre: str, scope: str, limit: int) -> list[LowerHeldRow]:
        """Return cases that wait, the longest untried first."""
        table = lower_held.c
        own = of(LowerHeldRow, lower_held).where(table.centre == centre, table.scope == scope)
        return self._all(LowerHeldRow, own.order_by(table.at, table.n).limit(limit))

    def held_among(self, centre: str, scope: str, case_nos: Collection[str]) -> set[str]:
        """Return which of these cases wait."""
        table = lower_held.c
        own = select(table.case_no).where(table.centre == centre, table.scope == scope)
        found = own.where(table.case_no.in_(sorted(case_nos)))
        return set(self._connection.execute(found).scalars())

    def first_held(self, centres: Sequence[str]) -> dict[tuple[str, str], int]:
        """Return the first line that a case waits for, by centre and scope."""
        table = lower_held.c
        own = select(table.centre, table.scope, func.min(table.n))
        found = own.where(table.centre.in_(sorted(centres))).group_by(table.centre, table.scope)
        return {(row[0], row[1]): row[2] for row in self._connection.execute(found)}

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
