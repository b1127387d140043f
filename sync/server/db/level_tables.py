"""The tables of lower centres: their scopes, their lines as they stand, their cases as folded."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from sync.server.db.tables import metadata


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


def _whole(*names: str) -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=False) for name in names]


lower_scopes = Table(
    "lower_scopes",
    metadata,
    *_texts("centre", "scope"),
    *_whole("size"),
    Column("frontier", LargeBinary, nullable=False),
    *_whole("proven"),
    Column("proven_frontier", LargeBinary, nullable=False),
    *_texts("sth"),
    *_whole("folded", "at"),
    PrimaryKeyConstraint("centre", "scope"),
)

lower_lines = Table(
    "lower_lines",
    metadata,
    *_texts("centre", "scope"),
    *_whole("n"),
    *_texts("event", "kind", "case_no", "person", "verdict"),
    *_whole("recv"),
    *_texts("jws", "body"),
    Column("act", Text, nullable=True),
    *_texts("outcome"),
    PrimaryKeyConstraint("centre", "scope", "n"),
)
Index("ix_lower_lines_case", lower_lines.c.centre, lower_lines.c.case_no)

lower_cases = Table(
    "lower_cases",
    metadata,
    *_texts("centre", "number", "scope", "hall", "department"),
    *_texts("item", "item_name", "applicant", "state"),
    Column("closed", Boolean, nullable=False),
    Column("due", BigInteger, nullable=True),
    Column("warn", BigInteger, nullable=True),
    Column("paused", Boolean, nullable=False),
    *_whole("updated"),
    *_texts("body"),
    PrimaryKeyConstraint("centre", "number"),
)
Index("ix_lower_cases_open", lower_cases.c.centre, lower_cases.c.closed, lower_cases.c.due)
