"""Policy changes when two administrators' cards say so, and never otherwise."""

import pytest

from sync.domain.failures import Failure
from sync.domain.fields import DataFailure
from sync.domain.policy import PolicyBook
from sync.proof.events import write_body
from sync.proof.failures import CertificateError, ProofError
from sync.proof.jws import body_hash
from sync.proof.keys import new_bytes, new_id
from sync.proof.policy import join_policy, sign_policy
from sync.protocol.codec import b64u_encode
from sync.protocol.records import PolicyEvent
from sync.server.administration import seat_of
from sync.server.bootstrap import open_centre
from tests.helpers.hand_window import Refusal
from tests.helpers.pki import Authority
from tests.helpers.waiting import until

HALL = {"code": "339912", "name": "新大厅", "calendar": "cn", "hours": [["09:00", "12:00"]]}


def record(centre, kind, content, signers=("admin1", "admin2"), **changes):
    trust = centre.desk.policy.trust
    body = write_body(content, new_bytes(16))
    members = {
        "aud": trust.aud, "id": new_id(), "seq": trust.seq + 1, "prev": trust.head,
        "kind": kind, "body": body_hash(body), "at": centre.clock.now_ms(), "crit": [],
    }  # fmt: skip
    event = PolicyEvent(**members | changes)
    one, two = (seat_of(centre.authority.cards[name]) for name in signers)
    return join_policy(
        sign_policy(event, one.x5t, one.key), sign_policy(event, two.x5t, two.key), body
    )


def append(centre, made):
    return centre.centre.ledger.write_now(lambda tx: centre.desk.policy.append(tx, made))


def test_two_administrators_change_policy_for_everybody_at_once(centre):
    row = centre.enact("hall", HALL)
    assert row.n == centre.desk.policy.size
    assert "339912" in centre.desk.policy.book.halls


@pytest.mark.parametrize("signers", [("admin1", "clerk"), ("clerk", "handler")])
def test_others_do_not(centre, signers):
    size = centre.desk.policy.size
    with pytest.raises((ProofError, CertificateError)) as caught:
        append(centre, record(centre, "hall", HALL, signers))
    assert caught.value.code == "proof.policy_signers"
    assert centre.desk.policy.size == size


def test_one_administrator_twice_is_one(centre):
    with pytest.raises(ProofError, match="policy_signers"):
        append(centre, record(centre, "hall", HALL, ("admin1", "admin1")))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"seq": 3}, "proof.policy_chain"),
        ({"prev": "A" * 43}, "proof.policy_chain"),
        ({"aud": "centre-000000"}, "proof.audience"),
    ],
)
def test_what_does_not_follow_is_refused(centre, changes, code):
    with pytest.raises(ProofError, match=code):
        append(centre, record(centre, "hall", HALL, **changes))


def test_a_kind_that_nobody_signs_is_refused(centre):
    with pytest.raises(ProofError, match="policy_kind"):
        append(centre, record(centre, "no_such_kind", HALL))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("hall", {"code": "339912"}),
        ("department", {"code": "x", "name": "y", "hall": "no such", "calendar": "cn"}),
        ("grant", {"id": "g", "person": "nobody", "roles": [], "scopes": [], "powers": [],
                   "items": "*", "from": 1, "to": 2}),
        ("switch", {"name": "no_such_switch", "value": True}),
        ("catalogue", {"version": "x", "items": [{}], "bundles": []}),
        ("revoke", {"ca": "x", "serial": "zz"}),
    ],
)  # fmt: skip
def test_a_body_that_the_rules_cannot_read_is_refused_and_moves_nothing(centre, kind, body):
    before, book = centre.desk.policy.size, centre.desk.policy.book
    with pytest.raises(Failure):
        append(centre, record(centre, kind, body))
    assert centre.desk.policy.size == before
    assert centre.read(lambda tx: tx.log.head("policy")).size == before
    centre.enact("hall", HALL)  # and the next one follows as if nothing had been
    assert centre.desk.policy.book.halls.keys() == {*book.halls, "339912"}


def test_a_department_is_not_taken_over_by_another_hall(centre, monkeypatch):
    centre.enact("hall", HALL)
    standing = centre.desk.policy.book.departments["scjg"]
    body = {"code": "scjg", "name": "新大厅市场监管局", "hall": HALL["code"], "calendar": "cn"}
    with pytest.raises(DataFailure, match=r"policy\.foreign"):
        append(centre, record(centre, "department", body))
    assert centre.desk.policy.book.departments["scjg"] == standing
    centre.enact("department", {**body, "hall": standing.hall})  # where it stands it is renamed
    assert centre.desk.policy.book.departments["scjg"].name == body["name"]
    # What stands in a log from before is followed all the same: by a centre that starts on it too.
    monkeypatch.setattr(PolicyBook, "with_new", PolicyBook.with_event)
    append(centre, record(centre, "department", body))
    monkeypatch.undo()
    again = open_centre(centre.settings, centre.clock)
    try:
        again.ledger.read_now(lambda _tx: None)
        assert again.desk.policy.book.departments["scjg"].hall == HALL["code"]
    finally:
        again.close()


def test_a_unit_that_fails_after_policy_leaves_no_policy(centre):
    def half(tx):
        centre.desk.policy.append(tx, made)
        raise LookupError

    made = record(centre, "hall", HALL)
    with pytest.raises(LookupError):
        centre.centre.ledger.write_now(half)
    assert "339912" not in centre.desk.policy.book.halls
    append(centre, made)  # the very same record fits, for nothing came before it
    assert "339912" in centre.desk.policy.book.halls


def test_policy_of_another_process_is_seen_at_the_next_look(centre, tmp_path):
    """The command line writes to the same database while the centre serves."""
    other = open_centre(centre.settings, centre.clock)
    try:
        other.ledger.write_now(
            lambda tx: other.desk.policy.append(tx, record(centre, "hall", HALL))
        )
    finally:
        other.close()
    until(lambda: "339912" in centre.desk.policy.book.halls or not poke(centre))


def poke(centre):
    return centre.read(lambda tx: True)


def test_a_device_that_was_closed_may_do_nothing_more(centre, window):
    window.log_in("clerk")
    centre.enact("device.close", {"dev": window.dev, "inc": 1})
    assert centre.desk.policy.book.devices[window.dev].closed_at == centre.clock.now()
    for ask in (lambda: window.pull({"policy": 0}), lambda: window.log_in("clerk")):
        with pytest.raises(Refusal) as caught:
            ask()
        assert caught.value.code == "wire.device_closed"


def test_an_administrator_of_the_genesis_event_who_was_dismissed_signs_no_more(centre):
    person, others = centre.card("admin1").person, ("admin2", "admin3")
    held = [g.id for g in centre.desk.policy.book.grants.values() if g.person == person]
    for grant in (f"genesis:{person}", *held):
        centre.enact("grant.end", {"id": grant}, others)
    centre.clock.advance(minutes=1)
    with pytest.raises(ProofError, match="policy_signers"):
        centre.enact("hall", HALL)
    centre.enact("hall", HALL, others)


def test_one_more_authority_is_trusted(centre):
    der = Authority("另一证书中心").der
    centre.enact("ca", {"der": b64u_encode(der)})
    assert b64u_encode(der) in centre.desk.policy.book.cas
    assert len(centre.desk.policy.anchors().cas) == 2
