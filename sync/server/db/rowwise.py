"""Rows in and out by one way: row dataclasses and tables share their member names.

A test holds the two together, so that a column without a member, or the other way round, is
found before it is missed.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Select

T = TypeVar("T")


class Rowwise:
    """What every group of rows does with its connection."""

    def __init__(self, connection: Connection, touched: set[str]) -> None:
        self._connection = connection
        self._touched = touched

    def _add(self, table: Table, *rows: Any) -> None:
        """Insert rows."""
        if rows:
            self._connection.execute(table.insert(), [members(row) for row in rows])

    def _add_once(self, table: Table, row: Any) -> bool:
        """Insert a row unless its key is there; say whether it was inserted."""
        result = self._connection.execute(
            self._insert(table).values(members(row)).on_conflict_do_nothing()
        )
        return result.rowcount == 1

    def _put(self, table: Table, row: Any) -> None:
        """Insert a row, or replace the one with its key."""
        insert = self._insert(table).values(members(row))
        keys = [column.name for column in table.primary_key]
        rest = {c.name: insert.excluded[c.name] for c in table.columns if c.name not in keys}
        self._connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=rest))

    def _all(self, form: type[T], statement: Select[Any]) -> list[T]:
        """Return the rows of a statement."""
        return [form(*row) for row in self._connection.execute(statement)]

    def _one(self, form: type[T], table: Table, *conditions: ColumnElement[bool]) -> T | None:
        """Return the one row that meets the conditions, or None."""
        row = self._connection.execute(of(form, table).where(*conditions)).first()
        return None if row is None else form(*row)

    def _insert(self, table: Table) -> Any:
        if self._connection.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)


def of(form: type[Any], table: Table) -> Select[Any]:
    """Select a table's columns in the order of the form's members."""
    return select(*(table.c[member.name] for member in fields(form)))


def members(row: Any) -> dict[str, Any]:
    """Return a row's members by name, shallow."""
    return {member.name: getattr(row, member.name) for member in fields(row)}


def names(form: type[Any]) -> Sequence[str]:
    """Return the names of a form's members."""
    return [member.name for member in fields(form)]
