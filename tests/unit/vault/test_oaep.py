"""OAEP taken off by hand, held against the library."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from client.vault.failures import VaultFailure, VaultProblem
from client.vault.oaep import unpad

KEY = rsa.generate_private_key(65537, 2048)


def padded(message: bytes, label: bytes) -> bytes:
    scheme = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label)
    sealed = int.from_bytes(KEY.public_key().encrypt(message, scheme), "big")
    numbers = KEY.private_numbers()
    return pow(sealed, numbers.d, numbers.public_numbers.n).to_bytes(256, "big")


@settings(max_examples=25)
@given(st.binary(max_size=190), st.binary(max_size=40))
def test_what_the_library_pads_comes_off(message, label):
    assert unpad(padded(message, label), label) == message


def refused(block: bytes, label: bytes) -> VaultProblem:
    with pytest.raises(VaultFailure) as caught:
        unpad(block, label)
    return caught.value.what


def test_whatever_is_wrong_gets_one_answer():
    block = padded(b"root", b"label")
    altered = [
        (block, b"other label"),
        (b"\1" + block[1:], b"label"),
        (block[:40] + bytes((block[40] ^ 1,)) + block[41:], b"label"),
        (block[:-1] + bytes((block[-1] ^ 1,)), b"label"),
        (bytes(256), b"label"),
        (block[:65], b"label"),
        (b"", b"label"),
    ]
    assert {refused(*pair) for pair in altered} == {VaultProblem.SLOT_ALTERED}
