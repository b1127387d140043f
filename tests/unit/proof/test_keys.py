"""Keys: forms on the wire, names, signatures, and what is not a P-256 key."""

from __future__ import annotations

import re

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st

from sync.proof.failures import ProofError
from sync.proof.keys import (
    HALF_N,
    SoftwareKey,
    der_to_raw,
    is_low_s,
    jwk_of,
    new_bytes,
    new_id,
    public_of,
    raw_to_der,
    read_jwk,
    thumbprint,
    verify_es256,
)
from sync.proof.sealing import ENC_BYTES, seal, unseal
from sync.protocol.errors import ReaderError

KEY = SoftwareKey.from_scalar(7)


def pkcs8(private) -> bytes:
    return private.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@given(st.binary(max_size=300))
def test_signatures_verify_and_have_low_s(data):
    raw = KEY.sign_es256(data)
    assert len(raw) == 64
    assert is_low_s(raw)
    assert verify_es256(KEY.public, data, raw)
    assert not verify_es256(KEY.public, data + b"x", raw)
    assert der_to_raw(raw_to_der(raw)) == raw


def test_high_s_of_a_card_is_brought_down():
    high = raw_to_der((5).to_bytes(32, "big") + (HALF_N + 1).to_bytes(32, "big"))
    assert is_low_s(der_to_raw(high))


@pytest.mark.parametrize("der", [b"", b"\x30\x00", b"\x30\x06\x02\x01\x00\x02\x01\x01", b"\xff"])
def test_what_a_card_answers_instead_of_a_signature_is_refused(der):
    with pytest.raises(ReaderError, match=r"reader\.signature_form"):
        der_to_raw(der)


def test_the_thumbprint_of_rfc_9449():
    jwk = read_jwk(
        {
            "kty": "EC",
            "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
            "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
            "crv": "P-256",
        }
    )
    assert thumbprint(jwk) == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


def test_keys_survive_their_files():
    again = SoftwareKey.from_pkcs8(KEY.to_pkcs8())
    assert again.thumbprint == KEY.thumbprint
    pem = KEY.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    assert SoftwareKey.from_pkcs8(pem).jwk == KEY.jwk
    assert public_of(jwk_of(KEY.public)) == KEY.public


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"-----BEGIN PRIVATE KEY-----\n",
        pkcs8(ed25519.Ed25519PrivateKey.generate()),
        pkcs8(ec.generate_private_key(ec.SECP384R1())),
    ],
    ids=["nothing", "half a PEM", "Ed25519", "P-384"],
)
def test_other_keys_are_refused(data):
    with pytest.raises(ReaderError, match=r"reader\.key"):
        SoftwareKey.from_pkcs8(data)


def test_a_key_does_not_print_itself():
    assert repr(KEY) == f"SoftwareKey({KEY.thumbprint})"


def test_fresh_ids_are_version_7_and_all_different():
    ids = [new_id() for _ in range(100)]
    form = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    assert all(form.fullmatch(text) for text in ids)
    assert len(set(ids)) == 100
    assert len(new_bytes(16)) == 16
    assert SoftwareKey.generate().thumbprint != SoftwareKey.generate().thumbprint


def test_what_is_sealed_opens_for_its_key_and_purpose_alone():
    sealed = seal(b"k" * 32, KEY.public, b"for you")
    assert len(sealed) == ENC_BYTES + 32 + 16
    assert unseal(sealed, KEY, b"for you") == b"k" * 32
    for other, key, info in [
        (sealed, SoftwareKey.generate(), b"for you"),
        (sealed, KEY, b"for me"),
        (sealed[:-1] + bytes([sealed[-1] ^ 1]), KEY, b"for you"),
        (b"\x04" + b"\1" * 112, KEY, b"for you"),
        (b"", KEY, b"for you"),
    ]:
        with pytest.raises(ProofError, match=r"proof\.sealed"):
            unseal(other, key, info)
