"""Numbers of the lease, drafts, small values, the anchor, the largest time."""

from datetime import timedelta

import pytest

from client.app.ports.store import NumberUse
from client.store.bookkeeping import BEHIND, State
from client.store.connection import Database
from client.store.failures import StoreFailure
from client.store.migrations import migrate
from sync.engine.ports import StoredAnchor
from sync.protocol.errors import ReaderError
from tests.helpers.pki import NOW
from tests.helpers.store_world import lease, registration
from tests.helpers.world import ms


def use(life, store, kind, number):
    case = life.number()
    record = life.record("preregister", registration(), case)
    store.append([record], [NumberUse(kind, number)])


def test_no_lease_no_numbers(store):
    assert store.lease() is None
    assert store.next_number("case") is None
    assert store.numbers_left("case") == 0


def test_numbers_are_spent_with_their_event_in_order(life, store):
    text = lease(
        life.centre, [("case", 7, 8), ("case", 20, 20), ("certificate", 1, 1)], store.head()
    )
    store.keep_lease(text, b"k" * 32)
    assert store.lease() == (text, b"k" * 32)
    assert store.numbers_left("case") == 3
    drawn = []
    while (number := store.next_number("case")) is not None:
        assert store.next_number("case") == number  # asking spends nothing
        use(life, store, "case", number)
        drawn.append(number)
    assert drawn == [7, 8, 20]
    assert (store.numbers_left("case"), store.numbers_left("certificate")) == (0, 1)


@pytest.mark.parametrize(("size", "spent_before_low"), [(1, 1), (4, 4), (5, 5), (10, 9), (20, 17)])
def test_numbers_are_low_when_less_than_a_fifth_is_left(life, store, size, spent_before_low):
    assert not store.numbers_low()
    store.keep_lease(lease(life.centre, [("case", 1, size)], store.head()), b"k" * 32)
    for number in range(1, spent_before_low + 1):
        assert not store.numbers_low()
        use(life, store, "case", number)
    assert store.numbers_low()


def test_number_is_not_spent_twice_nor_outside_the_block(life, store):
    store.keep_lease(lease(life.centre, [("case", 7, 8)], store.head()), b"k")
    use(life, store, "case", 7)
    for number in (7, 9):
        head, place = store.head(), life.place
        with pytest.raises(StoreFailure, match=r"store\.number_spent"):
            use(life, store, "case", number)
        assert store.head() == head
        life.place = place


def test_number_of_an_event_that_failed_is_free_again(life, store):
    store.keep_lease(lease(life.centre, [("case", 7, 8)], store.head()), b"k")
    place = life.place
    life.record("preregister", registration(), life.number())  # never appended: a gap
    with pytest.raises(StoreFailure, match=r"store\.chain_moved"):
        use(life, store, "case", 7)
    life.place = place
    assert store.next_number("case") == 7


def test_new_lease_forgets_unused_numbers_and_never_repeats_unsent_ones(life, store):
    store.keep_lease(lease(life.centre, [("case", 7, 9)], store.head()), b"k")
    use(life, store, "case", 7)
    life.centre.push(store)
    use(life, store, "case", 8)  # still waits to be sent
    store.keep_lease(lease(life.centre, [("case", 7, 8), ("case", 30, 30)], store.head()), b"k")
    assert store.numbers_left("case") == 2
    use(life, store, "case", 7)
    assert store.next_number("case") == 30


def test_lease_that_is_none_is_refused(store):
    with pytest.raises(ReaderError):
        store.keep_lease("not.a.lease", b"k")
    assert store.lease() is None


def test_drafts_newest_first(life, store):
    store.save_draft("a", "一")
    life.clock.now += timedelta(minutes=1)
    store.save_draft("b", "二\n𬱖")
    assert store.drafts() == (("b", ms(NOW) + 60_000), ("a", ms(NOW)))
    life.clock.now += timedelta(minutes=1)
    store.save_draft("a", "一一")
    assert [key for key, _ in store.drafts()] == ["a", "b"]
    assert (store.draft("a"), store.draft("b"), store.draft("c")) == ("一一", "二\n𬱖", None)
    store.drop_draft("a")
    store.drop_draft("a")
    assert [key for key, _ in store.drafts()] == ["b"]


def test_meta_is_kept_apart_from_the_stores_own(store):
    store.put_meta("projections", b"mine")
    store.put_meta("projections", b"mine again")
    assert store.get_meta("projections") == b"mine again"
    assert store.get_meta("other") is None
    assert store.rebuild()


def test_largest_time_only_grows(life, store):
    assert store.largest_time() is None
    assert store.largest_time(NOW) == NOW
    assert store.largest_time(NOW - timedelta(days=1)) == NOW
    assert store.largest_time(NOW + timedelta(days=1)) == NOW + timedelta(days=1)
    store.close()
    again = life.open()
    assert again.largest_time() == NOW + timedelta(days=1)
    again.close()


def test_newest_anchor_is_kept_and_its_time_counts_as_seen(store):
    assert store.anchor() is None
    anchor = StoredAnchor("jws", "hash", ms(NOW), 123, "boot-1")
    store.keep_anchor(anchor)
    assert store.anchor() == anchor
    assert store.largest_time() == NOW


def taken_back(db, change, look):
    with db.write():
        change()
        look()
        raise ZeroDivisionError


def test_what_was_taken_back_is_not_remembered(tmp_path):
    db = Database(tmp_path / "state.db", bytes(32))
    migrate(db)
    state, seen = State(db), []
    state.put(BEHIND, b"3")
    for change in (lambda: state.put(BEHIND, b"7"), lambda: state.drop(BEHIND)):
        assert state.get(BEHIND) == b"3"
        with pytest.raises(ZeroDivisionError):
            taken_back(db, change, lambda: seen.append(state.get(BEHIND)))
    assert seen == [b"7", None]
    assert state.get(BEHIND) == b"3"
    db.close()
