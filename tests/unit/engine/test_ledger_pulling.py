"""What the engine believes of pages of the log."""

import msgspec
import pytest

from sync.engine import faults, signals
from sync.engine.pace import Pace
from sync.engine.verify import EVIDENCE, Evidence
from sync.proof.tree import MemoryTree
from sync.protocol import messages
from tests.helpers.line_world import HALL_SCOPE
from tests.helpers.world import SCOPE
from tests.unit.engine.books import FORK, Window, bent, with_page

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
