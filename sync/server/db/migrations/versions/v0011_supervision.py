"""Supervision: urges and orders with their replies, notes, samples, what a change would do.

What was asked and answered before is read from the log once.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_BACK = sa.text(
    "SELECT event, case_no, scope, kind, recv, body FROM log WHERE verdict = 'accepted' AND kind IN"
    " ('urge', 'order', 'escalate', 'explain', 'reply_order') ORDER BY recv, n"
)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _whole(*names: str, null: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=null) for name in names]


def upgrade() -> None:
    """Add the tables."""
    op.create_index("ix_findings_at", "findings", ["at"])
    op.create_table(
        "pressings",
        *_texts("event", "case_no", "scope", "kind", "purpose", "level", "about", "person"),
        *_whole("at"),
        *_whole("reply_by", null=True),
        *_texts("text", "answer"),
        *_whole("answered_at", null=True),
        sa.PrimaryKeyConstraint("event", name="pk_pressings"),
    )
    op.create_index("ix_pressings_scope", "pressings", ["scope", "at"])
    op.create_table(
        "notes",
        *_texts("id", "case_no", "scope", "person"),
        *_whole("at"),
        *_texts("text"),
        sa.PrimaryKeyConstraint("case_no", "id", name="pk_notes"),
    )
    op.create_table(
        "recomputations",
        *_texts("id", "person"),
        *_whole("at"),
        *_texts("kind", "name", "digest"),
        *_whole("cases", "moved", "left_red", "to_red"),
        *_whole("enacted", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_recomputations"),
    )
    op.create_index("ix_recomputations_digest", "recomputations", ["digest"])
    op.create_table(
        "recomputed",
        *_texts("id", "case_no", "scope"),
        *_whole("due_before", "due_after", null=True),
        *_texts("light_before", "light_after"),
        sa.PrimaryKeyConstraint("id", "case_no", name="pk_recomputed"),
    )
    op.create_table(
        "samples",
        *_texts("id", "person"),
        *_whole("at"),
        *_texts("phase", "seed", "scopes"),
        *_whole("size", "population"),
        sa.PrimaryKeyConstraint("id", name="pk_samples"),
    )
    op.create_table(
        "sampled",
        *_texts("sample", "case_no", "scope"),
        *_whole("risk"),
        *_texts("why", "verdict", "person", "text"),
        *_whole("judged_at", null=True),
        sa.PrimaryKeyConstraint("sample", "case_no", name="pk_sampled"),
    )
    op.create_table(
        "inspections",
        *_texts("scope", "day"),
        *_whole("n"),
        sa.PrimaryKeyConstraint("scope", name="pk_inspections"),
    )
    _read_back()


def _read_back() -> None:
    """Fill `pressings` from what the log holds."""
    bind = op.get_bind()
    rows: dict[str, dict[str, Any]] = {}
    for event, case_no, scope, kind, recv, text in bind.execute(_BACK):
        body = json.loads(text)
        if kind in {"urge", "order"}:
            rows[event] = {
                "event": event,
                "case_no": case_no,
                "scope": scope,
                "kind": kind,
                "purpose": str(body.get("purpose") or ""),
                "level": str(body.get("level") or ""),
                "about": str(body.get("limit") or ""),
                "person": str(body.get("ordered_by") or ""),
                "at": recv,
                # A yellow urge only reminded: it owed nothing.
                "reply_by": None if body.get("level") == "yellow" else body.get("reply_by"),
                "text": str(body.get("text") or ""),
                "answer": "",
                "answered_at": None,
            }
            continue
        asked = rows.get(str(body.get("ref") or body.get("urge") or body.get("order")))
        if asked is None:
            continue
        if kind == "escalate":
            asked["level"] = str(body.get("level") or asked["level"])
            asked["reply_by"] = body.get("reply_by") or asked["reply_by"]
        elif not asked["answer"]:
            asked.update(answer=event, answered_at=recv)
    table = sa.table("pressings", *(sa.column(name) for name in next(iter(rows.values()), ())))
    if rows:
        op.bulk_insert(table, list(rows.values()))
