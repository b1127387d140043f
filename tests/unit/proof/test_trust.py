"""Policy: two cards, one chain from a pinned beginning; a server key alone changes nothing."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from sync.proof.enrolment import CODE_BYTES, code_hash, read_enrolment, write_code
from sync.proof.failures import CertificateError, ProofError
from sync.proof.jws import Header, X5t, hash_text, sign, sign_form
from sync.proof.keys import SoftwareKey, new_bytes
from sync.proof.policy import join_policy, read_policy
from sync.proof.trust import Trust
from sync.protocol.codec import b64u_encode, write_json
from sync.protocol.errors import ReaderError
from sync.protocol.records import POLICY, Record, write_form
from tests.helpers.pki import NOW, START, Authority
from tests.helpers.world import AUD, DEV, World, ms, text32

HALL = {"code": "339911", "name": "石桥镇便民服务中心", "hours": "", "calendar": "2026"}
DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    return World()


def code_of(world: World, record: Record, at=NOW) -> str:
    size = world.trust.size
    with pytest.raises((ProofError, ReaderError, CertificateError)) as caught:
        world.trust.verify(record, at)
    assert world.trust.size == size
    return caught.value.code


def test_the_whole_log_is_followed_from_the_pinned_hash_alone(world):
    trust = Trust(world.trust.genesis)
    for record in world.log:
        trust.apply(trust.verify(record, NOW))
    assert (trust.size, trust.seq, trust.aud) == (4, 2, AUD)
    assert trust.head == world.trust.head
    assert trust.device(DEV) == world.trust.device(DEV)
    assert trust.administrators(NOW) == {"p0901", "p0902"}


def test_two_administrators_change_policy(world):
    record = world.policy("hall", HALL)
    read = read_policy(record, world.trust.signer)
    assert (read.kind, read.body["code"], read.signers) == (
        "hall", "339911", (world.first.x5t("9C"), world.second.x5t("9C")),
    )  # fmt: skip


# ---------------------------------------------------------------- who signs


def test_one_administrator_twice_is_one(world):
    record = world.policy_record("hall", HALL, (world.first, world.first))
    assert code_of(world, record) == "proof.policy_signers"
    again = world.authority.card("p0901", "周敏")
    both = dict(world.roster_body(again)["certs"])
    world.policy("roster", world.roster_body(world.first) | {"certs": both})
    record = world.policy_record("hall", HALL, (world.first, again))
    assert code_of(world, record) == "reader.key_unknown"


def test_one_signature_is_not_enough(world):
    record = world.policy_record("hall", HALL)
    assert code_of(world, msgspec.structs.replace(record, act=None)) == "proof.policy_signers"
    twice = msgspec.structs.replace(record, act=record.jws)
    assert code_of(world, twice) == "proof.policy_signers"


def test_two_signatures_under_two_texts_are_none(world):
    one, two = (world.policy_record("hall", HALL) for _ in range(2))
    assert code_of(world, join_policy(one.jws, two.act, one.body)) == "proof.policy_signers"


def test_a_clerk_is_no_administrator(world):
    record = world.policy_record("hall", HALL, (world.first, world.clerk))
    assert code_of(world, record) == "proof.policy_signers"


def test_a_server_key_signs_no_policy(world):
    record = world.policy_record("hall", HALL)
    key = world.server["event"]
    payload = read_policy(record, world.trust.signer).event
    forged = sign(POLICY, X5t(world.first.x5t("9C")), write_json(write_form(payload)), key)
    assert code_of(world, join_policy(forged, record.act, record.body)) == "reader.signature"


def test_a_login_key_signs_no_policy(world):
    class Swapped:
        def __init__(self, card):
            self.keys = {"9C": card.keys["9A"]}
            self.card = card

        def x5t(self, _slot):
            return self.card.x5t("9A")

    record = world.policy_record("hall", HALL, (Swapped(world.first), world.second))
    assert code_of(world, record) == "reader.key_unknown"


def test_administrators_come_and_go_by_policy(world):
    new = world.authority.card("p0903", "郑华")
    world.policy("roster", world.roster_body(new))
    record = world.policy_record("hall", HALL, (world.first, new))
    assert code_of(world, record) == "proof.policy_signers"
    grant = {
        "id": "g1", "person": "p0903", "roles": ["business_administrator"], "scopes": ["policy"],
        "powers": [], "items": "*", "from": ms(NOW), "to": ms(NOW + 30 * DAY),
    }  # fmt: skip
    world.policy("grant", grant)
    assert world.trust.administrators(NOW) == {"p0901", "p0902", "p0903"}
    assert world.trust.administrators(NOW - DAY) == {"p0901", "p0902"}
    assert world.trust.administrators(NOW + 30 * DAY) == {"p0901", "p0902"}
    world.second = new
    world.policy("grant.end", {"id": "genesis:p0902"})
    world.policy("grant.end", {"id": "g1", "at": ms(NOW + DAY)})
    world.policy("grant.end", {"id": "g1", "at": ms(NOW + 9 * DAY)})
    world.policy("grant.end", {"id": "nobody's"})
    assert world.trust.administrators(NOW) == {"p0901", "p0903"}
    assert world.trust.administrators(NOW + DAY) == {"p0901"}


def test_other_grants_make_no_administrator(world):
    grant = {"id": "g2", "person": "p0103", "roles": ["window_clerk"], "from": 0, "to": None}
    world.policy("grant", grant)
    assert world.trust.administrators(NOW) == {"p0901", "p0902"}


def test_a_revoked_administrator_signs_no_more(world):
    serial = world.second.serial("9C")
    body = {"ca": world.authority.ca, "serial": serial, "at": ms(NOW), "reason": "lost"}
    record = world.policy("revoke", body)
    assert record.act
    assert code_of(world, world.policy_record("hall", HALL)) == "certificate.revoked"
    with pytest.raises(CertificateError, match=r"certificate\.revoked"):
        world.trust.verify(world.policy_record("hall", HALL), NOW + DAY)


def test_a_revocation_without_a_moment_counts_from_its_event_on(world):
    body = {"ca": world.authority.ca, "serial": world.second.serial("9C"), "reason": "lost"}
    world.policy("revoke", body)
    assert code_of(world, world.policy_record("hall", HALL)) == "certificate.revoked"
    assert world.trust.anchors().revoked[0].at == NOW


def test_an_expired_administrator_signs_no_more(world):
    record = world.policy_record("hall", HALL)
    assert code_of(world, record, START + 731 * DAY) == "certificate.expired"


# ---------------------------------------------------------------- what is signed


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"seq": 9}, "proof.policy_chain"),
        ({"seq": 0}, "proof.policy_chain"),
        ({"prev": "B" * 42 + "A"}, "proof.policy_chain"),
        ({"prev": None}, "proof.policy_chain"),
        ({"aud": "centre-000000"}, "proof.audience"),
        ({"kind": "genesis"}, "proof.policy_chain"),
        ({"kind": "device.claim"}, "proof.policy_kind"),
        ({"kind": "coup"}, "proof.policy_kind"),
        ({"crit": ["until"]}, "reader.crit"),
    ],
    ids=str,
)
def test_what_does_not_follow_is_refused(world, changes, code):
    kind = changes.pop("kind", "hall")
    assert code_of(world, world.policy_record(kind, HALL, **changes)) == code


def test_an_altered_body_is_refused(world):
    record = world.policy_record("hall", HALL)
    altered = msgspec.structs.replace(record, body=record.body.replace("石桥", "石侨"))
    assert code_of(world, altered) == "proof.body_differs"


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("roster", {"person": "p1"}, "reader.members"),
        ("roster", {"person": "p1", "certs": {"9A": "AAAA"}}, "certificate.unreadable"),
        ("roster", {"person": "p1", "certs": {"9A": "A==="}}, "reader.base64"),
        ("roster", {"person": "p1", "certs": {"9Z": "AAAA"}}, "reader.members"),
        ("ca", {"der": "AAAA"}, "certificate.unreadable"),
        ("revoke", {"ca": "x", "serial": "1", "at": 1}, "reader.members"),
        ("grant", {"id": "g", "person": "p", "roles": ["x"], "from": "now"}, "reader.members"),
        (
            "server_key",
            {"use": "log", "jwk": {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43},
             "from": 1},
            "reader.key",
        ),
        ("device.invite", {"dev": DEV, "inc": 0}, "reader.members"),
    ],
)  # fmt: skip
def test_a_body_that_could_not_be_applied_is_refused_before(world, kind, body, code):
    assert code_of(world, world.policy_record(kind, body)) == code


# ---------------------------------------------------------------- the beginning


def test_only_the_pinned_beginning_begins(world):
    other = World(world.authority)
    trust = Trust(world.trust.genesis)
    for record in (other.log[0], world.log[1]):
        with pytest.raises(ProofError, match=r"proof\.policy_genesis"):
            trust.verify(record, NOW)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"seq": 1}, "proof.policy_genesis"),
        ({"prev": "B" * 42 + "A"}, "proof.policy_genesis"),
        ({"kind": "hall"}, "proof.policy_genesis"),
        ({"aud": "centre-000000"}, "proof.audience"),
    ],
    ids=str,
)
def test_a_beginning_says_that_it_is_one(world, changes, code):
    members = {"seq": 0, "prev": None} | changes
    kind = members.pop("kind", "genesis")
    record = world.policy_record(kind, world.genesis_body(), **members)
    with pytest.raises(ProofError, match=code.replace(".", r"\.")):
        Trust(hash_text(record.jws)).verify(record, NOW)


def test_a_pinned_beginning_signed_by_somebody_else_is_refused(world):
    record = world.policy_record(
        "genesis", world.genesis_body(), (world.first, world.clerk), seq=0, prev=None
    )
    with pytest.raises(ReaderError, match=r"reader\.key_unknown"):
        Trust(hash_text(record.jws)).verify(record, NOW)


def test_a_beginning_whose_cards_come_from_elsewhere_is_refused(world):
    stranger = Authority("别处")
    body = world.genesis_body() | {"cas": [b64u_encode(stranger.der)]}
    record = world.policy_record("genesis", body, seq=0, prev=None)
    with pytest.raises(CertificateError, match=r"certificate\.unknown_issuer"):
        Trust(hash_text(record.jws)).verify(record, NOW)


# ---------------------------------------------------------------- what trust answers


def test_a_new_authority_and_new_cards_are_believed(world):
    second = Authority("第二证书中心")
    card = second.card("p0103", "李明")
    world.policy("ca", {"der": b64u_encode(second.der)})
    world.policy("roster", world.roster_body(card))
    known = world.trust.certificate(card.x5t("9C"))
    assert (known.person, known.slot, known.der) == ("p0103", "9C", card.certs["9C"])
    assert world.trust.certificate(world.clerk.x5t("9C")) is None
    assert len(world.trust.anchors().cas) == 2
    assert world.trust.anchors(crl_required=True).crl_required
    assert world.trust.signer(Header(POLICY, "ES256", x5t=card.x5t("9C"))) is not None
    assert world.trust.signer(Header(POLICY, "ES256", x5t=card.x5t("9A"))) is None
    assert world.trust.signer(Header(POLICY, "ES256", kid="x")) is None


def test_server_keys_serve_one_use_for_their_time(world):
    old, new = world.server["log"], SoftwareKey.generate()
    header = Header("t", "ES256", kid=old.thumbprint)
    assert world.trust.server("log")(header) == old.public
    assert world.trust.server("anchor")(header) is None
    assert world.trust.server("log")(Header("t", "ES256", kid="x")) is None
    change = ms(NOW + DAY)
    world.policy("server_key", {"use": "log", "jwk": write_form(new.jwk), "from": change})
    assert world.trust.server("log")(header) is None
    assert world.trust.server("log", change - 1)(header) == old.public
    assert world.trust.server("log", change)(header) is None
    assert world.trust.server("log")(Header("t", "ES256", kid=new.thumbprint)) == new.public
    world.policy("server_key", {"use": "log", "jwk": write_form(SoftwareKey.generate().jwk)})
    newest = Header("t", "ES256", kid=new.thumbprint)
    assert world.trust.server("log")(newest) is None


# ---------------------------------------------------------------- devices


def test_an_enrolled_device_is_known_by_name_and_key(world):
    device = world.trust.device(DEV)
    assert (device.hall, device.counter, device.inc) == ("339901", "3号窗口", 0)
    assert device.public == world.device.public
    assert device.djk == world.device.thumbprint
    assert world.trust.device_by_key(device.djk) == device
    assert device.start == hash_text(world.log[-1].jws)
    assert world.trust.device("d-nobody") is None
    assert world.trust.device(DEV, 1) is None
    assert world.trust.device_by_key(text32()) is None


def claim_code(world: World, text: str, at=NOW) -> str:
    with pytest.raises((ProofError, ReaderError)) as caught:
        world.trust.verify(read_enrolment(text)[1], at)
    return caught.value.code


def test_a_code_serves_once_in_time_and_for_its_device(world):
    world.device = SoftwareKey.generate()
    code = world.invite("d-339901-04")
    mine = {"dev": "d-339901-04"}
    assert claim_code(world, world.claim("0" * 24, **mine)) == "proof.enrol_code"
    assert claim_code(world, world.claim(code, dev="d-339901-05")) == "proof.enrol_code"
    assert claim_code(world, world.claim(code, inc=1, **mine)) == "proof.enrol_code"
    assert claim_code(world, world.claim(code, aud="centre-000000", **mine)) == "proof.audience"
    assert claim_code(world, world.claim(code, **mine), NOW + DAY) == "proof.enrol_code"
    record = read_enrolment(world.claim(code, **mine))[1]
    read = world.trust.verify(record, NOW)
    assert (read.kind, read.body["dev"], read.signers) == ("device.claim", "d-339901-04", ())
    world.trust.apply(read)
    assert claim_code(world, world.claim(code, **mine)) == "proof.enrol_code"


def test_nobody_claims_for_another_key(world):
    other = SoftwareKey.generate()
    with pytest.raises(ReaderError, match=r"reader\.signature"):
        read_enrolment(world.claim("0" * 24, jwk=other.jwk))
    claim = read_enrolment(world.claim("0" * 24))[0]
    swapped = msgspec.structs.replace(claim, jwk=other.jwk)
    with pytest.raises(ProofError, match=r"proof\.delegation_key"):
        read_enrolment(sign_form(swapped, world.device.jwk, world.device))


def test_a_claims_record_is_its_own_body(world):
    world.device = SoftwareKey.generate()
    record = read_enrolment(world.claim(world.invite("d-339901-04"), dev="d-339901-04"))[1]
    for changed, code in [
        (msgspec.structs.replace(record, body=record.body + " "), "proof.body_differs"),
        (msgspec.structs.replace(record, act=record.jws), "reader.members"),
    ]:
        assert code_of(world, changed) == code


def test_an_enrolled_incarnation_is_not_invited_again(world):
    body = {
        "dev": DEV, "inc": 0, "hall": "339901", "counter": "", "code": code_hash("x"), "until": 1,
    }  # fmt: skip
    assert code_of(world, world.policy_record("device.invite", body)) == "proof.device_known"


def test_a_closed_device_stays_known_as_closed(world):
    world.policy("device.close", {"dev": DEV, "inc": 0, "reason": "stolen"})
    assert world.trust.device(DEV).closed_at == ms(NOW)
    world.device = SoftwareKey.generate()
    code = world.invite(DEV, 1)
    world.admit(read_enrolment(world.claim(code, inc=1))[1])
    assert world.trust.device(DEV).inc == 1
    code = world.invite("d-339901-04")
    world.policy("device.close", {"dev": "d-339901-04", "inc": 0, "reason": "never used"})
    assert claim_code(world, world.claim(code, dev="d-339901-04")) == "proof.enrol_code"


def test_codes_are_read_as_people_type_them():
    code = write_code(bytes(range(CODE_BYTES)))
    assert code == "000G40-R40M30-E20918-5GR38E"
    assert code_hash(code.lower().replace("0", "o").replace("1", "l")) == code_hash(code)
    assert code_hash(write_code(new_bytes(CODE_BYTES))) != code_hash(code)
