"""The simulated chip answers by the standard, whatever it is sent."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client.card.chip import Chip

SELECT = bytes.fromhex("00A4040005A00000030800")


@pytest.fixture
def chip(card_of) -> Chip:
    return Chip(card_of("clerk"))


def status(chip: Chip, apdu: str) -> int:
    return chip.transmit(bytes.fromhex(apdu))[1]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=300), max_size=5))
def test_any_bytes_get_an_answer(chip, sent):
    chip.reset()
    for apdu in (SELECT, *sent):
        data, answer = chip.transmit(apdu)
        assert isinstance(data, bytes)
        assert 0x6100 <= answer <= 0x9000


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=250), st.sampled_from([0x20, 0x24, 0x2C, 0x87, 0xCB, 0xA4]), st.data())
def test_any_data_to_a_known_command_gets_an_answer(chip, body, instruction, data):
    chip.reset()
    chip.transmit(SELECT)
    p1, p2 = data.draw(st.sampled_from([(0, 0x80), (0x11, 0x9A), (7, 0x9C), (0x3F, 0xFF), (4, 0)]))
    _, answer = chip.transmit(bytes((0, instruction, p1, p2, len(body))) + body + b"\0")
    assert 0x6100 <= answer <= 0x9000


@pytest.mark.parametrize(
    ("apdu", "expected"),
    [
        ("80A4040000", 0x6E00),
        ("0020", 0x6700),
        ("00C0000000", 0x6985),
        ("00020000", 0x6D00),
        ("00A4000005A00000030800", 0x6A82),
        ("00A4040004A000000300", 0x6A82),
        ("00CB3FFE055C035FC10500", 0x6A86),
        ("00CB3FFF015C00", 0x6A80),
        ("00CB3FFF055C035FC10100", 0x6A82),
        ("00200081", 0x6A88),
        ("00200180", 0x6A86),
        ("0020008003313233", 0x6A80),
        ("00240080083132333435363738", 0x6A80),
        ("0087119E0470008100", 0x6A88),
        ("0087119A0470008100", 0x6982),
    ],
)
def test_wrong_commands_get_the_standards_status(chip, apdu, expected):
    chip.transmit(SELECT)
    assert status(chip, apdu) == expected


def test_nothing_is_answered_before_the_application_is_selected(chip):
    assert status(chip, "00200080") == 0x6985


def test_a_chain_broken_by_another_command_is_forgotten(chip):
    chip.transmit(SELECT)
    assert status(chip, "10CB3FFF025C03") == 0x9000
    assert status(chip, "00200080") == 0x63C3
    assert status(chip, "00CB3FFF035FC105") == 0x6A80


def test_a_chain_without_end_is_refused(chip):
    chip.transmit(SELECT)
    piece = bytes.fromhex("1087079CFF") + bytes(255)
    assert [chip.transmit(piece)[1] for _ in range(33)][-1] == 0x6700


def test_power_off_forgets_everything(chip):
    chip.transmit(SELECT)
    assert status(chip, "0020008008313233343536FFFF") == 0x9000
    assert status(chip, "00200080") == 0x9000
    chip.reset()
    chip.transmit(SELECT)
    assert status(chip, "00200080") == 0x63C3


def test_verified_card_still_refuses_what_makes_no_sense(chip):
    chip.transmit(SELECT)
    chip.transmit(bytes.fromhex("0020008008313233343536FFFF"))
    assert status(chip, "0087119A0412345678") == 0x6A80  # no template
    assert status(chip, "0087119A067C0482008100") == 0x6A80  # no digest
    assert status(chip, "0087079A067C0482008100") == 0x6A86  # RSA asked of a P-256 key
    off_curve = "7C45" + "8200" + "8541" + "04" + "00" * 64
    assert status(chip, "0087119D47" + off_curve + "00") == 0x6A80


def test_selecting_again_keeps_what_was_verified(chip):
    chip.transmit(SELECT)
    chip.transmit(bytes.fromhex("0020008008313233343536FFFF"))
    chip.transmit(SELECT)
    assert status(chip, "00200080") == 0x9000


def test_readers_find_out_what_card_it_is_and_whose(chip):
    chip.transmit(SELECT)
    discovery, answer = chip.transmit(bytes.fromhex("00CB3FFF035C017E00"))
    assert (discovery.hex(), answer) == ("7e124f0ba0000003080000100001005f2f024000", 0x9000)
    holder, answer = chip.transmit(bytes.fromhex("00CB3FFF055C035FC10200"))
    assert answer == 0x9000
    assert holder[:4].hex() == "533b3019"
    assert holder[29:31].hex() == "3410"
