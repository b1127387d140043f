"""What the engine believes: receipts, pages, anchors, leases; and what it does when it does not."""

import msgspec
import pytest

from sync.engine import faults, signals
from sync.engine.faults import LineFailure
from sync.engine.ledger import Ledger
from sync.engine.pace import Pace
from sync.engine.verify import EVIDENCE, Evidence, load_trust
from sync.proof.failures import ProofError
from sync.proof.jws import Kid, sign_form
from sync.proof.keys import SoftwareKey
from sync.proof.tree import MemoryTree
from sync.protocol import messages
from sync.protocol.records import write_form
from tests.helpers.line_world import HALL_SCOPE, HOUR, NOW_MS, MemoryStore, step
from tests.helpers.pki import NOW
from tests.helpers.world import SCOPE, World

FORK = "proof.centre_fork"


class Clock:
    def __init__(self):
        self.ms = 10_000
        self.boot = "boot-1"

    def wall(self):
        return NOW

    def boot_ms(self):
        return self.ms

    def boot_id(self):
        return self.boot


class Window:
    """A store, a session and the books over them."""

    def __init__(self, centre, pace=None, scopes=("policy", SCOPE)):
        self.centre = centre
        self.world = centre.world
        self.clock = Clock()
        self.pace = pace or Pace()
        self.store = MemoryStore()
        self.store.enrol(centre)
        self.store.subscribe(scopes)
        self.session, opening = centre.session()
        centre.log_in(self.session)
        self.store.add(opening)
        self.open()

    def open(self):
        self.ledger = Ledger(self.store, self.session, self.clock, self.pace)
        return self

    def works(self, count=1, **changes):
        return [self.store.add(step(self.world, self.session, **changes)) for _ in range(count)]

    def push(self, limit=100, bend=lambda answer: answer, anchor=False):
        batch = self.ledger.batch(limit, anchor=anchor)
        return self.ledger.settle(batch, bend(self.centre.push(batch.request)))

    def pull(self, scopes=None, bend=lambda answer: answer, anchor=False):
        question = self.ledger.question(scopes, anchor=anchor)
        return self.ledger.take(question, bend(self.centre.pull(question.request)))


@pytest.fixture
def window(centre):
    return Window(centre)


def bent(message, **changes):
    return msgspec.structs.replace(message, **changes)


def with_receipt(answer, at=0, **changes):
    results = list(answer.results)
    results[at] = bent(results[at], receipt=bent(results[at].receipt, **changes))
    return bent(answer, results=results)


def with_page(answer, scope=SCOPE, **changes):
    return bent(answer, scopes={**answer.scopes, scope: bent(answer.scopes[scope], **changes)})


# ---------------------------------------------------------------- pushing


def test_what_is_proven_is_settled_and_its_head_is_kept(window):
    ids = window.works(3)
    taken = window.push()
    assert taken.event == signals.Pushed(4, signals.Measured(0, 0, 0))
    assert set(ids) < set(window.store.verdicts())
    assert set(window.store.verdicts().values()) == {"accepted"}
    assert window.store.heads.keys() == {HALL_SCOPE, SCOPE}
    assert taken.change.cases


def test_the_next_batch_goes_out_before_what_was_proven_is_kept(window):
    window.works(4)
    first = window.ledger.batch(3, anchor=False)
    answer = window.centre.push(first.request)
    proven, upcoming = window.ledger.follow_up(first, answer, 3, anchor=False)
    assert not window.store.verdicts()
    assert upcoming.request.events == [record for _, record in window.store.own][3:]
    later = window.centre.push(upcoming.request)
    assert window.ledger.keep(proven).event == signals.Pushed(3, signals.Measured(2, 0, 0))
    taken = window.ledger.settle(upcoming, later)
    assert taken.event == signals.Pushed(2, signals.Measured(0, 0, 0))
    assert set(window.store.verdicts().values()) == {"accepted"}


