"""The tables of what strangers bring: telephone codes, filings and their files, letters."""

from __future__ import annotations

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from sync.server.db.columns import texts, wholes
from sync.server.db.tables import metadata

phone_codes = Table(
    "phone_codes",
    metadata,
    *texts("id", "phone", "purpose", "hash"),
    *wholes("at", "exp", "tries"),
    PrimaryKeyConstraint("id"),
)
Index("ix_phone_codes_phone", phone_codes.c.phone)

filings = Table(
    "filings",
    metadata,
    *texts("number", "hall", "department", "item"),
    *wholes("item_version"),
    *texts("state", "code", "phone", "applicant", "lang"),
    *wholes("made", "filed", "due", "taken"),
    *texts("person", "dev", "case_no"),
    *wholes("answered"),
    *texts("lacks", "answer"),
    PrimaryKeyConstraint("number"),
)
Index("ix_filings_hall", filings.c.hall, filings.c.state)

filing_files = Table(
    "filing_files",
    metadata,
    *texts("filing", "material", "sha256", "name"),
    *wholes("size"),
    *texts("type", "file"),
    *wholes("at"),
    PrimaryKeyConstraint("filing", "material", "sha256"),
)
Index("ix_filing_files_file", filing_files.c.file)

letters = Table(
    "letters",
    metadata,
    *texts("number", "kind", "hall", "department", "case_no", "phone", "text", "code", "lang"),
    *wholes("made", "due"),
    *texts("state", "answer"),
    *wholes("answered"),
    *texts("person"),
    PrimaryKeyConstraint("number"),
)
Index("ix_letters_hall", letters.c.hall, letters.c.state)

evaluations = Table(
    "evaluations",
    metadata,
    *texts("case_no", "scope"),
    *wholes("grade"),
    *texts("reasons", "text"),
    *wholes("at"),
    *texts("via"),
    PrimaryKeyConstraint("case_no"),
)
Index("ix_evaluations_scope", evaluations.c.scope, evaluations.c.at)
