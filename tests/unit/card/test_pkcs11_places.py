"""Which certificate of a token stands in which place: by ids where known, else by key usage."""

from __future__ import annotations

import inspect
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from client.card.pkcs11_places import Found, placed
from tests.helpers.cards import MADE_AT

KEY = ec.generate_private_key(ec.SECP256R1())
EVERY = tuple(inspect.signature(x509.KeyUsage).parameters)


def entry(number: str, *usage: str, days: int = 1, label: str = "") -> Found:
    name = x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, "p0105")])
    builder = (
        x509.CertificateBuilder(name, name, KEY.public_key(), x509.random_serial_number())
        .not_valid_before(MADE_AT)
        .not_valid_after(MADE_AT + timedelta(days=days))
    )
    if usage:
        named = {each: each in usage for each in EVERY}
        builder = builder.add_extension(x509.KeyUsage(**named), critical=True)
    der = builder.sign(KEY, hashes.SHA256()).public_bytes(Encoding.DER)
    return Found(id=number, label=label, der=der.hex())


def ids(found: list[Found], maker: str = "", model: str = "") -> dict[str, str]:
    return {place: each.id for place, each in placed(found, maker, model).items()}


LOGIN = entry("aa", "digital_signature")
SIGN = entry("bb", "content_commitment")
AGREE = entry("cc", "key_agreement")


def test_key_usage_tells_in_whatever_order_they_lie():
    for found in ([LOGIN, SIGN, AGREE], [AGREE, LOGIN, SIGN], [SIGN, AGREE, LOGIN]):
        assert ids(found) == {"9A": "aa", "9C": "bb", "9D": "cc"}


def test_a_signing_certificate_serves_for_both_where_there_is_no_other():
    """Dual-certificate keys have one to sign with and one to encrypt to."""
    both = entry("01", "digital_signature", "content_commitment")
    other = entry("02", "key_encipherment", "data_encipherment", "key_agreement")
    assert ids([other, both]) == {"9A": "01", "9C": "01", "9D": "02"}


@pytest.mark.parametrize("order", [1, -1])
def test_of_an_old_and_a_renewed_one_the_renewed_is_taken(order):
    renewed = entry("dd", "content_commitment", days=400)
    assert ids([SIGN, renewed][::order])["9C"] == "dd"


def test_what_fits_no_rule_stands_nowhere():
    authority = entry("ee", "key_cert_sign", "crl_sign")
    unsaid = entry("ff")
    broken = Found(id="00", label="", der="3000")
    assert ids([authority, unsaid, broken, LOGIN]) == {"9A": "aa"}


def test_a_piv_card_has_its_keys_by_number_whatever_they_say_of_usage():
    found = [entry("04", "digital_signature"), entry("01"), entry("03", "key_encipherment")]
    assert ids(found, "piv_II", "PKCS#15 emulated") == {"9A": "01", "9D": "03"}


def test_an_unreadable_certificate_keeps_its_known_place():
    broken = Found(id="02", label="", der="3000")
    assert ids([broken], "piv_II", "PKCS#15 emulated") == {"9C": "02"}
