"""Playbooks: what happened, and what the engine then wants done."""

from itertools import pairwise

import pytest

from sync.engine import faults
from sync.engine import signals as s
from sync.engine.backoff import LONGEST_HOLD_MS
from sync.engine.faults import Fault
from sync.engine.machine import Machine
from sync.engine.pace import Pace
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


# ---------------------------------------------------------------- anchors


def test_anchors_are_ten_seconds_apart_at_least():
    play = Play().settle_in()
    assert play(s.Measured(1, 0)) == (s.Push(100, anchor=False),)
    play.pushed(1, 0)
    play.after(9_999)
    assert play(s.Measured(1, 0)) == (s.Push(100, anchor=False),)
    play.pushed(1, 0)
    play.after(1)
    assert play(s.Measured(1, 0)) == (s.Push(100, anchor=True),)


@pytest.mark.parametrize("live", [True, False])
def test_anchors_are_sixty_seconds_apart_at_most(live):
    play = Play().settle_in(live=live)
    log = play.run(1_800_000)
    asked = [at for at, errand in log if getattr(errand, "anchor", False)]
    gaps = [b - a for a, b in pairwise([1_000, *asked])]
    assert len(gaps) > 25
    assert all(10_000 <= gap <= 60_000 for gap in gaps)


# ---------------------------------------------------------------- lease


def test_a_session_without_lease_fetches_one_after_the_first_page():
    play = Play()
    play.open(token_ms=TOKEN, lease_in_ms=0)
    # The anchor is kept back for the lease, whose request is one.
    assert play(s.Greeted(0)) == (s.Pull(None, anchor=False), s.Listen())
    assert play.pulled(moved=9, more=["policy"], policy=12) == (s.FetchLease(),)
    assert play(s.Leased(43_200_000, UTC + 86_400_000)) == (s.Pull(("policy",), anchor=False),)
    assert play.status.lease_until_ms == UTC + 86_400_000


def test_a_lease_is_renewed_at_half_life_or_when_asked():
    play = Play().settle_in()
    assert play(s.LeaseAsked()) == ()
    assert play.wait == 10_000  # the anchor of the round is still fresh
    log = play.run(7_500_000)
    assert moments(log, Duty.LEASE) == [11_000, 3_611_000, 7_211_000]


def test_a_refused_lease_is_told_and_does_not_keep_anchors_away():
    play = Play(chance=0.99).settle_in(live=False)
    log = play.run(
        600_000,
        play(s.LeaseAsked()),
        lease=lambda _e: s.Failed(Duty.LEASE, Fault.REFUSED, "wire.lease_refused"),
    )
    assert play.status.problem == "wire.lease_refused"
    assert 10 <= len(moments(log, Duty.LEASE)) <= 20
    asked = [at for at, e in log if isinstance(e, s.FetchLease) or getattr(e, "anchor", False)]
    gaps = [b - a for a, b in pairwise(asked)]
    assert all(10_000 <= gap <= 60_000 for gap in gaps)


def test_a_lease_that_is_already_half_over_is_not_fetched_in_a_circle():
    play = Play().settle_in()
    log = play.run(600_000, play(s.LeaseAsked()), lease=lambda _e: s.Leased(-5, UTC))
    assert 8 <= len(moments(log, Duty.LEASE)) <= 10


# ---------------------------------------------------------------- uploads


def test_uploads_wait_for_events_but_events_never_wait_for_uploads():
    play = Play().settle_in(uploads=2)
    assert play.status.uploads == 2
    assert play(s.Measured(1, 2)) == (s.Push(100, anchor=False),)  # while the upload runs
    assert play(s.Uploaded(1)) == ()  # and no further one begins
    assert play.pushed(1, 0, uploads=1) == (s.Upload(),)


def test_an_upload_that_is_refused_for_good_is_told_and_the_next_goes_on():
    play = Play().settle_in(uploads=2)
    assert play(s.Uploaded(1, code="wire.attachment_type")) == (s.Upload(),)
    assert play.status.problem == "wire.attachment_type"
    play(s.Uploaded(0))
    assert play.status.problem is None


