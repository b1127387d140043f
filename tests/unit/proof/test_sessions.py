"""Sessions, events and acts: nothing made for one fits another."""

from __future__ import annotations

import dataclasses

import msgspec
import pytest

from sync.proof import certificates
from sync.proof.acts import check_act, make_act, read_act, shown_hash
from sync.proof.delegations import Login, make_login, verify_login
from sync.proof.events import (
    check_centre_event,
    check_event,
    make_event,
    read_body,
    read_event,
    read_logged_event,
    write_body,
)
from sync.proof.failures import CertificateError, ProofError
from sync.proof.jws import Kid, X5t, hash_text, known, sign_form
from sync.proof.keys import SoftwareKey
from sync.protocol.codec import b64u_decode, read_json, write_json
from sync.protocol.errors import ReaderError
from sync.protocol.limits import BODY_MAX
from sync.protocol.records import Core, Delegation, DeviceProof, LateClaim, Record
from tests.helpers.pki import NOW
from tests.helpers.world import AUD, DEV, HALL, HOUR, SCOPE, World, ms, text32

WORLD = World()
CLERK = WORLD.clerk
SALT = bytes(16)
ELSE = "B" * 42 + "A"  # a hash of something else
SHOWN = "准予 食品经营许可 20260303-339901-00001-5"


def device_of(delegation: Delegation):
    device = WORLD.trust.device(delegation.dev, delegation.inc)
    return None if device is None else device.public


def verify(login: Login, aud: str = AUD, at=NOW):
    return verify_login(login, aud, device_of, at, WORLD.trust.anchors())


def login_code(login: Login, aud: str = AUD) -> str:
    with pytest.raises((ProofError, ReaderError, CertificateError)) as caught:
        verify(login, aud)
    return caught.value.code


@pytest.fixture
def session():
    login, key = WORLD.login(CLERK)
    return verify(login), key


def read(record: Record, session):
    return read_event(record, known(session.key, session.kid))


def signed(session, key, **changes) -> Record:
    """An event of the session, next but one after its opening."""
    place = WORLD.place.seq + 2
    draft = WORLD.draft("claim", {"text": "承办"}, **{"seq": place} | changes)
    return make_event(draft, session.kid, key)


# ---------------------------------------------------------------- logging in


def test_one_card_signature_opens_a_session():
    login, key = WORLD.login(CLERK)
    session = verify(login)
    assert session.delegation.person == session.card.person == "p0103"
    assert session.kid == hash_text(login.dlg)
    assert session.key == key.public
    assert Login.of_body(login.body()) == login


def test_a_delegation_for_another_centre_is_refused():
    assert login_code(WORLD.login(CLERK, aud="centre-000000")[0]) == "proof.audience"
    assert login_code(WORLD.login(CLERK)[0], "centre-000000") == "proof.audience"


def test_nobody_delegates_for_another_person():
    assert login_code(WORLD.login(CLERK, person="p0901")[0]) == "proof.delegation_person"


@pytest.mark.parametrize("hours", [0, -1, 13])
def test_a_delegation_lasts_up_to_twelve_hours(hours):
    key = SoftwareKey.generate()
    delegation = WORLD.delegation(CLERK, key, exp=ms(NOW) + hours * HOUR)
    with pytest.raises(ProofError, match=r"proof\.delegation_length"):
        make_login(delegation, [CLERK.certs["9A"]], CLERK.keys["9A"], WORLD.device)


def test_a_foreign_window_may_write_any_length_and_is_refused():
    delegation = WORLD.delegation(CLERK, SoftwareKey.generate(), exp=ms(NOW) + 13 * HOUR)
    login, _ = WORLD.login(CLERK)
    x5t = certificates.x5t_of(CLERK.certs["9A"])
    dlg = sign_form(delegation, X5t(x5t), CLERK.keys["9A"])
    assert login_code(Login(dlg, login.devproof, login.chain)) == "proof.delegation_length"


def test_without_a_nonce_there_must_be_a_lease():
    assert login_code(WORLD.login(CLERK, nonce=None)[0]) == "proof.delegation_nonce"
    offline, _ = WORLD.login(CLERK, nonce=None, lease=text32())
    assert verify(offline).delegation.nonce is None


