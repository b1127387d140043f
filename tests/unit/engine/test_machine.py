"""The machine of the line: how it begins, what it pushes and pulls."""

import pytest

from sync.engine import faults
from sync.engine import signals as s
from sync.engine.faults import Fault
from sync.engine.signals import Duty
from sync.engine.status import Phase
from tests.unit.engine.play import TOKEN, UTC, Play, duties, moments

SCOPE = "339901/scjg"


# ---------------------------------------------------------------- beginning


def test_nothing_happens_before_a_session_is_open():
    play = Play()
    assert play(s.Woke()) == ()
    assert play.machine.wake_at is None
    assert play.status.phase is Phase.CONNECTING


def test_a_session_greets_then_logs_in_then_pulls_and_listens():
    play = Play()
    assert play.open() == (s.Greet(),)
    assert play(s.Greeted(-1500)) == (s.Admit(renew=False),)
    assert play.status.clock_offset_ms == -1500
    assert play(s.Admitted(TOKEN)) == (s.Pull(None, anchor=True), s.Listen())
    assert play.status.phase is Phase.SYNCING
    assert play.pulled() == ()
    assert play.status.phase is Phase.SYNCED
    assert play.status.last_ok_ms == UTC + play.now


def test_a_token_from_the_card_login_is_used_without_a_second_login():
    play = Play()
    play.open(token_ms=TOKEN)
    assert duties(play(s.Greeted(0))) == {Duty.PULL, Duty.LIVE}


def test_own_events_go_before_news_and_uploads():
    play = Play()
    play.open(pending=3, uploads=1, token_ms=TOKEN)
    assert play(s.Greeted(0)) == (s.Push(100, anchor=True), s.Listen())
    assert play.pushed(3, 0, uploads=1) == (s.Pull(None, anchor=False),)
    assert play.pulled() == (s.Upload(),)
    assert play.status.phase is Phase.SYNCING
    assert play(s.Uploaded(0)) == ()
    assert play.status.phase is Phase.SYNCED


def test_the_status_says_when_the_lease_ends():
    play = Play()
    play.open(lease_in_ms=60_000)
    assert play.status.lease_until_ms == UTC + 60_000


# ---------------------------------------------------------------- pushing


def test_a_new_event_is_pushed_at_once():
    play = Play().settle_in()
    assert play(s.Measured(1, 0)) == (s.Push(100, anchor=False),)
    assert play.status.phase is Phase.SYNCING
    assert play.status.pending == 1
    assert play.pushed(1, 0) == ()
    assert play.status.phase is Phase.SYNCED


def test_a_batch_that_left_more_is_followed_by_the_next():
    play = Play().settle_in()
    play(s.Measured(250, 0))
    assert play.pushed(100, 150) == (s.Push(100, anchor=False),)
    assert play.pushed(100, 50) == (s.Push(100, anchor=False),)
    assert play.pushed(50, 0) == ()


def test_an_event_made_while_a_push_is_out_waits_for_its_answer():
    play = Play().settle_in()
    play(s.Measured(1, 0))
    assert play(s.Measured(2, 0)) == ()
    assert play.pushed(1, 1) == (s.Push(100, anchor=False),)


def test_a_lost_answer_is_asked_for_again_with_the_same_batch():
    play = Play().settle_in()
    play(s.Measured(2, 0))
    assert play.fail(Duty.PUSH, code="line.cut") == ()
    assert play.status.problem == "line.cut"
    assert play.status.phase is Phase.OFFLINE
    assert play.wake() == (s.Greet(),)
    # What failed lets the news go first, once; then the same events are read from the outbox.
    assert play(s.Greeted(0)) == (s.Push(50, anchor=False),)
    assert play.pushed(2, 0) == ()  # both duplicates, settled by their original outcome
    assert play.status.problem is None


def test_refused_events_count_as_answered_and_block_nothing():
    play = Play().settle_in()
    play(s.Measured(3, 0))
    assert play.pushed(3, 0) == ()
    assert play.status.problem is None


def test_a_gap_is_told_and_asked_again_later_while_news_go_on():
    play = Play().settle_in()
    play(s.Measured(2, 0))
    assert play.pushed(0, 2, code=faults.GAP) == ()
    assert play.status.problem == faults.GAP
    assert play(s.Poked(SCOPE, 8)) == (s.Pull((SCOPE,), anchor=False),)
    assert play.pulled(moved=1, **{"339901_scjg": 8}) == ()
    assert play.wake() == (s.Push(100, anchor=False),)
    assert play.pushed(2, 0) == ()
    assert play.status.problem is None


