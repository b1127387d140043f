"""Rows in and out by one way: rows and tables share their member names.

A test holds the two together, so that a column without a member, or the other way round, is
found before it is missed. Statements are built once for each table: building one costs more than
running it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from sqlalchemy import Table, Text, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from sync.server.db.arrays import array_of
from sync.server.db.engine import POSTGRESQL

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Dialect, Select

T = TypeVar("T")

EMPTY: Mapping[str, str] = {}
_AMONG = "IN (SELECT value FROM json_each(?))"


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
        if rows:
            self._bring(_appending(table, names_of(type(rows[0])), self._connection.dialect), rows)

    def _add_new(self, table: Table, *rows: Any) -> int:
        """Insert rows, but for those whose keys are there; return how many were inserted."""
        if not rows:
            return 0
        names = names_of(type(rows[0]))
        return self._bring(_joining(table, names, self._connection.dialect), rows)

    def _bring(self, by: Bringing, rows: Sequence[Any]) -> int:
        values = map(by.read, rows)
        if by.arrays is None:
            return self._connection.exec_driver_sql(by.statement, list(values)).rowcount
        # One statement with one array for each column, however many rows there are.
        columns = zip(*values, strict=True)
        arrays = tuple(write(column) for write, column in zip(by.arrays, columns, strict=True))
        return self._connection.exec_driver_sql(by.statement, arrays).rowcount

    def _add_once(self, table: Table, row: Any) -> bool:
        """Insert a row unless its key is there; say whether it was inserted."""
        return self._claim(table, members(row))

    def _claim(self, table: Table, values: Mapping[str, Any]) -> bool:
        """Insert values unless their key is there; say whether they were inserted."""
        # What comes back says it; not every driver counts the rows of an INSERT.
        statement = _claiming(table, self._connection.dialect.name)
        return self._connection.execute(statement, dict(values)).first() is not None

    def _put(self, table: Table, *rows: Any) -> None:
        """Insert rows, or replace those with their keys; no two of them have the same."""
        if rows:
            self._bring(_replacing(table, names_of(type(rows[0])), self._connection.dialect), rows)

    def _put_where(self, table: Table, stands: str, *rows: Any) -> None:
        """Insert rows, or replace those with their keys that stand as a condition of ours says."""
        if rows:
            names = names_of(type(rows[0]))
            by = _replacing(table, names, self._connection.dialect, f" WHERE {stands}")
            self._bring(by, rows)

    def _add_up(self, table: Table, *rows: Any) -> None:
        """Insert rows, or add their numbers to those with their keys; no two have the same."""
        if rows:
            self._bring(_summing(table, names_of(type(rows[0])), self._connection.dialect), rows)

    def _all(self, form: type[T], statement: Select[Any]) -> list[T]:
        """Return the rows of a statement."""
        return [form(*row) for row in self._connection.execute(statement)]

    def _one(self, form: type[T], table: Table, *conditions: ColumnElement[bool]) -> T | None:
        """Return the one row that meets the conditions, or None."""
        row = self._connection.execute(of(form, table).where(*conditions)).first()
        return None if row is None else form(*row)

    def _found(self, form: type[T], table: Table, **named: Any) -> list[T]:
        """Return the rows whose columns have these values."""
        return self._asked(form, _by(table, names_of(form), tuple(named)), **named)

    def _asked(self, form: Callable[..., T], statement: Select[Any], /, **values: Any) -> list[T]:
        """Return the rows of a statement of the hot path, which is kept and never made anew.

        Its values are named parameters, its columns plain: numbers, texts, bytes.
        """
        written = _written(statement, self._connection.dialect)
        found = self._connection.exec_driver_sql(written.text, written.given(values))
        return [form(*row) for row in found]

    def _among(
        self, form: type[T], table: Table, only: Mapping[str, str] = EMPTY, **wanted: Iterable[str]
    ) -> list[T]:
        """Return the rows that have in one of the columns one of its values.

        The statement has one argument for each column, however many values there are. `only`
        names columns that have one value in all of them.
        """
        asked = {column: sorted(values) for column, values in wanted.items()}
        asked = {column: values for column, values in asked.items() if values}
        if not asked:
            return []
        dialect = self._connection.dialect
        statement, write = _choosing(table, names_of(form), tuple(only), tuple(asked), dialect)
        values = (*only.values(), *map(write, asked.values()))
        return [form(*row) for row in self._connection.exec_driver_sql(statement, values)]

    def _last_number(self, column: ColumnElement[str], head: str) -> int:
        """Return the greatest number that a column has after a head; 0 while it has none.

        As numbers, not as texts: 10000 follows 9999.
        """
        own = column.startswith(head)
        longest = select(func.max(func.length(column))).where(own).scalar_subquery()
        newest = select(func.max(column)).where(own, func.length(column) == longest)
        found: str | None = self._connection.execute(newest).scalar_one()
        return 0 if found is None else int(found.removeprefix(head))

    def _insert(self, table: Table) -> Any:
        return _inserting(table, self._connection.dialect.name)


def _inserting(table: Table, dialect: str) -> Any:
    return postgresql.insert(table) if dialect == POSTGRESQL else sqlite.insert(table)


@dataclass(frozen=True, slots=True)
class Bringing:
    """How rows are brought: what reads a row's members at once, and the driver's own statement.

    SQLAlchemy's would be asked for each row what its members are called. `arrays` write the
    columns where one statement takes all rows at once.
    """

    read: Callable[[Any], tuple[Any, ...]]
    statement: str
    arrays: tuple[Callable[[Sequence[Any]], str], ...] | None


@dataclass(frozen=True, slots=True)
class Written:
    """A statement in the driver's own words: SQLAlchemy's way there costs more than the answer.

    `places` names the values in their order; None where the driver takes them by name.
    """

    text: str
    places: tuple[str, ...] | None
    fixed: Mapping[str, Any]

    def given(self, values: Mapping[str, Any]) -> Any:
        """Return the values as the driver takes them."""
        known = {**self.fixed, **values}
        return known if self.places is None else tuple(known[name] for name in self.places)


@cache
def _written(statement: Select[Any], dialect: Dialect) -> Written:
    compiled = statement.compile(dialect=dialect)
    places = None if compiled.positiontup is None else tuple(compiled.positiontup)
    return Written(str(compiled), places, dict(compiled.params))


@cache
def _appending(table: Table, names: tuple[str, ...], dialect: Dialect, tail: str = "") -> Bringing:
    quote = dialect.identifier_preparer.quote
    into = f"INSERT INTO {table.name} ({', '.join(quote(name) for name in names)})"
    kinds = [table.c[name].type for name in names]
    # Names of our own tables and types: nothing of a row stands in the text.
    if dialect.name != POSTGRESQL:
        given = ", ".join("?" for _ in names)
        return Bringing(attrgetter(*names), f"{into} VALUES ({given}){tail}", None)
    given = ", ".join(f"%s::{kind.compile(dialect)}[]" for kind in kinds)
    arrays = tuple(array_of(kind) for kind in kinds)
    statement = f"{into} SELECT * FROM unnest({given}){tail}"  # noqa: S608
    return Bringing(attrgetter(*names), statement, arrays)


@cache
def _joining(table: Table, names: tuple[str, ...], dialect: Dialect) -> Bringing:
    return _appending(table, names, dialect, " ON CONFLICT DO NOTHING")


@cache
def _replacing(table: Table, names: tuple[str, ...], dialect: Dialect, tail: str = "") -> Bringing:
    quote = dialect.identifier_preparer.quote
    keys = [column.name for column in table.primary_key]
    rest = (quote(name) for name in names if name not in keys)
    changed = ", ".join(f"{name} = excluded.{name}" for name in rest)
    key = ", ".join(map(quote, keys))
    return _appending(table, names, dialect, f" ON CONFLICT ({key}) DO UPDATE SET {changed}{tail}")


@cache
def _summing(table: Table, names: tuple[str, ...], dialect: Dialect) -> Bringing:
    quote = dialect.identifier_preparer.quote
    keys = [column.name for column in table.primary_key]
    rest = (quote(name) for name in names if name not in keys)
    added = ", ".join(f"{name} = {table.name}.{name} + excluded.{name}" for name in rest)
    key = ", ".join(map(quote, keys))
    return _appending(table, names, dialect, f" ON CONFLICT ({key}) DO UPDATE SET {added}")


@cache
def _choosing(
    table: Table,
    names: tuple[str, ...],
    single: tuple[str, ...],
    columns: tuple[str, ...],
    dialect: Dialect,
) -> tuple[str, Callable[[Sequence[str]], str]]:
    quote = dialect.identifier_preparer.quote
    on_server = dialect.name == POSTGRESQL
    one, many = ("= %s", "= ANY(%s::TEXT[])") if on_server else ("= ?", _AMONG)
    write = array_of(Text()) if on_server else _as_json
    chosen = " OR ".join(f"{quote(column)} {many}" for column in columns)
    chosen = " AND ".join((*(f"{quote(column)} {one}" for column in single), f"({chosen})"))
    # Names of our own tables: nothing of a row stands in the text.
    found = f"SELECT {', '.join(map(quote, names))} FROM {table.name}"  # noqa: S608
    return f"{found} WHERE {chosen}", write


def _as_json(values: Sequence[str]) -> str:
    return msgspec.json.encode(values).decode()


@cache
def _claiming(table: Table, dialect: str) -> Any:
    insert = _inserting(table, dialect)
    return insert.on_conflict_do_nothing().returning(next(iter(table.primary_key)))


def of(form: type[Any], table: Table) -> Select[Any]:
    """Select a table's columns in the order of the form's members."""
    return _selecting(table, names_of(form))


def names_of(form: Any) -> tuple[str, ...]:
    """Return the members of a kind of rows, in their order."""
    return _named(form)


@cache
def _named(form: Hashable) -> tuple[str, ...]:
    if isinstance(form, type) and issubclass(form, msgspec.Struct):
        return form.__struct_fields__
    return tuple(member.name for member in fields(form))  # type: ignore[arg-type]  # a dataclass


@cache
def _by(table: Table, names: tuple[str, ...], columns: tuple[str, ...]) -> Select[Any]:
    return _selecting(table, names).where(*(table.c[name] == bindparam(name) for name in columns))


@cache
def _selecting(table: Table, names: tuple[str, ...]) -> Select[Any]:
    return select(*(table.c[name] for name in names))


def members(row: Any) -> dict[str, Any]:
    """Return a row's members by name, shallow."""
    return {name: getattr(row, name) for name in names_of(type(row))}
