"""The reader of envelopes: proof.md §1 as a table, each malformed form with its own code."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws as jose
from joserfc.jwk import ECKey

from sync.proof import jws
from sync.proof.jws import Header, Kid, X5t, known, open_form, open_jws, sign, sign_form, typ_of
from sync.proof.keys import N, SoftwareKey, is_low_s, public_of, read_jwk, verify_es256
from sync.protocol.codec import b64u_decode, b64u_encode, write_json
from sync.protocol.errors import ReaderError
from sync.protocol.limits import ENVELOPE_MAX, LEASE_MAX
from sync.protocol.records import (
    ACT,
    ANCHOR_REQUEST,
    DEVICE_PROOF,
    DPOP,
    EVENT,
    LEASE,
    AnchorRequest,
    DeviceProof,
)

KEY = SoftwareKey.from_scalar(20260303)
OTHER = SoftwareKey.from_scalar(20260304)
H = "A" * 43
PROOF = DeviceProof(
    aud="centre-339901", dlg=H, dev="d-339901-03", inc=0, seq0=0, head0="Q" * 42 + "Q"
)
HEADER = {"alg": "ES256", "typ": DEVICE_PROOF, "kid": "k1"}


@dataclass
class Parts:
    """What a signer with the right key can nevertheless make wrong."""

    header: bytes
    payload: bytes

    def signed(self) -> str:
        text = f"{b64u_encode(self.header)}.{b64u_encode(self.payload)}"
        return f"{text}.{b64u_encode(KEY.sign_es256(text.encode()))}"


def made(header: object = None, payload: object = None) -> str:
    as_bytes = [
        part if isinstance(part, bytes) else write_json(part)
        for part in (header or HEADER, payload or {"v": 1})
    ]
    return Parts(*as_bytes).signed()


def code_of(text: str, typ: str = DEVICE_PROOF, resolve=None) -> str:
    with pytest.raises(ReaderError) as caught:
        open_jws(text, typ, resolve or known(KEY.public, "k1"))
    return caught.value.code


GOOD = sign_form(PROOF, Kid("k1"), KEY)
HEAD, BODY, SIGNATURE = GOOD.split(".")


def with_signature(raw: bytes) -> str:
    return f"{HEAD}.{BODY}.{b64u_encode(raw)}"


def raw_signature() -> bytes:
    return b64u_decode(SIGNATURE)


def high_s() -> bytes:
    raw = raw_signature()
    return raw[:32] + (N - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")


def spare_bits(text: str) -> str:
    """The same bytes under base64's lenient reading: another last character."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + alphabet[alphabet.index(text[-1]) ^ 1]


