"""The tables of supervision: what was asked and answered, notes, samples, what a change would do.

`pressings` can be computed again from the log. Notes are supervision's own: no event, no scope's
tree, no window ever has them (SE12).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table, Text

from sync.server.db.tables import findings, metadata


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _int(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=null)


Index("ix_findings_at", findings.c.at)

pressings = Table(
    "pressings",
    metadata,
    *(_text(name) for name in ("event", "case_no", "scope", "kind", "purpose", "level", "about")),
    _text("person"),
    _int("at"),
    _int("reply_by", null=True),
    *(_text(name) for name in ("text", "answer")),
    _int("answered_at", null=True),
    PrimaryKeyConstraint("event"),
)
Index("ix_pressings_scope", pressings.c.scope, pressings.c.at)
Index("ix_pressings_case", pressings.c.case_no)

notes = Table(
    "notes",
    metadata,
    *(_text(name) for name in ("id", "case_no", "scope", "person")),
    _int("at"),
    _text("text"),
    PrimaryKeyConstraint("case_no", "id"),
)

recomputations = Table(
    "recomputations",
    metadata,
    *(_text(name) for name in ("id", "person")),
    _int("at"),
    *(_text(name) for name in ("kind", "name", "digest")),
    *(_int(name) for name in ("cases", "moved", "left_red", "to_red")),
    _int("enacted", null=True),
    PrimaryKeyConstraint("id"),
)
Index("ix_recomputations_digest", recomputations.c.digest)

recomputed = Table(
    "recomputed",
    metadata,
    *(_text(name) for name in ("id", "case_no", "scope")),
    *(_int(name, null=True) for name in ("due_before", "due_after")),
    *(_text(name) for name in ("light_before", "light_after")),
    PrimaryKeyConstraint("id", "case_no"),
)

samples = Table(
    "samples",
    metadata,
    *(_text(name) for name in ("id", "person")),
    _int("at"),
    *(_text(name) for name in ("phase", "seed", "scopes")),
    *(_int(name) for name in ("size", "population")),
    PrimaryKeyConstraint("id"),
)

sampled = Table(
    "sampled",
    metadata,
    *(_text(name) for name in ("sample", "case_no", "scope")),
    _int("risk"),
    *(_text(name) for name in ("why", "verdict", "person", "text")),
    _int("judged_at", null=True),
    PrimaryKeyConstraint("sample", "case_no"),
)

inspections = Table(
    "inspections",
    metadata,
    *(_text(name) for name in ("scope", "day")),
    _int("n"),
    PrimaryKeyConstraint("scope"),
)
