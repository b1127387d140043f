"""Channels with delivery records; telephone codes, online filings, letters, evaluations.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_DUE = sa.text("next IS NOT NULL")
_KEPT = """
    INSERT INTO messages (id, channel, template, version, lang, scope, case_no, address, text, at,
        next, state, tries, code, sent, settled, via, ref)
    SELECT event || '/' || person, 'sms', '', 0, 'zh_CN', scope, case_no, phone, text, at,
        CASE WHEN sent IS NULL THEN at END, CASE WHEN sent IS NULL THEN 'queued' ELSE 'sent' END,
        0, '', sent, NULL, coalesce(via, ''), ''
    FROM notices
"""


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _whole(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def upgrade() -> None:
    """Add the tables; the outbox of short messages moves into the channels'."""
    op.create_table(
        "messages",
        *_texts("id", "channel", "template"),
        *_whole("version"),
        *_texts("lang", "scope", "case_no", "address", "text"),
        *_whole("at"),
        sa.Column("next", sa.BigInteger(), nullable=True),
        *_texts("state"),
        *_whole("tries"),
        *_texts("code"),
        sa.Column("sent", sa.BigInteger(), nullable=True),
        sa.Column("settled", sa.BigInteger(), nullable=True),
        *_texts("via", "ref"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
    )
    op.create_index(
        "ix_messages_next", "messages", ["next"], sqlite_where=_DUE, postgresql_where=_DUE
    )
    op.create_index("ix_messages_case", "messages", ["case_no"])
    op.execute(_KEPT)
    op.drop_table("notices")
    _add_filings()
    op.create_table(
        "letters",
        *_texts("number", "kind", "hall", "department", "case_no", "phone", "text", "code", "lang"),
        *_whole("made", "due"),
        *_texts("state", "answer"),
        *_whole("answered"),
        *_texts("person"),
        sa.PrimaryKeyConstraint("number", name="pk_letters"),
    )
    op.create_index("ix_letters_hall", "letters", ["hall", "state"])
    op.create_table(
        "evaluations",
        *_texts("case_no", "scope"),
        *_whole("grade"),
        *_texts("reasons", "text"),
        *_whole("at"),
        *_texts("via"),
        sa.PrimaryKeyConstraint("case_no", name="pk_evaluations"),
    )
    op.create_index("ix_evaluations_scope", "evaluations", ["scope", "at"])


def _add_filings() -> None:
    op.create_table(
        "phone_codes",
        *_texts("id", "phone", "purpose", "hash"),
        *_whole("at", "exp", "tries"),
        sa.PrimaryKeyConstraint("id", name="pk_phone_codes"),
    )
    op.create_index("ix_phone_codes_phone", "phone_codes", ["phone"])
    op.create_table(
        "filings",
        *_texts("number", "hall", "department", "item"),
        *_whole("item_version"),
        *_texts("state", "code", "phone", "applicant", "lang"),
        *_whole("made", "filed", "due", "taken"),
        *_texts("person", "dev", "case_no"),
        *_whole("answered"),
        *_texts("lacks", "answer"),
        sa.PrimaryKeyConstraint("number", name="pk_filings"),
    )
    op.create_index("ix_filings_hall", "filings", ["hall", "state"])
    op.create_table(
        "filing_files",
        *_texts("filing", "material", "sha256", "name"),
        *_whole("size"),
        *_texts("type", "file"),
        *_whole("at"),
        sa.PrimaryKeyConstraint("filing", "material", "sha256", name="pk_filing_files"),
    )
    op.create_index("ix_filing_files_file", "filing_files", ["file"])
