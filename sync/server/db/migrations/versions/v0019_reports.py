"""Reports to leaders, whom they go to, instructions, replies.

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _whole(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def upgrade() -> None:
    """Add the tables, empty."""
    op.create_table(
        "reports",
        *_texts("id", "number", "scope", "case_no", "title", "text", "author"),
        *_whole("made", "sent", "closed"),
        *_texts("closed_by", "closing"),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
    )
    op.create_index("ix_reports_scope", "reports", ["scope", "made"])
    op.create_table(
        "report_readers",
        *_texts("report", "kind", "name"),
        sa.PrimaryKeyConstraint("report", "kind", "name", name="pk_report_readers"),
    )
    op.create_index("ix_report_readers_name", "report_readers", ["kind", "name"])
    op.create_table(
        "instructions",
        *_texts("id", "report", "leader"),
        *_whole("at"),
        *_texts("text", "unit", "person"),
        *_whole("due"),
        *_texts("state"),
        sa.PrimaryKeyConstraint("id", name="pk_instructions"),
    )
    op.create_index("ix_instructions_report", "instructions", ["report"])
    op.create_index("ix_instructions_unit", "instructions", ["unit"])
    op.create_table(
        "instruction_turns",
        *_texts("id", "instruction", "kind", "person"),
        *_whole("at"),
        *_texts("text"),
        sa.PrimaryKeyConstraint("id", name="pk_instruction_turns"),
    )
    op.create_index("ix_instruction_turns_instruction", "instruction_turns", ["instruction"])
