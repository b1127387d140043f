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
    Text,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Serial = BigInteger().with_variant(Integer(), "sqlite")


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _int(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=null)


scope_heads = Table(
    "scope_heads",
    metadata,
    _text("scope"),
    _int("size"),
    Column("frontier", LargeBinary, nullable=False),
    _text("sth", null=True),
    PrimaryKeyConstraint("scope"),
)

tree_nodes = Table(
    "tree_nodes",
    metadata,
    _text("scope"),
    Column("level", Integer, nullable=False),
    _int("idx"),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("scope", "level", "idx"),
)

log = Table(
    "log",
    metadata,
    _text("scope"),
    _int("n"),
    _text("event"),
    _text("dev"),
    _int("inc"),
    _int("seq"),
    _text("hash"),
    _text("kind"),
    _text("case_no", null=True),
    _text("person"),
    _text("jws"),
    _text("body"),
    _text("act", null=True),
    _text("outcome"),
    _text("verdict"),
    _text("code", null=True),
    _int("recv"),
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
    _text("event"),
    _text("hash"),
    _text("dev"),
    _int("inc"),
    _int("seq"),
    _text("scope"),
    _int("n"),
    _text("case_no", null=True),
    _int("lo"),
    PrimaryKeyConstraint("event", "hash"),
)
Index("ix_event_ids_seq", event_ids.c.dev, event_ids.c.inc, event_ids.c.seq)
Index("ix_event_ids_hash", event_ids.c.hash)

device_heads = Table(
    "device_heads",
    metadata,
    _text("dev"),
    _int("inc"),
    _int("seq"),
    _text("hash"),
    _text("session", null=True),
    _text("session_code", null=True),
    PrimaryKeyConstraint("dev", "inc"),
)

delegations = Table(
    "delegations",
    metadata,
    _text("hash"),
    _text("jws"),
    _text("chain"),
    _text("person"),
    _text("x5t"),
    _text("dev"),
    _int("inc"),
    _int("seq0"),
    _text("head0"),
    _text("spk"),
    _text("card"),
    _int("iat"),
    _int("exp"),
    _int("seen"),
    PrimaryKeyConstraint("hash"),
)

tokens = Table(
    "tokens",
    metadata,
    _text("hash"),
    _text("dev"),
    _int("inc"),
    _text("jkt"),
    _text("dlg"),
    _text("person"),
    _int("exp"),
    PrimaryKeyConstraint("hash"),
)
Index("ix_tokens_dlg", tokens.c.dlg)

nonces = Table(
    "nonces",
    metadata,
    _text("kind"),
    _text("value"),
    _text("bound"),
    _int("exp"),
    PrimaryKeyConstraint("kind", "value"),
)
Index("ix_nonces_exp", nonces.c.exp)

anchors = Table(
    "anchors",
    metadata,
    _text("hash"),
    _text("dev"),
    _int("inc"),
    _int("seq"),
    _text("head"),
    _int("t"),
    _text("request"),
    _text("jws"),
    PrimaryKeyConstraint("hash"),
)
Index("ix_anchors_seq", anchors.c.dev, anchors.c.inc, anchors.c.seq, anchors.c.t)

