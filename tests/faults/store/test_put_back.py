"""A store put back: the file alone is noticed by its mark, the whole folder by what is pulled."""

import shutil

import pytest

from client.app.ports.store import CaseQuery
from client.store import opening
from client.store.connection import PAGE_BYTES
from client.store.failures import StoreFailure
from client.store.opening import FILE, MARK
from tests.helpers.store_world import Life, end_as_killed, keys

SECTOR = 512


def go_on(life, count=3):
    """Work for a while; return the cases."""
    store = life.open()
    numbers = [life.open_case(store, "后来的人") for _ in range(count)]
    store.close()
    return numbers


def refused(life, code):
    with pytest.raises(StoreFailure) as failure:
        life.open()
    assert failure.value.code == code
    return failure.value.details


def test_old_file_put_back_is_refused_until_the_right_one_is_there(busy):
    path = busy.folder / FILE
    old = path.read_bytes()
    numbers = go_on(busy)
    new = path.read_bytes()
    path.write_bytes(old)
    before = refused(busy, "store.behind_mark")
    assert before["marked"] == before["here"] + len(numbers)
    assert refused(busy, "store.behind_mark") == before
    path.write_bytes(new)
    store = busy.open()
    assert all(store.case(number) for number in numbers)
    store.close()


def test_store_that_went_another_way_is_refused(busy):
    """As many records as the mark says, and yet not those: a copy that was worked on."""
    copy = busy.folder.with_name("copy")
    shutil.copytree(busy.folder, copy)
    mine = busy.folder
    place = busy.place
    go_on(busy)
    busy.folder, busy.place = copy, place
    go_on(busy)
    shutil.copy(copy / FILE, mine / FILE)
    busy.folder = mine
    found = refused(busy, "store.behind_mark")
    assert found["here"] == found["marked"]


def test_store_ahead_of_its_mark_is_right_and_the_mark_follows(busy):
    """A power cut may lose what was written to the mark last, and nothing of the store."""
    path, mark = busy.folder / FILE, busy.folder / MARK
    store = busy.open()
    behind = mark.read_bytes()
    busy.open_case(store)
    end_as_killed(store)
    mark.write_bytes(behind)
    newer = path.read_bytes()
    store = busy.open()
    busy.open_case(store)
    end_as_killed(store)
    path.write_bytes(newer)
    refused(busy, "store.behind_mark")


def test_old_page_put_back_is_refused_at_once_whichever_it_is(busy):
    """SQLCipher takes it for good; shown would be what was true yesterday."""
    path = busy.folder / FILE
    old = path.read_bytes()
    store = busy.open()
    for line in store.cases(CaseQuery(limit=6)).rows:
        busy.step(store, line.number, "accept", {})
    busy.open_case(store)
    busy.centre.push(store)
    store.save_draft("k", "打了一半")
    store.close()
    new = path.read_bytes()
    codes = set()
    for start in range(0, len(old), PAGE_BYTES):
        page = slice(start, start + PAGE_BYTES)
        if old[page] != new[page]:
            mixed = bytearray(new)
            mixed[page] = old[page]
            path.write_bytes(mixed)
            with pytest.raises(StoreFailure) as failure:
                busy.open()
            codes.add(failure.value.code)
    assert "store.changed_outside" in codes
    assert codes <= {
        *("store.changed_outside", "store.damaged", "store.chain_broken", "store.behind_mark")
    }
    path.write_bytes(new)
    busy.open().close()


def test_write_ahead_log_of_before_put_beside_the_store_is_refused(busy):
    """Its pages would be taken for newer ones."""
    store = busy.open()
    busy.open_case(store)
    log = (busy.folder / f"{FILE}-wal").read_bytes()
    assert log
    store.close()
    go_on(busy)
    (busy.folder / f"{FILE}-wal").write_bytes(log)
    with pytest.raises(StoreFailure):
        busy.open()


def test_window_that_dies_between_commit_and_mark_opens_again(busy):
    store = busy.open()
    store._mark.reach = lambda _end: None
    number = busy.open_case(store)
    end_as_killed(store)
    again = busy.open()
    assert again.case(number)
    again.close()


