"""The tables of the figures: what answered steps add up to, and the scores made of it.

All of it is bookkeeping folded from the log by `jobs/figures.py`, scope by scope, up to `folded`:
dropped, it can be folded again. A period is a day ("2026-03-09") or a month ("2026-03"); a step
counts in both, so that a year is twelve rows of a key and not three hundred.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table

from sync.domain.figures.counters import MEMBERS
from sync.server.db.columns import texts, wholes
from sync.server.db.tables import metadata

folded = Table(
    "folded",
    metadata,
    *texts("scope"),
    *wholes("n"),
    Column("summed", BigInteger, nullable=False, server_default="0"),
    PrimaryKeyConstraint("scope"),
)

facts = Table(
    "facts",
    metadata,
    *texts("scope"),
    *wholes("n"),
    *texts("event", "kind", "case_no", "item", "dev", "person", "day", "signals"),
    PrimaryKeyConstraint("scope", "n"),
)
Index("ix_facts_day", facts.c.day, facts.c.scope)


def _counters(name: str, *columns: str) -> Table:
    key = ("period", "scope", *columns)
    primary = PrimaryKeyConstraint(*key)
    return Table(name, metadata, *texts(*key), *wholes(*MEMBERS), primary)


tallies = _counters("tallies", "item", "dev", "person", "applicant", "channel")
Index("ix_tallies_dev", tallies.c.dev, tallies.c.period)
Index("ix_tallies_person", tallies.c.person, tallies.c.period)

# Sums of it, kept with it: what figures are asked by, in a small part of the rows.
totals = _counters("totals", "item", "applicant", "channel")
window_totals = _counters("window_totals", "dev", "applicant", "channel")
person_totals = _counters("person_totals", "person", "applicant", "channel")
scope_totals = _counters("scope_totals", "applicant", "channel")

_WAIT = ("period", "scope", "item", "step", "owner", "bucket")
waits = Table(
    "waits",
    metadata,
    *texts("period", "scope", "item", "step", "owner"),
    *wholes("bucket", "n", "total_ms"),
    PrimaryKeyConstraint(*_WAIT),
)

_ORIGIN = ("period", "scope", "item", "place")
origins = Table("origins", metadata, *texts(*_ORIGIN), *wholes("n"), PrimaryKeyConstraint(*_ORIGIN))

score_runs = Table(
    "score_runs",
    metadata,
    *texts("period", "code", "rules_hash", "rules", "heads", "before", "state"),
    *wholes("cut", "made"),
    *texts("reviewed_by"),
    *wholes("reviewed"),
    *texts("published_by"),
    *wholes("published"),
    PrimaryKeyConstraint("period", "code"),
)

scores = Table(
    "scores",
    metadata,
    *texts("period", "code", "kind", "subject"),
    *wholes("total"),
    *texts("body"),
    PrimaryKeyConstraint("period", "code", "kind", "subject"),
)

faults = Table(
    "faults",
    metadata,
    *texts("id", "month", "kind", "subject", "code", "case_no", "text", "entered_by"),
    *wholes("entered"),
    *texts("confirmed_by"),
    *wholes("confirmed"),
    PrimaryKeyConstraint("id"),
)
Index("ix_faults_month", faults.c.month)

bulletins = Table(
    "bulletins",
    metadata,
    *texts("week", "body", "remark"),
    *wholes("made"),
    *texts("remarked_by", "released_by"),
    *wholes("released"),
    PrimaryKeyConstraint("week"),
)
