"""Departments' systems: what each of their messages was worth.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, empty: no released centre heard of a department's system."""
    op.create_table(
        "system_messages",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("dev", "scope")),
        sa.Column("recv", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("event", "kind")),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("verdict", "code")),
        sa.PrimaryKeyConstraint("dev", "recv", "event", name="pk_system_messages"),
    )
    op.create_index("ix_system_messages_recv", "system_messages", ["recv"])