def test_an_upload_that_breaks_off_waits_alone():
    play = Play().settle_in(uploads=1)
    assert play.fail(Duty.UPLOAD, code="line.timeout") == ()
    assert play.status.phase is Phase.SYNCING
    assert play.status.problem == "line.timeout"
    assert play(s.Measured(1, 1)) == (s.Push(100, anchor=False),)
    play.pushed(1, 0, uploads=1)
    assert play.wake() == (s.Upload(),)


def test_uploads_that_never_grow_fewer_call_the_loop_guard():
    play = Play().settle_in(uploads=1)
    for _ in range(4):
        assert play(s.Uploaded(1)) == (s.Upload(),)
    assert play(s.Uploaded(1)) == ()
    assert play.status.problem == faults.NO_PROGRESS


# ---------------------------------------------------------------- live


def test_the_stream_is_opened_again_and_missed_pokes_are_looked_for():
    play = Play().settle_in()
    assert play.status.live
    play.after(40_000)
    assert play.fail(Duty.LIVE, code="line.cut") == (s.Pull(None, anchor=True), s.Listen())
    assert not play.status.live
    assert play.status.problem is None


def test_three_short_lives_lead_to_polling_and_one_more_try_after_ten_minutes():
    play = Play()
    play.open(token_ms=TOKEN)

    def short_life(_errand):
        play.queue += play(s.Listening())
        play.now += 20_000
        return s.Failed(Duty.LIVE, Fault.LINE, faults.CUT)

    log = play.run(1_500_000, play(s.Greeted(0)), live=short_life)
    opened = moments(log, Duty.LIVE)
    assert opened[0] == 1_000
    assert opened[3] - opened[2] == 620_000
    assert opened[4] - opened[3] == 620_000
    assert len(opened) == 5
    polls = [at for at in moments(log, Duty.PULL) if opened[2] + 20_000 < at < opened[3]]
    assert 58 <= len(polls) <= 60  # every ten seconds


def test_a_stream_that_lived_wipes_out_the_short_lives_before_it():
    play = Play()
    play.open(token_ms=TOKEN)
    lives = iter([1_000, 1_000, 40_000] * 10)

    def life(_errand):
        play.queue += play(s.Listening())
        play.now += next(lives)
        return s.Failed(Duty.LIVE, Fault.LINE, faults.CUT)

    opened = moments(play.run(300_000, play(s.Greeted(0)), live=life), Duty.LIVE)
    assert opened[:6] == [1_000, 2_500, 4_500, 44_500, 46_000, 48_000]
    assert len(opened) > 15


def test_without_the_stream_news_are_asked_for_every_ten_seconds():
    play = Play().settle_in(live=False)
    assert play.wait == 10_000
    assert play.wake() == (s.Pull(None, anchor=True),)


def test_with_the_stream_a_round_still_comes_once_a_minute_since_pokes_get_lost():
    play = Play().settle_in()
    assert play.wait == 50_000
    assert play.wake() == (s.Pull(None, anchor=True),)


def test_asking_gives_the_stream_another_chance():
    play = Play(Pace(short_lives=1)).settle_in(live=False)
    play.fail(Duty.LIVE, code="line.cut")
    play.pulled()
    assert Duty.LIVE not in duties(play.after(5_000))
    assert s.Listen() in play(s.Asked())


def test_a_stream_whose_token_died_renews_it():
    play = Play().settle_in()
    assert play.fail(Duty.LIVE, Fault.ACCESS, "wire.token_expired") == (s.Admit(renew=True),)


# ---------------------------------------------------------------- the line


def test_a_dead_line_is_tried_again_with_growing_waits_and_said_to_be_offline():
    play = Play()
    play.open(pending=1)
    waits = []
    for _ in range(8):
        play.fail(Duty.GREET)
        assert play.status.phase is Phase.OFFLINE
        assert play.status.problem == "line.refused"
        waits.append(play.wait)
        assert play.wake() == (s.Greet(),)
    assert waits == [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]
    assert play(s.Greeted(0)) == (s.Admit(renew=False),)
    assert play.status.phase is Phase.CONNECTING
    assert play.status.problem is None


