"""Looks at one thing, and urges of one case, are found by their own index.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the indexes."""
    op.create_index("ix_pressings_case", "pressings", ["case_no"])
    op.create_index("ix_access_log_subject", "access_log", ["subject", "what"])
