"""The table of looks through cameras. No picture is kept: recordings are the hall's recorder's."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, PrimaryKeyConstraint, Table, Text

from sync.server.db.tables import metadata

camera_looks = Table(
    "camera_looks",
    metadata,
    *(Column(name, Text, nullable=False) for name in ("id", "person", "camera", "why")),
    *(Column(name, BigInteger, nullable=False) for name in ("at", "until")),
    Column("key", LargeBinary, nullable=False),
    PrimaryKeyConstraint("id"),
)
Index("ix_camera_looks_camera", camera_looks.c.camera, camera_looks.c.at)
