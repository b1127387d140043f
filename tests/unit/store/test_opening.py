"""Opening, closing, locking, versions, and the change of keys."""

import shutil
import threading

import pytest

from client.app.ports.store import CaseQuery
from client.store.connection import Database
from client.store.failures import CODES, StoreFailure
from client.store.migrations import MIGRATIONS, migrate
from client.store.opening import CHECK, FILE
from sync.texts import texts
from tests.helpers.store_world import keys


def test_everything_is_there_again_after_closing(life, store):
    number = life.open_case(store)
    store.save_draft("case:new", "打了一半")
    sha = store.put_attachment(b"page", "image/jpeg", number)
    head, case = store.head(), store.case(number)
    store.close()
    store = life.open()
    assert (store.head(), store.case(number), store.draft("case:new")) == (head, case, "打了一半")
    assert store.attachment(sha) == b"page"
    life.step(store, number, "leave", {})
    store.close()


def test_closed_store_refuses_every_call(store):
    store.close()
    store.close()
    for call in (
        store.head,
        store.rebuild,
        store.verify,
        store.policy_book,
        lambda: store.cases(CaseQuery()),
        lambda: store.append([]),
        lambda: store.put_meta("k", b""),
        lambda: store.rekey(keys(2)),
    ):
        with pytest.raises(StoreFailure, match=r"store\.closed"):
            call()


def test_closed_store_holds_no_key(store):
    store.close()
    assert "_keys" not in vars(store)
    assert "keys" not in vars(store._attachments)


def test_a_folder_in_which_nothing_can_be_made_is_told_by_its_code(life):
    (life.folder / "store.lock").mkdir(parents=True)
    with pytest.raises(StoreFailure, match=r"store\.disk_error"):
        life.open()


def test_second_opener_is_told_and_the_first_goes_on(life, store):
    with pytest.raises(StoreFailure, match=r"store\.in_use"):
        life.open()
    life.open_case(store)
    store.close()
    life.open().close()


def test_store_belongs_to_the_thread_that_opened_it(store):
    raised = []

    def call():
        try:
            store.outbox_size()
        except StoreFailure as failure:
            raised.append(failure.code)

    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
    assert raised == ["store.defect"]


def test_wrong_key_is_told_from_damage(life, store):
    store.close()
    with pytest.raises(StoreFailure, match=r"store\.wrong_key"):
        life.open(seed=2)
    (life.folder / CHECK).unlink()
    with pytest.raises(StoreFailure, match=r"store\.wrong_key"):
        life.open(seed=2)
    life.open().close()
    assert (life.folder / CHECK).exists()


def test_failed_opening_lets_go_of_the_lock(life, store):
    store.close()
    with pytest.raises(StoreFailure):
        life.open(seed=2)
    life.open().close()


def test_missing_file_is_not_taken_for_a_new_store(life, store):
    store.close()
    (life.folder / FILE).unlink()
    with pytest.raises(StoreFailure, match=r"store\.missing"):
        life.open()