def test_a_foreign_device_is_refused():
    assert login_code(WORLD.login(CLERK, dev="d-339901-99")[0]) == "proof.device_foreign"
    assert login_code(WORLD.login(CLERK, inc=1)[0]) == "proof.device_foreign"
    assert login_code(WORLD.login(CLERK, djk=text32())[0]) == "proof.delegation_key"


def test_a_delegation_carried_to_another_device_finds_no_word_of_that_device():
    login, _ = WORLD.login(CLERK)
    thief = SoftwareKey.generate()
    proof = DeviceProof(
        aud=AUD, dlg=hash_text(login.dlg), dev=DEV, inc=0, seq0=0, head0=WORLD.place.hash
    )
    stolen = sign_form(proof, Kid(WORLD.device.thumbprint), thief)
    assert login_code(Login(login.dlg, stolen, login.chain)) == "reader.signature"


@pytest.mark.parametrize(
    "change", [{"dlg": ELSE}, {"seq0": 9}, {"head0": ELSE}, {"inc": 2}, {"dev": "d-1"}]
)
def test_the_devices_word_must_be_about_this_delegation(change):
    login, _ = WORLD.login(CLERK)
    members = {
        "aud": AUD, "dlg": hash_text(login.dlg), "dev": DEV, "inc": 0, "seq0": WORLD.place.seq,
        "head0": WORLD.place.hash,
    }  # fmt: skip
    proof = DeviceProof(**members | change)
    other = sign_form(proof, Kid(WORLD.device.thumbprint), WORLD.device)
    assert login_code(Login(login.dlg, other, login.chain)) == "proof.device_foreign"


def test_the_certificate_must_be_the_one_that_signed():
    login, _ = WORLD.login(CLERK)
    first, _ = WORLD.login(WORLD.first)
    assert login_code(Login(login.dlg, login.devproof, first.chain)) == "reader.key_unknown"
    nine_c = [CLERK.certs["9C"]]
    signed_by_9c = make_login(
        WORLD.delegation(CLERK, SoftwareKey.generate()), nine_c, CLERK.keys["9C"], WORLD.device
    )
    assert login_code(signed_by_9c) == "certificate.wrong_usage"


def test_a_session_opened_without_the_line_is_judged_as_of_its_own_day():
    login, _ = WORLD.login(CLERK, nonce=None, lease=text32())
    asked = []

    def day(delegation: Delegation):
        asked.append(delegation.iat)
        return NOW

    assert verify(login, at=day).card.person == "p0103"
    assert asked == [ms(NOW)]
    with pytest.raises(CertificateError, match=r"certificate\.expired"):
        verify(login, at=lambda _: NOW.replace(year=2029))


def test_a_card_outside_the_roster_is_foreign():
    stranger = WORLD.authority.card("p0999")
    assert login_code(WORLD.login(stranger)[0]) == "certificate.foreign"


@pytest.mark.parametrize(
    "body", [{}, {"dlg": "a", "devproof": "b"}, {"dlg": "a", "devproof": "b", "chain": [1]},
             {"dlg": 1, "devproof": "b", "chain": []}],
)  # fmt: skip
def test_an_opening_without_its_texts_is_refused(body):
    with pytest.raises(ReaderError, match=r"reader\.members"):
        Login.of_body(body)


# ---------------------------------------------------------------- events


def test_the_first_event_of_a_session_opens_it():
    world = World()
    login, _, record = world.opened(world.clerk)
    session = verify_login(login, AUD, lambda _: world.device.public, NOW, world.trust.anchors())
    opening = read(record, session)
    check_event(opening, session)
    assert Login.of_body(opening.body) == login


def test_an_event_reads_back_as_it_was_made(session):
    session, key = session
    late = LateClaim(ms(NOW) - HOUR, "line_down")
    record = signed(session, key, late=late)
    event = read(record, session)
    check_event(event, session)
    assert event.core.late == late
    assert event.body["text"] == "承办"
    assert next(iter(event.body)) == "salt"
    assert read_logged_event(record) == event
    assert event.kid == session.kid