def test_an_event_that_cannot_be_logged_does_not_hide_behind_those_that_were():
    play = Play().settle_in()
    play(s.Measured(3, 0))
    assert play.pushed(2, 1, code=faults.REJECTED) == (s.Push(100, anchor=False),)
    assert play.status.problem == faults.REJECTED
    assert play.pushed(0, 1, code=faults.REJECTED) == ()
    assert play.wait == 500


def test_failing_batches_are_halved_until_a_poisoned_event_stands_alone():
    play = Play().settle_in()
    play(s.Measured(100, 0))
    limits = []
    for _ in range(8):
        play.fail(Duty.PUSH, Fault.UNABLE, faults.SERVER)
        pushes = [c for c in play.after(60_000) if isinstance(c, s.Push)]
        while not pushes:
            pushes = [c for c in play.pulled() if isinstance(c, s.Push)]
        limits.append(pushes[0].limit)
    assert limits == [50, 25, 12, 6, 3, 1, 1, 1]
    assert play.pushed(1, 99) == (s.Push(2, anchor=False),)
    assert play.pushed(2, 97) == (s.Push(4, anchor=False),)


def test_a_push_that_fails_again_and_again_does_not_starve_the_news_nor_they_it():
    play = Play().settle_in()
    play(s.Poked(SCOPE, 1_000_000))  # one page after the other, without end

    def page(_errand):
        play.now += 100
        play.cursors[SCOPE] += 1
        return s.Pulled(dict(play.cursors), 1, frozenset([SCOPE]))

    log = play.run(
        120_000,
        play(s.Measured(1, 0)) + play(page(None)),
        push=lambda _e: s.Failed(Duty.PUSH, Fault.UNABLE, faults.SERVER),
        pull=page,
    )
    assert len(moments(log, Duty.PULL)) > 900
    assert 6 <= len(moments(log, Duty.PUSH)) <= 12


def test_five_answers_without_one_receipt_call_the_loop_guard():
    play = Play().settle_in()
    commands = play(s.Measured(1, 0))
    for _ in range(4):
        assert commands == (s.Push(100, anchor=False),)
        commands = play.pushed(0, 1)
    assert play.status.problem is None
    assert commands == (s.Push(100, anchor=False),)
    assert play.pushed(0, 1) == ()
    assert play.status.problem == faults.NO_PROGRESS
    assert 0 < play.wait <= 1_000


def test_events_answered_by_a_worthless_receipt_stay_pending_and_are_not_sent_for_ever():
    play = Play().settle_in()
    play(s.Measured(1, 0))
    assert play.pushed(0, 1, held=1, code="proof.receipt_path") == ()
    assert play.status.pending == 1
    assert play.status.problem == "proof.receipt_path"
    assert play(s.Measured(2, 0, held=1)) == (s.Push(100, anchor=False),)


def test_no_receipt_within_a_minute_while_the_centre_speaks_is_unanswered():
    play = Play().settle_in()
    play(s.Measured(1, 0))
    play.after(30_000)
    play(s.Poked("elsewhere/x", 4))  # it speaks
    assert play.status.problem is None
    play.after(30_000)
    assert play.status.problem == faults.UNANSWERED
    play.pushed(1, 0)
    assert play.status.problem is None


def test_silence_is_not_unanswered():
    play = Play().settle_in()
    play(s.Measured(1, 0))
    play.after(61_000)
    assert play.status.problem is None


def test_the_machine_wakes_to_notice_a_missing_receipt():
    play = Play().settle_in()
    play(s.Measured(1, 0))
    assert play.wait == 60_000


# ---------------------------------------------------------------- pulling


def test_pages_follow_each_other_until_nothing_is_left():
    play = Play()
    play.open(token_ms=TOKEN)
    play(s.Greeted(0))
    assert play.pulled(moved=250, more=["policy"], policy=253) == (
        s.Pull(("policy",), anchor=False),
    )
    assert play.status.phase is Phase.SYNCING
    assert play.pulled(moved=10, policy=263) == ()
    assert play.status.phase is Phase.SYNCED


