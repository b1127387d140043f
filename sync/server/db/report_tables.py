"""The tables of reports to leaders: no event and no scope's tree has them (CH12, SE12)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table, Text

from sync.server.db.tables import metadata


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


def _whole(*names: str) -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=False) for name in names]


reports = Table(
    "reports",
    metadata,
    *_texts("id", "number", "scope", "case_no", "title", "text", "author"),
    *_whole("made", "sent", "closed"),
    *_texts("closed_by", "closing"),
    PrimaryKeyConstraint("id"),
)
Index("ix_reports_scope", reports.c.scope, reports.c.made)

report_readers = Table(
    "report_readers",
    metadata,
    *_texts("report", "kind", "name"),
    PrimaryKeyConstraint("report", "kind", "name"),
)
Index("ix_report_readers_name", report_readers.c.kind, report_readers.c.name)

instructions = Table(
    "instructions",
    metadata,
    *_texts("id", "report", "leader"),
    *_whole("at"),
    *_texts("text", "unit", "person"),
    *_whole("due"),
    *_texts("state"),
    PrimaryKeyConstraint("id"),
)
Index("ix_instructions_report", instructions.c.report)
Index("ix_instructions_unit", instructions.c.unit)

turns = Table(
    "instruction_turns",
    metadata,
    *_texts("id", "instruction", "kind", "person"),
    *_whole("at"),
    *_texts("text"),
    PrimaryKeyConstraint("id"),
)
Index("ix_instruction_turns_instruction", turns.c.instruction)
