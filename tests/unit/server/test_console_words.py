"""How pages write times and spans, whose tries they count, and what a reader can still read."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.requests import Request

from sync.domain.violations import SEVERITY
from sync.protocol.errors import WireError
from sync.server.clock import milliseconds
from sync.server.pages import CHINESE, ENGLISH, Wording, language_of
from sync.server.services.public.public import Tries, network
from sync.server.services.supervision.inbox import KINDS

NOW = milliseconds(datetime(2026, 3, 3, 1, 30, tzinfo=UTC))
TOKENS = Path(__file__).parents[3] / "resources" / "styles" / "tokens.json"


class HandClock:
    def __init__(self):
        self.ms = NOW

    def now_ms(self):
        return self.ms


def request(query="", **headers):
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "query_string": query.encode(), "headers": raw})


# ------------------------------------------------------------ words


@pytest.mark.parametrize(
    ("left", "words"),
    [
        ((4, 3, 20), "剩 4个工作日3时"),
        ((4, 0, 20), "剩 4个工作日"),
        ((0, 5, 0), "剩 5时"),
        ((0, 2, 7), "剩 2时7分"),
        ((0, 0, 1), "剩 1分"),
        ((0, 0, 0), "剩 不足1分"),
    ],
)
def test_what_is_left_is_said_in_two_figures(left, words):
    args = dict(zip(("days", "hours", "minutes"), left, strict=True))
    assert Wording(CHINESE, NOW).remaining("light.left", args) == words


@pytest.mark.parametrize(
    ("days", "words"), [(1, "1 working day 3h left"), (2, "2 working days 3h left")]
)
def test_the_days_that_are_left_are_working_days_and_say_so(days, words):
    args = {"days": days, "hours": 3, "minutes": 0}
    assert Wording(ENGLISH, NOW).remaining("light.left", args) == words


def test_a_light_without_figures_says_its_own_words():
    w = Wording(ENGLISH, NOW)
    assert w.remaining("light.no_limit", {}) == w.t("light.no_limit")


@pytest.mark.parametrize(
    ("ms", "words"),
    [(0, "0 s"), (1, "1 s"), (60_000, "1 min"), (3_600_001, "2 h"), (86_400_000, "1 d")],
)
def test_a_width_is_never_said_smaller_than_it_is(ms, words):
    assert Wording(ENGLISH, NOW).width(ms) == f"{words}"


@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
@pytest.mark.parametrize("code", SEVERITY)
def test_every_violation_has_its_sentence_and_its_shelf(language, code):
    w = Wording(language, NOW)
    # A log's line names the code alone: what the sentence would name is left open.
    assert w.code("violation", code) != code
    assert [shelf for shelf, codes in KINDS.items() if code in codes] != []


def test_what_nobody_kept_is_left_open_in_a_sentence():
    w = Wording(CHINESE, NOW)
    assert w.code("violation", "body_malformed") == "“…”一栏的内容不合要求。"
    assert (
        w.code("violation", "body_malformed", {"field": "way"}) == "“处理方式”一栏的内容不合要求。"
    )


def test_moments_are_chinas_and_leave_out_this_year():
    w = Wording(CHINESE, NOW)
    assert w.moment(NOW) == "03-03 09:30"
    assert w.moment(milliseconds(datetime(2025, 12, 31, 15, 59, tzinfo=UTC))) == "2025-12-31 23:59"
    assert w.moment(None) == "—"


def test_an_unknown_code_is_left_and_a_missing_value_left_open():
    w = Wording(CHINESE, NOW)
    assert w.code("violation", "of_a_newer_centre") == "of_a_newer_centre"
    assert "…" in w.code("violation", "overdue", {})
    assert "03-03 09:30" in w.code("violation", "overdue", {"due": NOW})


@pytest.mark.parametrize(
    ("how", "language"),
    [
        ({}, CHINESE),
        ({"accept_language": "en-GB,zh;q=0.5"}, ENGLISH),
        ({"accept_language": "fr"}, CHINESE),
        ({"query": "lang=en", "accept_language": "zh"}, ENGLISH),
        ({"query": "lang=<x>", "accept_language": "en"}, CHINESE),
        ({"cookie": "lang=en"}, ENGLISH),
    ],
)
def test_language_is_asked_for_remembered_or_the_browsers(how, language):
    assert language_of(request(**how)) == language


# ------------------------------------------------------------ tries


def test_five_tries_an_hour_for_every_name():
    clock = HandClock()
    tries = Tries(clock)
    for _ in range(5):
        tries.take("no 1", "from a")
        clock.ms += 60_000
    for names in (("no 1", "from b"), ("no 2", "from a")):
        with pytest.raises(WireError) as limited:
            tries.take(*names)
        assert limited.value.details["retry_after"] == 55 * 60
    tries.take("no 2", "from b")  # what was refused used up nobody's try
    clock.ms += 55 * 60_000
    tries.take("no 1", "from a")


def test_a_try_that_did_not_fail_is_given_back():
    tries = Tries(HandClock())
    for _ in range(20):
        tries.take("no 1")
        tries.give_back("no 1")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("-", "-"),
    ],
)
def test_one_household_is_one_address(address, name):
    assert network(address) == name


# ------------------------------------------------------------ contrast (WCAG 2.2, 1.4.3)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_of_colours_that_pages_use_can_be_read(scheme):
    c = json.loads(TOKENS.read_text())["colours"][scheme]
    pairs = [
        *((text, ground) for text in ("text", "muted", "accent", "red", "yellow", "ok")
          for ground in ("surface", "ground")),
        ("faint", "surface"), ("text", "hover"), ("muted", "hover"), ("accent", "hover"),
        ("red", "hover"), ("yellow", "hover"),
        ("text", "accent-ground"), ("accent", "accent-ground"), ("muted", "accent-ground"),
        ("red", "accent-ground"), ("yellow", "accent-ground"),
        ("red", "red-ground"), ("yellow", "yellow-ground"), ("ok", "ok-ground"),
        ("on-accent", "accent"), ("on-accent", "accent-hover"),
    ]  # fmt: skip
    found = {pair: round(contrast(c[pair[0]], c[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in found.items() if ratio < 4.5} == {}
    assert contrast(c["edge"], c["surface"]) >= 3  # 1.4.11: the edges of fields
