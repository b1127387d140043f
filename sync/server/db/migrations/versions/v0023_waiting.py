"""Messages that wait are found in the order in which they go: a night's wait for one morning.

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put the index in the whole order; it holds only what waits."""
    op.drop_index("ix_messages_next", "messages")
    due = sa.text("next IS NOT NULL")
    op.create_index(
        "ix_messages_next",
        "messages",
        ["next", "at"],
        sqlite_where=due,
        postgresql_where=due,
    )