def test_store_of_a_newer_program_is_left_alone(life, store):
    store.close()
    db = Database(life.folder / FILE, keys().db)
    db.run("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StoreFailure, match=r"store\.too_new") as failure:
        life.open()
    assert failure.value.details == {"found": 99, "known": len(MIGRATIONS)}


def test_migrations_go_forward_one_by_one_and_once(tmp_path):
    db = Database(tmp_path / "m.db", keys().db)
    steps = [("CREATE TABLE a (x)",), ("CREATE TABLE b (x)", "INSERT INTO b VALUES (1)")]
    assert migrate(db, steps[:1]) == 0
    assert migrate(db, steps) == 1
    assert migrate(db, steps) == 2
    assert db.value("SELECT count(*) FROM b") == 1
    db.close()


def test_migration_that_fails_leaves_the_step_before(tmp_path):
    db = Database(tmp_path / "m.db", keys().db)
    with pytest.raises(StoreFailure, match=r"store\.defect"):
        migrate(db, [("CREATE TABLE a (x)",), ("CREATE TABLE b (x)", "NONSENSE")])
    assert db.value("PRAGMA user_version") == 1
    assert db.value("SELECT count(*) FROM sqlite_master") == 1
    db.close()


def test_nothing_readable_is_on_the_disk(life, store):
    number = life.open_case(store, "欧阳修")
    store.put_attachment("欧阳修的身份证".encode(), "image/jpeg", number)
    store.save_draft("k", "欧阳修")
    raw = b"".join(path.read_bytes() for path in life.folder.rglob("*") if path.is_file())
    for canary in ("欧阳修".encode(), number.encode(), b"11010519491231002X", b"SQLite"):
        assert canary not in raw
    assert keys().db not in raw
    assert keys().db.hex().encode() not in raw


def test_log_cannot_be_changed_or_shortened_by_a_slip_of_ours(life, store):
    life.open_case(store)
    life.centre.push(store)
    for slip in (
        "UPDATE event SET body = ''",
        "DELETE FROM event",
        "UPDATE answer SET verdict = 'refused'",
        "DELETE FROM answer",
        "UPDATE answer SET path = NULL",
    ):
        with pytest.raises(StoreFailure, match=r"store\.defect"):
            store._db.run(slip)


def test_projections_of_another_log_are_rebuilt_at_open(life, store):
    number = life.open_case(store, "王芳")
    with store._db.write():
        store._db.run("UPDATE case_line SET applicant = 'forged'")
        store._db.run("DELETE FROM gram")
        store._db.run("UPDATE state SET value = x'2E' WHERE key = 'projections'")
    store.close()
    store = life.open()
    (line,) = store.cases(CaseQuery(text="王")).rows
    assert (line.number, line.applicant) == (number, "王芳")
    store.close()


def test_rebuild_says_when_they_were_not_the_same(life, store):
    life.open_case(store, "王芳")
    assert store.rebuild()
    for spoiling in (
        "UPDATE case_line SET applicant = 'forged'",
        "DELETE FROM gram WHERE tok = '王'",
        "DELETE FROM gram3",
        "UPDATE case_fold SET head = 'x'",
        "DELETE FROM item_word",
        "DELETE FROM delegation",
        "UPDATE policy_fold SET book = '{}'",
    ):
        with store._db.write():
            store._db.run(spoiling)
        assert not store.rebuild(), spoiling
        assert store.rebuild()


def test_failed_change_leaves_memory_as_the_file_is(life, store):
    before = store.policy_book()
    record = life.world.policy_record("switch", {"name": "silence_is_consent", "value": True})
    life.centre.answer(record, scope="policy")
    page = life.centre.page("policy", before.size)
    object.__setattr__(page, "cursor", page.cursor + 5)
    with pytest.raises(StoreFailure, match=r"store\.pull_gap"):
        store.apply_pull(page)
    assert store.policy_book() == before


# ------------------------------------------------------------ change of keys


def test_rekeyed_store_opens_with_the_new_keys_only(life, store):
    number = life.open_case(store)
    sha = store.put_attachment(b"p" * 70_000, "image/jpeg", number)
    names = {path.name for path in (life.folder / "attachments").rglob("*") if path.is_file()}
    store.rekey(keys(2))
    assert store.attachment(sha) == b"p" * 70_000
    life.step(store, number, "leave", {})
    store.close()
    with pytest.raises(StoreFailure, match=r"store\.wrong_key"):
        life.open(seed=1)
    store = life.open(seed=2)
    assert store.attachment(sha) == b"p" * 70_000
    assert len(store.events_of(number)) == 2
    after = {path.name for path in (life.folder / "attachments").rglob("*") if path.is_file()}
    assert not names & after
    assert len(after) == 1
    store.verify()
    store.close()


class CrashedError(Exception):
    pass


@pytest.mark.parametrize(
    ("where", "opens_with"),
    [
        ("_attachments.prepare_rekey", 1),
        ("_db.rekey", 1),
        ("_end_rekey", 2),
        ("_attachments.finish_rekey", 2),
    ],
)
def test_rekey_broken_off_leaves_exactly_one_set_of_keys(life, store, where, opens_with):
    number = life.open_case(store)
    sha = store.put_attachment(b"page", "image/jpeg", number)

    def crash(*_):
        raise CrashedError

    owner = store
    *path, last = where.split(".")
    for part in path:
        owner = getattr(owner, part)
    setattr(owner, last, crash)
    with pytest.raises(CrashedError):
        store.rekey(keys(2))
    copy = life.folder.parent / "after-crash"
    store._db.empty_wal()
    shutil.copytree(life.folder, copy)
    life.folder = copy
    with pytest.raises(StoreFailure, match=r"store\.wrong_key"):
        life.open(seed=3 - opens_with)
    again = life.open(seed=opens_with)
    assert again.attachment(sha) == b"page"
    assert again.case(number) is not None
    if opens_with == 1:
        again.rekey(keys(2))
        assert again.attachment(sha) == b"page"
    again.close()
    life.open(seed=2).close()


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_code_has_words_and_a_remedy(language):
    words = texts(language)
    for code in CODES:
        assert words.has(f"error.{code}"), code
        assert words.has(f"error.{code}.do"), code
