"""Books of the halls: stocks of receipt forms, movements of money, closed days.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, empty: no released centre took receipt forms or payments before."""
    op.create_table(
        "stocks",
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hall", name="pk_stocks"),
    )
    names = ("hall", "day", "step", "kind", "person", "fee", "body")
    op.create_table(
        "money",
        *(sa.Column(name, sa.Text(), nullable=False) for name in names),
        sa.PrimaryKeyConstraint("hall", "day", "step", name="pk_money"),
    )
    op.create_index("ix_money_fee", "money", ["hall", "fee"])
