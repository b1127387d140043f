"""Damaged, shortened, exchanged and altered files: noticed, and never shown as if right."""

import random
import shutil
from functools import partial

import pytest

from client.app.ports.store import CaseQuery
from client.store.connection import PAGE_BYTES, Database
from client.store.failures import StoreFailure
from client.store.opening import CHECK, FILE
from tests.helpers.store_world import end_as_killed, keys, lease, registration


def look(store, numbers):
    """Return whatever a screen or the engine reads, piece by piece; a damaged piece is None."""
    pieces = [
        *(partial(store.events_of, number) for number in numbers),
        *(partial(store.case, number) for number in numbers),
        *(partial(store.case_head, number) for number in numbers),
        *(lambda n=n: store.outbox(99)[n : n + 1] for n in range(30)),
        *(partial(store.entries, "policy", n, 1) for n in range(25)),
        *(partial(store.cases, CaseQuery(text=text)) for text in ("", "王", "王芳", "wf", "2026")),
        *(store.policy_book, store.head, store.cursors, partial(store.frontier, "policy")),
        *(store.tree_heads, store.lease, store.drafts, store.messages),
        *(partial(store.draft, "long"), partial(store.get_meta, "long")),
    ]
    seen = []
    for piece in pieces:
        try:
            seen.append(piece())
        except StoreFailure as failure:
            assert failure.code == "store.damaged"  # noqa: PT017  either is right
            seen.append(None)
    return seen


def busy_numbers(store):
    return [line.number for line in store.cases(CaseQuery(closed=None, limit=99)).rows]


def read_everything(life):
    """Open, look, verify; return what was seen."""
    store = life.open()
    try:
        seen = look(store, busy_numbers(store))
        store.verify()
        return seen
    finally:
        store.close()


@pytest.mark.slow
def test_flipped_bit_in_any_page_is_never_shown_and_always_noticed(busy):
    """One bit in each page: what is seen before the full check is right, or it fails."""
    store = busy.open()
    busy.session(store)
    for length in (2000, 3500, 4100, 8200, 9999):  # bodies of one page, two, three
        number = busy.number()
        busy.step(store, number, "preregister", {**registration(), "note": "长" * length})
    store.save_draft("long", "打" * 5000)
    store.put_meta("long", bytes(9000))
    blocks = [("case", 10 * place, 10 * place + 5) for place in range(300)]
    store.keep_lease(lease(busy.centre, blocks, store.head()), b"k" * 32)
    numbers = busy_numbers(store)
    right = look(store, numbers)
    assert None not in right[: len(numbers)]
    end_as_killed(store)
    path = busy.folder / FILE
    whole = path.read_bytes()
    choose = random.Random(20261122)  # noqa: S311
    pages, opened = len(whole) // PAGE_BYTES, 0
    for page in range(pages):
        spoilt = bytearray(whole)
        spoilt[page * PAGE_BYTES + choose.randrange(PAGE_BYTES)] ^= 1 << choose.randrange(8)
        path.write_bytes(spoilt)
        try:
            store = busy.open()
        except StoreFailure as failure:
            assert failure.code == "store.damaged"  # noqa: PT017  either is right
            continue
        opened += 1
        for place, (seen, expected) in enumerate(zip(look(store, numbers), right, strict=True)):
            assert seen in (None, expected), (page, place)
        with pytest.raises(StoreFailure, match=r"store\.damaged"):
            store.verify()
        end_as_killed(store)
    assert pages > 60
    assert opened > pages // 2
    path.write_bytes(whole)
    read_everything(busy)


def test_any_bit_flipped_while_the_window_is_closed_is_noticed_at_open(busy):
    path = busy.folder / FILE
    whole = path.read_bytes()
    choose = random.Random(20261122)  # noqa: S311
    for _ in range(200):
        spoilt = bytearray(whole)
        spoilt[choose.randrange(len(whole))] ^= 1 << choose.randrange(8)
        path.write_bytes(spoilt)
        with pytest.raises(StoreFailure, match=r"store\.damaged"):
            busy.open()
    path.write_bytes(whole)
    read_everything(busy)


def test_bit_flipped_in_the_write_ahead_log_loses_nothing_unnoticed(busy):
    """SQLite takes a log with a wrong frame for one that ends there; the mark knows better."""
    store = busy.open()
    for _ in range(3):
        busy.open_case(store, "后来的人")
    numbers, head = busy_numbers(store), store.head()
    right = look(store, numbers)
    image = busy.folder.with_name("image")
    shutil.copytree(busy.folder, image)
    store.close()
    busy.folder = image
    log = image / f"{FILE}-wal"
    files = {path: path.read_bytes() for path in image.iterdir() if path.is_file()}
    choose = random.Random(20261122)  # noqa: S311
    codes = set()
    for _ in range(60):
        for path, text in files.items():
            path.write_bytes(text)
        spoilt = bytearray(files[log])
        spoilt[choose.randrange(len(spoilt))] ^= 1 << choose.randrange(8)
        log.write_bytes(spoilt)
        try:
            store = busy.open()
        except StoreFailure as failure:
            codes.add(failure.code)
            continue
        assert store.head() == head
        assert look(store, numbers) == right
        end_as_killed(store)
    assert "store.behind_mark" in codes
    assert codes <= {"store.behind_mark", "store.damaged", "store.chain_broken"}