def event_code(record: Record, session) -> str:
    with pytest.raises((ProofError, ReaderError)) as caught:
        check_event(read(record, session), session)
    return caught.value.code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"aud": "centre-000000"}, "proof.audience"),
        ({"dev": "d-339901-04"}, "proof.device_foreign"),
        ({"inc": 1}, "proof.device_foreign"),
        ({"scope": "339901/wjj"}, "proof.scope_outside"),
        ({"anc": None}, "proof.anchor_missing"),
        ({"seq": WORLD.place.seq}, "proof.session_order"),
        ({"seq": WORLD.place.seq + 1}, "proof.session_order"),
        ({"kind": "session.open"}, "proof.session_order"),
        (
            {"kind": "session.open", "seq": WORLD.place.seq + 1, "prev": ELSE},
            "proof.chain_broken",
        ),
    ],
    ids=str,
)
def test_an_event_outside_its_delegation_is_refused(session, changes, code):
    session, key = session
    assert event_code(signed(session, key, **changes), session) == code


def test_an_event_of_another_session_is_refused(session):
    session, _ = session
    login, key = WORLD.login(WORLD.first)
    other = verify(login)
    record = signed(other, key)
    assert event_code(record, session) == "reader.key_unknown"
    with pytest.raises(ProofError, match=r"proof\.session_order"):
        check_event(read_event(record, known(key.public)), session)


def test_an_event_signed_by_another_key_is_refused(session):
    session, _ = session
    assert event_code(signed(session, SoftwareKey.generate()), session) == "reader.signature"


def test_an_altered_body_is_refused(session):
    session, key = session
    record = signed(session, key)
    for body in (record.body.replace("承办", "拒绝"), record.body + " ", "", "\ud800"):
        altered = Record(record.jws, body)
        assert event_code(altered, session) == "proof.body_differs"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('{"a":1}', "reader.salt"),
        ("{}", "reader.salt"),
        ('{"a":1,"salt":"AAAAAAAAAAAAAAAAAAAAAA"}', "reader.salt"),
        ('{"salt":"AAAA"}', "reader.salt"),
        ('{"salt":1}', "reader.salt"),
        ('{"salt":"AAAAAAAAAAAAAAAAAAAAAA","a":1,"a":2}', "reader.duplicate"),
        ('{"salt":"AAAAAAAAAAAAAAAAAAAAAA","fee":0.5}', "reader.float"),
        ('{"salt":"AAAAAAAAAAAAAAAAAAAAAB"}', "reader.base64"),
        ("[]", "reader.object"),
        ("\ud800", "reader.utf8"),
    ],
)
def test_a_malformed_body_is_refused_though_its_hash_is_right(session, body, code):
    session, key = session
    draft = dataclasses.replace(WORLD.draft("claim", {}), body=body)
    assert event_code(make_event(draft, session.kid, key), session) == code


def test_bodies_carry_a_salt_and_have_a_size():
    text = write_body({"名": "𠀀·買買提"}, SALT)
    assert text.startswith('{"salt":"AAAAAAAAAAAAAAAAAAAAAA","名":"𠀀')
    assert read_body(text.encode()) == {"salt": "A" * 22, "名": "𠀀·買買提"}
    with pytest.raises(ReaderError, match=r"reader\.salt"):
        write_body({}, b"short")
    with pytest.raises(ReaderError, match=r"reader\.too_long"):
        write_body({"a": "x" * BODY_MAX}, SALT)
    with pytest.raises(ReaderError, match=r"reader\.salt"):
        write_body({"salt": "mine"}, SALT)


def test_the_centres_own_steps_are_told_apart():
    key, aud = WORLD.server["event"], AUD
    record = make_event(
        WORLD.draft("urge", {"level": "red"}, dev=f"centre:{aud}", anc=None, dt=None, boot=""),
        key.thumbprint,
        key,
    )
    event = read_event(record, WORLD.trust.server("event"))
    check_centre_event(event, aud)
    with pytest.raises(ProofError, match=r"proof\.audience"):
        check_centre_event(event, "centre-000000")
    with pytest.raises(ReaderError, match=r"reader\.key_unknown"):
        read_event(record, WORLD.trust.server("log"))
    posing = make_event(WORLD.draft("urge", {}), key.thumbprint, key)
    with pytest.raises(ProofError, match=r"proof\.device_foreign"):
        check_centre_event(read_event(posing, WORLD.trust.server("event")), aud)
    acted = make_event(
        WORLD.draft("urge", {}, dev=f"centre:{aud}"), key.thumbprint, key, act="a.b.c"
    )
    with pytest.raises(ProofError, match=r"proof\.act_differs"):
        check_centre_event(read_event(acted, WORLD.trust.server("event")), aud)


# ---------------------------------------------------------------- acts


