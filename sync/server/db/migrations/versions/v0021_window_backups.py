"""Windows' own backups: whose, when, how large, and whether they are still what came.

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def upgrade() -> None:
    """Add the table, empty."""
    op.create_table(
        "window_backups",
        _text("dev"),
        *map(_whole, ("inc", "n", "at", "size")),
        *map(_text, ("sha256", "person")),
        *map(_whole, ("checked", "damaged")),
        _text("file"),
        sa.PrimaryKeyConstraint("dev", "inc", "n", name="pk_window_backups"),
    )
    op.create_index("ix_window_backups_checked", "window_backups", ["checked"])
    op.create_index("ix_window_backups_at", "window_backups", ["at"])
