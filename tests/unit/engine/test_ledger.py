"""What the engine believes of policy, anchors and leases; and what it uploads."""

import pytest

from sync.engine import signals
from sync.engine.faults import LineFailure
from sync.engine.verify import load_trust
from sync.proof.failures import ProofError
from sync.proof.jws import Kid, sign_form
from sync.proof.keys import SoftwareKey
from sync.protocol.records import write_form
from tests.helpers.line_world import HOUR, NOW_MS
from tests.helpers.world import World
from tests.unit.engine.books import Window, bent

# ---------------------------------------------------------------- policy


def test_policy_pages_are_verified_and_believed(window):
    new = SoftwareKey.generate()
    body = {"use": "log", "jwk": write_form(new.jwk), "from": NOW_MS}
    window.centre.policy("server_key", body)
    window.centre.keys["log"] = new
    window.centre.others(1)
    told = window.pull().event  # the key and what it signed come in one answer
    assert (told.moved, told.code) == (2, None)
    assert window.ledger.trust.size == 5


def test_policy_that_two_administrators_did_not_sign_is_not_taken(window):
    forged = window.world.policy_record(
        "switch", {"name": "x", "value": True}, (window.world.first, window.world.clerk)
    )
    window.centre.append("policy", forged)
    told = window.pull().event
    assert (told.moved, told.code) == (0, "proof.policy_signers")
    assert window.ledger.trust.size == 4


def test_policy_that_the_centre_refused_moves_nothing(window):
    forged = window.world.policy_record(
        "switch", {"name": "x", "value": True}, (window.world.first, window.world.clerk)
    )
    window.centre.append("policy", forged, "refused", "policy.signers")
    told = window.pull().event
    assert (told.moved, told.code) == (1, None)
    assert window.ledger.trust.size == 4
    assert window.open().ledger.trust.size == 4


def test_a_page_of_which_one_record_fails_leaves_trust_where_it_was(window):
    window.centre.policy("switch", {"name": "x", "value": True})
    good = window.world.trust.size
    forged = window.world.policy_record(
        "switch", {"name": "y", "value": True}, (window.world.first, window.world.clerk)
    )
    window.centre.append("policy", forged)
    assert window.pull().event.moved == 0
    assert window.ledger.trust.size == good - 1


def test_another_beginning_than_the_pinned_one_is_no_beginning(centre, authority):
    window = Window(centre)
    other = World(authority)
    with pytest.raises(ProofError) as caught:
        load_trust(window.store, other.trust.genesis)
    assert caught.value.code == "proof.policy_genesis"


@pytest.mark.parametrize("thorough", [False, True])
def test_trust_is_known_again_from_the_store(window, thorough):
    code = window.world.invite("d-339901-07")
    window.centre.append("policy", window.world.log[-1])
    assert code
    window.pull()
    trust = load_trust(window.store, window.world.trust.genesis, thorough=thorough)
    assert trust.size == window.world.trust.size == 5
    assert (trust.seq, trust.head) == (window.world.trust.seq, window.world.trust.head)
    assert trust.device("d-339901-03") == window.world.trust.device("d-339901-03")


def forged_chain(window):
    """A record that nobody signed, well chained: what could only be written into the store."""
    return window.world.policy_record(
        "switch", {"name": "x", "value": True}, (window.world.first, window.world.clerk)
    )


def test_a_record_written_into_the_store_does_not_fit_the_frontier(window):
    index = window.centre.append("policy", forged_chain(window))
    window.store.log["policy"].append(window.centre.log["policy"][index])
    with pytest.raises(ProofError) as caught:
        load_trust(window.store, window.world.trust.genesis)
    assert caught.value.code == "proof.policy_chain"


def test_a_frontier_written_along_with_it_is_found_by_the_thorough_look(window):
    index = window.centre.append("policy", forged_chain(window))
    window.store.log["policy"].append(window.centre.log["policy"][index])
    window.store.frontiers["policy"] = window.centre.trees["policy"].frontier.pack()
    with pytest.raises(ProofError) as caught:
        load_trust(window.store, window.world.trust.genesis, thorough=True)
    assert caught.value.code == "proof.policy_signers"


@pytest.mark.parametrize("changes", [{"seq": 9}, {"prev": "A" * 43}, {"aud": "centre-1"}])
def test_a_record_that_does_not_follow_is_not_believed(window, changes):
    forged = window.world.policy_record("switch", {"name": "x", "value": True}, **changes)
    index = window.centre.append("policy", forged)
    window.store.log["policy"].append(window.centre.log["policy"][index])
    with pytest.raises(ProofError) as caught:
        load_trust(window.store, window.world.trust.genesis)
    assert caught.value.code == "proof.policy_chain"


# ---------------------------------------------------------------- anchors


def test_an_anchor_that_answers_our_request_is_kept_with_the_boot_clock(window):
    window.push(anchor=True)
    kept = window.store.kept_anchor
    assert (kept.t_ms, kept.boot_ms, kept.boot_id) == (NOW_MS + 1, 10_000, "boot-1")
    assert window.centre.anchors[0].dt is None
    window.clock.ms += 700
    window.pull(anchor=True)
    assert window.centre.anchors[1].dt == 700
    assert window.centre.anchors[1].seq == window.world.place.seq


def test_after_a_reboot_no_interval_is_claimed(window):
    window.push(anchor=True)
    window.clock.boot = "boot-2"
    window.pull(anchor=True)
    assert window.centre.anchors[1].dt is None


