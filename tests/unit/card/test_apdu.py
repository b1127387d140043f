"""Commands in all four cases, short and extended, chained, and the whole conversation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.card.apdu import OK, ApduError, Command, chain, converse, encode, parse

BYTE = st.integers(0, 255)
PLAIN_CLA = st.integers(0, 255).filter(lambda value: not value & 0x10)


def commands(largest_data: int, largest_le: int):
    return st.builds(
        Command,
        cla=PLAIN_CLA,
        ins=BYTE,
        p1=BYTE,
        p2=BYTE,
        data=st.binary(max_size=largest_data),
        le=st.none() | st.integers(1, largest_le),
    )


@pytest.mark.parametrize(
    ("command", "short", "extended"),
    [
        (Command(0, 0x20, 0, 0x80), "00200080", "00200080"),
        (Command(0, 0xB0, 0, 0, le=16), "00B0000010", "00B00000000010"),
        (Command(0, 0xB0, 0, 0, le=256), "00B0000000", "00B00000000100"),
        (Command(0, 0xDA, 1, 2, b"ab"), "00DA0102026162", "00DA01020000026162"),
        (Command(0, 0xCB, 1, 2, b"ab", 5), "00CB010202616205", "00CB010200000261620005"),
        (Command(0, 0xCB, 1, 2, b"ab", 256), "00CB010202616200", "00CB010200000261620100"),
    ],
)
def test_the_four_cases_are_written_and_read_in_both_forms(command, short, extended):
    assert encode(command).hex().upper() == short
    assert encode(command, extended=True).hex().upper() == extended
    assert parse(bytes.fromhex(short)) == command
    assert parse(bytes.fromhex(extended)) == command


def test_largest_extended_lengths_are_written_as_zero():
    assert encode(Command(0, 1, 0, 0, le=65536), extended=True) == bytes.fromhex("00010000000000")
    assert parse(bytes.fromhex("00010000000000")).le == 65536
    whole = encode(Command(0, 1, 0, 0, bytes(65535), 65536), extended=True)
    assert whole.endswith(b"\0\0")
    assert parse(whole).le == 65536


@given(commands(255, 256))
def test_short_form_reads_back(command):
    assert parse(encode(command)) == command


@given(commands(2000, 65536))
def test_extended_form_reads_back(command):
    assert parse(encode(command, extended=True)) == command


@given(st.binary(max_size=600))
def test_any_bytes_are_a_command_or_refused(data):
    try:
        command = parse(data)
    except ApduError:
        return
    short = len(command.data) <= 255 and (command.le or 0) <= 256
    assert data in {
        encode(command, extended=True),
        *([encode(command)] if short else []),
    }


@pytest.mark.parametrize(
    ("command", "extended"),
    [
        (Command(0, 0, 0, 0, bytes(256)), False),
        (Command(0, 0, 0, 0, bytes(65536)), True),
        (Command(0, 0, 0, 0, le=0), False),
        (Command(0, 0, 0, 0, le=257), False),
        (Command(0, 0, 0, 0, le=65537), True),
    ],
)
def test_what_does_not_fit_is_not_written(command, extended):
    with pytest.raises(ApduError):
        encode(command, extended=extended)


@pytest.mark.parametrize(
    "apdu",
    [
        "",
        "00",
        "002000",
        "00200080 0211",
        "00200080 021122334455",
        "00200080 0000",
        "00200080 00000011",
        "00200080 000005112233",
        "00200080 00000111000011",
    ],
)
def test_lengths_that_disagree_with_the_bytes_are_refused(apdu):
    with pytest.raises(ApduError):
        parse(bytes.fromhex(apdu))


@given(commands(3000, 256))
def test_chain_carries_all_data_in_order(command):
    *linked, last = chain(command)
    assert b"".join(piece.data for piece in (*linked, last)) == command.data
    assert all(piece.cla == command.cla | 0x10 and piece.le is None for piece in linked)
    assert all(len(piece.data) == 255 for piece in linked)
    assert (last.cla, last.le) == (command.cla, command.le)
    assert len(last.data) <= 255


def talk(command: Command, *script: tuple[str, str], extended: bool = False):
    """Hold a conversation against a script of (expected APDU, answer with status), all used."""
    conversation = converse(command, extended=extended)
    sent = next(conversation)
    for place, (expected, answer) in enumerate(script):
        assert sent == bytes.fromhex(expected), place
        data = bytes.fromhex(answer)
        try:
            sent = conversation.send((data[:-2], int.from_bytes(data[-2:], "big")))
        except StopIteration as end:
            assert place == len(script) - 1
            return end.value
    message = "the script is too short"
    raise AssertionError(message)


SIMPLE = Command(0, 0xCB, 0x3F, 0xFF, b"\x5c", 256)


def test_one_answer_ends_it():
    assert talk(SIMPLE, ("00CB3FFF015C00", "AABB9000")) == (b"\xaa\xbb", OK)


def test_a_refusal_is_returned_as_its_status():
    assert talk(SIMPLE, ("00CB3FFF015C00", "6A82")) == (b"", 0x6A82)


def test_waiting_data_is_fetched_until_there_is_none():
    whole = talk(
        SIMPLE,
        ("00CB3FFF015C00", "016100"),
        ("00C0000000", "026102"),
        ("00C0000002", "03049000"),
    )
    assert whole == (b"\1\2\3\4", OK)


def test_fetching_may_end_in_a_warning():
    whole = talk(SIMPLE, ("00CB3FFF015C00", "6102"), ("00C0000002", "01026282"))
    assert whole == (b"\1\2", 0x6282)


def test_corrected_length_is_obeyed_once():
    whole = talk(SIMPLE, ("00CB3FFF015C00", "6C02"), ("00CB3FFF015C02", "AABB9000"))
    assert whole == (b"\xaa\xbb", OK)
    with pytest.raises(ApduError):
        talk(SIMPLE, ("00CB3FFF015C00", "6C02"), ("00CB3FFF015C02", "6C03"))
    whole = talk(SIMPLE, ("00CB3FFF015C00", "6C00"), ("00CB3FFF015C00", "9000"))
    assert whole == (b"", OK)


def test_corrected_length_without_expectation_is_just_a_status():
    assert talk(Command(0, 0x20, 0, 0x80), ("00200080", "6C10")) == (b"", 0x6C10)


def test_long_data_is_chained_and_the_chain_stops_at_a_refusal():
    command = Command(0, 0x87, 7, 0x9C, bytes(300), 256)
    first, last = "1087079CFF" + "00" * 255, "0087079C2D" + "00" * 45 + "00"
    assert talk(command, (first, "9000"), (last, "AA9000")) == (b"\xaa", OK)
    assert talk(command, (first, "6A80")) == (b"", 0x6A80)


def test_long_data_goes_in_one_extended_command_where_the_card_takes_it():
    command = Command(0, 0x87, 7, 0x9C, bytes(300), 256)
    whole = "0087079C00012C" + "00" * 300 + "0100"
    assert talk(command, (whole, "AA9000"), extended=True) == (b"\xaa", OK)
    assert talk(SIMPLE, ("00CB3FFF015C00", "9000"), extended=True) == (b"", OK)


def test_a_card_that_goes_on_for_ever_is_stopped():
    conversation = converse(SIMPLE)
    next(conversation)
    for _ in range(256):
        conversation.send((bytes(256), 0x6100))
    with pytest.raises(ApduError):
        conversation.send((bytes(256), 0x6100))


def test_a_card_that_promises_and_gives_nothing_is_stopped():
    with pytest.raises(ApduError):
        talk(SIMPLE, ("00CB3FFF015C00", "6110"), ("00C0000010", "6110"))


def test_a_command_does_not_print_its_data():
    assert "123456" not in repr(Command(0, 0x20, 0, 0x80, b"123456"))
