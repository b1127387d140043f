"""A full disk: the step is refused whole, what was there stays, and work goes on with space."""

import hashlib
import json
import os
import subprocess
import sys
from functools import cached_property
from pathlib import Path

import pytest

from client.app.ports.store import CaseQuery, NumberUse
from client.store.failures import StoreFailure
from client.store.sealing import file_name
from tests.helpers.store_world import keys, lease, registration
from tests.helpers.world import SCOPE

ROOT = Path(__file__).resolve().parents[3]


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


class Day:
    """The main flow, a piece at a time, each of which may be tried again."""

    def __init__(self, life, store):
        self.life, self.store = life, store
        self.number = life.number()
        self.page = os.urandom(5000)
        self.sha = hashlib.sha256(self.page).hexdigest()
        self.use = NumberUse("case", life.serial)
        blocks = [("case", life.serial, life.serial)]
        store.keep_lease(lease(life.centre, blocks, store.head()), b"k" * 32)
        elsewhere = registration() | {"note": "x" * 9000}
        life.centre.answer(life.foreign("preregister", elsewhere, life.number()))
        self.pieces = {
            "log in": lambda: life.session(store),
            "register": self.register,
            "take a page in": lambda: store.put_attachment(self.page, "image/jpeg", None),
            "receive": self.receive,
            "accept": lambda: life.step(store, self.number, "accept", {"note": "x" * 9000}),
            "save": lambda: store.save_draft("draft", "打" * 9000),
            "answers": lambda: store.settle(self.answers),
            "pull": lambda: store.apply_pull(life.centre.page(SCOPE, store.cursors()[SCOPE])),
            "lease": lambda: store.keep_lease(self.lease(), b"k" * 32),
            "small value": lambda: store.put_meta("k", bytes(9000)),
            "log out": lambda: life.step(store, None, "session.close", {"reason": "x" * 9000}),
        }

    def register(self):
        self.life.step(self.store, self.number, "preregister", registration(), (self.use,))

    def receive(self):
        content = {"materials": [self.sha], "channel": "x" * 9000, "paper": None}
        pages = [(self.sha, "image/jpeg")]
        self.life.step(self.store, self.number, "receive", content, pages=pages)

    @cached_property
    def answers(self):
        centre = self.life.centre
        return [centre.settled(record) for record in self.store.outbox(99)]

    def lease(self):
        blocks = [("case", 10 * place, 10 * place + 5) for place in range(300)]
        return lease(self.life.centre, blocks, self.store.head())

    def seen(self):
        """Return what a person or the centre would notice."""
        store, number = self.store, self.number
        return (
            *(store.head(), store.outbox(999), store.cases(CaseQuery(closed=None, limit=99))),
            *(store.case(number), store.events_of(number), store.uploads(99), store.cursors()),
            *(store.lease(), store.next_number("case"), store.draft("draft"), store.get_meta("k")),
            store.tree_heads(),
        )


def test_any_step_of_the_day_is_refused_whole_at_any_page_and_made_with_space(busy):
    store = busy.open()
    store.subscribe([*store.cursors(), SCOPE])
    day = Day(busy, store)
    refused = dict.fromkeys(day.pieces, 0)
    for name, piece in day.pieces.items():
        store._db.empty_wal()
        pages = store._db.value("PRAGMA page_count")
        before, place = day.seen(), (busy.place, busy.at, busy.kid, busy.key)
        for more in range(200):
            store._db.value(f"PRAGMA max_page_count = {pages + more}")
            try:
                piece()
            except StoreFailure as failure:
                assert failure.code == "store.disk_full", name  # noqa: PT017
                refused[name] += 1
                busy.place, busy.at, busy.kid, busy.key = place
                assert day.seen() == before, name
            else:
                break
        store._db.value("PRAGMA max_page_count = 1000000")
    store.verify()
    store.close()
    # A page's row may find room; its file has a test of its own.
    assert {name for name, times in refused.items() if not times} <= {"take a page in"}
    busy.open().close()


def test_disk_of_four_megabytes_fills_up_and_nothing_acknowledged_is_lost(tmp_path):
    """On a real full disk: the program of cramped.py, in a mount that nobody else sees."""
    mount = 'mount -t tmpfs -o size=4m none "$1" && exec "$2" -m tests.faults.store.cramped "$1"'
    done = subprocess.run(
        [
            "unshare",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            mount,
            "sh",
            tmp_path,
            sys.executable,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, f"refused here, or failed: {done.stderr[-2000:]}"
    found = json.loads(done.stdout)
    assert found["lost"] == 0
    assert found["codes"] == ["store.disk_full"] * 6
    assert found["cases"] > 10


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
