"""Certificates: whose, what for, whether good at a moment, each refusal with its own code."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.proof.certificates import (
    CRL_GRACE,
    CardIdentity,
    Revocation,
    TrustAnchors,
    check,
    p256_of,
    read_certificate,
    read_chain,
    revoked_at,
    x5t_of,
)
from sync.proof.failures import CERTIFICATE_CODES, CertificateError
from sync.protocol.codec import b64u_encode
from sync.protocol.errors import ReaderError
from tests.helpers.pki import NOW, START, Authority, key_usage, subject

AUTHORITY = Authority()
CARD = AUTHORITY.card("p0103", "李明")
DAY = timedelta(days=1)
CRL = AUTHORITY.crl([(CARD.serial("9A"), NOW)])


def der_of(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def code_of(chain, purpose="login", at=NOW, anchors=None) -> str:
    with pytest.raises(CertificateError) as caught:
        check(chain, purpose, at, anchors or AUTHORITY.anchors())
    assert caught.value.code in CERTIFICATE_CODES
    return caught.value.code


def one(usage=("digital_signature",), name=None, public=None, **dates) -> bytes:
    key = public or ec.generate_private_key(ec.SECP256R1()).public_key()
    bits = None if usage is None else set(usage)
    return der_of(AUTHORITY.sign_certificate(name or subject("张三", "p1"), key, bits, **dates))


@pytest.mark.parametrize(
    ("slot", "purpose"), [("9A", "login"), ("9C", "sign"), ("9C", "seal"), ("9D", "agree")]
)
def test_each_slot_is_good_for_its_purpose(slot, purpose):
    card = check([CARD.certs[slot]], purpose, NOW, AUTHORITY.anchors())
    assert (card.person, card.name, card.stale) == ("p0103", "李明", False)
    assert card.x5t == x5t_of(CARD.certs[slot]) == CARD.x5t(slot)
    assert card.serial == CARD.serial(slot)
    assert card.ca == AUTHORITY.ca
    assert card.p256 == CARD.keys[slot].public


@pytest.mark.parametrize(
    ("slot", "purpose"),
    [("9A", "sign"), ("9A", "seal"), ("9A", "agree"), ("9C", "login"), ("9C", "agree"),
     ("9D", "login"), ("9D", "sign")],
)  # fmt: skip
def test_no_slot_is_good_for_another_purpose(slot, purpose):
    assert code_of([CARD.certs[slot]], purpose) == "certificate.wrong_usage"


def test_a_certificate_that_does_not_say_what_for_is_good_for_nothing():
    assert code_of([one(usage=None)]) == "certificate.wrong_usage"


def test_a_plain_certificate_need_not_say_that_it_is_no_authority():
    key = ec.generate_private_key(ec.SECP256R1())
    plain = (
        x509.CertificateBuilder()
        .subject_name(subject("张三", "p1"))
        .issuer_name(AUTHORITY.name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(START)
        .not_valid_after(START + 365 * DAY)
        .add_extension(key_usage({"digital_signature"}), critical=True)
        .sign(AUTHORITY.key.private, hashes.SHA256())
    )
    assert check([der_of(plain)], "login", NOW, AUTHORITY.anchors()).serial == "7"


def test_an_authority_is_no_person():
    der = one(["digital_signature", "key_cert_sign"], ca=True)
    assert code_of([der]) == "certificate.wrong_usage"


def test_another_authority_is_unknown_even_under_the_same_name():
    assert code_of([Authority().card("p0103").certs["9A"]]) == "certificate.unknown_issuer"
    assert code_of([CARD.certs["9A"]], anchors=TrustAnchors.of([])) == "certificate.unknown_issuer"


def test_a_chain_through_an_authority_below_ours_is_followed():
    below = Authority("石桥镇证书分中心", parent=AUTHORITY)
    card = below.card("p0200")
    found = check([card.certs["9A"], below.der], "login", NOW, AUTHORITY.anchors())
    assert (found.person, found.ca) == ("p0200", below.ca)
    assert code_of([card.certs["9A"]]) == "certificate.unknown_issuer"


def test_a_card_cannot_act_as_an_authority():
    forged = Authority("假", parent=AUTHORITY)
    forged.key, forged.name = CARD.keys["9A"], subject("李明", "p0103")
    card = forged.card("p0901")
    assert code_of([card.certs["9A"], CARD.certs["9A"]]) == "certificate.unknown_issuer"


def test_an_authority_that_may_not_sign_certificates_is_none():
    key = ec.generate_private_key(ec.SECP256R1())
    between = AUTHORITY.sign_certificate(subject("分"), key.public_key(), {"crl_sign"}, ca=True)
    leaf = (
        x509.CertificateBuilder()
        .subject_name(subject("张三", "p1"))
        .issuer_name(subject("分"))
        .public_key(key.public_key())
        .serial_number(5)
        .not_valid_before(START)
        .not_valid_after(START + 365 * DAY)
        .sign(key, hashes.SHA256())
    )
    assert code_of([der_of(leaf), der_of(between)]) == "certificate.unknown_issuer"


def test_validity_is_judged_at_the_moment_given():
    card = AUTHORITY.card("p0104", start=START + 10 * DAY, days=20)
    chain = [card.certs["9A"]]
    assert code_of(chain, at=START + 9 * DAY) == "certificate.not_yet_valid"
    assert check(chain, "login", START + 10 * DAY, AUTHORITY.anchors()).person == "p0104"
    assert check(chain, "login", START + 30 * DAY, AUTHORITY.anchors()).person == "p0104"
    assert code_of(chain, at=START + 30 * DAY + timedelta(seconds=1)) == "certificate.expired"


def test_the_authoritys_own_end_is_said_as_such():
    short = Authority(days=30)
    card = short.card("p0105", days=300)
    code = code_of([card.certs["9A"]], at=START + 60 * DAY, anchors=short.anchors())
    assert code == "certificate.issuer_expired"


def test_a_path_once_found_is_judged_anew_for_every_moment_and_every_authority():
    short = Authority(days=30)
    chain, ends = [short.card("p0105", days=300).certs["9A"]], START + 30 * DAY
    for _ in range(2):
        assert check(chain, "login", ends, short.anchors()).person == "p0105"
        code = code_of(chain, at=ends + timedelta(seconds=1), anchors=short.anchors())
        assert code == "certificate.issuer_expired"
        assert code_of(chain, at=ends, anchors=AUTHORITY.anchors()) == "certificate.unknown_issuer"


def test_a_card_without_a_person_is_foreign():
    assert code_of([one(name=subject("张三"))]) == "certificate.foreign"
    double = x509.Name([*subject("张三", "p1"), *subject("李四", "p2")])
    assert code_of([one(name=double)]) == "certificate.foreign"


def test_a_certificate_must_stand_in_the_roster_for_its_person():
    right = AUTHORITY.anchors(roster={CARD.x5t("9A"): "p0103"})
    assert check([CARD.certs["9A"]], "login", NOW, right).person == "p0103"
    for roster in ({}, {CARD.x5t("9A"): "p0104"}, {CARD.x5t("9C"): "p0103"}):
        code = code_of([CARD.certs["9A"]], anchors=AUTHORITY.anchors(roster=roster))
        assert code == "certificate.foreign"


RSA2048 = rsa.generate_private_key(65537, 2048).public_key()


def test_rsa_keys_seal_and_agree_but_neither_log_in_nor_sign():
    for purpose in ("login", "sign"):
        der = one(["digital_signature", "content_commitment"], public=RSA2048)
        assert code_of([der], purpose) == "certificate.not_p256"
    card = check([one(["content_commitment"], public=RSA2048)], "seal", NOW, AUTHORITY.anchors())
    assert card.public == RSA2048
    with pytest.raises(CertificateError, match=r"certificate\.not_p256"):
        _ = card.p256
    agreed = check([one(["key_encipherment"], public=RSA2048)], "agree", NOW, AUTHORITY.anchors())
    assert agreed.person == "p1"
    assert code_of([one(["key_agreement"], public=RSA2048)], "agree") == "certificate.wrong_usage"


def test_weak_and_strange_keys_are_refused():
    keys = [
        rsa.generate_private_key(65537, 1024).public_key(),  # noqa: S505 - weak on purpose
        ec.generate_private_key(ec.SECP384R1()).public_key(),
        ed25519.Ed25519PrivateKey.generate().public_key(),
    ]
    for key in keys:
        assert code_of([one(public=key)]) == "certificate.weak_key"
        assert code_of([one(["key_agreement"], public=key)], "agree") == "certificate.weak_key"


def test_a_certificate_signed_over_sha_1_is_weak():
    # The library makes none, so ecdsa-with-SHA1 is written in its bytes, twice.
    sha256, sha1 = bytes.fromhex("06082a8648ce3d040302"), bytes.fromhex("06072a8648ce3d0401")
    der = CARD.certs["9A"]
    assert der.count(sha256) == 2
    shorter = der.replace(sha256, sha1)
    outer, inner = int.from_bytes(der[2:4], "big"), int.from_bytes(der[6:8], "big")
    head = bytearray(shorter[:8])
    head[2:4], head[6:8] = (outer - 2).to_bytes(2, "big"), (inner - 1).to_bytes(2, "big")
    rest = shorter[8:].replace(bytes.fromhex("300a") + sha1, bytes.fromhex("3009") + sha1)
    assert code_of([bytes(head) + rest]) == "certificate.weak_key"


@pytest.mark.parametrize("chain", [[], [b""], [b"\x30\x00"], [CARD.certs["9A"]] * 5], ids=len)
def test_what_is_no_chain_of_certificates_is_unreadable(chain):
    assert code_of(chain) == "certificate.unreadable"


def test_chains_are_read_from_their_texts():
    texts = [b64u_encode(CARD.certs["9A"])]
    assert read_chain(texts) == (CARD.certs["9A"],)
    for wrong in ([], texts * 5):
        with pytest.raises(CertificateError, match=r"certificate\.unreadable"):
            read_chain(wrong)
    with pytest.raises(ReaderError, match=r"reader\.base64"):
        read_chain(["==="])


def test_only_p256_keys_are_given_for_es256():
    assert p256_of(CARD.certs["9C"]) == CARD.keys["9C"].public
    with pytest.raises(CertificateError, match=r"certificate\.not_p256"):
        p256_of(one(public=RSA2048))
    with pytest.raises(CertificateError, match=r"certificate\.unreadable"):
        read_certificate(b"no certificate")


def test_an_identity_of_a_strange_key_gives_no_key():
    strange = one(public=ed25519.Ed25519PrivateKey.generate().public_key())
    identity = CardIdentity("p1", "张三", x5t_of(strange), "1", NOW, AUTHORITY.ca, strange)
    with pytest.raises(CertificateError, match=r"certificate\.weak_key"):
        _ = identity.public


BYTES = st.tuples(st.integers(0, 2000), st.integers(0, 255))


def mutated(der: bytes, changes: list[tuple[int, int]]) -> bytes:
    data = bytearray(der)
    for at, value in changes:
        data[at % len(data)] = value
    return bytes(data)


@pytest.mark.filterwarnings("ignore")  # the library warns of what it reads nevertheless
@given(st.lists(BYTES, min_size=1, max_size=3))
@settings(max_examples=400)
def test_any_altered_certificate_gives_a_code_and_nothing_else(changes):
    der = mutated(CARD.certs["9A"], changes)
    try:
        check([der], "login", NOW, AUTHORITY.anchors(roster={CARD.x5t("9A"): "p0103"}))
    except CertificateError:
        return
    assert der == CARD.certs["9A"]


@pytest.mark.filterwarnings("ignore")
@given(st.lists(BYTES, min_size=1, max_size=2))
@settings(max_examples=200)
def test_any_altered_list_gives_a_code_and_nothing_else(changes):
    with suppress(CertificateError):
        AUTHORITY.anchors([mutated(CRL, changes)])


@pytest.mark.parametrize(
    "changes",
    [("a003020102", "a003020105"), ("06082a8648ce3d040302", "06082a8648ce3d040342")],
    ids=["version 6", "unknown algorithm"],
)
def test_a_certificate_of_an_unknown_kind_is_unreadable(changes):
    before, after = (bytes.fromhex(text) for text in changes)
    assert before in CARD.certs["9A"]
    assert code_of([CARD.certs["9A"].replace(before, after)]) == "certificate.unreadable"


@pytest.mark.filterwarnings("ignore")
def test_a_certificate_without_a_positive_serial_is_unreadable():
    der = CARD.certs["9A"]
    at = der.index(bytes.fromhex("a003020102")) + 5
    assert der[at] == 2  # INTEGER: the serial
    assert code_of([der[: at + 2] + b"\x80" + der[at + 3 :]]) == "certificate.unreadable"


# ---------------------------------------------------------------- revocation


def test_revoked_by_a_list_from_its_moment_on():
    crl = AUTHORITY.crl([(CARD.serial("9A"), NOW)])
    anchors = AUTHORITY.anchors([crl], crl_required=True)
    assert code_of([CARD.certs["9A"]], at=NOW, anchors=anchors) == "certificate.revoked"
    before = check([CARD.certs["9A"]], "login", NOW - DAY, anchors)
    assert revoked_at(before, anchors) == NOW
    assert check([CARD.certs["9C"]], "sign", NOW, anchors).person == "p0103"


def test_revoked_by_policy_or_lease_from_its_moment_on():
    entries = [
        Revocation(AUTHORITY.ca, CARD.serial("9A"), NOW + DAY),
        Revocation(AUTHORITY.ca, CARD.serial("9A"), NOW),
        Revocation("A" * 43, CARD.serial("9C"), START),
        Revocation(AUTHORITY.ca, "5", START),
    ]
    anchors = AUTHORITY.anchors(revoked=entries)
    assert code_of([CARD.certs["9A"]], at=NOW, anchors=anchors) == "certificate.revoked"
    card = check([CARD.certs["9A"]], "login", NOW - DAY, anchors)
    assert revoked_at(card, anchors) == NOW
    good = check([CARD.certs["9C"]], "sign", NOW, anchors)
    assert revoked_at(good, anchors) is None


def test_a_revoked_authority_revokes_its_cards():
    below = Authority("分", parent=AUTHORITY)
    serial = format(below.certificate.serial_number, "x")
    anchors = AUTHORITY.anchors(revoked=[Revocation(AUTHORITY.ca, serial, START)])
    chain = [below.card("p0200").certs["9A"], below.der]
    assert code_of(chain, anchors=anchors) == "certificate.revoked"


def test_a_card_of_an_authority_below_is_found_revoked_by_its_own_name():
    below = Authority("分", parent=AUTHORITY)
    card = below.card("p0200")
    known = check([card.certs["9A"], below.der], "login", NOW, AUTHORITY.anchors())
    anchors = AUTHORITY.anchors(revoked=[Revocation(below.ca, card.serial("9A"), NOW)])
    assert revoked_at(known, anchors) == NOW
    assert revoked_at(known, AUTHORITY.anchors()) is None


def test_an_outdated_list_marks_logins_for_a_day_and_stops_signatures_at_once():
    crl = AUTHORITY.crl(until=NOW)
    anchors = AUTHORITY.anchors([crl])
    later = NOW + timedelta(seconds=1)
    assert not check([CARD.certs["9A"]], "login", NOW, anchors).stale
    assert check([CARD.certs["9A"]], "login", later, anchors).stale
    assert check([CARD.certs["9D"]], "agree", NOW + CRL_GRACE, anchors).stale
    assert code_of([CARD.certs["9C"]], "sign", later, anchors) == "certificate.crl_stale"
    assert code_of([CARD.certs["9C"]], "seal", later, anchors) == "certificate.crl_stale"
    too_late = NOW + CRL_GRACE + timedelta(seconds=1)
    assert code_of([CARD.certs["9A"]], "login", too_late, anchors) == "certificate.crl_stale"


def test_the_newest_list_counts():
    lists = [AUTHORITY.crl(until=START + DAY), AUTHORITY.crl(until=NOW + DAY)]
    assert not check([CARD.certs["9C"]], "sign", NOW, AUTHORITY.anchors(lists)).stale


def test_no_list_at_all_is_an_outdated_one_where_lists_are_required():
    assert code_of([CARD.certs["9A"]], anchors=AUTHORITY.anchors(crl_required=True)) == (
        "certificate.crl_stale"
    )


def test_a_list_that_the_authority_did_not_sign_is_not_taken():
    forged = Authority()  # the same name, another key
    unlimited = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(AUTHORITY.name)
        .last_update(START)
        .next_update(START + DAY)
        .sign(AUTHORITY.key.private, hashes.SHA256())
    )
    assert AUTHORITY.anchors([der_of_crl(unlimited)])
    for der in (forged.crl(), Authority("别处").crl(), b"", b"\x30\x00"):
        with pytest.raises(CertificateError, match=r"certificate\.crl_invalid"):
            AUTHORITY.anchors([der])


def der_of_crl(crl: x509.CertificateRevocationList) -> bytes:
    return crl.public_bytes(serialization.Encoding.DER)
