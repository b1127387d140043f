"""Certificates that want an authority's time (RFC 3161), and those that have it.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; put into it what was sealed before."""
    stamps = op.create_table(
        "stamps",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=True),
        sa.Column("stamped", sa.Text(), nullable=True),
        sa.Column("stamped_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("case_no", "sha256", name="pk_stamps"),
    )
    unstamped = sa.text("stamped IS NULL")
    op.create_index(
        "ix_stamps_next", "stamps", ["next"], sqlite_where=unstamped, postgresql_where=unstamped
    )
    op.create_index("ix_stamps_sha256", "stamps", ["sha256"])
    op.create_index("ix_stamps_stamped", "stamps", ["stamped"])
    sealed = sa.text(
        "SELECT DISTINCT case_no, body, recv FROM log"
        " WHERE kind = 'seal' AND verdict = 'accepted' AND case_no IS NOT NULL"
    )
    found = {
        (case_no, json.loads(body)["document"]["sha256"]): recv
        for case_no, body, recv in op.get_bind().execute(sealed)
    }
    rows = [
        {"case_no": case_no, "sha256": sha256, "at": at, "tries": 0, "next": at}
        for (case_no, sha256), at in found.items()
    ]
    if rows:
        op.bulk_insert(stamps, rows)
