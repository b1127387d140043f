"""The table of faults of windows' programs: no event and no scope's tree has them."""

from __future__ import annotations

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from sync.server.db.columns import texts, wholes
from sync.server.db.tables import metadata

crash_reports = Table(
    "crash_reports",
    metadata,
    *texts("dev", "id", "hall", "fingerprint", "kind", "version", "name"),
    *wholes("recv", "count", "first", "last"),
    *texts("body"),
    PrimaryKeyConstraint("dev", "id"),
)
Index("ix_crash_reports_fault", crash_reports.c.fingerprint, crash_reports.c.version)
Index("ix_crash_reports_recv", crash_reports.c.recv)
