"""Figures folded from the log, scores, faults that people entered, bulletins.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _texts(names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names.split()]


def _whole(names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names.split()]


def _table(name: str, key: str, *columns: sa.Column[str] | sa.Column[int]) -> None:
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*key.split(), name=f"pk_{name}"))


def upgrade() -> None:
    """Add the tables, empty: the job folds what stands in the log already."""
    _table("folded", "scope", *_texts("scope"), *_whole("n"))
    _table(
        "facts",
        "scope n",
        *_texts("scope"),
        *_whole("n"),
        *_texts("event kind case_no item dev person day signals"),
    )
    op.create_index("ix_facts_day", "facts", ["day", "scope"])
    key = "period scope item dev person applicant channel"
    _table(
        "tallies",
        key,
        *_texts(key),
        *_whole("made received accepted declined steps closed early on_time extended late"),
        *_whole("at_once errors overdue_steps late_records"),
    )
    _table(
        "waits",
        "period scope item step owner bucket",
        *_texts("period scope item step owner"),
        *_whole("bucket n total_ms"),
    )
    key = "period scope item place"
    _table("origins", key, *_texts(key), *_whole("n"))
    _table(
        "score_runs",
        "period code",
        *_texts("period code rules_hash rules heads before state"),
        *_whole("cut made"),
        *_texts("reviewed_by"),
        *_whole("reviewed"),
        *_texts("published_by"),
        *_whole("published"),
    )
    key = "period code kind subject"
    _table("scores", key, *_texts(key), *_whole("total"), *_texts("body"))
    _table(
        "faults",
        "id",
        *_texts("id month kind subject code case_no text entered_by"),
        *_whole("entered"),
        *_texts("confirmed_by"),
        *_whole("confirmed"),
    )
    op.create_index("ix_faults_month", "faults", ["month"])
    _table(
        "bulletins",
        "week",
        *_texts("week body remark"),
        *_whole("made"),
        *_texts("remarked_by released_by"),
        *_whole("released"),
    )