def test_scopes_that_a_full_page_left_out_are_asked_once_without_expecting_anything():
    play = Play().settle_in()
    play(s.Asked())
    assert play.pulled(moved=250, left_out=[SCOPE], policy=253) == (s.Pull((SCOPE,), anchor=False),)
    assert play.status.phase is Phase.SYNCING
    assert play.pulled() == ()
    assert play.status.phase is Phase.SYNCED
    assert play.wait == 50_000


def test_a_poke_pulls_its_scope_only():
    play = Play().settle_in()
    assert play(s.Poked(SCOPE, 8)) == (s.Pull((SCOPE,), anchor=False),)
    assert play.status.phase is Phase.SYNCING
    assert play.pulled(moved=1, **{"339901_scjg": 8}) == ()
    assert play.status.phase is Phase.SYNCED


@pytest.mark.parametrize("poke", [s.Poked(SCOPE, 7), s.Poked("339902/wjj", 99)])
def test_old_news_and_foreign_scopes_are_not_pulled(poke):
    assert Play().settle_in()(poke) == ()


def test_pokes_during_a_pull_are_remembered():
    play = Play().settle_in()
    play(s.Poked(SCOPE, 8))
    assert play(s.Poked(SCOPE, 10)) == ()
    assert play(s.Poked(SCOPE, 9)) == ()
    assert play.pulled(moved=1, **{"339901_scjg": 8}) == (s.Pull((SCOPE,), anchor=False),)
    assert play.pulled(moved=2, **{"339901_scjg": 10}) == ()


def test_a_cursor_that_does_not_move_calls_the_loop_guard_after_five_requests():
    play = Play().settle_in()
    commands = play(s.Poked(SCOPE, 8))
    for _ in range(4):
        assert commands == (s.Pull((SCOPE,), anchor=False),)
        commands = play.pulled(more=[SCOPE])
    assert commands == (s.Pull((SCOPE,), anchor=False),)
    assert play.pulled(more=[SCOPE]) == ()
    assert play.status.problem == faults.NO_PROGRESS
    waits = []
    for _ in range(4):
        waits.append(play.wait)
        play.wake()
        play.pulled(more=[SCOPE])
    assert waits == [500, 1000, 2000, 4000]
    play.wake()
    play.pulled(moved=1, **{"339901_scjg": 8})
    assert play.status.problem is None


def test_a_page_that_does_not_hold_is_told_and_asked_again_by_rounds_only():
    play = Play().settle_in()
    play(s.Poked(SCOPE, 8))
    assert play.pulled(code="proof.outcome_differs") == ()
    assert play.status.problem == "proof.outcome_differs"
    assert play.wait == 50_000
    assert play.wake() == (s.Pull(None, anchor=True),)
    play.pulled(moved=1, **{"339901_scjg": 8})
    assert play.status.problem is None


def test_a_forked_scope_is_told_first_and_no_longer_followed():
    play = Play().settle_in()
    play(s.Poked(SCOPE, 8))
    play.pulled(distrusted=(SCOPE,), code="proof.outcome_differs")
    assert play.status.problem == faults.CENTRE_FORK
    assert play.status.distrusted == (SCOPE,)
    assert play(s.Poked(SCOPE, 9)) == ()
    assert play(s.Poked("policy", 4)) == (s.Pull(("policy",), anchor=False),)


def test_a_fork_seen_in_a_receipt_is_told_too():
    play = Play().settle_in()
    play(s.Measured(1, 0))
    play.pushed(0, 1, held=1, distrusted=(SCOPE,))
    assert play.status.problem == faults.CENTRE_FORK


def test_a_failed_pull_is_followed_by_a_full_round():
    play = Play().settle_in()
    play(s.Poked(SCOPE, 8))
    play.fail(Duty.PULL, Fault.UNABLE, faults.NONSENSE)
    assert play.status.problem == faults.NONSENSE
    assert play.wake() == (s.Pull(None, anchor=False),)


def test_a_person_who_asks_is_answered_at_once_by_a_round():
    play = Play().settle_in()
    assert play(s.Asked()) == (s.Pull(None, anchor=False),)
    assert play.status.phase is Phase.SYNCING
    play.pulled()
    assert play.status.phase is Phase.SYNCED


def test_asking_during_a_round_brings_another():
    play = Play()
    play.open(token_ms=TOKEN)
    play(s.Greeted(0))
    play(s.Asked())
    assert play.pulled() == (s.Pull(None, anchor=False),)
    assert play.status.phase is Phase.SYNCING
