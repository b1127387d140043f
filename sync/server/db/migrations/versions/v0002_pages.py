"""What the pages look up: a certificate by its public id, the newest urges.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the two partial indexes."""
    op.add_column("cases", sa.Column("certificate", sa.Text(), nullable=True))
    certified = sa.text("certificate IS NOT NULL")
    op.create_index(
        "ix_cases_certificate",
        "cases",
        ["certificate"],
        sqlite_where=certified,
        postgresql_where=certified,
    )
    pressing = sa.text("kind IN ('urge', 'order', 'escalate')")
    op.create_index(
        "ix_log_pressing", "log", ["recv"], sqlite_where=pressing, postgresql_where=pressing
    )
