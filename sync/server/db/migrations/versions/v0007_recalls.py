"""By which policy and program the open cases of a scope were last looked at again.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, empty: the next start looks at every open case once more."""
    op.create_table(
        "recalls",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pk_recalls"),
    )
