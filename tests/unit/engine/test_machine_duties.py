"""The machine of the line: anchors, lease, uploads, and the live stream."""

from itertools import pairwise

import pytest

from sync.engine import faults
from sync.engine import signals as s
from sync.engine.faults import Fault
from sync.engine.pace import Pace
from sync.engine.signals import Duty
from sync.engine.status import Phase
from tests.unit.engine.play import TOKEN, UTC, Play, duties, moments

SCOPE = "339901/scjg"


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


def test_more_uploads_than_are_counted_go_one_after_the_other():
    play = Play().settle_in(uploads=500)
    for _ in range(12):
        assert play(s.Uploaded(500, moved=True)) == (s.Upload(),)
    assert play.status.problem is None


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
