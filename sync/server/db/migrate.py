"""Bring a database's schema to this program's version, and say whether it is there.

Alembic is loaded by whoever migrates: every start and every command asks whether the schema is
current, and a tenth of what they would load is Alembic.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import column, inspect, select, table

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Engine

_SCRIPTS = Path(__file__).parent / "migrations"
_VERSION = table("alembic_version", column("version_num"))  # Alembic's own


def migrate(engine: Engine) -> None:
    """Apply every migration that the database lacks; all or nothing."""
    from alembic import command  # noqa: PLC0415

    config = _config()
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(engine: Engine) -> bool:
    """Say whether the database has this program's schema."""
    with engine.connect() as connection, connection.begin():
        if not inspect(connection).has_table(_VERSION.name):
            return False
        there = connection.scalar(select(_VERSION.c.version_num))
    return bool(there == _head())


@cache
def _head() -> str:
    """Return this program's schema, which the last migration's file is named after: v0022_…."""
    return max(path.name[1:5] for path in (_SCRIPTS / "versions").glob("v[0-9]*.py"))


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    return config