def test_opening_that_breaks_off_after_it_changed_the_file_may_be_repeated(busy, monkeypatch):
    """As a crash in the middle of bringing the tables up to date."""

    def crash(db):
        db.run("CREATE TABLE half (x)")
        db.empty_wal()
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(opening, "migrate", crash)
        with pytest.raises(OSError):  # noqa: PT011  it has no words
            busy.open()
    busy.open().close()


def test_mark_that_cannot_be_written_keeps_nobody_from_work(busy):
    store = busy.open()
    store._mark._file.close()
    store._mark._file = (busy.folder / MARK).open("rb", buffering=0)
    number = busy.open_case(store)
    store.close()
    store = busy.open()
    assert store.case(number)
    store.close()


def test_write_to_the_mark_that_is_cut_off_spoils_one_place_only(busy):
    mark = busy.folder / MARK
    whole = mark.read_bytes()
    for place in range(2):
        spoilt = bytearray(whole)
        spoilt[place * SECTOR : place * SECTOR + 60] = bytes(60)
        mark.write_bytes(spoilt)
        busy.open().close()
    go_on(busy)


def test_lost_shortened_altered_or_foreign_mark_is_refused(busy, tmp_path):
    mark = busy.folder / MARK
    whole = mark.read_bytes()
    assert len(whole) == 2 * SECTOR
    mark.unlink()
    refused(busy, "store.mark_lost")
    assert not mark.exists()
    for text in (b"", whole[:50], bytes(2 * SECTOR), Life(tmp_path / "other").folder.name.encode()):
        mark.write_bytes(text)
        refused(busy, "store.mark_lost")
    for bit in range(8 * 124):  # label, size, hashes, turn, mac
        spoilt = bytearray(whole)
        for place in range(2):
            spoilt[place * SECTOR + bit // 8] ^= 1 << bit % 8
        mark.write_bytes(spoilt)
        refused(busy, "store.mark_lost")
    mark.write_bytes(whole)
    busy.open().close()


def test_mark_of_the_former_keys_is_no_mark(busy):
    old = (busy.folder / MARK).read_bytes()
    store = busy.open()
    store.rekey(keys(2))
    store.close()
    busy.open(seed=2).close()
    (busy.folder / MARK).write_bytes(old)
    with pytest.raises(StoreFailure, match=r"store\.mark_lost"):
        busy.open(seed=2)


def test_store_without_a_mark_of_an_older_program_gets_one(busy):
    store = busy.open()
    store._state.drop("marked")
    store.close()
    (busy.folder / MARK).unlink()
    busy.open().close()
    (busy.folder / MARK).unlink()
    refused(busy, "store.mark_lost")


def test_folder_put_back_whole_is_noticed_by_what_the_centre_sends(busy):
    """The mark went back with it: the centre alone knows what was made here since."""
    yesterday = busy.folder.with_name("yesterday")
    shutil.copytree(busy.folder, yesterday)
    place = busy.place
    store = busy.open()
    numbers = [busy.open_case(store, "后来的人") for _ in range(3)]
    busy.centre.push(store)
    busy.centre.pull(store)
    last = store.head().seq
    store.close()
    shutil.rmtree(busy.folder)
    yesterday.rename(busy.folder)
    busy.place = place
    store = busy.open()
    assert store.case(numbers[0]) is None
    busy.centre.pull(store)
    # Nothing that had reached the centre is lost, and nothing is added that would be a fork.
    assert all(store.case(number) for number in numbers)
    shown = store.cases(CaseQuery(limit=99)).total
    for _ in range(2):
        with pytest.raises(StoreFailure, match=r"store\.behind_centre") as failure:
            busy.open_case(store)
        assert failure.value.details == {"known": last}
        busy.place = place
        assert store.cases(CaseQuery(limit=99)).total == shown
        store.close()
        store = busy.open()
    assert store.rebuild()
    store.verify()
    store.close()
