"""Frames of identity card readers: whole ones read, anything else refused and never a crash."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.app.ports.counter import CounterFailure
from client.counter import gat450
from tests.helpers.id_reader import card_data

CARD = card_data("林知夏", "110105199003072588", "云岭县滨河路12号", "20350101")


def test_a_command_is_the_frame_of_the_standard():
    assert gat450.command(gat450.FIND) == bytes.fromhex("aaaaaa9669 0003 2001 22")


def test_a_card_is_read():
    card = gat450.read_card(CARD)

    assert (card.name, card.number) == ("林知夏", "110105199003072588")
    assert card.address == "云岭县滨河路12号"
    assert card.valid_until == date(2035, 1, 1)


def test_a_card_without_end_has_none():
    card = gat450.read_card(card_data("林知夏", "110105199003072588", "路", "长期"))

    assert card.valid_until is None


def test_a_card_of_another_kind_is_said_to_be_unread():
    with pytest.raises(CounterFailure) as refused:
        gat450.read_card(card_data("A", "1", "x", "20350101", kind="I"))

    assert refused.value.code == "counter.card_unread"


@given(st.integers(0, 255), st.binary(max_size=300))
def test_an_answer_comes_back_as_it_was_given(status, data):
    frame = gat450.answer(status, data)

    assert gat450.read_answer(frame) == gat450.Answer(status, data)
    assert gat450.length_of(frame[:7]) == len(frame) - 7


@given(st.data())
def test_one_altered_bit_is_refused(data):
    frame = bytearray(gat450.answer(gat450.DONE, CARD))
    at = data.draw(st.integers(0, len(frame) * 8 - 1))
    frame[at // 8] ^= 1 << at % 8

    with pytest.raises(CounterFailure):
        gat450.read_answer(bytes(frame))


@given(st.binary(max_size=600))
def test_rubbish_is_refused_and_never_crashes(rubbish):
    for read in (gat450.read_answer, gat450.read_card, gat450.length_of):
        with contextlib.suppress(CounterFailure):
            read(rubbish)