def test_file_cut_short_is_noticed_at_open(busy):
    path = busy.folder / FILE
    whole = path.read_bytes()
    choose = random.Random(20261122)  # noqa: S311
    lengths = (0, 100, PAGE_BYTES, 5 * PAGE_BYTES, len(whole) - PAGE_BYTES, len(whole) - 1)
    for length in (*lengths, *(choose.randrange(len(whole)) for _ in range(50))):
        path.write_bytes(whole[:length])
        with pytest.raises(StoreFailure, match=r"store\.damaged"):
            busy.open()
    path.write_bytes(whole)
    busy.open().close()


def test_damaged_first_page_is_told_from_a_wrong_key(busy):
    path = busy.folder / FILE
    spoilt = bytearray(path.read_bytes())
    spoilt[100] ^= 1
    path.write_bytes(spoilt)
    with pytest.raises(StoreFailure, match=r"store\.damaged"):
        busy.open()
    with pytest.raises(StoreFailure, match=r"store\.wrong_key"):
        busy.open(seed=2)


def test_spoilt_mark_does_not_lock_out_the_right_key(busy):
    (busy.folder / CHECK).write_bytes(b"{")
    busy.open().close()
    (busy.folder / CHECK).unlink()
    busy.open().close()


def alter(life, *statements):
    """Do what only someone with the key can do."""
    db = Database(life.folder / FILE, keys().db)
    for trigger in ("event_kept", "event_stays", "answer_kept", "answer_stays"):
        db.run(f"DROP TRIGGER {trigger}")
    db.run("PRAGMA foreign_keys = OFF")
    for statement in statements:
        db.run(statement)
    db.close()


NOT_CHECKED_YET = "UPDATE chain SET checked_seq = first_seq, checked_hash = first_hash"


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE event SET body = replace(body, '王芳3', '王莽3') WHERE own = 1 AND seq = 8",
        "UPDATE event SET jws = (SELECT jws FROM event WHERE seq = 9) WHERE own = 1 AND seq = 8",
        "DELETE FROM event WHERE own = 1 AND seq = 8",
        "DELETE FROM event WHERE own = 1 AND seq = 25",
        "UPDATE chain SET seq = 24, hash = (SELECT hash FROM event WHERE own = 1 AND seq = 24)",
        "UPDATE event SET seq = seq + 100 WHERE own = 1 AND seq = 8",
        "UPDATE event SET own = 0 WHERE own = 1 AND seq = 25",
        "DELETE FROM chain",
    ],
)
def test_altered_chain_is_noticed_at_open(killed, forgery):
    alter(killed, NOT_CHECKED_YET, forgery)
    with pytest.raises(StoreFailure, match=r"store\.chain_broken"):
        killed.open()


def test_altered_chain_before_the_checkpoint_is_noticed_by_the_full_check(killed):
    alter(
        killed, "UPDATE event SET body = replace(body, '王芳3', '王莽3') WHERE own = 1 AND seq = 8"
    )
    store = killed.open()
    with pytest.raises(StoreFailure, match=r"store\.chain_broken"):
        store.verify()
    store.close()


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE answer SET person = 'p0999' WHERE n = 3",
        "UPDATE event SET kind = 'grant' WHERE own = 1 AND seq = 8",
        "UPDATE event SET at_ms = at_ms - 1 WHERE own = 1 AND seq = 8",
        "UPDATE event SET case_no = NULL WHERE own = 1 AND seq = 8",
        "UPDATE answer SET outcome = replace(outcome, '\"accepted\"', '\"refused\"') WHERE n = 3",
        "UPDATE answer SET verdict = 'refused' WHERE n = 3",
        "DELETE FROM answer WHERE n = 3 AND scope = '339901/scjg'",
        "UPDATE event SET body = body || ' ' WHERE scope = 'policy' AND kind = 'catalogue'",
        "DELETE FROM outbox WHERE pos = (SELECT max(pos) FROM outbox)",
        "INSERT INTO outbox SELECT pos FROM answer WHERE n = 3",
        "UPDATE case_line SET applicant = '王莽' WHERE id = 3",
    ],
)
def test_altered_records_are_noticed_by_the_full_check(killed, forgery):
    alter(killed, forgery)
    store = killed.open()
    with pytest.raises(StoreFailure, match=r"store\.(damaged|chain_broken)"):
        store.verify()
    store.close()


def test_old_pages_put_back_are_noticed(busy):
    """SQLCipher takes an old page for good (measured); the chain does not."""
    path = busy.folder / FILE
    old = path.read_bytes()
    store = busy.open()
    for _ in range(20):
        busy.open_case(store, "后来的人")
    end_as_killed(store)
    new = path.read_bytes()
    changed = [
        page
        for page in range(1, len(old) // PAGE_BYTES)
        if old[page * PAGE_BYTES :][:PAGE_BYTES] != new[page * PAGE_BYTES :][:PAGE_BYTES]
    ]
    assert changed
    mixed = bytearray(new)
    for page in changed:
        start = page * PAGE_BYTES
        mixed[start : start + PAGE_BYTES] = old[start : start + PAGE_BYTES]
    path.write_bytes(mixed)
    with pytest.raises(StoreFailure, match=r"store\.(damaged|chain_broken|behind_mark)"):
        read_everything(busy)