def test_a_person_who_asks_does_not_wait_for_the_line():
    play = Play()
    play.open()
    for _ in range(8):
        play.fail(Duty.GREET)
        play.wake()
    play.fail(Duty.GREET)
    assert play(s.Asked()) == (s.Greet(),)


def test_retry_after_is_obeyed_by_everything_even_when_a_person_asks():
    play = Play().settle_in()
    play(s.Measured(1, 1))
    assert play.fail(Duty.PUSH, Fault.BUSY, faults.BUSY, hold_ms=120_000) == ()
    assert play.status.problem == faults.BUSY
    assert play(s.Asked()) == ()
    assert play(s.Poked(SCOPE, 8)) == ()
    assert play.after(119_999) == ()
    assert Duty.PULL in duties(play.after(1))


def test_retry_after_has_a_ceiling():
    play = Play().settle_in()
    play(s.Measured(1, 0))
    play.fail(Duty.PUSH, Fault.BUSY, faults.BUSY, hold_ms=86_400_000)
    log = play.run(LONGEST_HOLD_MS + 1)
    assert log[0] == (1_000 + LONGEST_HOLD_MS, s.Admit(renew=True))
    assert moments(log, Duty.PUSH)


def test_an_answer_for_a_duty_that_is_not_running_changes_nothing():
    play = Play().settle_in()
    assert play.fail(Duty.PUSH) == ()
    assert play.status.phase is Phase.SYNCED


def test_a_clock_that_goes_back_does_not_turn_the_machine_back():
    play = Play().settle_in()
    before = play.machine.wake_at
    play.now -= 5_000
    play(s.Woke())
    assert play.machine.wake_at == before


# ---------------------------------------------------------------- token


def test_a_token_is_renewed_a_minute_before_it_ends():
    log = Play().settle_in().run(1_200_000)
    assert moments(log, Duty.ADMIT) == [1_000 + 540_000, 1_000 + 1_080_000]
    assert all(errand == s.Admit(renew=True) for _, errand in log if errand.duty is Duty.ADMIT)


def test_an_unknown_token_is_renewed_then_logged_in_then_a_card_is_needed():
    play = Play().settle_in()
    play(s.Measured(1, 0))
    assert play.fail(Duty.PUSH, Fault.ACCESS, "wire.token_unknown") == (s.Admit(renew=True),)
    assert play.fail(Duty.ADMIT, Fault.ACCESS, "wire.session_ended") == (s.Admit(renew=False),)
    assert play.fail(Duty.ADMIT, Fault.ACCESS, "wire.login_nonce") == ()
    assert play.status.problem == faults.LOGIN_NEEDED
    assert play.status.phase is Phase.OFFLINE
    assert play.status.pending == 1
    assert play.after(600_000) == ()
    assert play(s.Asked()) == ()


def test_a_login_that_is_refused_says_why():
    play = Play()
    play.open()
    play(s.Greeted(0))
    play.fail(Duty.ADMIT, Fault.REFUSED, "certificate.revoked")
    assert play.status.problem == "certificate.revoked"


def test_a_renewed_token_lets_the_push_go_on():
    play = Play().settle_in()
    play(s.Measured(1, 0))
    play.fail(Duty.PUSH, Fault.ACCESS, "wire.token_expired")
    play(s.Admitted(TOKEN))
    assert play.status.problem is None
    assert any(isinstance(c, s.Push) for c in play.after(1_000))


def test_a_centre_that_admits_and_then_knows_nothing_is_not_asked_in_a_circle():
    play = Play().settle_in()
    log = play.run(
        120_000,
        play(s.Measured(1, 0)),
        push=lambda _e: s.Failed(Duty.PUSH, Fault.ACCESS, "wire.token_unknown"),
    )
    assert len(moments(log, Duty.ADMIT)) < 12


def test_an_admission_that_fails_on_the_line_is_tried_again():
    play = Play()
    play.open()
    play(s.Greeted(0))
    play.fail(Duty.ADMIT, Fault.LINE, "line.timeout")
    assert play.wake() == (s.Greet(),)
    assert play(s.Greeted(0)) == (s.Admit(renew=False),)