MALFORMED = {
    "longer than 8 KiB": ("x" * (ENVELOPE_MAX + 1), "reader.too_long"),
    "two parts": (f"{HEAD}.{BODY}", "reader.parts"),
    "four parts": (f"{GOOD}.{SIGNATURE}", "reader.parts"),
    "nothing": ("", "reader.parts"),
    "not ASCII": (GOOD.replace(".", "。", 1) + ".", "reader.parts"),
    "letter beyond ASCII": (f"é{GOOD}", "reader.parts"),
    "half a surrogate pair": (f"\ud800{GOOD}", "reader.parts"),
    "padding": (f"{HEAD}.{BODY}.{SIGNATURE}==", "reader.base64"),
    "newline at the end": (f"{GOOD}\n", "reader.base64"),
    "space": (f" {GOOD}", "reader.base64"),
    "spare bits in the signature": (f"{HEAD}.{BODY}.{spare_bits(SIGNATURE)}", "reader.base64"),
    "standard alphabet": (f"{HEAD}.{BODY}+.{SIGNATURE}", "reader.base64"),
    "header not JSON": (made(b"{"), "reader.json"),
    "header not an object": (made(b"[]"), "reader.object"),
    "header member twice": (
        made(b'{"alg":"none","typ":"hall-devproof+jws","kid":"k1","alg":"ES256"}'),
        "reader.duplicate",
    ),
    "no kid": (made({"alg": "ES256", "typ": DEVICE_PROOF}), "reader.header"),
    "one member more": (made(HEADER | {"crit": ["b64"]}), "reader.header"),
    "key in the header": (made(HEADER | {"jwk": {}}), "reader.header"),
    "named by certificate instead": (
        made({"alg": "ES256", "typ": DEVICE_PROOF, "x5t#S256": "k1"}),
        "reader.header",
    ),
    "kid not a text": (made(HEADER | {"kid": 1}), "reader.header"),
    "alg not a text": (made(HEADER | {"alg": None}), "reader.header"),
    "typ not a text": (made(HEADER | {"typ": []}), "reader.header"),
    "another typ": (made(HEADER | {"typ": ANCHOR_REQUEST}), "reader.typ"),
    "typ in capitals": (made(HEADER | {"typ": DEVICE_PROOF.upper()}), "reader.typ"),
    "unknown kid": (made(HEADER | {"kid": "k2"}), "reader.key_unknown"),
    "alg none": (made(HEADER | {"alg": "none"}), "reader.alg"),
    "alg ES384": (made(HEADER | {"alg": "ES384"}), "reader.alg"),
    "alg HS256": (made(HEADER | {"alg": "HS256"}), "reader.alg"),
    "no signature": (f"{HEAD}.{BODY}.", "reader.signature_form"),
    "63 bytes": (with_signature(raw_signature()[:63]), "reader.signature_form"),
    "65 bytes": (with_signature(raw_signature() + b"\0"), "reader.signature_form"),
    "DER": (with_signature(b"\x30\x44" + raw_signature()), "reader.signature_form"),
    "r = 0": (with_signature(b"\0" * 32 + raw_signature()[32:]), "reader.signature_form"),
    "s = 0": (with_signature(raw_signature()[:32] + b"\0" * 32), "reader.signature_form"),
    "s = n": (
        with_signature(raw_signature()[:32] + N.to_bytes(32, "big")),
        "reader.signature_form",
    ),
    "s > n/2": (with_signature(high_s()), "reader.high_s"),
    "signed by another": (sign_form(PROOF, Kid("k1"), OTHER), "reader.signature"),
    "payload of another": (f"{HEAD}.{made().split('.')[1]}.{SIGNATURE}", "reader.signature"),
    "payload not UTF-8": (made(payload=b'{"a":"\xff"}'), "reader.utf8"),
    "payload not JSON": (made(payload=b"{"), "reader.json"),
    "payload nested too deep": (
        made(payload=b'{"a":' + b"[" * 40 + b"]" * 40 + b"}"),
        "reader.depth",
    ),
    "payload member twice, deep": (
        made(payload=b'{"v":1,"late":{"reason":"a","reason":"b"}}'),
        "reader.duplicate",
    ),
    "payload float": (made(payload=b'{"v":1.0}'), "reader.float"),
    "payload integer beyond 2^53": (made(payload=b'{"v":9007199254740993}'), "reader.integer"),
    "payload half a pair": (made(payload=b'{"a":"\\udc00"}'), "reader.text"),
    "payload a list": (made(payload=b"[1]"), "reader.object"),
}


@pytest.mark.parametrize(("text", "code"), MALFORMED.values(), ids=MALFORMED)
def test_each_malformed_envelope_has_its_code(text, code):
    assert code_of(text) == code


def test_a_signature_that_reaches_past_the_order_is_malformed():
    assert code_of(with_signature(b"\xff" * 32 + raw_signature()[32:])) == "reader.signature_form"


