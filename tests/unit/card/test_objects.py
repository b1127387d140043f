"""Certificates as they lie on cards, whole, compressed, missing and broken."""

from __future__ import annotations

import zlib

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from client.card import objects, tlv
from client.card.failures import CardFailure, CardProblem


def problem(data: bytes) -> CardProblem:
    with pytest.raises(CardFailure) as caught:
        objects.certificate(data, "9A")
    return caught.value.what


@pytest.fixture
def made(card_of) -> x509.Certificate:
    return x509.load_pem_x509_certificate(card_of("clerk").keys["9A"].cert.encode())


@pytest.mark.parametrize("compressed", [False, True])
def test_a_certificate_comes_out_as_it_went_in(made, compressed):
    data = objects.wrap(objects.der(made), compressed=compressed)
    assert objects.certificate(data, "9A") == made


def test_an_empty_place_is_no_certificate():
    assert problem(tlv.encode(0x53, b"")) is CardProblem.NO_CERTIFICATE


def test_a_bomb_is_not_unpacked():
    packer = zlib.compressobj(wbits=31)
    bomb = packer.compress(bytes(50_000_000)) + packer.flush()
    parts = tlv.encode(0x70, bomb) + tlv.encode(0x71, b"\1")
    assert problem(tlv.encode(0x53, parts)) is CardProblem.BAD_CERTIFICATE


@pytest.mark.parametrize("info", [b"\0", b"\1"])
@given(junk=st.binary(max_size=100))
def test_junk_in_its_place_is_a_bad_certificate(info, junk):
    parts = tlv.encode(0x70, junk) + tlv.encode(0x71, info)
    assert problem(tlv.encode(0x53, parts)) is CardProblem.BAD_CERTIFICATE


@given(st.binary(max_size=100))
def test_any_bytes_are_no_or_a_bad_certificate(data):
    assert problem(data) in {CardProblem.BAD_CERTIFICATE, CardProblem.NO_CERTIFICATE}
