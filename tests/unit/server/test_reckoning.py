"""Spans as periods, the sunshine degree and the formula that ships."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.fields import DataFailure
from sync.domain.figures.counters import Counts
from sync.domain.figures.sunshine import degree, formula_of
from sync.domain.statistics import Span
from sync.domain.violations import SEVERITY
from sync.server.console.figures import formula
from sync.server.pages import Wording
from sync.server.papers import breach_words
from sync.server.services.figures.reckoning import cover, months_of
from sync.texts import LANGUAGES


def days_of(period):
    first = date.fromisoformat(period if len(period) == 10 else f"{period}-01")
    if len(period) == 10:
        return [first]
    days = [first + timedelta(days=n) for n in range(31)]
    return [day for day in days if day.month == first.month]


@given(st.dates(date(2024, 1, 1), date(2028, 1, 1)), st.integers(0, 800))
def test_the_periods_of_a_span_are_its_days_each_once(first, length):
    span = Span(first, first + timedelta(days=length))
    add, less = cover(span)
    days = Counter(day for period in add for day in days_of(period))
    days.subtract(day for period in less for day in days_of(period))
    assert +days == Counter(first + timedelta(days=n) for n in range(length + 1))
    assert min(days.values()) == 0 or not less
    assert len(add) + len(less) <= 33 + length // 28
    assert {day.isoformat()[:7] for day in +days} == set(months_of(span))


def test_the_shipped_formula_weighs_a_hundred_and_a_part_without_figures_is_left_out():
    parts = formula()
    assert sum(part.weight for part in parts) == 100
    counts = Counts(made=100, errors=10, late_records=20, overdue_steps=0)
    found = degree(parts, counts, {"published": 500})
    values = {shown.part.code: shown.value for shown in found.parts}
    assert values == {
        "entered": 800,
        "rules": 900,
        "limits": None,
        "steps": 1000,
        "published": 500,
    }
    assert found.value == (30 * 800 + 20 * 900 + 15 * 1000 + 10 * 500) // 75
    assert degree(parts, Counts(), {"published": None}).value is None


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ({"code": "a", "weight": 1, "lack": "no_such_rate"}, "figures.malformed"),
        ({"code": "a", "weight": 1}, "figures.malformed"),
        ({"code": "a", "weight": 1, "lack": "late", "share": "published"}, "figures.malformed"),
        ({"code": "a", "weight": 0, "lack": "late"}, "figures.malformed"),
    ],
)
def test_a_part_names_one_rate_or_one_share(part, code):
    with pytest.raises(DataFailure) as refused:
        formula_of({"schema": 1, "parts": [part]})
    assert refused.value.code == code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_breach_is_said_in_words_without_a_placeholder(language):
    w = Wording(language, 0)
    for code in SEVERITY:
        said = breach_words(w, f"found:{code}")
        assert said != w.t("bulletin.breach.found", what=code), code
        assert "{" not in said
    assert breach_words(w, "urged:red")
    assert breach_words(w, "escalated")
