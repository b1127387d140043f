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

from sync.server.db.columns import texts, wholes
from sync.server.db.tables import metadata

lower_scopes = Table(
    "lower_scopes",
    metadata,
    *texts("centre", "scope"),
    *wholes("size"),
    Column("frontier", LargeBinary, nullable=False),
    *wholes("proven"),
    Column("proven_frontier", LargeBinary, nullable=False),
    *texts("sth"),
    *wholes("folded", "at"),
    PrimaryKeyConstraint("centre", "scope"),
)

lower_lines = Table(
    "lower_lines",
    metadata,
    *texts("centre", "scope"),
    *wholes("n"),
    *texts("event", "kind", "case_no", "person", "verdict"),
    *wholes("recv"),
    *texts("jws", "body"),
    Column("act", Text, nullable=True),
    *texts("outcome"),
    PrimaryKeyConstraint("centre", "scope", "n"),
)
Index("ix_lower_lines_case", lower_lines.c.centre, lower_lines.c.case_no)

lower_cases = Table(
    "lower_cases",
    metadata,
    *texts("centre", "number", "scope", "hall", "department"),
    *texts("item", "item_name", "applicant", "state"),
    Column("closed", Boolean, nullable=False),
    Column("due", BigInteger, nullable=True),
    Column("warn", BigInteger, nullable=True),
    Column("paused", Boolean, nullable=False),
    *wholes("updated"),
    *texts("body"),
    PrimaryKeyConstraint("centre", "number"),
)
lower_held = Table(
    "lower_held",
    metadata,
    *texts("centre", "scope", "case_no"),
    *wholes("n", "at"),
    PrimaryKeyConstraint("centre", "scope", "case_no"),
)
Index("ix_lower_cases_open", lower_cases.c.centre, lower_cases.c.closed, lower_cases.c.due)