cases = Table(
    "cases",
    metadata,
    _text("number"),
    _text("scope"),
    _text("hall"),
    _text("department"),
    _text("item"),
    _text("applicant"),
    _text("state"),
    Column("closed", Boolean, nullable=False),
    _text("light"),
    _int("due", null=True),
    _int("warn", null=True),
    _int("statutory", null=True),
    _int("next_moment", null=True),
    Column("paused", Boolean, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("fast_track", Boolean, nullable=False),
    _text("holder"),
    _int("updated"),
    _int("last_n"),
    _text("last_hash"),
    _int("last_lo"),
    _text("calendar"),
    _text("body"),
    _text("certificate", null=True),
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
    _text("scope"),
    _text("light"),
    _int("n"),
    PrimaryKeyConstraint("scope", "light"),
)

recalls = Table(
    "recalls",
    metadata,
    _text("scope"),
    _text("mark"),
    PrimaryKeyConstraint("scope"),
)

warnings = Table(
    "warnings",
    metadata,
    _text("case_no"),
    _text("kind"),
    _text("level"),
    _text("calendar"),
    _int("at"),
    PrimaryKeyConstraint("case_no", "kind", "level", "calendar"),
)

findings = Table(
    "findings",
    metadata,
    Column("id", Serial, autoincrement=True, nullable=False),
    _text("scope"),
    _text("case_no", null=True),
    _text("event", null=True),
    _text("dev", null=True),
    _text("person", null=True),
    _text("code"),
    _text("args"),
    _int("at"),
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
    _text("case_no"),
    _text("event"),
    _text("code"),
    _text("verdict"),
    _text("person"),
    _text("text"),
    _int("at"),
    PrimaryKeyConstraint("case_no", "event", "code"),
)

leases = Table(
    "leases",
    metadata,
    _text("id"),
    _text("hash"),
    _text("dev"),
    _int("inc"),
    _text("jws"),
    _int("exp"),
    Column("live", Boolean, nullable=False),
    PrimaryKeyConstraint("id"),
)
Index("ix_leases_hash", leases.c.hash)
Index("ix_leases_dev", leases.c.dev, leases.c.inc, leases.c.live)

block_pools = Table(
    "block_pools",
    metadata,
    _text("kind"),
    _text("pool"),
    _int("next"),
    PrimaryKeyConstraint("kind", "pool"),
)

number_blocks = Table(
    "number_blocks",
    metadata,
    _text("kind"),
    _text("pool"),
    _int("first"),
    _int("last"),
    _text("dev"),
    _int("inc"),
    _text("lease"),
    Column("since", BigInteger, nullable=False, server_default=text("0")),
    _int("given", null=True),
    _int("told", null=True),
    _int("settled", null=True),
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
    _text("kind"),
    _text("number"),
    _text("dev"),
    _text("event"),
    PrimaryKeyConstraint("kind", "number"),
)

uploads = Table(
    "uploads",
    metadata,
    _text("id"),
    _text("dlg"),
    _text("dev"),
    _text("case_no"),
    _text("sha256"),
    _int("size"),
    _text("type"),
    _int("exp"),
    PrimaryKeyConstraint("id"),
)

attachments = Table(
    "attachments",
    metadata,
    _text("case_no"),
    _text("sha256"),
    _int("size"),
    _text("type"),
    _text("person"),
    _text("dev"),
    _int("at"),
    _text("file"),
    PrimaryKeyConstraint("case_no", "sha256"),
)

stocks = Table(
    "stocks",
    metadata,
    _text("hall"),
    _text("body"),
    PrimaryKeyConstraint("hall"),
)

money = Table(
    "money",
    metadata,
    _text("hall"),
    _text("day"),
    _text("step"),
    _text("kind"),
    _text("person"),
    _text("fee"),
    _text("body"),
    PrimaryKeyConstraint("hall", "day", "step"),
)
Index("ix_money_fee", money.c.hall, money.c.fee)

stamps = Table(
    "stamps",
    metadata,
    _text("case_no"),
    _text("sha256"),
    _int("at"),
    _int("tries"),
    _int("next", null=True),
    _text("stamped", null=True),
    _int("stamped_at", null=True),
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
    _text("hash"),
    _text("person"),
    _text("dlg"),
    _int("exp"),
    PrimaryKeyConstraint("hash"),
)

console_sessions = Table(
    "console_sessions",
    metadata,
    _text("hash"),
    _text("person"),
    _text("dlg"),
    _int("created"),
    _int("seen"),
    PrimaryKeyConstraint("hash"),
)

access_log = Table(
    "access_log",
    metadata,
    Column("id", Serial, autoincrement=True, nullable=False),
    _text("person"),
    _int("at"),
    _text("what"),
    _text("subject"),
    PrimaryKeyConstraint("id"),
)
Index("ix_access_log_subject", access_log.c.subject, access_log.c.what)
