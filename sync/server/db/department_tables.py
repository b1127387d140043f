"""The table of departments' systems: what each of their messages was worth (PL08)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table, Text

from sync.server.db.tables import metadata

system_messages = Table(
    "system_messages",
    metadata,
    *(Column(name, Text, nullable=False) for name in ("dev", "scope")),
    Column("recv", BigInteger, nullable=False),
    *(Column(name, Text, nullable=False) for name in ("event", "kind")),
    Column("at", BigInteger, nullable=False),
    *(Column(name, Text, nullable=False) for name in ("verdict", "code")),
    PrimaryKeyConstraint("dev", "recv", "event"),
)
Index("ix_system_messages_recv", system_messages.c.recv)
