"""The table of windows' own backups: who, when, how large; their bytes lie in sealed files."""

from __future__ import annotations

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from sync.server.db.columns import texts, wholes
from sync.server.db.tables import metadata

window_backups = Table(
    "window_backups",
    metadata,
    *texts("dev"),
    *wholes("inc", "n", "at", "size"),
    *texts("sha256", "person"),
    *wholes("checked", "damaged"),
    *texts("file"),
    PrimaryKeyConstraint("dev", "inc", "n"),
)
Index("ix_window_backups_checked", window_backups.c.checked)
Index("ix_window_backups_at", window_backups.c.at)
