"""The tables of the halls: numbers, appointments, who did what with them (docs/adr/016).

Names and telephone numbers of appointments are emptied when the rule's days are over.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, PrimaryKeyConstraint, Table, Text, text

from sync.server.db.tables import metadata


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _int(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


queues = Table(
    "queues",
    metadata,
    _text("hall"),
    _text("day"),
    _int("rev"),
    _int("streak"),
    _text("drawn"),
    PrimaryKeyConstraint("hall"),
)

tickets = Table(
    "tickets",
    metadata,
    *(_text(name) for name in ("hall", "day", "number", "kind", "department", "state")),
    *(_int(name) for name in ("drawn", "since")),
    *(_text(name) for name in ("booking", "wanted", "dev", "counter", "person")),
    *(_int(name) for name in ("called", "calls", "passes", "served", "ended")),
    *(_text(name) for name in ("why", "first_counter", "first_person", "case")),
    PrimaryKeyConstraint("hall", "day", "number"),
)
_OPEN_TICKETS = "state IN ('waiting', 'called', 'serving', 'away')"
Index(
    "ix_tickets_open",
    tickets.c.hall,
    sqlite_where=text(_OPEN_TICKETS),
    postgresql_where=text(_OPEN_TICKETS),
)
Index(
    "ix_tickets_case",
    tickets.c.hall,
    tickets.c.case,
    sqlite_where=text("first_counter <> ''"),
    postgresql_where=text("first_counter <> ''"),
)

bookings = Table(
    "bookings",
    metadata,
    *(_text(name) for name in ("hall", "day", "number")),
    _int("start"),
    *(_text(name) for name in ("department", "state", "dev", "item", "name", "phone")),
    Column("fast", Boolean, nullable=False),
    _text("code"),
    _int("made"),
    _text("made_by"),
    _int("changes"),
    _text("ticket"),
    PrimaryKeyConstraint("hall", "number"),
)
Index("ix_bookings_day", bookings.c.hall, bookings.c.day)

hall_acts = Table(
    "hall_acts",
    metadata,
    *(_text(name) for name in ("hall", "id")),
    _int("at"),
    *(_text(name) for name in ("kind", "number", "dev", "person")),
    PrimaryKeyConstraint("hall", "id"),
)
