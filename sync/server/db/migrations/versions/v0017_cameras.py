"""Looks through cameras: who, which, why, until when.

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, empty."""
    op.create_table(
        "camera_looks",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "person", "camera", "why")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("at", "until")),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_camera_looks"),
    )
    op.create_index("ix_camera_looks_camera", "camera_looks", ["camera", "at"])
