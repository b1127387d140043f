"""Reports of faults of windows' programs, released by those who sat there (ADR 038).

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def upgrade() -> None:
    """Add the table, empty."""
    op.create_table(
        "crash_reports",
        *map(_text, ("dev", "id", "hall", "fingerprint", "kind", "version", "name")),
        *map(_whole, ("recv", "count", "first", "last")),
        _text("body"),
        sa.PrimaryKeyConstraint("dev", "id", name="pk_crash_reports"),
    )
    op.create_index("ix_crash_reports_fault", "crash_reports", ["fingerprint", "version"])
    op.create_index("ix_crash_reports_recv", "crash_reports", ["recv"])
