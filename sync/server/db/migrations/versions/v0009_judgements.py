"""What supervisors judged: findings upheld or closed, replies that suffice or do not.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, empty: nothing was judged before."""
    names = ("case_no", "event", "code", "verdict", "person", "text")
    op.create_table(
        "judgements",
        *(sa.Column(name, sa.Text(), nullable=False) for name in names),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case_no", "event", "code", name="pk_judgements"),
    )
