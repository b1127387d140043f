"""Schema changes, in order. Alembic runs them; what has been released is never edited."""
