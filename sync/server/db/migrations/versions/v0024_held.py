"""Cases of lower centres that wait for a line at which this centre's program breaks.

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, empty: until now such a line kept its whole report away."""
    op.create_table(
        "lower_held",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("centre", "scope", "case_no")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("n", "at")),
        sa.PrimaryKeyConstraint("centre", "scope", "case_no", name="pk_lower_held"),
    )
