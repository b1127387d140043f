"""The centre has another log key: scopes where nothing happens are believed all the same."""

from sync.proof.keys import SoftwareKey
from sync.proof.outcomes import read_tree_head
from sync.protocol.records import write_form
from tests.helpers.case_walk import walk_to
from tests.helpers.earlier import stopped
from tests.helpers.hand_window import SCOPE
from tests.helpers.lost import HALL
from tests.helpers.waiting import until

SCOPES = (HALL, SCOPE)


def heads(centre):
    """Return the signed heads as they stand, of the scopes that have one."""
    found = centre.read(lambda tx: tx.log.heads(SCOPES))
    return {scope: (head.size, head.sth) for scope, head in found.items()}


def changed(centre, key, *, told=True):
    """Let the centre sign with another key, of which policy was told."""
    centre.clock.advance(minutes=1)
    if told:
        said = {"use": "log", "jwk": write_form(key.jwk), "from": centre.clock.now_ms()}
        centre.enact("server_key", said)
    with stopped(centre):
        (centre.settings.keys / "log.pem").write_bytes(key.to_pkcs8())


def test_scopes_where_nothing_happens_are_signed_anew(centre, window):
    walk_to(window, "received")
    before, new = heads(centre), SoftwareKey.generate()
    assert set(before) == set(SCOPES)
    changed(centre, new)
    until(lambda: all(heads(centre)[scope] != before[scope] for scope in SCOPES), 1000)
    trust = centre.desk.policy.trust
    serves, served = trust.server("log"), trust.server("log", 0)
    for scope, (size, sth) in heads(centre).items():
        head, old = read_tree_head(sth, serves), read_tree_head(before[scope][1], served)
        assert (head.size, head.root) == (old.size, old.root)  # no line was added
        assert size == head.size
        assert head.t >= old.t
    # Whoever begins to follow the scope gets the head that is believed.
    page = window.pull({SCOPE: 0}).scopes[SCOPE]
    assert read_tree_head(page.sth, serves).size == page.next


def test_a_key_that_policy_does_not_know_signs_nothing_anew(centre, window):
    walk_to(window, "received")
    before = heads(centre)
    changed(centre, SoftwareKey.generate(), told=False)
    desk = centre.centre.desk
    serves = desk.policy.trust.server("log")
    assert centre.read(lambda tx: desk.scopes.under_ended(tx, SCOPES, serves)) == []
    assert centre.read(lambda tx: desk.scopes.under_ended(tx, SCOPES, lambda _: None)) == []
    assert heads(centre) == before
