"""Lower centres: their scopes, their lines as they stand, their cases as folded here.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _whole(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def upgrade() -> None:
    """Add the tables, empty: no released centre had others below it."""
    op.create_table(
        "lower_scopes",
        *_texts("centre", "scope"),
        *_whole("size"),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        *_whole("proven"),
        sa.Column("proven_frontier", sa.LargeBinary(), nullable=False),
        *_texts("sth"),
        *_whole("folded", "at"),
        sa.PrimaryKeyConstraint("centre", "scope", name="pk_lower_scopes"),
    )
    op.create_table(
        "lower_lines",
        *_texts("centre", "scope"),
        *_whole("n"),
        *_texts("event", "kind", "case_no", "person", "verdict"),
        *_whole("recv"),
        *_texts("jws", "body"),
        sa.Column("act", sa.Text(), nullable=True),
        *_texts("outcome"),
        sa.PrimaryKeyConstraint("centre", "scope", "n", name="pk_lower_lines"),
    )
    op.create_index("ix_lower_lines_case", "lower_lines", ["centre", "case_no"])
    op.create_table(
        "lower_cases",
        *_texts("centre", "number", "scope", "hall", "department"),
        *_texts("item", "item_name", "applicant", "state"),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("warn", sa.BigInteger(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        *_whole("updated"),
        *_texts("body"),
        sa.PrimaryKeyConstraint("centre", "number", name="pk_lower_cases"),
    )
    op.create_index("ix_lower_cases_open", "lower_cases", ["centre", "closed", "due"])
