"""The table of the channels' outbox."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table, Text, text

from sync.server.db.tables import metadata

_DUE = "next IS NOT NULL"

messages = Table(
    "messages",
    metadata,
    *(Column(name, Text, nullable=False) for name in ("id", "channel", "template")),
    Column("version", BigInteger, nullable=False),
    *(
        Column(name, Text, nullable=False)
        for name in ("lang", "scope", "case_no", "address", "text")
    ),
    Column("at", BigInteger, nullable=False),
    Column("next", BigInteger, nullable=True),
    Column("state", Text, nullable=False),
    Column("tries", BigInteger, nullable=False),
    Column("code", Text, nullable=False),
    Column("sent", BigInteger, nullable=True),
    Column("settled", BigInteger, nullable=True),
    Column("via", Text, nullable=False),
    Column("ref", Text, nullable=False),
    PrimaryKeyConstraint("id"),
)
Index(
    "ix_messages_next",
    messages.c.next,
    messages.c.at,
    sqlite_where=text(_DUE),
    postgresql_where=text(_DUE),
)
Index("ix_messages_case", messages.c.case_no)
