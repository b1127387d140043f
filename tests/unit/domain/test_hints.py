"""Hints out of times: each rule at its threshold, and nothing out of what is rare (PE13)."""

import pytest

from sync.domain.figures.hints import LEAST, LEAST_WAITS, Took, hints_of
from sync.domain.figures.spreads import MINUTE_MS, Spread, bucket_of


def took(step, key, *minutes):
    buckets = {}
    for each in minutes:
        bucket = bucket_of(each * MINUTE_MS)
        buckets[bucket] = buckets.get(bucket, 0) + 1
    return Took(step, key, Spread(len(minutes), sum(minutes) * MINUTE_MS, buckets))


def codes(*times, **how):
    return [(hint.code, hint.step, hint.key) for hint in hints_of(times, **how)]


def test_the_step_that_takes_half_of_the_time_is_named_with_its_share():
    flow = [took(step, "i", *[minutes] * LEAST) for step, minutes in STEPS]
    (hint,) = hints_of(flow)
    assert (hint.code, hint.step, hint.share) == ("dominates", "review", 600)
    assert codes(*flow[:2]) == []  # of two steps one is always the longer


STEPS = (("claim", 40), ("handle", 80), ("review", 180))


def test_an_office_that_lets_wait_twice_as_long_as_the_others_is_named():
    quick = took("wait.child", "h/a", *[60] * LEAST_WAITS)
    assert codes(quick, took("wait.child", "h/b", *[120] * LEAST_WAITS)) == [
        ("office", "wait.child", "h/b")
    ]
    assert codes(quick, took("wait.child", "h/b", *[119] * LEAST_WAITS)) == []
    assert codes(took("wait.child", "h/b", *[900] * LEAST_WAITS)) == []  # no other to hold it to


def test_a_step_that_is_quick_for_most_and_slow_for_one_in_ten_is_named():
    assert codes(took("review", "i", *[20] * 17, *[600] * 3)) == [("tail", "review", "i")]
    assert codes(took("review", "i", *[1] * 17, *[6] * 3)) == []  # minutes are nobody's trouble


def test_more_time_before_acceptance_than_after_it_is_told():
    both = (took("life.accept", "i", *[300] * LEAST), took("life.decide", "i", *[200] * LEAST))
    assert codes(*both) == [("before", "life.accept", "i")]
    assert codes(both[0]) == []


def test_an_item_decided_within_the_hour_could_be_decided_at_once():
    quick = took("life.decide", "i", *[25] * LEAST)
    assert codes(quick, items=True) == [("at_once", "life.decide", "i")]
    assert codes(quick, items=True, immediate=frozenset({"i"})) == []
    assert codes(quick) == []  # an office is no item


@pytest.mark.parametrize("step", ["review", "life.accept", "life.decide", "wait.child"])
def test_what_is_rare_says_nothing(step):
    few = LEAST_WAITS - 1
    times = [took(step, "a", *[10] * few), took(step, "b", *[6000] * few)]
    assert codes(*times, took("life.decide", "c", *[1] * few), items=True) == []
