"""Counters by window, by person and by neither, kept with the tallies; how many lines they contain.

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_MEMBERS = (
    *("made", "received", "accepted", "declined", "steps", "closed", "early", "on_time"),
    *("extended", "late", "at_once", "errors", "overdue_steps", "late_records"),
)
_SUMS = {
    "window_totals": ("period", "scope", "dev", "applicant", "channel"),
    "person_totals": ("period", "scope", "person", "applicant", "channel"),
    "scope_totals": ("period", "scope", "applicant", "channel"),
}


def upgrade() -> None:
    """Add the tables, filled from the tallies, and what tallies are found by."""
    for table, key in _SUMS.items():
        op.create_table(
            table,
            *(sa.Column(name, sa.Text(), nullable=False) for name in key),
            *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _MEMBERS),
            sa.PrimaryKeyConstraint(*key, name=f"pk_{table}"),
        )
        columns, sums = ", ".join(key), ", ".join(f"sum({name})" for name in _MEMBERS)
        op.execute(
            f"INSERT INTO {table} ({columns}, {', '.join(_MEMBERS)})"  # noqa: S608  our own names
            f" SELECT {columns}, {sums} FROM tallies GROUP BY {columns}"
        )
    op.create_index("ix_tallies_dev", "tallies", ["dev", "period"])
    op.create_index("ix_tallies_person", "tallies", ["person", "period"])
    # 0 where nothing says that `totals` is whole: older processes may have counted since 0018.
    op.add_column(
        "folded", sa.Column("summed", sa.BigInteger(), nullable=False, server_default="0")
    )
