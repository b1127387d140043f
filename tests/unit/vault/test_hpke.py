"""Opening HPKE by a raw ECDH, held against RFC 9180 and against the library."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from client.vault import hpke
from client.vault.failures import VaultFailure, VaultProblem

# "Ode on a Grecian Urn", "Beauty is truth, truth beauty", "Count-0": RFC 9180 appendix A.
INFO = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
PLAIN = bytes.fromhex("4265617574792069732074727574682c20747275746820626561757479")
AAD = bytes.fromhex("436f756e742d30")

A_3_1 = {  # RFC 9180 A.3.1: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM
    "aead": hpke.AES_128,
    "secret": "f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2",
    "enc": "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7"
    "f951c0900be863c403ce65c9bfcb9382657222d18c4",
    "shared": "c0d26aeab536609a572b07695d933b589dcf363ff9d93c93adea537aeabb8cb8",
    "key": "868c066ef58aae6dc589b6cfdd18f97e",
    "nonce": "4e0bc5018beba4bf004cca59",
    "ct": "5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513"
    "434",
}
CFRG_AES_256 = {  # test-vectors.json of the RFC's authors: the same with AES-256-GCM, our suite
    "aead": hpke.AES_256,
    "secret": "317f915db7bc629c48fe765587897e01e282d3e8445f79f27f65d031a88082b2",
    "enc": "04c06b4f6bebc7bb495cb797ab753f911aff80aefb86fd8b6fcc35525f3ab5f03e0b21bd31a86c6048af3cb"
    "2d98e0d3bf01da5cc4c39ff5370d331a4f1f7d5a4e0",
    "shared": "48893fecd82f7c3456af6a42d8f56325d21e08c10fa81299986aaff54cde7b49",
    "key": "ee16802a936d5f544771131900ee6973d0551de9e852ece2ef34bf0d5f9e1d1d",
    "nonce": "9bc50980832a7b4b58c40161",
    "ct": "58c61a45059d0c5704560e9d88b564a8b63f1364b8d1fcb3c4c6ddc1d291742465e902cd216f8908da49f8f9"
    "6f",
}
SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
KEY = ec.generate_private_key(ec.SECP256R1())


def point_of(key) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def agreeing(key):
    def agree(point: bytes) -> bytes:
        peer = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        return key.exchange(ec.ECDH(), peer)

    return agree


@pytest.mark.parametrize("vector", [A_3_1, CFRG_AES_256], ids=["A.3.1", "AES-256-GCM"])
def test_published_vectors_come_out(vector):
    key = ec.derive_private_key(int(vector["secret"], 16), ec.SECP256R1())
    enc = bytes.fromhex(vector["enc"])
    shared = hpke.shared_secret(agreeing(key)(enc), enc, point_of(key))
    assert shared.hex() == vector["shared"]
    derived, nonce = hpke.key_schedule(shared, INFO, vector["aead"])
    assert (derived.hex(), nonce.hex()) == (vector["key"], vector["nonce"])
    assert AESGCM(derived).decrypt(nonce, bytes.fromhex(vector["ct"]), AAD) == PLAIN


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_what_the_library_seals_opens_by_ecdh(plain, info):
    sealed = SUITE.encrypt(plain, KEY.public_key(), info)
    assert hpke.unseal(sealed, point_of(KEY), info, agreeing(KEY)) == plain
    assert SUITE.decrypt(sealed, KEY, info) == plain


@given(st.integers(min_value=0))
def test_one_bit_anywhere_is_noticed(bit):
    sealed = bytearray(SUITE.encrypt(b"root", KEY.public_key(), b"info"))
    sealed[bit // 8 % len(sealed)] ^= 1 << bit % 8
    with pytest.raises(VaultFailure) as caught:
        hpke.unseal(bytes(sealed), point_of(KEY), b"info", agreeing(KEY))
    assert caught.value.what in {VaultProblem.SLOT_ALTERED, VaultProblem.BAD_POINT}


def test_other_info_does_not_open():
    sealed = SUITE.encrypt(b"root", KEY.public_key(), b"info")
    with pytest.raises(VaultFailure) as caught:
        hpke.unseal(sealed, point_of(KEY), b"other", agreeing(KEY))
    assert caught.value.what is VaultProblem.SLOT_ALTERED


@pytest.mark.parametrize(
    "point",
    [b"\x04" + bytes(64), b"\x04" + b"\x01" * 64, b"\x02" + bytes(64), bytes(65), b"\xff" * 65],
)
def test_point_off_the_curve_is_never_given_to_the_card(point):
    def never(_point):
        raise AssertionError

    with pytest.raises(VaultFailure) as caught:
        hpke.unseal(point + bytes(48), point_of(KEY), b"", never)
    assert caught.value.what is VaultProblem.BAD_POINT


def test_too_short_is_refused_before_the_card():
    with pytest.raises(VaultFailure) as caught:
        hpke.unseal(bytes(80), point_of(KEY), b"", agreeing(KEY))
    assert caught.value.what is VaultProblem.SLOT_ALTERED
