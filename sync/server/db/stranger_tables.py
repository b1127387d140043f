"""The tables of what strangers bring: telephone codes, filings and their files, letters."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table, Text

from sync.server.db.tables import metadata


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


def _whole(*names: str) -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=False) for name in names]


phone_codes = Table(
    "phone_codes",
    metadata,
    *_texts("id", "phone", "purpose", "hash"),
    *_whole("at", "exp", "tries"),
    PrimaryKeyConstraint("id"),
)
Index("ix_phone_codes_phone", phone_codes.c.phone)

filings = Table(
    "filings",
    metadata,
    *_texts("number", "hall", "department", "item"),
    *_whole("item_version"),
    *_texts("state", "code", "phone", "applicant", "lang"),
    *_whole("made", "filed", "due", "taken"),
    *_texts("person", "dev", "case_no"),
    *_whole("answered"),
    *_texts("lacks", "answer"),
    PrimaryKeyConstraint("number"),
)
Index("ix_filings_hall", filings.c.hall, filings.c.state)

filing_files = Table(
    "filing_files",
    metadata,
    *_texts("filing", "material", "sha256", "name"),
    *_whole("size"),
    *_texts("type", "file"),
    *_whole("at"),
    PrimaryKeyConstraint("filing", "material", "sha256"),
)
Index("ix_filing_files_file", filing_files.c.file)

letters = Table(
    "letters",
    metadata,
    *_texts("number", "kind", "hall", "department", "case_no", "phone", "text", "code", "lang"),
    *_whole("made", "due"),
    *_texts("state", "answer"),
    *_whole("answered"),
    *_texts("person"),
    PrimaryKeyConstraint("number"),
)
Index("ix_letters_hall", letters.c.hall, letters.c.state)

evaluations = Table(
    "evaluations",
    metadata,
    *_texts("case_no", "scope"),
    *_whole("grade"),
    *_texts("reasons", "text"),
    *_whole("at"),
    *_texts("via"),
    PrimaryKeyConstraint("case_no"),
)
Index("ix_evaluations_scope", evaluations.c.scope, evaluations.c.at)
