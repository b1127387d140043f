"""The tables, once, for SQLite and for PostgreSQL.

Every key begins with the scope, device or case, so that no row of one scope waits for another;
there is no global sequence (architecture.md §6). Times are ms UTC. Hashes are base64url text as
on the wire. `log` and `event_ids` are protected from UPDATE and DELETE by triggers (see
migrations); the rest is bookkeeping that can be computed from them, or expires.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    text,
)

from sync.server.db.columns import text_of, whole_of

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Serial = BigInteger().with_variant(Integer(), "sqlite")


scope_heads = Table(
    "scope_heads",
    metadata,
    text_of("scope"),
    whole_of("size"),
    Column("frontier", LargeBinary, nullable=False),
    text_of("sth", null=True),
    PrimaryKeyConstraint("scope"),
)

tree_nodes = Table(
    "tree_nodes",
    metadata,
    text_of("scope"),
    Column("level", Integer, nullable=False),
    whole_of("idx"),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("scope", "level", "idx"),
)

log = Table(
    "log",
    metadata,
    text_of("scope"),
    whole_of("n"),
    text_of("event"),
    text_of("dev"),
    whole_of("inc"),
    whole_of("seq"),
    text_of("hash"),
    text_of("kind"),
    text_of("case_no", null=True),
    text_of("person"),
    text_of("jws"),
    text_of("body"),
    text_of("act", null=True),
    text_of("outcome"),
    text_of("verdict"),
    text_of("code", null=True),
    whole_of("recv"),
    PrimaryKeyConstraint("scope", "n"),
)
Index("ix_log_case", log.c.scope, log.c.case_no, log.c.n)
Index(
    "ix_log_pressing",
    log.c.recv,
    sqlite_where=text("kind IN ('urge', 'order', 'escalate')"),
    postgresql_where=text("kind IN ('urge', 'order', 'escalate')"),
)

event_ids = Table(
    "event_ids",
    metadata,
    text_of("event"),
    text_of("hash"),
    text_of("dev"),
    whole_of("inc"),
    whole_of("seq"),
    text_of("scope"),
    whole_of("n"),
    text_of("case_no", null=True),
    whole_of("lo"),
    PrimaryKeyConstraint("event", "hash"),
)
Index("ix_event_ids_seq", event_ids.c.dev, event_ids.c.inc, event_ids.c.seq)
Index("ix_event_ids_hash", event_ids.c.hash)

device_heads = Table(
    "device_heads",
    metadata,
    text_of("dev"),
    whole_of("inc"),
    whole_of("seq"),
    text_of("hash"),
    text_of("session", null=True),
    text_of("session_code", null=True),
    PrimaryKeyConstraint("dev", "inc"),
)

delegations = Table(
    "delegations",
    metadata,
    text_of("hash"),
    text_of("jws"),
    text_of("chain"),
    text_of("person"),
    text_of("x5t"),
    text_of("dev"),
    whole_of("inc"),
    whole_of("seq0"),
    text_of("head0"),
    text_of("spk"),
    text_of("card"),
    whole_of("iat"),
    whole_of("exp"),
    whole_of("seen"),
    PrimaryKeyConstraint("hash"),
)

tokens = Table(
    "tokens",
    metadata,
    text_of("hash"),
    text_of("dev"),
    whole_of("inc"),
    text_of("jkt"),
    text_of("dlg"),
    text_of("person"),
    whole_of("exp"),
    PrimaryKeyConstraint("hash"),
)
Index("ix_tokens_dlg", tokens.c.dlg)

nonces = Table(
    "nonces",
    metadata,
    text_of("kind"),
    text_of("value"),
    text_of("bound"),
    whole_of("exp"),
    PrimaryKeyConstraint("kind", "value"),
)
Index("ix_nonces_exp", nonces.c.exp)

anchors = Table(
    "anchors",
    metadata,
    text_of("hash"),
    text_of("dev"),
    whole_of("inc"),
    whole_of("seq"),
    text_of("head"),
    whole_of("t"),
    text_of("request"),
    text_of("jws"),
    PrimaryKeyConstraint("hash"),
)
Index("ix_anchors_seq", anchors.c.dev, anchors.c.inc, anchors.c.seq, anchors.c.t)

cases = Table(
    "cases",
    metadata,
    text_of("number"),
    text_of("scope"),
    text_of("hall"),
    text_of("department"),
    text_of("item"),
    text_of("applicant"),
    text_of("state"),
    Column("closed", Boolean, nullable=False),
    text_of("light"),
    whole_of("due", null=True),
    whole_of("warn", null=True),
    whole_of("statutory", null=True),
    whole_of("next_moment", null=True),
    Column("paused", Boolean, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("fast_track", Boolean, nullable=False),
    text_of("holder"),
    whole_of("updated"),
    whole_of("last_n"),
    text_of("last_hash"),
    whole_of("last_lo"),
    text_of("calendar"),
    text_of("body"),
    text_of("certificate", null=True),
    PrimaryKeyConstraint("number"),
)
Index(
    "ix_cases_next_moment",
    cases.c.next_moment,
    sqlite_where=text("next_moment IS NOT NULL"),
    postgresql_where=text("next_moment IS NOT NULL"),
)
Index("ix_cases_list", cases.c.scope, cases.c.closed, cases.c.light, cases.c.due)
Index(
    "ix_cases_certificate",
    cases.c.certificate,
    sqlite_where=text("certificate IS NOT NULL"),
    postgresql_where=text("certificate IS NOT NULL"),
)

# How many open cases of a scope have a light: kept by whoever writes cases, for a board asks often.
case_lights = Table(
    "case_lights",
    metadata,
    text_of("scope"),
    text_of("light"),
    whole_of("n"),
    PrimaryKeyConstraint("scope", "light"),
)

recalls = Table(
    "recalls",
    metadata,
    text_of("scope"),
    text_of("mark"),
    PrimaryKeyConstraint("scope"),
)

warnings = Table(
    "warnings",
    metadata,
    text_of("case_no"),
    text_of("kind"),
    text_of("level"),
    text_of("calendar"),
    whole_of("at"),
    PrimaryKeyConstraint("case_no", "kind", "level", "calendar"),
)

findings = Table(
    "findings",
    metadata,
    Column("id", Serial, autoincrement=True, nullable=False),
    text_of("scope"),
    text_of("case_no", null=True),
    text_of("event", null=True),
    text_of("dev", null=True),
    text_of("person", null=True),
    text_of("code"),
    text_of("args"),
    whole_of("at"),
    PrimaryKeyConstraint("id"),
)
Index("ix_findings_case", findings.c.case_no)
Index(
    "ix_findings_device",
    findings.c.dev,
    findings.c.id,
    sqlite_where=text("case_no IS NULL"),
    postgresql_where=text("case_no IS NULL"),
)

judgements = Table(
    "judgements",
    metadata,
    text_of("case_no"),
    text_of("event"),
    text_of("code"),
    text_of("verdict"),
    text_of("person"),
    text_of("text"),
    whole_of("at"),
    PrimaryKeyConstraint("case_no", "event", "code"),
)

leases = Table(
    "leases",
    metadata,
    text_of("id"),
    text_of("hash"),
    text_of("dev"),
    whole_of("inc"),
    text_of("jws"),
    whole_of("exp"),
    Column("live", Boolean, nullable=False),
    PrimaryKeyConstraint("id"),
)
Index("ix_leases_hash", leases.c.hash)
Index("ix_leases_dev", leases.c.dev, leases.c.inc, leases.c.live)

block_pools = Table(
    "block_pools",
    metadata,
    text_of("kind"),
    text_of("pool"),
    whole_of("next"),
    PrimaryKeyConstraint("kind", "pool"),
)

number_blocks = Table(
    "number_blocks",
    metadata,
    text_of("kind"),
    text_of("pool"),
    whole_of("first"),
    whole_of("last"),
    text_of("dev"),
    whole_of("inc"),
    text_of("lease"),
    Column("since", BigInteger, nullable=False, server_default=text("0")),
    whole_of("given", null=True),
    whole_of("told", null=True),
    whole_of("settled", null=True),
    PrimaryKeyConstraint("kind", "pool", "first"),
)
Index("ix_number_blocks_dev", number_blocks.c.dev, number_blocks.c.kind)
Index(
    "ix_number_blocks_open",
    number_blocks.c.dev,
    number_blocks.c.inc,
    sqlite_where=text("settled IS NULL"),
    postgresql_where=text("settled IS NULL"),
)

numbers_used = Table(
    "numbers_used",
    metadata,
    text_of("kind"),
    text_of("number"),
    text_of("dev"),
    text_of("event"),
    PrimaryKeyConstraint("kind", "number"),
)

uploads = Table(
    "uploads",
    metadata,
    text_of("id"),
    text_of("dlg"),
    text_of("dev"),
    text_of("case_no"),
    text_of("sha256"),
    whole_of("size"),
    text_of("type"),
    whole_of("exp"),
    PrimaryKeyConstraint("id"),
)

attachments = Table(
    "attachments",
    metadata,
    text_of("case_no"),
    text_of("sha256"),
    whole_of("size"),
    text_of("type"),
    text_of("person"),
    text_of("dev"),
    whole_of("at"),
    text_of("file"),
    PrimaryKeyConstraint("case_no", "sha256"),
)

stocks = Table(
    "stocks",
    metadata,
    text_of("hall"),
    text_of("body"),
    PrimaryKeyConstraint("hall"),
)

money = Table(
    "money",
    metadata,
    text_of("hall"),
    text_of("day"),
    text_of("step"),
    text_of("kind"),
    text_of("person"),
    text_of("fee"),
    text_of("body"),
    PrimaryKeyConstraint("hall", "day", "step"),
)
Index("ix_money_fee", money.c.hall, money.c.fee)

stamps = Table(
    "stamps",
    metadata,
    text_of("case_no"),
    text_of("sha256"),
    whole_of("at"),
    whole_of("tries"),
    whole_of("next", null=True),
    text_of("stamped", null=True),
    whole_of("stamped_at", null=True),
    PrimaryKeyConstraint("case_no", "sha256"),
)
Index(
    "ix_stamps_next",
    stamps.c.next,
    sqlite_where=text("stamped IS NULL"),
    postgresql_where=text("stamped IS NULL"),
)
Index("ix_stamps_sha256", stamps.c.sha256)
Index("ix_stamps_stamped", stamps.c.stamped)

console_codes = Table(
    "console_codes",
    metadata,
    text_of("hash"),
    text_of("person"),
    text_of("dlg"),
    whole_of("exp"),
    PrimaryKeyConstraint("hash"),
)

console_sessions = Table(
    "console_sessions",
    metadata,
    text_of("hash"),
    text_of("person"),
    text_of("dlg"),
    whole_of("created"),
    whole_of("seen"),
    PrimaryKeyConstraint("hash"),
)

access_log = Table(
    "access_log",
    metadata,
    Column("id", Serial, autoincrement=True, nullable=False),
    text_of("person"),
    whole_of("at"),
    text_of("what"),
    text_of("subject"),
    PrimaryKeyConstraint("id"),
)
Index("ix_access_log_subject", access_log.c.subject, access_log.c.what)
