from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.engine.faults import LineFailure
from sync.engine.live import LINE_MAX, PokeReader
from sync.protocol.messages import Poke

STREAM = b': beat\n\ndata: {"s":"policy","n":4}\r\n\r\nevent: x\ndata:{"s":"a/b","n":5}\n\n'


def read(*chunks):
    reader = PokeReader()
    return [poke for chunk in chunks for poke in reader.feed(chunk)]


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_pieces_of_any_size_bring_the_same_pokes(cuts):
    edges = [0, *sorted(cuts), len(STREAM)]
    chunks = [STREAM[a:b] for a, b in pairwise(edges)]
    assert read(*chunks) == [Poke("policy", 4), Poke("a/b", 5)]


@pytest.mark.parametrize(
    "line",
    [b"data: 7", b"data: {", b'data: {"s":"UPPER","n":1}', b"data: " + b"x" * 5000, b"id: 3"],
)
def test_what_cannot_be_read_is_skipped(line):
    assert read(line + b"\n\n", b'data: {"s":"a","n":1}\n\n') == [Poke("a", 1)]


def test_a_line_without_end_is_no_stream():
    with pytest.raises(LineFailure):
        read(b"x" * (LINE_MAX + 1))


@given(st.binary(max_size=300))
def test_wild_bytes_never_break_it(data):
    read(data)
