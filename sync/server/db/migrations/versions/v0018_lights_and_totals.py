"""Open cases counted by light, counters without windows and people, a list's own order as an index.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_KEY = ("period", "scope", "item", "applicant", "channel")
_MEMBERS = (
    *("made", "received", "accepted", "declined", "steps", "closed", "early", "on_time"),
    *("extended", "late", "at_once", "errors", "overdue_steps", "late_records"),
)


def upgrade() -> None:
    """Add the tables, filled from what they sum up; order the list's index as lists are."""
    op.create_table(
        "case_lights",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("light", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "light", name="pk_case_lights"),
    )
    op.execute(
        "INSERT INTO case_lights (scope, light, n) SELECT scope, light, count(*) FROM cases"
        " WHERE NOT closed GROUP BY scope, light"
    )
    op.create_table(
        "totals",
        *(sa.Column(name, sa.Text(), nullable=False) for name in _KEY),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _MEMBERS),
        sa.PrimaryKeyConstraint(*_KEY, name="pk_totals"),
    )
    key, sums = ", ".join(_KEY), ", ".join(f"sum({name})" for name in _MEMBERS)
    op.execute(
        f"INSERT INTO totals ({key}, {', '.join(_MEMBERS)})"  # noqa: S608  our own names
        f" SELECT {key}, {sums} FROM tallies GROUP BY {key}"
    )
    op.drop_index("ix_cases_list", "cases")
    op.create_index("ix_cases_list", "cases", ["scope", "closed", "light", "due"])
    op.create_index(
        "ix_findings_device",
        "findings",
        ["dev", "id"],
        sqlite_where=sa.text("case_no IS NULL"),
        postgresql_where=sa.text("case_no IS NULL"),
    )
