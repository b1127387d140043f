"""The tables, as numbered steps forward; there is no way back.

A released step is never edited: a change is a new step. Each runs in one transaction with the
number that says it was done. Tables that can be computed from the log (PROJECTIONS) are dropped and
rebuilt by `rebuild`, so a step that changes them also raises `rebuild.VERSION`.

`event` and `answer` are the log. An event is never changed or deleted; an answer is never changed,
but for the receipt that comes after a pull brought the outcome. Both are held by triggers: a slip
of ours must not be able to do it. Times are ms UTC, hashes raw 32 bytes. In tables whose rows may
outgrow a page short columns come first and long ones are texts: see `connection._whole`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.store.failures import StoreFailure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.store.connection import Database

PROJECTIONS = (
    "delegation",
    "policy_fold",
    "case_fold",
    "case_line",
    "item_word",
    "applicant",
    "case_word",
    "word_indexed",
    "gram",
    "gram3",
)

_LOG = (
    """CREATE TABLE event (
        pos INTEGER PRIMARY KEY,
        hash BLOB NOT NULL UNIQUE,
        id TEXT NOT NULL,
        own INTEGER NOT NULL,
        dev TEXT NOT NULL,
        inc INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        scope TEXT NOT NULL,
        case_no TEXT,
        kind TEXT NOT NULL,
        kid TEXT NOT NULL,
        cprev TEXT,
        at_ms INTEGER NOT NULL,
        late_ms INTEGER,
        late_reason TEXT,
        jws TEXT NOT NULL,
        body TEXT NOT NULL,
        act TEXT
    ) STRICT""",
    "CREATE INDEX event_id ON event (id)",
    "CREATE INDEX event_case ON event (case_no) WHERE case_no IS NOT NULL",
    "CREATE UNIQUE INDEX event_chain ON event (inc, seq) WHERE own = 1",
    """CREATE TABLE answer (
        pos INTEGER PRIMARY KEY REFERENCES event,
        scope TEXT NOT NULL,
        n INTEGER,
        verdict TEXT NOT NULL,
        code TEXT,
        person TEXT NOT NULL,
        lo_ms INTEGER,
        hi_ms INTEGER,
        counted_ms INTEGER,
        outcome TEXT,
        path TEXT,
        sth TEXT
    ) STRICT""",
    "CREATE UNIQUE INDEX answer_scope ON answer (scope, n) WHERE n IS NOT NULL",
    """CREATE TRIGGER event_kept BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END""",
    """CREATE TRIGGER event_stays BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'the log is never shortened'); END""",
    """CREATE TRIGGER answer_kept BEFORE UPDATE ON answer
        WHEN OLD.path IS NOT NULL OR NEW.path IS NULL OR NEW.sth IS NULL
            OR NEW.pos <> OLD.pos OR NEW.scope <> OLD.scope OR NEW.n IS NOT OLD.n
            OR NEW.verdict <> OLD.verdict OR NEW.outcome IS NOT OLD.outcome
        BEGIN SELECT RAISE(ABORT, 'an answer is never changed'); END""",
    """CREATE TRIGGER answer_stays BEFORE DELETE ON answer
        BEGIN SELECT RAISE(ABORT, 'an answer is never taken back'); END""",
)

_BOOKKEEPING = (
    """CREATE TABLE chain (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        dev TEXT NOT NULL, inc INTEGER NOT NULL,
        seq INTEGER NOT NULL, hash BLOB NOT NULL,
        first_seq INTEGER NOT NULL, first_hash BLOB NOT NULL,
        checked_seq INTEGER NOT NULL, checked_hash BLOB NOT NULL
    ) STRICT""",
    "CREATE TABLE outbox (pos INTEGER PRIMARY KEY REFERENCES event) STRICT",
    "CREATE TABLE exception (pos INTEGER PRIMARY KEY REFERENCES event) STRICT",
    """CREATE TABLE message (
        pos INTEGER PRIMARY KEY REFERENCES event,
        at_ms INTEGER NOT NULL, read INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    "CREATE INDEX message_at ON message (at_ms)",
    """CREATE TABLE scope (
        name TEXT PRIMARY KEY, subscribed INTEGER NOT NULL DEFAULT 0,
        cursor INTEGER NOT NULL DEFAULT 0, frontier BLOB, sth TEXT
    ) STRICT""",
    "CREATE TABLE state (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE draft (
        key TEXT PRIMARY KEY, saved_ms INTEGER NOT NULL, text TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE number_block (
        kind TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
        PRIMARY KEY (kind, first)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE number_use (
        kind TEXT NOT NULL, number INTEGER NOT NULL, lease TEXT NOT NULL, pos INTEGER NOT NULL,
        PRIMARY KEY (kind, number, lease)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE attachment (
        sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, type TEXT NOT NULL,
        file TEXT NOT NULL, wrapped BLOB NOT NULL, next_file TEXT, next_wrapped BLOB
    ) STRICT""",
    """CREATE TABLE upload (
        case_no TEXT NOT NULL, sha256 TEXT NOT NULL REFERENCES attachment,
        type TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (case_no, sha256)
    ) STRICT""",
    "CREATE INDEX upload_open ON upload (case_no) WHERE done = 0",
)

_PROJECTIONS = (
    "CREATE TABLE delegation (kid TEXT PRIMARY KEY, person TEXT NOT NULL) STRICT",
    """CREATE TABLE policy_fold (
        one INTEGER PRIMARY KEY CHECK (one = 1), book TEXT NOT NULL
    ) STRICT""",
    # settled: the accepted steps folded, up to number settled_n; current: own pending ones on
    # top, null where there are none. Folded cases live apart from the lines, which lists scan.
    """CREATE TABLE case_fold (
        number TEXT PRIMARY KEY, item_known INTEGER NOT NULL,
        settled_n INTEGER NOT NULL, settled_ms INTEGER NOT NULL,
        settled_head TEXT, head TEXT, settled TEXT, current TEXT
    ) STRICT""",
    """CREATE TABLE case_line (
        id INTEGER PRIMARY KEY,
        number TEXT NOT NULL UNIQUE,
        scope TEXT NOT NULL, applicant TEXT NOT NULL,
        item TEXT NOT NULL, item_name TEXT NOT NULL,
        state TEXT NOT NULL, closed INTEGER NOT NULL, fast_track INTEGER NOT NULL,
        holder TEXT NOT NULL,
        due_ms INTEGER, warn_ms INTEGER, statutory_ms INTEGER,
        paused INTEGER NOT NULL, provisional INTEGER NOT NULL,
        updated_ms INTEGER NOT NULL, pending INTEGER NOT NULL,
        due_key INTEGER NOT NULL, words TEXT NOT NULL, names TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX case_line_order ON case_line (closed, due_key, updated_ms DESC, number)",
    "CREATE INDEX case_line_order_of_all ON case_line (due_key, updated_ms DESC, number)",
    "CREATE INDEX case_line_holder ON case_line (holder, closed) WHERE holder <> ''",
    "CREATE INDEX case_line_waiting ON case_line (scope, state)",
    "CREATE INDEX case_line_item ON case_line (item, item_name)",
    """CREATE TABLE item_word (
        item TEXT NOT NULL, item_name TEXT NOT NULL, words TEXT NOT NULL,
        PRIMARY KEY (item, item_name)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE gram (
        tok TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (tok, id)
    ) STRICT, WITHOUT ROWID""",
    """CREATE VIRTUAL TABLE gram3 USING fts5 (
        words, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram'
    )""",
)

_FEWER_PAGES = (
    # Each page that a step writes is encrypted and authenticated, each that a search reads is
    # decrypted. So lines are short, what they are found by stands apart, the newest lines (beyond
    # `upto`) are indexed together, and a folded case is found by its line.
    "ALTER TABLE case_line DROP COLUMN words",
    "ALTER TABLE case_line DROP COLUMN names",
    """CREATE TABLE case_word (
        id INTEGER PRIMARY KEY, names TEXT NOT NULL, words TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE word_indexed (
        one INTEGER PRIMARY KEY CHECK (one = 1), upto INTEGER NOT NULL
    ) STRICT""",
    "DROP TABLE case_fold",
    """CREATE TABLE case_fold (
        id INTEGER PRIMARY KEY, item_known INTEGER NOT NULL,
        settled_n INTEGER NOT NULL, settled_ms INTEGER NOT NULL,
        settled_head TEXT, head TEXT, settled TEXT, current TEXT
    ) STRICT""",
)

_PEOPLE = (
    # The directory of applicants: whom each case names, by the place of its line, and what the
    # newest case says of each. It is filled when the store is opened, as all projections are.
    """CREATE TABLE applicant_case (
        id INTEGER PRIMARY KEY, who TEXT NOT NULL, at_ms INTEGER NOT NULL,
        kind TEXT NOT NULL, id_kind TEXT NOT NULL, name TEXT NOT NULL, phone TEXT NOT NULL,
        agent_name TEXT NOT NULL, agent_id_no TEXT NOT NULL, agent_phone TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX applicant_case_who ON applicant_case (who, at_ms DESC)",
    """CREATE TABLE applicant (
        who TEXT PRIMARY KEY, last_ms INTEGER NOT NULL, cases INTEGER NOT NULL,
        kind TEXT NOT NULL, id_kind TEXT NOT NULL, name TEXT NOT NULL, phone TEXT NOT NULL,
        names TEXT NOT NULL, numbers TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX applicant_name ON applicant (name)",
)

_COUNTED = (
    # Statistics ask for the answers of a month; the newest end of this index is written to.
    "CREATE INDEX answer_counted ON answer (counted_ms)",
)

OF_MONEY = (
    "kind IN ('charge', 'pay', 'refund', 'receipt.draw', 'receipt.give', 'receipt.take',"
    " 'receipt.cancel', 'receipt.return', 'till.close', 'till.reconcile')"
)
"""Steps that the books of a hall are made from; word for word, so that the index is used."""

_MONEY = (f"CREATE INDEX event_money ON event (pos) WHERE {OF_MONEY}",)

_SEALS = (
    # The register of seals asks for these steps of the last months only; few events are among them.
    """CREATE INDEX event_seal ON event (at_ms)
        WHERE kind IN ('make', 'spoil', 'seal.intent', 'seal.void', 'seal')""",
)

_FEWER_INDEXES = (
    # Each index that a new case goes into is one page more to encrypt. Closed cases stand behind
    # the open ones by their sort key, so one order serves every list; items' words lead to cases
    # through `gram`, where the newest lines need not stand; a folded case says whose it is.
    "DROP INDEX case_line_order",
    "DROP INDEX case_line_order_of_all",
    "DROP INDEX case_line_item",
    "CREATE INDEX case_line_order ON case_line (due_key, updated_ms DESC, number)",
    "DROP TABLE applicant_case",
    "DROP TABLE case_fold",
    """CREATE TABLE case_fold (
        id INTEGER PRIMARY KEY, item_known INTEGER NOT NULL,
        who TEXT NOT NULL, at_ms INTEGER NOT NULL,
        settled_n INTEGER NOT NULL, settled_ms INTEGER NOT NULL,
        settled_head TEXT, head TEXT, settled TEXT, current TEXT
    ) STRICT""",
    "CREATE INDEX case_fold_who ON case_fold (who, at_ms DESC) WHERE who <> ''",
    "DROP TABLE applicant",
    # newest: the number of the person's newest case, whose words about him these are.
    """CREATE TABLE applicant (
        who TEXT PRIMARY KEY, last_ms INTEGER NOT NULL, newest TEXT NOT NULL,
        cases INTEGER NOT NULL,
        kind TEXT NOT NULL, id_kind TEXT NOT NULL, name TEXT NOT NULL, phone TEXT NOT NULL,
        names TEXT NOT NULL, numbers TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX applicant_name ON applicant (name)",
)

_BANK = (
    """CREATE TABLE bank_line (
        key TEXT PRIMARY KEY, day TEXT NOT NULL, line TEXT NOT NULL, note TEXT NOT NULL DEFAULT ''
    ) STRICT, WITHOUT ROWID""",
)

_STANDING_STILL = (
    # From when to when an open suspension stops the clock. Few cases stand still, so what is to be
    # put elsewhere in the order because such a span began or ended is found by an index of its own.
    "ALTER TABLE case_line DROP COLUMN paused",
    "ALTER TABLE case_line ADD COLUMN paused_from_ms INTEGER",
    "ALTER TABLE case_line ADD COLUMN paused_to_ms INTEGER",
    """CREATE INDEX case_line_standing ON case_line (paused_to_ms, paused_from_ms, due_ms, due_key)
        WHERE paused_to_ms IS NOT NULL""",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    _LOG + _BOOKKEEPING + _PROJECTIONS,
    _FEWER_PAGES,
    _PEOPLE,
    _COUNTED,
    _MONEY,
    _SEALS,
    _FEWER_INDEXES,
    _BANK,
    _STANDING_STILL,
)
"""Step number k is MIGRATIONS[k - 1]."""


def migrate(db: Database, steps: Sequence[Sequence[str]] = MIGRATIONS) -> int:
    """Bring the tables up to the newest step; return the number that was found.

    Raises:
        StoreFailure: store.too_new for a store that a newer program has written to.
    """
    found: int = db.value("PRAGMA user_version")
    if found > len(steps):
        raise StoreFailure("store.too_new", found=found, known=len(steps))
    for number in range(found + 1, len(steps) + 1):
        with db.write():
            for statement in steps[number - 1]:
                db.run(statement)
            db.run(f"PRAGMA user_version = {number}")
    return found


def empty_projections(db: Database) -> None:
    """Empty what can be computed from the log, inside the caller's transaction."""
    for table in PROJECTIONS:
        if table == "gram3":
            db.run("INSERT INTO gram3 (gram3) VALUES ('delete-all')")
        else:
            db.run(f"DELETE FROM {table}")  # noqa: S608  names from the tuple above