def test_nothing_goes_out_behind_a_batch_that_was_not_proven(window):
    window.works(4)
    first = window.ledger.batch(3, anchor=False)
    answer = with_receipt(window.centre.push(first.request), at=2, path=["A" * 43])
    proven, upcoming = window.ledger.follow_up(first, answer, 3, anchor=False)
    assert upcoming is None
    assert proven.code == "proof.receipt_path"


def test_the_bytes_that_were_stored_are_the_bytes_that_go_out(window):
    window.works(2)
    first = window.ledger.batch(100, anchor=False)
    again = window.ledger.batch(100, anchor=False)
    assert first.request == again.request
    assert first.request.events == [record for _, record in window.store.own]


def test_an_answer_lost_after_the_commit_is_repeated_with_the_original_outcome(window):
    window.works(2)
    window.centre.judge = lambda core: (
        ("refused", "step.not_allowed") if core.kind == "claim" else ("accepted", None)
    )
    batch = window.ledger.batch(100, anchor=False)
    window.centre.push(batch.request)  # and nobody hears the answer
    window.centre.judge = lambda _core: ("accepted", None)
    taken = window.push()
    assert taken.event.settled == 3
    assert sorted(window.store.verdicts().values()) == ["accepted", "refused", "refused"]
    refused = [s for s in window.store.settled.values() if s.verdict == "refused"]
    assert {s.code for s in refused} == {"step.not_allowed"}


def test_a_refused_event_is_settled_and_nothing_behind_it_waits(window):
    ids = window.works(3)
    verdicts = iter(["accepted", "accepted", "refused", "accepted"])
    window.centre.judge = lambda _core: (next(verdicts), None)
    assert window.push().event.settled == 4
    assert window.store.verdicts()[ids[1]] == "refused"
    assert window.store.verdicts()[ids[2]] == "accepted"


def test_a_batch_is_as_many_as_asked_and_no_more_bytes_than_agreed(centre):
    window = Window(centre, Pace(batch_bytes=6000))
    window.works(6)
    assert len(window.ledger.batch(3, anchor=False).places) == 3
    small = window.ledger.batch(100, anchor=False)
    assert 1 < len(small.places) < 7
    window.ledger._pace = Pace(batch_bytes=1)
    assert len(window.ledger.batch(100, anchor=False).places) == 1  # one always goes


def test_nothing_to_send_is_no_batch(window):
    window.push()
    assert window.ledger.batch(100, anchor=False) is None


def test_a_gap_is_told_and_settles_nothing(window):
    window.works(2)
    window.store.settled[window.store.own[0][0]] = "accepted"  # the centre never saw it
    event = window.push().event
    assert (event.settled, event.code) == (0, "proof.chain_gap")


def test_an_event_that_cannot_be_logged_stops_those_behind_it_only(window):
    ids = window.works(2)
    window.centre.judge = lambda core: (
        ("rejected", None) if core.id == ids[1] else ("accepted", None)
    )
    event = window.push().event
    assert (event.settled, event.code) == (2, faults.GAP)
    event = window.push(
        bend=lambda a: bent(a, results=[messages.PushResult(id=None, verdict="rejected")])
    ).event
    assert event.code == faults.REJECTED


def test_results_for_other_events_than_were_sent_are_nonsense(window):
    with pytest.raises(LineFailure) as caught:
        window.push(bend=lambda a: bent(a, results=[]))
    assert caught.value.code == faults.NONSENSE


def test_a_verdict_that_is_not_the_outcomes_is_not_believed(window):
    event = window.push(
        bend=lambda a: bent(a, results=[bent(a.results[0], verdict="refused")])
    ).event
    assert (event.settled, event.code) == (0, faults.NONSENSE)
    assert event.measured.held == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"index": 5}, "proof.receipt_path"),
        ({"path": ["A" * 43]}, "proof.receipt_path"),
        ({"outcome": "{}"}, "reader.version"),
        ({"sth": "a.b.c"}, "reader.base64"),
    ],
)
def test_a_receipt_that_proves_nothing_settles_nothing_and_is_not_asked_for_again(
    window, changes, code
):
    event = window.push(bend=lambda a: with_receipt(a, **changes)).event
    assert (event.settled, event.code) == (0, code)
    assert window.store.settled == {}
    assert event.measured == signals.Measured(1, 0, held=1)
    assert window.ledger.batch(100, anchor=False) is None
    window.works(1)
    assert len(window.ledger.batch(100, anchor=False).places) == 1


