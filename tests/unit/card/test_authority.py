"""The demonstration's authority: what trusts what, and what must not."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import ExtensionOID, NameOID
from PIL import Image

from client.card.cardfile import CardFile
from client.practice.seals import draw_seal
from installer.demo import people
from installer.demo.authority import authority_in, main
from sync.domain.authority import Power, Role
from sync.domain.failures import Failure
from sync.proof.certificates import TrustAnchors, check, x5t_of
from sync.protocol.codec import b64u_decode
from tests.helpers.cards import MADE_AT


def certificate(path, slot: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(CardFile.load(path).keys[slot].cert.encode())


def usage(made: x509.Certificate) -> x509.KeyUsage:
    return made.extensions.get_extension_for_class(x509.KeyUsage).value


def all_cards(authority):
    return {**authority.cards, **authority.refused_cards}


def test_every_good_card_is_issued_by_the_authority_to_its_person(authority):
    issuer = x509.load_pem_x509_certificate(authority.ca.read_bytes())
    roster = {person.card: person for person in people.PEOPLE}
    for name, path in authority.cards.items():
        for slot in ("9A", "9C", "9D"):
            made = certificate(path, slot)
            made.verify_directly_issued_by(issuer)
            (number,) = made.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
            (common,) = made.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
            assert number.value == roster[name].person
            assert common.value == roster[name].name
            # Who reads a sealed certificate elsewhere has the machine's day, weeks before it.
            assert made.not_valid_before_utc == MADE_AT - timedelta(days=30)
            assert made.not_valid_after_utc >= MADE_AT + timedelta(days=700)


def test_each_slot_is_for_one_purpose(authority):
    path = authority.cards["chief"]
    login, sign, agree = (certificate(path, slot) for slot in ("9A", "9C", "9D"))
    assert usage(login).digital_signature
    assert not usage(login).content_commitment
    assert usage(sign).content_commitment
    assert not usage(sign).digital_signature
    assert usage(agree).key_agreement
    oids = {extension.oid for extension in sign.extensions}
    assert ExtensionOID.EXTENDED_KEY_USAGE not in oids


def test_keys_on_cards_fit_their_certificates(authority):
    for path in all_cards(authority).values():
        for slot in CardFile.load(path).keys.values():
            key = load_pem_private_key(slot.key.encode(), None)
            made = x509.load_pem_x509_certificate(slot.cert.encode())
            assert key.public_key() == made.public_key()


def test_one_card_signs_with_rsa(authority):
    assert isinstance(certificate(authority.cards["rsa"], "9C").public_key(), rsa.RSAPublicKey)
    key = certificate(authority.cards["rsa"], "9A").public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)


def test_each_bad_card_is_bad_for_its_own_reason_only(authority):
    issuer = x509.load_pem_x509_certificate(authority.ca.read_bytes())
    stranger = x509.load_pem_x509_certificate((authority.folder / "foreign-ca.pem").read_bytes())
    crl = x509.load_pem_x509_crl(authority.crl.read_bytes())
    assert crl.is_signature_valid(issuer.public_key())
    assert crl.next_update_utc > MADE_AT
    bad = {name: certificate(path, "9A") for name, path in authority.refused_cards.items()
           if name != "bus"}  # fmt: skip
    for name, made in bad.items():
        made.verify_directly_issued_by(stranger if name == "foreign" else issuer)
        revoked = crl.get_revoked_certificate_by_serial_number(made.serial_number)
        assert (revoked is not None) == (name == "revoked")
        assert (made.not_valid_after_utc < MADE_AT) == (name == "expired")
    tries = {n: CardFile.load(p).pin_tries for n, p in authority.refused_cards.items()}
    assert tries == {"expired": 3, "revoked": 3, "foreign": 3, "blocked": 0, "bus": 3}
    assert CardFile.load(authority.refused_cards["bus"]).keys == {}


def checked(authority, name: str, slot: str, purpose: str):
    """Judge a card as window and centre do: against authority, list and roster."""
    roster = json.loads(authority.roster.read_text(encoding="utf-8"))
    known = {
        x5t_of(b64u_decode(text)): entry["person"]
        for entry in roster["people"]
        for text in entry["certs"].values()
    }
    anchors = TrustAnchors.of(
        [der_of(x509.load_pem_x509_certificate(authority.ca.read_bytes()))],
        [der_of(x509.load_pem_x509_crl(authority.crl.read_bytes()))],
        roster=known,
        crl_required=True,
    )
    chain = [der_of(certificate(all_cards(authority)[name], slot))]
    return check(chain, purpose, MADE_AT, anchors)


def der_of(made) -> bytes:
    return made.public_bytes(Encoding.DER)


def test_the_proof_takes_every_good_card_for_each_purpose(authority):
    roster = {person.card: person for person in people.PEOPLE}
    for name in authority.cards:
        for slot, purpose in (("9A", "login"), ("9C", "seal"), ("9D", "agree")):
            identity = checked(authority, name, slot, purpose)
            assert (identity.person, identity.stale) == (roster[name].person, False)
        if name != "rsa":
            checked(authority, name, "9C", "sign")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("expired", "certificate.expired"),
        ("revoked", "certificate.revoked"),
        ("foreign", "certificate.unknown_issuer"),
    ],
)
def test_the_proof_refuses_each_bad_card_with_its_own_code(authority, name, code):
    with pytest.raises(Failure) as caught:
        checked(authority, name, "9A", "login")
    assert caught.value.code == code


def test_the_centres_certificate_is_for_this_machine(authority):
    made = x509.load_pem_x509_certificate(authority.tls_certificate.read_bytes())
    made.verify_directly_issued_by(x509.load_pem_x509_certificate(authority.ca.read_bytes()))
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]
    key = load_pem_private_key(authority.tls_key.read_bytes(), None)
    assert key.public_key() == made.public_key()


def test_the_centres_certificate_holds_when_the_demonstration_is_days_ahead(authority):
    """Whoever speaks TLS looks at the machine's own clock; a demonstration skips holidays."""
    made = x509.load_pem_x509_certificate(authority.tls_certificate.read_bytes())
    assert made.not_valid_before_utc <= MADE_AT - timedelta(days=30)


