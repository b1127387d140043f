"""The tables of supervision: what was asked and answered, notes, samples, what a change would do.

`pressings` can be computed again from the log. Notes are supervision's own: no event, no scope's
tree, no window ever has them (SE12).
"""

from __future__ import annotations

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from sync.server.db.columns import text_of, whole_of
from sync.server.db.tables import findings, metadata

Index("ix_findings_at", findings.c.at)

pressings = Table(
    "pressings",
    metadata,
    *(text_of(name) for name in ("event", "case_no", "scope", "kind", "purpose", "level", "about")),
    text_of("person"),
    whole_of("at"),
    whole_of("reply_by", null=True),
    *(text_of(name) for name in ("text", "answer")),
    whole_of("answered_at", null=True),
    PrimaryKeyConstraint("event"),
)
Index("ix_pressings_scope", pressings.c.scope, pressings.c.at)
Index("ix_pressings_case", pressings.c.case_no)

notes = Table(
    "notes",
    metadata,
    *(text_of(name) for name in ("id", "case_no", "scope", "person")),
    whole_of("at"),
    text_of("text"),
    PrimaryKeyConstraint("case_no", "id"),
)

recomputations = Table(
    "recomputations",
    metadata,
    *(text_of(name) for name in ("id", "person")),
    whole_of("at"),
    *(text_of(name) for name in ("kind", "name", "digest")),
    *(whole_of(name) for name in ("cases", "moved", "left_red", "to_red")),
    whole_of("enacted", null=True),
    PrimaryKeyConstraint("id"),
)
Index("ix_recomputations_digest", recomputations.c.digest)

recomputed = Table(
    "recomputed",
    metadata,
    *(text_of(name) for name in ("id", "case_no", "scope")),
    *(whole_of(name, null=True) for name in ("due_before", "due_after")),
    *(text_of(name) for name in ("light_before", "light_after")),
    PrimaryKeyConstraint("id", "case_no"),
)

samples = Table(
    "samples",
    metadata,
    *(text_of(name) for name in ("id", "person")),
    whole_of("at"),
    *(text_of(name) for name in ("phase", "seed", "scopes")),
    *(whole_of(name) for name in ("size", "population")),
    PrimaryKeyConstraint("id"),
)

sampled = Table(
    "sampled",
    metadata,
    *(text_of(name) for name in ("sample", "case_no", "scope")),
    whole_of("risk"),
    *(text_of(name) for name in ("why", "verdict", "person", "text")),
    whole_of("judged_at", null=True),
    PrimaryKeyConstraint("sample", "case_no"),
)

inspections = Table(
    "inspections",
    metadata,
    *(text_of(name) for name in ("scope", "day")),
    whole_of("n"),
    PrimaryKeyConstraint("scope"),
)