def test_a_centre_whose_clock_steps_is_noted_and_its_anchor_kept(window, capsys):
    window.push(anchor=True)
    window.clock.ms += 60_000
    window.pull(anchor=True)
    assert "centre_clock_step" in capsys.readouterr().out
    assert window.store.kept_anchor.boot_ms == 70_000


@pytest.mark.parametrize("which", ["unasked", "stranger", "earlier", "garbage"])
def test_any_other_anchor_is_reported_and_ignored(window, which, capsys):
    window.push(anchor=True)
    kept = window.store.kept_anchor

    def wrong(answer):
        if which == "unasked":
            return bent(answer, anchor=kept.jws)
        if which == "garbage":
            return bent(answer, anchor="a.b.c")
        return answer

    if which == "stranger":
        window.centre.keys["anchor"] = SoftwareKey.generate()
    if which == "earlier":
        window.centre.anchors = []
        window.store.kept_anchor = kept = type(kept)(kept.jws, kept.hash, NOW_MS + 99, 0, "b")
    told = window.pull(bend=wrong, anchor=True).event
    assert told.code is None
    assert window.store.kept_anchor is kept
    assert "anchor ignored" in capsys.readouterr().out


def test_an_answer_without_the_anchor_we_asked_for_is_suffered(window):
    window.pull(bend=lambda a: bent(a, anchor=None), anchor=True)
    assert window.store.kept_anchor is None


def test_a_store_without_chain_asks_for_no_anchor(window):
    window.store.start, window.store.own = None, []
    with pytest.raises(LineFailure):
        window.ledger.asking()


# ---------------------------------------------------------------- lease


def test_a_lease_is_verified_opened_and_kept(window):
    asking = window.ledger.asking()
    jws = window.centre.lease(asking.jws)
    taken = window.ledger.take_lease(asking, jws)
    assert taken.event == signals.Leased(12 * HOUR, NOW_MS + 24 * HOUR)
    assert window.store.kept_lease == (jws, b"k" * 32)


@pytest.mark.parametrize(
    "changes", [{"dev": "d-339901-04"}, {"djk": "A" * 43}, {"exp": NOW_MS + 80 * HOUR}]
)
def test_a_lease_that_is_not_ours_is_not_kept(window, changes):
    asking = window.ledger.asking()
    if "exp" in changes:
        window.centre.lease(asking.jws)
        key = window.centre.keys["lease"]
        lease = bent(window.centre.leases[-1], **changes)
        jws = sign_form(lease, Kid(key.thumbprint), key)
    else:
        jws = window.centre.lease(asking.jws, **changes)
    with pytest.raises(ProofError):
        window.ledger.take_lease(asking, jws)
    assert window.store.kept_lease is None


def test_a_session_opens_with_what_is_left_of_the_lease(window):
    assert window.ledger.opened(None) == signals.Opened(window.store.cursors(), None, 0, None)
    asking = window.ledger.asking()
    window.ledger.take_lease(asking, window.centre.lease(asking.jws))
    opened = window.ledger.opened(5_000)
    assert opened.token_ms == 5_000
    assert (opened.lease_in_ms, opened.lease_until_utc_ms) == (12 * HOUR, NOW_MS + 24 * HOUR)
    window.push(anchor=True)
    window.clock.ms += HOUR  # the wall clock stands still: somebody set it back
    assert window.ledger.opened(None).lease_in_ms == 11 * HOUR - 1
    window.clock.ms += 30 * HOUR
    assert window.ledger.opened(None).lease_in_ms == 0


def test_a_lease_in_the_store_that_is_not_the_centres_counts_for_nothing(window):
    window.store.kept_lease = ("a.b.c", b"")
    assert window.ledger.opened(None).lease_until_utc_ms is None


# ---------------------------------------------------------------- uploads


def test_uploads_are_announced_one_by_one_and_marked(window):
    first = window.store.scan(b"one")
    window.store.scan(b"two")
    parcel = window.ledger.parcel()
    assert (parcel.case, parcel.sha256, parcel.size) == ("1", first, 3)
    assert window.ledger.uploaded(parcel).event == signals.Uploaded(1, moved=True)
    assert window.ledger.parcel().sha256 != first


def test_an_upload_that_cannot_be_sent_lets_the_next_go(window):
    window.store.scan(b"PK", "application/zip")
    second = window.store.scan(b"two")
    parcel = window.ledger.parcel()
    told = window.ledger.unsendable(parcel, "wire.attachment_type").event
    assert told == signals.Uploaded(1, "wire.attachment_type", moved=True)
    assert window.ledger.parcel().sha256 == second
    assert window.ledger.measure().uploads == 1


def test_the_same_upload_again_is_no_progress(window):
    window.store.scan(b"one")
    parcel = window.ledger.parcel()
    assert window.ledger.unsendable(parcel, "wire.attachment_type").event.moved
    assert not window.ledger.uploaded(parcel).event.moved


def test_many_that_are_refused_for_good_hide_none_behind_them(window, monkeypatch):
    monkeypatch.setattr("sync.engine.ledger._UPLOADS_COUNTED", 2)
    for text in (b"one", b"two"):
        window.store.scan(text, "application/zip")
        window.ledger.unsendable(window.ledger.parcel(), "wire.attachment_type")
    window.store.scan(b"three")
    assert window.ledger.measure().uploads == 1


def test_no_uploads_no_parcel(window):
    assert window.ledger.parcel() is None