def test_dead_tokens_are_used_for_a_while_so_that_renewing_is_no_circle():
    play = Play()
    play.open()
    play(s.Greeted(0))
    assert Duty.PULL in duties(play(s.Admitted(-5)))


# ---------------------------------------------------------------- the end


def test_closing_with_nothing_to_send_leaves_and_finishes():
    play = Play().settle_in()
    assert play(s.Closing(2_000)) == (s.Drop(Duty.LIVE), s.Leave())
    assert play.status.phase is Phase.LOCKED
    assert play(s.Left()) == (s.Finish(),)
    assert play.machine.finished
    assert play(s.Asked()) == ()
    assert play.machine.wake_at is None
    assert play.status.phase is Phase.LOCKED


def test_the_answer_of_what_was_given_up_frees_nothing_else():
    play = Play().settle_in()
    play(s.Poked(SCOPE, 8))
    play(s.Measured(1, 0))
    assert s.Push(100, anchor=False) in play(s.Closing(2_000))
    assert play.pulled() == ()  # the push is still out
    assert play.pushed(1, 0) == (s.Leave(),)


def test_what_is_made_after_leaving_waits_for_the_next_login():
    play = Play().settle_in()
    play(s.Closing(2_000))
    play(s.Measured(1, 0))
    assert play(s.Left()) == (s.Finish(),)
    assert play.status.pending == 1


def test_closing_sends_what_it_can_in_its_two_seconds():
    play = Play().settle_in()
    play(s.Measured(150, 0))
    assert play(s.Closing(2_000)) == (s.Drop(Duty.LIVE),)
    assert play.pushed(100, 50) == (s.Push(100, anchor=False),)
    assert play.pushed(50, 0) == (s.Leave(),)
    assert play.wait == 2_000
    assert play.after(2_000) == (s.Finish(),)


def test_closing_gives_up_news_and_uploads():
    play = Play().settle_in(uploads=1)
    play(s.Poked(SCOPE, 8))
    assert set(play(s.Closing(2_000))) == {
        s.Drop(Duty.PULL),
        s.Drop(Duty.UPLOAD),
        s.Drop(Duty.LIVE),
        s.Leave(),
    }


def test_closing_ends_on_time_and_counts_what_is_left():
    play = Play().settle_in()
    play(s.Measured(3, 0))
    play(s.Closing(2_000))
    assert play.wait == 2_000
    assert play.wake() == (s.Finish(),)
    assert play.status.pending == 3


def test_closing_without_line_tries_once():
    play = Play()
    play.open(pending=1)
    play.fail(Duty.GREET)
    assert play(s.Closing(2_000)) == (s.Greet(),)
    assert play.fail(Duty.GREET) == (s.Finish(),)


def test_closing_logs_in_if_that_is_what_it_takes():
    play = Play()
    play.open(pending=1)
    play(s.Closing(2_000))
    assert play(s.Greeted(0)) == (s.Admit(renew=False),)
    assert play(s.Admitted(TOKEN)) == (s.Push(100, anchor=True),)
    assert play.pushed(1, 0) == (s.Leave(),)


def test_closing_without_access_and_nothing_to_send_is_over_at_once():
    play = Play()
    play.open()
    play.fail(Duty.GREET)
    assert play(s.Closing(2_000)) == (s.Finish(),)


def test_closing_does_not_push_in_a_circle():
    play = Play().settle_in()
    play(s.Measured(1, 0))
    play(s.Closing(2_000))
    assert play.pushed(0, 1, code=faults.GAP) == (s.Leave(),)
    assert play(s.Left()) == (s.Finish(),)


def test_closing_while_the_centre_asks_to_wait_finishes():
    play = Play().settle_in()
    play(s.Measured(1, 0))
    play.fail(Duty.PUSH, Fault.BUSY, faults.BUSY, hold_ms=60_000)
    assert play(s.Closing(2_000)) == (s.Drop(Duty.LIVE), s.Finish())


def test_a_machine_without_pace_has_the_products_own():
    assert Machine().status == Play(Pace()).status
