"""The log refuses what triggers on rows do not see: TRUNCATE, and a line put over another.

On PostgreSQL the centre's own user loses the right to change the two tables as well, so that no
statement of the centre's reaches a trigger at all. On SQLite INSERT OR REPLACE deletes without
asking the triggers of DELETE.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEYS = {"log": ("scope", "n"), "event_ids": ("event", "hash")}


def upgrade() -> None:
    """Close the two gaps."""
    if op.get_bind().dialect.name == "postgresql":
        for table in KEYS:
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
            )
            op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM PUBLIC, CURRENT_USER")
        return
    for table, (first, second) in KEYS.items():
        same = f"{first} = NEW.{first} AND {second} = NEW.{second}"
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
            f"BEGIN SELECT RAISE(ABORT, 'append only: {table}'); END"
        )
