"""Counters add up, rates are a sum of a sum, and times are read off their buckets."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.events import Kind
from sync.domain.figures.counters import (
    NOTHING,
    RATES,
    Counts,
    Deed,
    counts_of,
    per_mille,
    signals_of,
    total,
)
from sync.domain.figures.spreads import BUCKETS, MINUTE_MS, Spread, bucket_of, upper_of
from sync.domain.statistics import DECIDING, Made, whole
from sync.domain.timeliness import Timeliness
from sync.texts import LANGUAGES, texts

WHEN = datetime(2026, 3, 3, 2, tzinfo=UTC)
KEPT = [each for each in Timeliness if each is not Timeliness.OPEN]


@st.composite
def deeds(draw):
    kind = draw(st.sampled_from([*Kind]))
    verdict = draw(st.sampled_from(["accepted", "accepted", "refused", "disputed"]))
    code = draw(st.sampled_from([None, "overdue", "late_record", "asked_again"]))
    n = draw(st.integers(1, 10**9))
    made = Made(f"e{n}", kind, f"c{n}", "i", "p", "d", WHEN, verdict, code)
    deciding = kind in DECIDING and verdict == "accepted"
    kept = draw(st.sampled_from(KEPT)) if deciding else None
    return Deed(made, "h/d", n, (code,) if code else (), kept)


@given(st.lists(deeds(), max_size=40), st.integers(0, 40))
def test_parts_add_up_to_the_whole_and_to_what_a_window_counts(all_deeds, cut):
    sums = total(map(counts_of, all_deeds))
    assert total(map(counts_of, all_deeds[:cut])) + total(map(counts_of, all_deeds[cut:])) == sums
    kept = {deed.made.event: deed.kept for deed in all_deeds if deed.kept}
    unique = {deed.n: deed for deed in all_deeds}.values()
    if len(unique) == len(all_deeds):  # each case once
        window = whole([deed.made for deed in all_deeds], kept)
        assert (sums.received, sums.closed) == (window.received, window.closed)
        assert (sums.kept, sums.extended, sums.late) == (
            window.on_time,
            window.extended,
            window.late,
        )
        assert (sums.errors, sums.overdue_steps) == (window.errors, window.overdue_steps)
        assert sums.steps == window.handled


def test_the_centres_own_reminders_count_nothing_but_are_spoken_of():
    made = Made("e", "urge", "c", "i", "centre", "centre:339901", WHEN, "accepted", None)
    deed = Deed(made, "h/d", 1, level="yellow", charged=("hand", "d1"))
    assert counts_of(deed) == NOTHING
    assert signals_of(deed) == ("urged:yellow",)


def test_a_refused_step_says_only_why():
    made = Made("e", "grant", "c", "i", "p", "d", WHEN, "refused", "no_authority")
    assert signals_of(Deed(made, "h/d", 1, ("no_authority",))) == ("refused:no_authority",)
    assert counts_of(Deed(made, "h/d", 1)) == Counts(made=1, errors=1)


def test_every_rate_has_its_definition_in_words_and_none_divides_by_nothing():
    assert all(per_mille(NOTHING, rate) is None for rate in RATES)
    counts = Counts(early=1, on_time=1, extended=1, late=3, made=3, errors=1, at_once=2)
    assert (per_mille(counts, "on_time"), per_mille(counts, "late")) == (333, 500)
    assert (per_mille(counts, "at_once"), per_mille(counts, "errors")) == (333, 333)
    for language in LANGUAGES:
        for rate in RATES:
            assert texts(language).t(f"figures.rate.{rate}.how")


@given(st.lists(st.integers(0, 40_000 * MINUTE_MS), min_size=1, max_size=200))
def test_a_quantile_lies_in_the_bucket_of_the_true_one(times):
    buckets: dict[int, int] = {}
    for each in times:
        buckets[bucket_of(each)] = buckets.get(bucket_of(each), 0) + 1
    spread = Spread(len(times), sum(times), buckets)
    for per, said in ((500, spread.median), (900, spread.p90)):
        true = sorted(times)[-(-len(times) * per // 1000) - 1]
        bucket = bucket_of(true)
        low = upper_of(bucket - 1) if bucket else 0
        high = upper_of(bucket)
        assert low <= said <= (low if high is None else high)


@pytest.mark.parametrize(
    ("ms", "minutes"), [(-5, 1), (0, 1), (60_000, 1), (60_001, 2), (25_200_000, 420)]
)
def test_a_bucket_includes_its_upper_bound(ms, minutes):
    assert upper_of(bucket_of(ms)) == minutes
    assert upper_of(BUCKETS - 1) is None
