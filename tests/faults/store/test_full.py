"""A full disk: the step is refused whole, what was there stays, and work goes on with space."""

import hashlib
import os

import pytest

from client.app.ports import CaseQuery
from client.store.failures import StoreFailure
from client.store.sealing import file_name
from tests.helpers.store_world import keys


def fill_up(life, store):
    """Append until the file may grow no more; return the head before that, and the code."""
    store._db.empty_wal()
    pages = store._db.value("PRAGMA page_count")
    store._db.value(f"PRAGMA max_page_count = {pages + 8}")
    while True:
        head, place = store.head(), life.place
        try:
            life.open_case(store, "王芳" * 20)
        except StoreFailure as failure:
            life.place = place
            return head, failure.code


def test_full_disk_refuses_the_step_whole_and_keeps_the_rest(busy):
    store = busy.open()
    before, code = fill_up(busy, store)
    assert (store.head(), code) == (before, "store.disk_full")
    total = store.cases(CaseQuery()).total
    with pytest.raises(StoreFailure, match=r"store\.disk_full"):
        store.put_meta("k", os.urandom(200_000))
    with pytest.raises(StoreFailure, match=r"store\.disk_full"):
        store.save_draft("k", "x" * 200_000)
    assert store.draft("k") is None
    store._db.value("PRAGMA max_page_count = 1000000")
    busy.open_case(store, "有空间了")
    assert store.cases(CaseQuery()).total == total + 1
    assert store.rebuild()
    store.verify()
    store.close()
    busy.open().close()


def test_full_disk_in_a_pull_leaves_the_cursor(busy):
    store = busy.open()
    scope = "339901/wjj"
    for _ in range(60):
        number = busy.number()
        record = busy.foreign("preregister", {"item": "wjj-01"}, number, scope=scope)
        busy.centre.answer(record)
    store.subscribe([scope])
    store._db.empty_wal()
    store._db.value(f"PRAGMA max_page_count = {store._db.value('PRAGMA page_count') + 4}")
    with pytest.raises(StoreFailure, match=r"store\.disk_full"):
        store.apply_pull(busy.centre.page(scope, 0))
    assert store.cursors() == {scope: 0}
    store._db.value("PRAGMA max_page_count = 1000000")
    store.apply_pull(busy.centre.page(scope, 0))
    assert store.cursors() == {scope: 60}
    assert store.rebuild()
    store.close()


def test_rebuild_on_a_full_disk_leaves_what_was_there(busy):
    store = busy.open()
    shown = store.cases(CaseQuery(limit=99))
    store._db.empty_wal()
    store._db.value(f"PRAGMA max_page_count = {store._db.value('PRAGMA page_count')}")
    busy.clock.now = busy.clock.now.replace(year=2027)
    try:
        store.rebuild()
    except StoreFailure as failure:
        assert failure.code == "store.disk_full"  # noqa: PT017  it may also just fit
    assert store.cases(CaseQuery(limit=99)) == shown
    store.close()


def test_attachment_on_a_full_disk_leaves_neither_file_nor_row(busy):
    store = busy.open()
    digest = hashlib.sha256(b"page").digest()
    name = file_name(keys().name, digest)
    folder = busy.folder / "attachments" / name[:2]
    folder.mkdir(parents=True)
    (folder / f"{name}.part").symlink_to("/dev/full")
    with pytest.raises(StoreFailure, match=r"store\.disk_full"):
        store.put_attachment(b"page", "image/jpeg", None)
    assert list(folder.iterdir()) == []
    with pytest.raises(StoreFailure, match=r"store\.attachment_missing"):
        store.attachment(digest.hex())
    assert store.attachment(store.put_attachment(b"page", "image/jpeg", None)) == b"page"
    store.close()


def test_folder_that_cannot_be_written_is_a_disk_error(busy):
    store = busy.open()
    name = file_name(keys().name, hashlib.sha256(b"page").digest())
    (busy.folder / "attachments" / name[:2]).write_bytes(b"a file where a folder should be")
    with pytest.raises(StoreFailure, match=r"store\.disk_error"):
        store.put_attachment(b"page", "image/jpeg", None)
    store.close()
