"""Number blocks are accounted for: when they were lent, given back, and looked through.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what was lent before is settled: nobody wrote down when it came back."""
    blocks = sa.table("number_blocks", sa.column("settled", sa.BigInteger))
    with op.batch_alter_table("number_blocks") as table:
        table.add_column(
            sa.Column("since", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
        )
        table.add_column(sa.Column("given", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("told", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("settled", sa.BigInteger(), nullable=True))
    op.execute(blocks.update().values(settled=0))
    open_ones = sa.text("settled IS NULL")
    op.create_index(
        "ix_number_blocks_open",
        "number_blocks",
        ["dev", "inc"],
        sqlite_where=open_ones,
        postgresql_where=open_ones,
    )
