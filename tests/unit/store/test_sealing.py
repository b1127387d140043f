"""Sealed files: every length comes back, nothing altered does."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.store.failures import StoreFailure
from client.store.sealing import (
    CHUNK_BYTES,
    MARK,
    NONCE_BYTES,
    TAG_BYTES,
    file_name,
    seal,
    unseal,
    unwrap,
    wrap,
)

KEY = bytes(range(32))
BOUNDARIES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 200_000]


def sealed(data: bytes) -> bytes:
    return b"".join(seal(KEY, data))


@pytest.mark.parametrize("length", BOUNDARIES)
def test_every_length_comes_back(length):
    data = bytes(place % 251 for place in range(length))
    whole = sealed(data)
    chunks = max(1, -(-length // CHUNK_BYTES))
    assert len(whole) == len(MARK) + length + chunks * TAG_BYTES
    assert unseal(KEY, whole) == data


@pytest.mark.parametrize("length", [1, CHUNK_BYTES, CHUNK_BYTES + 1])
def test_cut_short_is_noticed(length):
    whole = sealed(b"x" * length)
    for end in (0, 5, len(MARK), len(MARK) + 1, len(MARK) + TAG_BYTES, len(whole) - 1):
        with pytest.raises(StoreFailure, match="attachment_damaged"):
            unseal(KEY, whole[:end])


def test_file_that_ends_at_a_chunk_is_not_taken_for_whole():
    whole = sealed(b"x" * (CHUNK_BYTES + 1))
    with pytest.raises(StoreFailure):
        unseal(KEY, whole[: len(MARK) + CHUNK_BYTES + TAG_BYTES])


def test_chunks_swapped_doubled_or_added_are_noticed():
    piece = CHUNK_BYTES + TAG_BYTES
    whole = sealed(b"a" * CHUNK_BYTES + b"b" * CHUNK_BYTES + b"c")
    body = whole[len(MARK) :]
    one, two, rest = body[:piece], body[piece : 2 * piece], body[2 * piece :]
    for wrong in (two + one + rest, one + one + rest, one + two + rest + rest, one + two):
        with pytest.raises(StoreFailure):
            unseal(KEY, MARK + wrong)


@given(st.binary(max_size=300), st.data())
def test_one_altered_bit_is_noticed(data, draw):
    whole = bytearray(sealed(data))
    place = draw.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= 1 << draw.draw(st.integers(0, 7))
    with pytest.raises(StoreFailure):
        unseal(KEY, bytes(whole))


def test_wrapped_key_opens_for_its_own_content_and_key_only():
    digest, other = hashlib.sha256(b"1").digest(), hashlib.sha256(b"2").digest()
    wrapped = wrap(KEY, b"k" * 32, digest, b"n" * NONCE_BYTES)
    assert unwrap(KEY, wrapped, digest) == b"k" * 32
    for att, bound, text in (
        (KEY, other, wrapped),
        (b"z" * 32, digest, wrapped),
        (KEY, digest, wrapped[:-1] + b"?"),
        (KEY, digest, b""),
    ):
        with pytest.raises(StoreFailure):
            unwrap(att, text, bound)


def test_name_tells_nothing_without_the_key():
    digest = hashlib.sha256(b"1").digest()
    assert file_name(b"a" * 32, digest) != file_name(b"b" * 32, digest)
    assert digest.hex() not in file_name(b"a" * 32, digest)