def test_a_receipt_for_another_event_is_not_believed(window):
    window.works(1)
    event = window.push(
        bend=lambda a: bent(
            a, results=[a.results[0], bent(a.results[1], receipt=a.results[0].receipt)]
        )
    ).event
    assert (event.settled, event.code) == (1, "proof.outcome_differs")


def test_a_receipt_by_another_key_is_not_believed(window):
    window.centre.keys["log"] = SoftwareKey.generate()
    told = window.push().event
    # Perhaps policy has a new key that was not pulled yet: it is asked for again.
    assert (told.settled, told.code, told.measured.held) == (0, "reader.key_unknown", 0)


def test_a_receipt_of_another_scope_is_not_believed(window):
    """The centre logs an own event elsewhere than it belongs."""
    index = window.centre.append("339901/wjj", window.store.own[0][1])
    receipt = window.centre.receipt("339901/wjj", index)
    batch = window.ledger.batch(100, anchor=False)
    result = messages.PushResult(id=batch.places[0][0], verdict="accepted", receipt=receipt)
    event = window.ledger.settle(batch, messages.PushAnswer(results=[result])).event
    assert (event.settled, event.code) == (0, "proof.outcome_differs")


# ---------------------------------------------------------------- growing heads


def test_heads_are_shown_to_grow_from_the_last_one(window):
    window.works(1)
    window.push()
    window.centre.others(3)
    window.works(1)
    batch = window.ledger.batch(100, anchor=False)
    assert batch.request.heads == {SCOPE: 1}
    answer = window.centre.push(batch.request)
    assert answer.consistency.keys() == {SCOPE}
    assert window.ledger.settle(batch, answer).event.settled == 1


def test_a_head_that_nothing_ties_to_the_last_waits_for_the_pulled_leaf(window):
    window.works(1)
    window.push()
    window.centre.others(3)
    (event,) = window.works(1)
    told = window.push(bend=lambda a: bent(a, consistency={})).event
    assert (told.settled, told.code, told.measured.held) == (0, faults.UNPROVEN, 0)
    assert told.distrusted == ()
    window.pull()
    assert window.store.verdicts()[event] == "accepted"


def test_a_head_that_contradicts_the_last_is_a_fork(window, authority):
    window.works(1)
    window.push()
    window.centre.others(2)
    window.works(1)

    def other_history(answer):
        wrong = bent(answer.consistency[SCOPE], path=["A" * 43])
        return bent(answer, consistency={SCOPE: wrong})

    told = window.push(bend=other_history).event
    assert (told.settled, told.code, told.distrusted) == (0, FORK, (SCOPE,))
    evidence = msgspec.json.decode(window.store.meta[EVIDENCE + SCOPE], type=Evidence)
    assert evidence.kept == window.store.heads[SCOPE]
    assert evidence.kept != evidence.seen
    window.works(1)
    assert window.push().event.code == FORK  # and stays one
    assert window.ledger.question(None, anchor=False).request.cursors.keys() == {"policy"}


def test_two_heads_of_one_size_are_a_fork(window):
    """The centre rewrites its last leaf and signs again."""
    window.works(1)
    window.push()
    window.pull()
    (event,) = window.works(1)
    rewritten = window.centre.log[SCOPE]
    tree = window.centre.trees[SCOPE]
    window.centre.trees[SCOPE] = MemoryTree()
    window.centre.log[SCOPE] = []
    record = window.store.own[-1][1]
    index = window.centre.append(SCOPE, record)
    assert (len(rewritten), tree.frontier.size) == (1, 1)
    result = messages.PushResult(
        id=event, verdict="accepted", receipt=window.centre.receipt(SCOPE, index)
    )
    batch = window.ledger.batch(100, anchor=False)
    told = window.ledger.settle(batch, messages.PushAnswer(results=[result])).event
    assert (told.code, told.distrusted) == (FORK, (SCOPE,))


