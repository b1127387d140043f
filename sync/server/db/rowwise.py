"""Rows in and out by one way: row dataclasses and tables share their member names.

A test holds the two together, so that a column without a member, or the other way round, is
found before it is missed. Statements are built once for each table: building one costs more than
running it.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from sync.server.db.engine import POSTGRESQL

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from sqlalchemy import ColumnElement, Connection, Dialect, Select

T = TypeVar("T")


class Rowwise:
    """What every group of rows does with its connection."""

    def __init__(self, connection: Connection, touched: set[str]) -> None:
        self._connection = connection
        self._touched = touched

    @property
    def _locks(self) -> bool:
        """Say whether rows are locked here: in a unit that writes beside other processes.

        On SQLite such a unit holds the one lock there is.
        """
        writes = self._connection.get_execution_options().get("writes", False)
        return bool(writes) and self._connection.dialect.name == POSTGRESQL

    def flush(self) -> None:
        """Write what was held back, if this group holds anything back."""

    def _add(self, table: Table, *rows: Any) -> None:
        """Insert rows."""
        if not rows:
            return
        read, statement = _appending(table, _names(type(rows[0])), self._connection.dialect)
        values = [read(row) for row in rows]
        if self._connection.dialect.name == POSTGRESQL:
            # One statement with one array for each column, however many rows there are.
            self._connection.exec_driver_sql(statement, tuple(map(list, zip(*values, strict=True))))
        else:
            self._connection.exec_driver_sql(statement, values)

    def _add_once(self, table: Table, row: Any) -> bool:
        """Insert a row unless its key is there; say whether it was inserted."""
        return self._claim(table, members(row))

    def _claim(self, table: Table, values: Mapping[str, Any]) -> bool:
        """Insert values unless their key is there; say whether they were inserted."""
        # What comes back says it; not every driver counts the rows of an INSERT.
        statement = _claiming(table, self._connection.dialect.name)
        return self._connection.execute(statement, dict(values)).first() is not None

    def _put(self, table: Table, *rows: Any) -> None:
        """Insert rows, or replace those with their keys."""
        if rows:
            statement = _upsert(table, self._connection.dialect.name)
            self._connection.execute(statement, [members(row) for row in rows])

    def _all(self, form: type[T], statement: Select[Any]) -> list[T]:
        """Return the rows of a statement."""
        return [form(*row) for row in self._connection.execute(statement)]

    def _one(self, form: type[T], table: Table, *conditions: ColumnElement[bool]) -> T | None:
        """Return the one row that meets the conditions, or None."""
        row = self._connection.execute(of(form, table).where(*conditions)).first()
        return None if row is None else form(*row)

    def _found(self, form: type[T], table: Table, **named: Any) -> list[T]:
        """Return the rows whose columns have these values."""
        statement = _by(table, _names(form), tuple(named))
        return [form(*row) for row in self._connection.execute(statement, named)]

    def _insert(self, table: Table) -> Any:
        return _inserting(table, self._connection.dialect.name)


def _inserting(table: Table, dialect: str) -> Any:
    return postgresql.insert(table) if dialect == POSTGRESQL else sqlite.insert(table)


@cache
def _appending(
    table: Table, names: tuple[str, ...], dialect: Dialect
) -> tuple[Callable[[Any], tuple[Any, ...]], str]:
    """Return what reads a row's members at once, and the driver's own text that inserts rows.

    SQLAlchemy's would be asked for each row what its members are called.
    """
    quote = dialect.identifier_preparer.quote
    into = f"INSERT INTO {table.name} ({', '.join(quote(name) for name in names)})"
    if dialect.name == POSTGRESQL:
        arrays = ", ".join(f"%s::{table.c[name].type.compile(dialect)}[]" for name in names)
        # Names of our own tables and types: nothing of a row stands in the text.
        return attrgetter(*names), f"{into} SELECT * FROM unnest({arrays})"  # noqa: S608
    return attrgetter(*names), f"{into} VALUES ({', '.join('?' for _ in names)})"


@cache
def _claiming(table: Table, dialect: str) -> Any:
    insert = _inserting(table, dialect)
    return insert.on_conflict_do_nothing().returning(next(iter(table.primary_key)))


@cache
def _upsert(table: Table, dialect: str) -> Any:
    insert = _inserting(table, dialect)
    keys = [column.name for column in table.primary_key]
    rest = {c.name: insert.excluded[c.name] for c in table.columns if c.name not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=rest)


def of(form: type[Any], table: Table) -> Select[Any]:
    """Select a table's columns in the order of the form's members."""
    return _selecting(table, _names(form))


def _names(form: Any) -> tuple[str, ...]:
    return _named(form)


@cache
def _named(form: Hashable) -> tuple[str, ...]:
    return tuple(member.name for member in fields(form))  # type: ignore[arg-type]  # a dataclass


@cache
def _by(table: Table, names: tuple[str, ...], columns: tuple[str, ...]) -> Select[Any]:
    return _selecting(table, names).where(*(table.c[name] == bindparam(name) for name in columns))


@cache
def _selecting(table: Table, names: tuple[str, ...]) -> Select[Any]:
    return select(*(table.c[name] for name in names))


def members(row: Any) -> dict[str, Any]:
    """Return a row's members by name, shallow."""
    return {name: getattr(row, name) for name in _names(type(row))}
