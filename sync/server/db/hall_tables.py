"""The tables of the halls: numbers, appointments, who did what with them (docs/adr/016).

Names and telephone numbers of appointments are emptied when the rule's days are over.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, PrimaryKeyConstraint, Table, text

from sync.server.db.columns import text_of, whole_of
from sync.server.db.tables import metadata

queues = Table(
    "queues",
    metadata,
    text_of("hall"),
    text_of("day"),
    whole_of("rev"),
    whole_of("streak"),
    text_of("drawn"),
    PrimaryKeyConstraint("hall"),
)

tickets = Table(
    "tickets",
    metadata,
    *(text_of(name) for name in ("hall", "day", "number", "kind", "department", "state")),
    *(whole_of(name) for name in ("drawn", "since")),
    *(text_of(name) for name in ("booking", "wanted", "dev", "counter", "person")),
    *(whole_of(name) for name in ("called", "calls", "passes", "served", "ended")),
    *(text_of(name) for name in ("why", "first_counter", "first_person", "case")),
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
    *(text_of(name) for name in ("hall", "day", "number")),
    whole_of("start"),
    *(text_of(name) for name in ("department", "state", "dev", "item", "name", "phone")),
    Column("fast", Boolean, nullable=False),
    text_of("code"),
    whole_of("made"),
    text_of("made_by"),
    whole_of("changes"),
    text_of("ticket"),
    PrimaryKeyConstraint("hall", "number"),
)
Index("ix_bookings_day", bookings.c.hall, bookings.c.day)

hall_acts = Table(
    "hall_acts",
    metadata,
    *(text_of(name) for name in ("hall", "id")),
    whole_of("at"),
    *(text_of(name) for name in ("kind", "number", "dev", "person")),
    PrimaryKeyConstraint("hall", "id"),
)