# ---------------------------------------------------------------- pulling


def test_pages_are_folded_and_held_against_the_signed_head(window):
    window.centre.others(7)
    taken = window.pull()
    assert taken.event == signals.Pulled({"policy": 4, SCOPE: 7}, 7)
    assert window.store.heads[SCOPE] == window.centre.sth(SCOPE) or SCOPE in window.store.heads
    assert window.store.frontiers[SCOPE] == window.centre.trees[SCOPE].frontier.pack()


def test_a_long_scope_comes_in_pages_and_is_resumed_where_it_stopped(centre):
    window = Window(centre, Pace(page=3))
    window.centre.others(8)
    first = window.pull().event
    assert (first.moved, first.more) == (3, frozenset({SCOPE}))
    assert SCOPE not in window.store.heads  # no head vouches for a part
    window.open()  # the program was started anew
    assert window.pull().event.moved == 3
    assert window.pull().event.more == frozenset()
    assert len(window.store.log[SCOPE]) == 8


def test_scopes_behind_a_full_page_are_named(centre):
    window = Window(centre, Pace(page=3), ("policy", SCOPE, HALL_SCOPE))
    centre.others(3)
    centre.others(1, HALL_SCOPE)
    centre.visible.add(HALL_SCOPE)
    told = window.pull(
        bend=lambda a: bent(
            a,
            scopes={
                SCOPE: centre.pull(messages.PullRequest(cursors={SCOPE: 0}, limit=3)).scopes[SCOPE]
            },
        )
    ).event
    assert told.left_out == frozenset({"policy", HALL_SCOPE})


def test_news_of_own_events_settle_them_too(window):
    (event,) = window.works(1)
    batch = window.ledger.batch(100, anchor=False)
    window.centre.push(batch.request)  # answer lost
    window.pull()
    assert window.store.verdicts()[event] == "accepted"


def test_nothing_new_is_nothing(window):
    assert window.pull().event.moved == 0


def test_a_leaf_changed_after_it_was_signed_is_a_fork(window):
    window.centre.others(3)
    window.pull()
    window.centre.others(2)

    def changed(answer):
        page = answer.scopes[SCOPE]
        outcome = page.entries[0].outcome.replace('"lo":1', '"lo":2')
        return with_page(answer, entries=[bent(page.entries[0], outcome=outcome), page.entries[1]])

    told = window.pull(bend=changed).event
    assert (told.moved, told.code, told.distrusted) == (0, FORK, (SCOPE,))
    assert len(window.store.log[SCOPE]) == 3


def test_a_history_rewritten_under_our_cursor_is_a_fork(window):
    window.centre.others(3)
    window.pull()
    window.centre.trees[SCOPE], window.centre.log[SCOPE] = MemoryTree(), []
    window.centre.others(5)
    told = window.pull().event
    assert (told.moved, told.distrusted) == (0, (SCOPE,))
    window.open()  # found again at the next opening: the store never took it
    assert window.pull().event.distrusted == (SCOPE,)


def test_a_head_of_a_receipt_is_held_against_the_leaves_when_they_come(window):
    """The receipt showed one tree, the pull hands out another."""
    window.centre.others(2)
    window.works(1)
    window.push()
    shown = window.centre.log[SCOPE]
    window.centre.trees[SCOPE], window.centre.log[SCOPE] = MemoryTree(), []
    window.centre.others(2)
    window.centre.append(SCOPE, shown[2].record())
    window.centre.others(1)
    told = window.pull().event
    assert (told.moved, told.distrusted) == (0, (SCOPE,))


def test_a_centre_that_unsays_what_it_signed_is_a_fork(window):
    window.centre.others(3)
    window.pull()
    window.ledger.leave_out(SCOPE, "wire.cursor")
    told = window.pull(scopes=["policy"]).event
    assert told.distrusted == (SCOPE,)
    evidence = msgspec.json.decode(window.store.meta[EVIDENCE + SCOPE], type=Evidence)
    assert (evidence.kept, evidence.seen) == (window.store.heads[SCOPE], "")


