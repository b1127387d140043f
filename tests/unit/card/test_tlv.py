"""Data objects: written shortest, read strictly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.card.tlv import TlvError, decode, encode, only


@given(st.lists(st.tuples(st.sampled_from([0x53, 0x5C, 0x7C, 0x81, 0x5F2F, 0x7F49]), st.binary())))
def test_objects_read_back_in_order(objects):
    data = b"".join(encode(tag, value) for tag, value in objects)
    assert decode(data) == tuple(objects)


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65535, 65536])
def test_lengths_are_written_in_their_shortest_form(size):
    data = encode(0x53, bytes(size))
    width = 1 if size < 0x80 else 2 if size < 0x100 else 3 if size < 0x10000 else 4
    assert len(data) == 1 + width + size
    assert decode(data) == ((0x53, bytes(size)),)


@given(st.binary(max_size=300))
def test_any_bytes_are_objects_or_refused(data):
    try:
        objects = decode(data)
    except TlvError:
        return
    assert sum(len(value) for _, value in objects) <= len(data)


@given(st.binary(min_size=1, max_size=60))
def test_every_cut_is_noticed(value):
    data = encode(0x7C, value)
    for end in range(1, len(data)):
        with pytest.raises(TlvError):
            decode(data[:end])


@pytest.mark.parametrize(
    "data",
    [
        "53",
        "5380",
        "5384000000010A",
        "5381",
        "538201",
        "5302AA",
        "5F",
        "5FFF",
        "5FFFFF0100",
        "1F8080",
    ],
)
def test_forms_that_no_card_may_use_are_refused(data):
    with pytest.raises(TlvError):
        decode(bytes.fromhex(data))


def test_the_only_object_of_its_tag_is_returned():
    both = encode(0x81, b"a") + encode(0x82, b"b")
    assert only(both, 0x82) == b"b"
    for data in (encode(0x81, b"a"), both + encode(0x82, b"c"), b""):
        with pytest.raises(TlvError):
            only(data, 0x82)
