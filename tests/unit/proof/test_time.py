"""Anchors and intervals: what the centre's time proves of an event, and what it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.proof.anchors import (
    Given,
    Interval,
    accept,
    answer,
    clock_step,
    interval,
    make_request,
    read_request,
)
from sync.proof.failures import ProofError
from sync.proof.jws import known
from sync.proof.keys import SoftwareKey
from sync.protocol.errors import ReaderError
from sync.protocol.records import AnchorRequest

CENTRE = SoftwareKey.from_scalar(11)
SESSION = SoftwareKey.from_scalar(12)
KID = CENTRE.thumbprint
RESOLVE = known(CENTRE.public, KID)
MS = st.integers(0, 2**41)


def request(n: int = 1, **changes) -> AnchorRequest:
    members = {
        "aud": "centre-339901", "n": f"{n:021d}A", "dev": "d-339901-03", "inc": 0, "seq": 7,
        "head": "A" * 43, "boot": "b0075e55", "dt": 61_000,
    }  # fmt: skip
    return AnchorRequest(**members | changes)


def code_of(text: str, outstanding, last_t=None) -> str:
    with pytest.raises(ProofError) as caught:
        accept(text, RESOLVE, outstanding, last_t)
    return caught.value.code


def test_an_anchor_answers_its_request():
    text = make_request(request(), "A" * 43, SESSION)
    read, kid = read_request(text, known(SESSION.public))
    assert (read, kid) == (request(), "A" * 43)
    anchor = accept(answer(read, 1000, CENTRE, KID), RESOLVE, [request(2), request()], 1000)
    assert (anchor.t, anchor.seq, anchor.head, anchor.cp) == (1000, 7, "A" * 43, None)


def test_an_anchor_nobody_asked_for_is_ignored():
    assert code_of(answer(request(3), 1000, CENTRE, KID), [request()]) == "proof.anchor_unasked"


@pytest.mark.parametrize(
    "changes",
    [{"dev": "d-339901-04"}, {"inc": 1}, {"seq": 6}, {"head": "B" * 42 + "A"}, {"aud": "c"}],
    ids=str,
)
def test_another_devices_anchor_is_ignored(changes):
    text = answer(request(**changes), 1000, CENTRE, KID)
    assert code_of(text, [request()]) == "proof.anchor_foreign"


def test_an_anchor_earlier_than_the_last_is_ignored():
    text = answer(request(), 999, CENTRE, KID)
    assert code_of(text, [request()], 1000) == "proof.anchor_back"
    assert accept(text, RESOLVE, [request()], None).t == 999


def test_an_anchor_of_somebody_else_is_ignored():
    text = answer(request(), 1000, SESSION, KID)
    with pytest.raises(ReaderError, match=r"reader\.signature"):
        accept(text, RESOLVE, [request()], None)


@pytest.mark.parametrize(
    ("later", "elapsed", "step"),
    [(70_000, 60_000, None), (65_000, 60_000, None), (65_001, 60_000, None), (75_001, 60_000, 5001),
     (60_000, 65_001, -15_001)],
)  # fmt: skip
def test_a_centre_whose_clock_jumps_is_noticed(later, elapsed, step):
    assert clock_step(10_000, later, elapsed) == step


GIVEN = [Given(0, 100), Given(5, 200), Given(5, 210), Given(9, 300)]


@pytest.mark.parametrize(
    ("seq", "arrival", "after", "lo", "hi"),
    [
        (1, 400, None, 100, 200),  # in the head that was seen at 200
        (6, 400, None, 210, 300),  # after the head seen at 210, in the one seen at 300
        (10, 400, None, 300, 400),  # in no head: until it arrived
        (10, 400, 350, 350, 400),  # its case's last step was made at 350 or later
        (6, 400, 280, 280, 300),
        (6, 400, 305, 305, 305),  # a claim about cprev cannot turn the interval round
    ],
)
def test_the_interval_comes_from_the_centres_own_record(seq, arrival, after, lo, hi):
    assert interval(seq, GIVEN, arrival, after) == Interval(lo, hi)


def test_citing_an_old_anchor_gains_nothing():
    # The event's own `anc` is no argument of the interval: there is nothing to cite.
    assert interval(10, GIVEN, 400).lo == 300


def test_without_any_anchor_only_the_arrival_is_known():
    assert interval(1, [], 400) == Interval(0, 400)


@given(MS, MS, MS)
def test_the_counted_time_is_the_claim_held_within_the_interval(lo, width, claim):
    bounds = Interval(lo, lo + width)
    counted = bounds.counted(claim)
    assert bounds.lo <= counted <= bounds.hi
    assert counted == claim or claim < lo or claim > bounds.hi


@given(st.lists(st.tuples(st.integers(0, 20), MS)), st.integers(1, 20), MS)
def test_an_interval_is_never_turned_round(given_, seq, arrival):
    bounds = interval(seq, [Given(*each) for each in given_], arrival)
    assert bounds.lo <= bounds.hi


@pytest.mark.parametrize(
    ("due", "unproven"), [(99, False), (100, False), (101, True), (200, True), (201, False)]
)
def test_a_due_time_inside_the_interval_is_unproven(due, unproven):
    assert Interval(100, 200).unproven(due) is unproven


@pytest.mark.parametrize(
    ("ended", "standing"),
    [(None, "valid"), (200, "valid"), (199, "disputed"), (100, "disputed"), (99, "refused")],
)
def test_revoked_before_between_and_after(ended, standing):
    assert Interval(100, 200).standing(ended) == standing