def granted(session, key, card=CLERK, shown=SHOWN, **changes) -> tuple[Record, str]:
    place = WORLD.place.seq + 2
    content = {"text": "准予", "paper": None, "shown": shown}
    draft = WORLD.draft("grant", content, **{"seq": place} | changes)
    act = make_act(draft, session.kid, SHOWN, card.x5t("9C"), card.keys["9C"])
    return make_event(draft, session.kid, key, act), act


def check_grant(record: Record, session) -> None:
    event = read(record, session)
    check_event(event, session)
    act, x5t = read_act(record.act or "", WORLD.trust.signer)
    der = WORLD.trust.certificate(x5t).der
    card = certificates.check([der], "sign", NOW, WORLD.trust.anchors())
    check_act(act, event, session.delegation, card)


def act_code(record: Record, session) -> str:
    with pytest.raises((ProofError, ReaderError, CertificateError)) as caught:
        check_grant(record, session)
    return caught.value.code


def test_a_decisive_step_carries_the_cards_own_signature(session):
    session, key = session
    record, act = granted(session, key)
    check_grant(record, session)
    assert record.act == act


def test_a_transplanted_act_is_refused(session):
    session, key = session
    record, _ = granted(session, key)
    _, other = granted(session, key)
    assert act_code(Record(record.jws, record.body, other), session) == "proof.act_differs"
    assert act_code(Record(record.jws, record.body, None), session) == "proof.act_missing"
    plain = signed(session, key)
    assert act_code(Record(plain.jws, plain.body, other), session) == "proof.act_differs"


@pytest.mark.parametrize(
    "changes",
    [{"kind": "deny"}, {"case": "20260303-339901-00002-3"}, {"at": 1}, {"cprev": ELSE},
     {"scope": f"hall/{HALL}"}, {"anc": ELSE}, {"body": write_body({"shown": SHOWN}, SALT)},
     {"id": "0193a8f0-0000-7000-8000-000000000001"}],
    ids=lambda c: next(iter(c)),
)  # fmt: skip
def test_an_act_that_a_hostile_window_puts_under_another_step_is_refused(session, changes):
    session, key = session
    place = WORLD.place.seq + 2
    draft = WORLD.draft("grant", {"text": "准予", "shown": SHOWN}, seq=place)
    act = make_act(draft, session.kid, SHOWN, CLERK.x5t("9C"), CLERK.keys["9C"])
    other = make_event(dataclasses.replace(draft, **changes), session.kid, key, act)
    assert act_code(other, session) == "proof.act_differs"


def test_an_act_made_in_another_session_is_refused(session):
    session, key = session
    draft = WORLD.draft("grant", {"shown": SHOWN}, seq=WORLD.place.seq + 2)
    act = make_act(draft, text32(), SHOWN, CLERK.x5t("9C"), CLERK.keys["9C"])
    assert act_code(make_event(draft, session.kid, key, act), session) == "proof.act_differs"


def test_an_act_under_another_text_than_was_shown_is_refused(session):
    session, key = session
    assert act_code(granted(session, key, shown="不予")[0], session) == "proof.act_differs"
    assert act_code(granted(session, key, shown=None)[0], session) == "proof.act_differs"
    assert shown_hash("a") != shown_hash("b")


def test_an_act_by_another_person_is_refused(session):
    session, key = session
    assert act_code(granted(session, key, card=WORLD.first)[0], session) == "proof.act_foreign"


def test_an_act_by_a_login_key_is_refused(session):
    session, key = session
    draft = WORLD.draft("grant", {"shown": SHOWN}, seq=WORLD.place.seq + 2)
    act = make_act(draft, session.kid, SHOWN, CLERK.x5t("9A"), CLERK.keys["9A"])
    record = make_event(draft, session.kid, key, act)
    assert act_code(record, session) == "reader.key_unknown"


def test_the_core_names_every_member_in_the_order_of_the_specification(session):
    session, key = session
    payload = read_json(b64u_decode(signed(session, key).jws.split(".")[1]))
    assert list(payload) == [
        "v", "aud", "id", "dev", "inc", "seq", "prev", "scope", "case", "cprev", "kind", "body",
        "act", "anc", "dt", "boot", "at", "late", "crit",
    ]  # fmt: skip
    assert msgspec.convert(payload, Core).scope == SCOPE
    assert len(write_json(payload)) < 800