def test_a_scope_that_is_forbidden_is_left_out_and_not_distrusted(window):
    window.ledger.leave_out(SCOPE, "wire.scope_forbidden")
    question = window.ledger.question(None, anchor=False)
    assert question.request.cursors.keys() == {"policy"}
    assert window.ledger.question([SCOPE], anchor=False).request is None
    assert window.pull().event.distrusted == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"next": 9}, faults.NONSENSE),
        ({"more": True}, faults.NONSENSE),
        ({"size": 1}, faults.NONSENSE),
        ({"sth": None}, faults.NONSENSE),
        ({"sth": "a.b.c"}, "reader.base64"),
    ],
)
def test_a_page_that_contradicts_itself_is_not_taken(window, changes, code):
    window.centre.others(2)
    told = window.pull(bend=lambda a: with_page(a, **changes)).event
    assert (told.moved, told.code, told.distrusted) == (0, code, ())
    assert SCOPE not in window.store.log


@pytest.mark.parametrize(
    ("which", "code"),
    [
        ("swapped", "proof.log_gap"),
        ("body", "proof.outcome_differs"),
        ("jws", "proof.outcome_differs"),
        ("scope", "proof.outcome_differs"),
    ],
)
def test_a_page_with_another_record_is_not_taken(window, which, code):
    window.centre.others(2)
    window.centre.others(2, "339901/wjj")

    def changed(answer):
        one, two = answer.scopes[SCOPE].entries
        foreign = window.centre.log["339901/wjj"][0]
        entries = {
            "swapped": [two, one],
            "body": [bent(one, body=two.body), two],
            "jws": [bent(one, jws=two.jws), two],
            "scope": [foreign, two],
        }[which]
        return with_page(answer, entries=entries)

    told = window.pull(bend=changed).event
    assert (told.moved, told.code) == (0, code)


def test_a_head_of_another_scope_is_not_taken(window):
    window.centre.others(2)
    window.centre.others(2, "339901/wjj")
    told = window.pull(bend=lambda a: with_page(a, sth=window.centre.sth("339901/wjj"))).event
    assert (told.moved, told.code) == (0, "proof.outcome_differs")


def test_a_scope_that_nobody_asked_for_is_not_taken_and_the_others_are(window):
    window.centre.others(2)
    window.centre.others(1, "339901/wjj")
    answer = window.centre.pull(messages.PullRequest(cursors={SCOPE: 0}))
    window.centre.visible.add("339901/wjj")
    foreign = window.centre.pull(messages.PullRequest(cursors={"339901/wjj": 0}))
    told = window.pull(
        scopes=[SCOPE], bend=lambda _a: bent(answer, scopes=answer.scopes | foreign.scopes)
    ).event
    assert (told.moved, told.code) == (2, faults.NONSENSE)


def test_a_bad_page_keeps_its_own_scope_back_and_no_other(window):
    window.centre.others(2)
    window.centre.policy("switch", {"name": "x", "value": True})
    told = window.pull(bend=lambda a: with_page(a, more=True)).event
    assert (told.moved, told.code) == (1, faults.NONSENSE)


def test_scopes_subscribed_during_the_session_are_followed(window):
    window.centre.others(2, "339901/wjj")
    window.centre.visible.add("339901/wjj")
    window.store.subscribe(["policy", SCOPE, "339901/wjj"])
    assert window.pull().event.cursors["339901/wjj"] == 2


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
    assert window.ledger.uploaded(parcel).event == signals.Uploaded(1)
    assert window.ledger.parcel().sha256 != first


def test_an_upload_that_cannot_be_sent_lets_the_next_go(window):
    window.store.scan(b"PK", "application/zip")
    second = window.store.scan(b"two")
    parcel = window.ledger.parcel()
    told = window.ledger.unsendable(parcel, "wire.attachment_type").event
    assert told == signals.Uploaded(1, "wire.attachment_type")
    assert window.ledger.parcel().sha256 == second
    assert window.ledger.measure().uploads == 1


def test_no_uploads_no_parcel(window):
    assert window.ledger.parcel() is None
