"""Halls: numbers drawn and called, appointments, and who did what with them.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('waiting', 'called', 'serving', 'away')")
_SERVED = sa.text("first_counter <> ''")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _whole(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def upgrade() -> None:
    """Add the tables, empty: no released centre had a queue."""
    op.create_table(
        "queues",
        *_texts("hall", "day"),
        *_whole("rev", "streak"),
        *_texts("drawn"),
        sa.PrimaryKeyConstraint("hall", name="pk_queues"),
    )
    op.create_table(
        "tickets",
        *_texts("hall", "day", "number", "kind", "department", "state"),
        *_whole("drawn", "since"),
        *_texts("booking", "wanted", "dev", "counter", "person"),
        *_whole("called", "calls", "passes", "served", "ended"),
        *_texts("why", "first_counter", "first_person", "case"),
        sa.PrimaryKeyConstraint("hall", "day", "number", name="pk_tickets"),
    )
    op.create_index(
        "ix_tickets_open", "tickets", ["hall"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_index(
        "ix_tickets_case",
        "tickets",
        ["hall", "case"],
        sqlite_where=_SERVED,
        postgresql_where=_SERVED,
    )
    op.create_table(
        "bookings",
        *_texts("hall", "day", "number"),
        *_whole("start"),
        *_texts("department", "state", "dev", "item", "name", "phone"),
        sa.Column("fast", sa.Boolean(), nullable=False),
        *_texts("code"),
        *_whole("made"),
        *_texts("made_by"),
        *_whole("changes"),
        *_texts("ticket"),
        sa.PrimaryKeyConstraint("hall", "number", name="pk_bookings"),
    )
    op.create_index("ix_bookings_day", "bookings", ["hall", "day"])
    op.create_table(
        "hall_acts",
        *_texts("hall", "id"),
        *_whole("at"),
        *_texts("kind", "number", "dev", "person"),
        sa.PrimaryKeyConstraint("hall", "id", name="pk_hall_acts"),
    )
