"""Requests: old nonce, other body, other origin, other key: each is refused under its own code."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.proof.failures import ProofError
from sync.proof.jws import sign, sign_form
from sync.proof.keys import SoftwareKey
from sync.proof.tokens import (
    Nonces,
    Request,
    TokenRecord,
    check_token,
    make_proof,
    text_hash,
    token_hash,
    verify_proof,
)
from sync.protocol.codec import b64u_encode, write_json
from sync.protocol.errors import ReaderError, WireError
from sync.protocol.limits import PROOF_NONCE_MS, PROOF_SKEW_MS
from sync.protocol.records import DPOP, EVENT, Proof

KEY = SoftwareKey.from_scalar(31)
NONCES = Nonces(b"s" * 32)
NOW = 1_772_501_400_000
JTI = "j" * 22
REQUEST = Request(
    "POST", "https://centre.yunling.example/v1/push", b"\x28\xb5\x2f\xfd zstd", "t" * 43
)


def proof(request: Request = REQUEST, nonce: str | None = None, **kwargs) -> str:
    nonce = NONCES.make(NOW) if nonce is None else nonce
    return make_proof(request, nonce, JTI, NOW // 1000, KEY, KEY.jwk, **kwargs)


def code_of(text: str, request: Request = REQUEST, now: int = NOW) -> tuple[str, str]:
    with pytest.raises((ProofError, ReaderError)) as caught:
        verify_proof(text, request, NONCES, now)
    return caught.value.code, str(caught.value.details.get("member", ""))


def test_a_request_is_proven_by_its_key():
    proven = verify_proof(proof(), REQUEST, NONCES, NOW)
    assert proven.jkt == KEY.thumbprint
    assert (proven.jti, proven.nonce, proven.iat) == (JTI, NONCES.make(NOW), NOW // 1000)


def test_before_login_there_is_no_token():
    request = dataclasses.replace(REQUEST, token=None)
    assert verify_proof(proof(request), request, NONCES, NOW).jkt == KEY.thumbprint
    assert code_of(proof(request)) == ("proof.request_differs", "ath")
    assert code_of(proof(), request) == ("proof.request_differs", "ath")


@pytest.mark.parametrize(
    ("member", "changes"),
    [
        ("htm", {"method": "PUT"}),
        ("htu", {"url": "https://centre.yunling.example/v1/pull"}),
        ("htu", {"url": "https://centre.yunling.example.evil.example/v1/push"}),
        ("htu", {"url": "http://centre.yunling.example/v1/push"}),
        ("bh", {"body": b"another body"}),
        ("bh", {"body": b""}),
        ("ath", {"token": "u" * 43}),
    ],
)
def test_a_proof_for_another_request_is_refused(member, changes):
    other = dataclasses.replace(REQUEST, **changes)
    assert code_of(proof(), other) == ("proof.request_differs", member)


def test_nonces_last_two_minutes_and_are_the_centres_own():
    NONCES.check(NONCES.make(NOW), NOW + PROOF_NONCE_MS - 1)
    NONCES.check(NONCES.make(NOW + PROOF_SKEW_MS), NOW)  # of a process whose clock is ahead
    assert code_of(proof(), now=NOW + PROOF_NONCE_MS)[0] == "proof.nonce_old"
    assert code_of(proof(), now=NOW - PROOF_SKEW_MS - 1)[0] == "proof.nonce_old"
    for nonce in ("", "A" * 32, "!", Nonces(b"t" * 32).make(NOW), NONCES.make(NOW)[:-1]):
        assert code_of(proof(nonce=nonce))[0] == "proof.nonce_form"


@given(st.text(max_size=64))
def test_any_other_text_is_no_nonce(nonce):
    with pytest.raises(ProofError, match=r"proof\.nonce_form"):
        NONCES.check(nonce, NOW)


def test_a_proof_is_read_as_strictly_as_everything_else():
    text = proof()
    assert code_of(text + "A")[0].startswith("reader.")
    assert code_of(sign(DPOP, KEY.jwk, write_json({"htm": "POST"}), KEY))[0] == "reader.members"
    other = SoftwareKey.from_scalar(32)
    members = {
        "htm": "POST", "htu": REQUEST.url, "jti": JTI, "iat": 1, "nonce": "n", "bh": "A" * 43,
    }  # fmt: skip
    assert code_of(sign_form(Proof(**members), KEY.jwk, other))[0] == "reader.signature"
    with pytest.raises(ReaderError, match=r"reader\.typ"):
        sign(EVENT, KEY.jwk, b"{}", KEY)


def test_the_token_hash_of_rfc_9449():
    token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
    assert token_hash(token) == "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"
    assert text_hash(b"") == b64u_encode(bytes.fromhex(
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    ))  # fmt: skip


def test_a_token_serves_its_key_for_its_time():
    record = TokenRecord(token_hash("t"), KEY.thumbprint, "d-339901-03", "A" * 43, NOW)
    assert check_token(record, KEY.thumbprint, NOW - 1) is record
    for found, jkt, now, code in [
        (None, KEY.thumbprint, 0, "wire.token_unknown"),
        (record, SoftwareKey.generate().thumbprint, 0, "wire.token_foreign"),
        (record, KEY.thumbprint, NOW, "wire.token_expired"),
    ]:
        with pytest.raises(WireError) as caught:
            check_token(found, jkt, now)
        assert caught.value.code == code