def test_the_centres_keys_are_different_keys(authority):
    assert sorted(authority.server_keys) == ["anchor", "event", "lease", "log"]
    keys = {path.read_bytes() for path in authority.server_keys.values()}
    assert len(keys) == 4


def test_the_roster_names_roles_and_powers_that_the_rules_know(authority):
    roster = json.loads(authority.roster.read_text(encoding="utf-8"))
    departments = {entry["code"]: entry["hall"] for entry in roster["departments"]}
    persons = [entry["person"] for entry in roster["people"]]
    assert len(set(persons)) == len(persons)
    for entry in roster["people"]:
        assert {Role(role) for role in entry["roles"]}
        assert [Power(power) for power in entry["powers"]] or not entry["powers"]
        assert departments[entry["department"]] == entry["hall"]
        assert set(entry["certs"]) == {"9A", "9C", "9D"}
    assert len(roster["administrators"]) == 3
    by_card = {entry["card"]: entry for entry in roster["people"]}
    for name in ("handler", "reviewer", "chief"):
        assert by_card[name]["scopes"] == ["339901/scjg"]
        assert by_card[name]["department"] == "scjg"
    assert len(by_card["chief"]["powers"]) == 5


def test_a_seal_is_a_red_picture_on_a_clear_ground(authority):
    for path in authority.seals.values():
        with Image.open(path) as seal:
            picture = seal.convert("RGBA")
            assert picture.width == picture.height
            assert picture.getpixel((0, 0))[3] == 0
            assert picture.getpixel((picture.width // 2, picture.height // 2)) == (200, 16, 24, 255)
        assert path.stat().st_size < 20_000


def test_seals_of_two_departments_differ_and_without_a_font_keep_their_form(authority):
    pictures = {path.read_bytes() for path in authority.seals.values()}
    assert len(pictures) == len(authority.seals)
    assert draw_seal("甲局", "专用章", None) == draw_seal("乙局", "专用章", None)


def test_the_deck_shows_every_card_once(authority):
    deck = json.loads(authority.deck.read_text())
    assert [entry["name"] for entry in deck] == list(all_cards(authority))
    assert all(Role(entry["role"]) for entry in deck)


def test_the_folder_can_be_named_again_without_making_it(authority):
    assert authority_in(authority.folder) == authority


def test_the_command_makes_an_authority_where_it_is_told(tmp_path, capsys):
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err
    assert main([str(tmp_path / "made")]) == 0
    assert "clerk" in capsys.readouterr().out
    assert authority_in(tmp_path / "made").roster.exists()


@pytest.mark.parametrize("name", ["clerk", "chief"])
def test_files_with_keys_are_for_their_owner_only(authority, name):
    assert authority.cards[name].stat().st_mode & 0o077 == 0
    assert authority.ca_key.stat().st_mode & 0o077 == 0
