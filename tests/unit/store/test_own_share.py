"""What only this window holds: sealed so that nothing but its own head opens it, merged, kept."""

import hashlib
import os

import msgspec
import pytest

from client.app.ports.own_share import BankRow, DraftRow, OwnShare, ShareHead, SharePage, ValueRow
from client.store.failures import StoreFailure
from client.store.own_share import (
    MARK,
    backup_key,
    digest_of,
    opened_page,
    opened_share,
    pages_named,
    read_head,
    sealed_share,
)
from tests.helpers.store_world import Life

PAGE = b"\xff\xd8\xff" + os.urandom(150_000)
SHA = hashlib.sha256(PAGE).hexdigest()
SHARE = OwnShare(
    drafts=[DraftRow("preregister", 5, f'{{"page":"{SHA}","name":"古丽"}}')],
    bank=[BankRow("k", "2026-03-03", "{}", "退款")],
    values=[ValueRow("sound.p1", b"on")],
    pages=[SharePage(SHA, "image/jpeg", ["c1"], PAGE)],
    settings={"printer_a4": "HP"},
)
HEAD = ShareHead(dev="d-1", inc=1, n=7, at_ms=9, salt=bytes(32), slots=b"{}")
KEY = backup_key(bytes(32), HEAD.salt)


def other(data, head):
    """Return a backup's chunks under another head."""
    said = msgspec.msgpack.encode(HEAD)
    chunks = data[len(MARK) + 4 + len(said) :]
    fresh = msgspec.msgpack.encode(head)
    return MARK + len(fresh).to_bytes(4, "big") + fresh + chunks


def damaged(data, key=KEY):
    with pytest.raises(StoreFailure) as caught:
        opened_share(data, key)
    return caught.value.code == "store.backup_damaged"


def test_what_was_sealed_opens_as_it_was():
    data = sealed_share(HEAD, SHARE, KEY)
    assert (read_head(data), opened_share(data, KEY)) == (HEAD, SHARE)
    assert "古丽".encode() not in data
    assert PAGE[100:200] not in data


def test_an_empty_share_is_one_too():
    assert opened_share(sealed_share(HEAD, OwnShare(), KEY), KEY) == OwnShare()


@pytest.mark.parametrize(
    "changes", [{"dev": "d-2"}, {"inc": 2}, {"n": 6}, {"at_ms": 10}, {"slots": b"{ }"}]
)
def test_under_another_head_it_does_not_open(changes):
    data = sealed_share(HEAD, SHARE, KEY)
    assert damaged(other(data, msgspec.structs.replace(HEAD, **changes)))
    assert opened_share(other(data, HEAD), KEY) == SHARE  # the helper does what it says