@pytest.mark.parametrize("part", [0, 1, 2])
def test_one_bit_altered_anywhere_is_refused(part):
    parts = GOOD.split(".")
    data = b64u_decode(parts[part])
    for bit in range(len(data) * 8):
        altered = bytearray(data)
        altered[bit // 8] ^= 1 << bit % 8
        parts[part] = b64u_encode(bytes(altered))
        assert code_of(".".join(parts)).startswith("reader.")


def test_the_right_form_is_taken_and_gives_the_bytes_as_signed():
    form, opened = open_form(GOOD, DeviceProof, known(KEY.public, "k1"))
    assert form == PROOF
    assert opened.header == Header(DEVICE_PROOF, "ES256", kid="k1")
    assert opened.raw == b64u_decode(BODY)


def test_a_key_of_another_curve_is_not_asked():
    other = ec.generate_private_key(ec.SECP384R1()).public_key()
    assert code_of(GOOD, resolve=lambda _header: other) == "reader.alg"


def test_a_record_of_one_kind_is_no_record_of_another():
    assert code_of(GOOD, EVENT) == "reader.typ"
    assert code_of(GOOD, ACT) == "reader.header"
    assert code_of(GOOD, DPOP) == "reader.header"


def test_missing_members_are_found_after_the_signature():
    with pytest.raises(ReaderError, match=r"reader\.members"):
        open_form(made(payload={"v": 1}), DeviceProof, known(KEY.public))
    with pytest.raises(ReaderError, match=r"reader\.version"):
        open_form(made(payload={"v": 2}), DeviceProof, known(KEY.public))


def test_a_header_key_is_read_strictly():
    def header(jwk: object) -> str:
        return made({"alg": "ES256", "typ": DPOP, "jwk": jwk}, {"htm": "GET"})

    good = {"kty": "EC", "crv": "P-256", "x": KEY.jwk.x, "y": KEY.jwk.y}

    def own(found: Header):
        return public_of(found.jwk)

    assert open_jws(header(good), DPOP, own).header.jwk == KEY.jwk
    assert code_of(header("k"), DPOP, own) == "reader.header"
    assert code_of(header(good | {"d": H}), DPOP, own) == "reader.key"
    assert code_of(header(good | {"x": good["y"]}), DPOP, own) == "reader.key"
    assert code_of(header(good | {"crv": "P-384"}), DPOP, own) == "reader.key"
    assert code_of(header({}), DPOP, own) == "reader.key"


def test_a_header_that_names_its_key_carries_none():
    with pytest.raises(ReaderError, match=r"reader\.header"):
        jws.own_key(Header(DPOP, "ES256", kid="k"))


def test_nothing_is_signed_that_its_reader_would_not_take():
    with pytest.raises(ReaderError, match=r"reader\.typ"):
        sign(DEVICE_PROOF, X5t(H), b"{}", KEY)
    with pytest.raises(ReaderError, match=r"reader\.typ"):
        sign("hall-bundle+jws", Kid("k"), b"{}", KEY)
    with pytest.raises(ReaderError, match=r"reader\.too_long"):
        sign(DEVICE_PROOF, Kid("k"), b"x" * ENVELOPE_MAX, KEY)
    assert len(sign(LEASE, Kid("k"), b"x" * ENVELOPE_MAX, KEY)) > ENVELOPE_MAX
    assert jws.envelope_max(LEASE) == LEASE_MAX


def test_hash_leaves_the_signature_out_and_raw_takes_it_in():
    assert jws.hash_of(GOOD) == hashlib.sha256(f"{HEAD}.{BODY}".encode()).digest()
    assert jws.raw_of(GOOD) == hashlib.sha256(GOOD.encode()).digest()
    again = sign_form(PROOF, Kid("k1"), KEY)
    assert jws.hash_text(again) == jws.hash_text(GOOD)
    assert jws.raw_text(again) != jws.raw_text(GOOD)


def test_typ_is_read_before_anything_is_believed():
    assert typ_of(GOOD) == DEVICE_PROOF
    for text, code in [
        ("x" * (ENVELOPE_MAX + 1), "reader.too_long"),
        ("abc", "reader.parts"),
        ("é.a", "reader.parts"),
        ("a.b", "reader.base64"),
        (b64u_encode(b"{}") + ".", "reader.header"),
        (b64u_encode(b"[]") + ".", "reader.object"),
    ]:
        with pytest.raises(ReaderError) as caught:
            typ_of(text)
        assert caught.value.code == code


def test_logged_records_are_read_without_their_key():
    unsigned = f"{HEAD}.{BODY}.{b64u_encode(b'0' * 64)}"
    assert jws.read_logged_jws(unsigned, DEVICE_PROOF).payload["dev"] == PROOF.dev
    with pytest.raises(ReaderError, match=r"reader\.typ"):
        jws.read_logged_jws(unsigned, EVENT)


@given(st.text(max_size=300))
def test_any_text_gives_a_code_and_nothing_else(text):
    assert code_of(text).startswith("reader.")


@given(st.binary(max_size=120), st.binary(max_size=120))
@settings(max_examples=200)
def test_any_signed_parts_give_an_object_or_a_code(header, payload):
    try:
        open_jws(Parts(header, payload).signed(), DEVICE_PROOF, known(KEY.public))
    except ReaderError:
        return
    pytest.fail("random bytes were taken for a header")


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_any_signed_payload_gives_a_form_or_a_code(payload):
    text = Parts(write_json(HEADER), payload).signed()
    with pytest.raises(ReaderError):
        open_form(text, DeviceProof, known(KEY.public))


@given(st.integers(0, len(GOOD) - 1), st.characters(max_codepoint=0x7F))
def test_one_character_altered_anywhere_is_refused(at, character):
    altered = GOOD[:at] + character + GOOD[at + 1 :]
    if altered != GOOD:
        assert code_of(altered).startswith("reader.")


# ---------------------------------------------------------------- beside joserfc and the RFCs

_REGISTRY = jose.JWSRegistry(algorithms=["ES256"])


def test_joserfc_takes_what_we_sign():
    key = ECKey.import_key({"kty": "EC", "crv": "P-256", "x": KEY.jwk.x, "y": KEY.jwk.y})
    opened = jose.deserialize_compact(GOOD, key, registry=_REGISTRY)
    assert opened.payload == b64u_decode(BODY)


def test_we_take_what_joserfc_signs_once_s_is_low():
    jwk = {"kty": "EC", "crv": "P-256", "x": KEY.jwk.x, "y": KEY.jwk.y}
    scalar = KEY.private.private_numbers().private_value
    key = ECKey.import_key(jwk | {"d": b64u_encode(scalar.to_bytes(32, "big"))})
    taken = set()
    for _ in range(40):
        text = jose.serialize_compact(HEADER, b64u_decode(BODY), key, registry=_REGISTRY)
        if is_low_s(b64u_decode(text.rpartition(".")[2])):
            assert open_form(text, DeviceProof, known(KEY.public, "k1"))[0] == PROOF
            taken.add(True)
        else:
            assert code_of(text) == "reader.high_s"
            taken.add(False)
    assert True in taken


def test_the_example_of_rfc_7515_verifies_and_shows_why_s_is_looked_at():
    key = public_of(
        read_jwk(
            {
                "kty": "EC",
                "crv": "P-256",
                "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
            }
        )
    )
    signed = (
        b"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
        b"cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    )
    raw = b64u_decode(
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    )
    assert verify_es256(key, signed, raw)
    assert not is_low_s(raw)
    other = raw[:32] + (N - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    assert verify_es256(key, signed, other)  # a second signature, made without the key
    assert is_low_s(other)


def test_a_request_after_a_reboot_has_no_boot_clock():
    request = AnchorRequest(aud="c", n="A" * 22, dev="d", inc=0, seq=0, head=H, boot="", dt=None)
    text = sign_form(request, Kid(KEY.thumbprint), KEY)
    assert open_form(text, AnchorRequest, known(KEY.public, KEY.thumbprint))[0] == request
