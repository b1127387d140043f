"""The tables of reports to leaders: no event and no scope's tree has them (CH12, SE12)."""

from __future__ import annotations

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from sync.server.db.columns import texts, wholes
from sync.server.db.tables import metadata

reports = Table(
    "reports",
    metadata,
    *texts("id", "number", "scope", "case_no", "title", "text", "author"),
    *wholes("made", "sent", "closed"),
    *texts("closed_by", "closing"),
    PrimaryKeyConstraint("id"),
)
Index("ix_reports_scope", reports.c.scope, reports.c.made)

report_readers = Table(
    "report_readers",
    metadata,
    *texts("report", "kind", "name"),
    PrimaryKeyConstraint("report", "kind", "name"),
)
Index("ix_report_readers_name", report_readers.c.kind, report_readers.c.name)

instructions = Table(
    "instructions",
    metadata,
    *texts("id", "report", "leader"),
    *wholes("at"),
    *texts("text", "unit", "person"),
    *wholes("due"),
    *texts("state"),
    PrimaryKeyConstraint("id"),
)
Index("ix_instructions_report", instructions.c.report)
Index("ix_instructions_unit", instructions.c.unit)

turns = Table(
    "instruction_turns",
    metadata,
    *texts("id", "instruction", "kind", "person"),
    *wholes("at"),
    *texts("text"),
    PrimaryKeyConstraint("id"),
)
Index("ix_instruction_turns_instruction", turns.c.instruction)
