"""What the engine believes of receipts, and of heads that must grow."""

import msgspec
import pytest

from sync.engine import faults, signals
from sync.engine.faults import LineFailure
from sync.engine.pace import Pace
from sync.engine.verify import EVIDENCE, Evidence
from sync.proof.keys import SoftwareKey
from sync.proof.tree import MemoryTree
from sync.protocol import messages
from tests.helpers.line_world import HALL_SCOPE
from tests.helpers.world import SCOPE
from tests.unit.engine.books import FORK, Window, bent, with_receipt

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
