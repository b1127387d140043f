"""The machine of the line: a line that dies, a token that ends, and the end itself."""

from sync.engine import faults
from sync.engine import signals as s
from sync.engine.backoff import LONGEST_HOLD_MS, SHORTEST_MS
from sync.engine.faults import Fault
from sync.engine.machine import Machine
from sync.engine.pace import Pace
from sync.engine.signals import Duty
from sync.engine.status import Phase
from tests.unit.engine.play import TOKEN, Play, duties, moments

SCOPE = "339901/scjg"


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


def test_who_has_a_number_pushes_when_its_turn_comes_and_goes_on_with_all_else():
    play = Play().settle_in()
    (push,) = play(s.Measured(100, 0))
    for told in (90_000, 30_000):  # longer than a receipt may be missing
        assert play.fail(Duty.PUSH, Fault.LATER, faults.CROWDED, hold_ms=told) == ()
        assert play.status.problem == faults.CROWDED
        assert play.status.phase is Phase.SYNCING
        assert Duty.PULL in duties(play(s.Poked(SCOPE, play.cursors[SCOPE] + 1)))
        play.pulled(**{SCOPE.replace("/", "_"): play.cursors[SCOPE] + 1})
        log = [errand for _, errand in play.run(told - 1)]
        assert Duty.PUSH not in duties(log)
        assert play.status.problem == faults.CROWDED
        assert play.after(1) == (s.Push(push.limit, anchor=True),)  # no smaller than before
    play.pushed(settled=100, pending=0)
    assert play.status.problem is None


def test_a_number_has_a_ceiling_and_a_floor():
    play = Play().settle_in()
    play(s.Measured(1, 0))
    play.fail(Duty.PUSH, Fault.LATER, faults.CROWDED, hold_ms=86_400_000)
    pushes = [at for at, errand in play.run(LONGEST_HOLD_MS + 1) if errand.duty is Duty.PUSH]
    assert len(pushes) == 1
    play(s.Measured(1, 0))
    play.fail(Duty.PUSH, Fault.LATER, faults.CROWDED, hold_ms=-5)
    assert play.wait == SHORTEST_MS


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
