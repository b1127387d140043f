"""Attachments at rest, and their way to the centre."""

import hashlib

import pytest

from client.store.failures import StoreFailure
from client.store.sealing import CHUNK_BYTES
from sync.engine.ports import ChangeSet
from tests.helpers.world import Place


def receive(life, store, number, pages):
    materials = [{"sha256": sha} for sha, _ in pages]
    content = {"materials": materials, "channel": "c", "paper": None}
    life.step(store, number, "receive", content, pages=pages)


def files(life):
    return [path for path in (life.folder / "attachments").rglob("*") if path.is_file()]


@pytest.mark.parametrize("length", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_bytes_come_back_by_their_hash(life, store, length):
    data = bytes(place % 253 for place in range(length))
    sha = store.put_attachment(data, "application/pdf", None)
    assert sha == hashlib.sha256(data).hexdigest()
    assert store.attachment(sha) == data
    assert store.uploads(9) == []


def test_same_bytes_are_kept_once(life, store):
    first, second = life.open_case(store), life.open_case(store)
    sha = store.put_attachment(b"page", "image/jpeg", first)
    assert store.put_attachment(b"page", "image/jpeg", first) == sha
    store.put_attachment(b"page", "image/jpeg", second)
    assert len(files(life)) == 1
    assert store.uploads(9) == [(first, sha, 4, "image/jpeg"), (second, sha, 4, "image/jpeg")]


def test_uploads_go_in_the_order_of_binding_and_end(life, store):
    number = life.open_case(store)
    shas = [store.put_attachment(bytes([n]), "image/jpeg", None) for n in range(3)]
    pages = [(sha, "image/jpeg") for sha in reversed(shas)]
    receive(life, store, number, pages)
    assert [row[1] for row in store.uploads(2)] == [shas[2], shas[1]]
    assert store.uploaded(number, shas[2]) == ChangeSet(frozenset({number}))
    assert [row[1] for row in store.uploads(9)] == [shas[1], shas[0]]


def test_unknown_hash_is_missing(life, store):
    unknown = hashlib.sha256(b"?").hexdigest()
    with pytest.raises(StoreFailure, match=r"store\.attachment_missing"):
        store.attachment(unknown)


def test_page_goes_after_every_step_of_its_case(life, store):
    """The centre refuses the page of a case that it has not heard of."""
    first, second = life.open_case(store), life.open_case(store)
    sha = store.put_attachment(b"page", "image/jpeg", None)
    page = (first, sha, 4, "image/jpeg")
    receive(life, store, first, [(sha, "image/jpeg")])
    assert store.uploads(9) == [page]
    assert store.uploads(9, unsent=False) == []
    store.settle([life.centre.settled(record) for record in store.outbox(2)])
    assert store.uploads(9, unsent=False) == []  # the step that names it still waits
    store.settle([life.centre.settled(record) for record in store.outbox(2)])
    assert store.uploads(9, unsent=False) == [page]
    life.step(store, second, "leave", {})
    assert store.uploads(9, unsent=False) == [page]


def test_step_that_names_a_page_which_is_not_here_is_not_made(life, store):
    number = life.open_case(store)
    sha = store.put_attachment(b"page", "image/jpeg", None)
    unknown = hashlib.sha256(b"?").hexdigest()
    before = store.head()
    with pytest.raises(StoreFailure, match=r"store\.attachment_missing"):
        receive(life, store, number, [(sha, "image/jpeg"), (unknown, "image/jpeg")])
    assert store.head() == before
    assert store.uploads(9) == []


def test_step_that_is_not_made_binds_no_page(life, store):
    number = life.open_case(store)
    sha = store.put_attachment(b"page", "image/jpeg", None)
    life.place = Place(life.place.seq + 1, life.place.hash)
    with pytest.raises(StoreFailure, match=r"store\.chain_moved"):
        receive(life, store, number, [(sha, "image/jpeg")])
    assert store.uploads(9) == []


def test_removed_file_is_missing_and_may_be_put_again(life, store):
    sha = store.put_attachment(b"page", "image/jpeg", None)
    files(life)[0].unlink()
    with pytest.raises(StoreFailure, match=r"store\.attachment_missing"):
        store.attachment(sha)
    store.put_attachment(b"page", "image/jpeg", None)
    assert store.attachment(sha) == b"page"


@pytest.mark.parametrize("place", [0, 12, 500, -1])
def test_altered_byte_is_noticed(life, store, place):
    sha = store.put_attachment(b"page" * 300, "image/jpeg", None)
    (path,) = files(life)
    spoilt = bytearray(path.read_bytes())
    spoilt[place] ^= 1
    path.write_bytes(spoilt)
    with pytest.raises(StoreFailure, match=r"store\.attachment_damaged"):
        store.attachment(sha)


def test_files_swapped_on_the_disk_are_noticed(life, store):
    one = store.put_attachment(b"one!", "image/jpeg", None)
    two = store.put_attachment(b"two!", "image/jpeg", None)
    first, second = files(life)
    kept = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(kept)
    for sha in (one, two):
        with pytest.raises(StoreFailure, match=r"store\.attachment_damaged"):
            store.attachment(sha)


def test_what_a_crash_left_is_swept(life, store):
    sha = store.put_attachment(b"page", "image/jpeg", None)
    (path,) = files(life)
    (path.parent / "lost").write_bytes(b"?")
    (path.parent / "half.part").write_bytes(b"?")
    store.verify()
    assert files(life) == [path]
    assert store.attachment(sha) == b"page"


def test_what_no_case_was_given_can_be_forgotten(life, store):
    sha = store.put_attachment(b"original", "application/octet-stream", None)
    store.forget_attachment(sha)
    store.forget_attachment(sha)
    assert files(life) == []
    with pytest.raises(StoreFailure, match=r"store\.attachment_missing"):
        store.attachment(sha)
    assert store.put_attachment(b"original", "application/octet-stream", None) == sha
    assert store.attachment(sha) == b"original"


def test_what_belongs_to_a_case_is_not_forgotten(life, store):
    number = life.open_case(store)
    sha = store.put_attachment(b"page", "image/jpeg", number)
    store.forget_attachment(sha)
    assert store.attachment(sha) == b"page"
    store.uploaded(number, sha)
    store.forget_attachment(sha)
    assert store.attachment(sha) == b"page"