def test_a_flipped_bit_anywhere_and_every_shorter_file_are_noticed():
    data = sealed_share(HEAD, SHARE, KEY)
    for place in (len(data) - 1, len(data) // 2, len(MARK) + 4 + 1, len(MARK) + 2, 3):
        changed = bytearray(data)
        changed[place] ^= 1
        assert damaged(bytes(changed))
    for length in (0, len(MARK), len(MARK) + 3, 60, len(data) - 65_552, len(data) - 1):
        assert damaged(data[:length])
    assert damaged(data + b"x")


def test_another_key_and_another_salt_do_not_open():
    data = sealed_share(HEAD, SHARE, KEY)
    assert damaged(data, backup_key(bytes([1]) * 32, HEAD.salt))
    assert damaged(data, backup_key(bytes(32), bytes([1]) * 32))


def test_a_page_that_is_not_its_hash_is_not_sealed():
    wrong = msgspec.structs.replace(SHARE, pages=[SharePage("0" * 64, "image/jpeg", [], PAGE)])
    with pytest.raises(StoreFailure, match=r"store\.backup_damaged"):
        sealed_share(HEAD, wrong, KEY)


def test_a_form_of_a_newer_program_says_so():
    data = other(sealed_share(HEAD, SHARE, KEY), msgspec.structs.replace(HEAD, v=2))
    with pytest.raises(StoreFailure) as caught:
        read_head(data)
    assert caught.value.details == {"version": 2}


def test_the_same_share_has_one_digest():
    assert digest_of(SHARE) == digest_of(msgspec.structs.replace(SHARE))
    assert digest_of(SHARE) != digest_of(msgspec.structs.replace(SHARE, settings={}))


# ---------------------------------------------------------------- rows


@pytest.fixture
def life(tmp_path):
    return Life(tmp_path)


@pytest.fixture
def store(life):
    opened = life.open()
    life.session(opened)
    yield opened
    opened.close()


def whole(store, part, limit=2):
    rows, after = [], ""
    while found := store.share_slice(part, after, limit):
        rows += found
        after = found[-1][0]
    return rows


def test_slices_make_the_whole_and_leave_out_what_is_not_ones_own(store, life):
    for number in range(5):
        store.save_draft(f"case/{number}", f"text {number}")
    store.put_meta("device.key", b"secret")
    store.put_meta("sound.p1", b"on")
    store.put_meta("stamp.x", b"y")
    assert [row.key for row in whole(store, "drafts")] == [f"case/{n}" for n in range(5)]
    assert whole(store, "values") == [ValueRow("sound.p1", b"on")]
    kinds = [row.kind for row in whole(store, "steps")]
    assert kinds == ["session.open"]
    life.centre.push(store)
    assert whole(store, "steps") == []


def test_pages_that_the_centre_lacks_are_those_of_drafts_and_of_unsent_cases(store, life):
    case = life.open_case(store)
    bound = store.put_attachment(PAGE, "image/jpeg", case)
    drafted = store.put_attachment(b"drafted", "image/jpeg", None)
    store.put_attachment(b"a slip", "application/pdf", None)
    share = OwnShare(drafts=[DraftRow("x", 1, f"[{drafted}] {'0' * 64} {bound}0")])
    named = pages_named(share)
    assert drafted in named
    assert bound not in named
    found = store.share_pages(named)
    assert [(each.sha256, each.cases) for each in found] == [(bound, (case,)), (drafted, ())]
    assert [opened_page(each).data for each in found] == [PAGE, b"drafted"]
    store.uploaded(case, bound)
    assert [each.sha256 for each in store.share_pages(named)] == [drafted]


def test_a_page_whose_file_is_gone_or_another_is_no_page_of_a_backup(store):
    digest = store.put_attachment(PAGE, "image/jpeg", None)
    (place,) = store.share_pages([digest])
    with pytest.raises(StoreFailure, match="missing"):
        opened_page(place._replace(path=place.path + "x"))
    with pytest.raises(StoreFailure, match="damaged"):
        opened_page(place._replace(sha256="0" * 64))


def test_what_is_here_and_newer_stays(store, life):
    store.save_draft("newer", "here")
    now = dict(store.drafts())["newer"]
    rows = [
        DraftRow("newer", now - 1, "former"),
        DraftRow("gone", 1, "former"),
    ]
    assert store.merge_share("drafts", rows) == 1
    assert (store.draft("newer"), store.draft("gone")) == ("here", "former")
    assert store.merge_share("drafts", [DraftRow("newer", now + 1, "later")]) == 1
    assert store.draft("newer") == "later"
    store.put_meta("sound.p1", b"off")
    values = [ValueRow("sound.p1", b"on"), ValueRow("pace.p1", b"{}"), ValueRow("device.key", b"x")]
    assert store.merge_share("values", values) == 1
    assert (store.get_meta("sound.p1"), store.get_meta("device.key")) == (b"off", None)
    lines = [BankRow("k", "2026-03-03", "{}", "")]
    assert store.merge_share("bank", lines) == 1
    assert store.merge_share("bank", [lines[0]._replace(note="退款")]) == 1
    assert store.merge_share("bank", [lines[0]._replace(note="other")]) == 0


def test_steps_are_never_brought_in(store):
    with pytest.raises(KeyError):
        store.merge_share("steps", [])


def test_a_page_comes_back_and_is_to_be_uploaded_for_its_case(store, life):
    case = life.open_case(store)
    life.centre.push(store)
    page = SharePage(SHA, "image/jpeg", [case], PAGE)
    assert store.merge_page(page)
    assert not store.merge_page(page)
    assert store.attachment(SHA) == PAGE
    assert [each[1] for each in store.uploads(9)] == [SHA]


def test_each_backup_has_a_key_of_its_own(store, life):
    one, two = store.backup_key(bytes(32)), store.backup_key(bytes([1]) * 32)
    assert one != two
    assert one == store.backup_key(bytes(32))


def test_a_head_with_bytes_that_are_no_text_is_damaged():
    said = msgspec.msgpack.encode(HEAD).replace(b"d-1", b"d-\xff")
    with pytest.raises(StoreFailure, match=r"store\.backup_damaged"):
        read_head(MARK + len(said).to_bytes(4, "big") + said)
