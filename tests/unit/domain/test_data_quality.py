"""Late, incomplete, contradictory: figures of a department's messages."""

import pytest

from sync.domain.data_quality import (
    LATE_MS,
    Alike,
    Flaw,
    Message,
    Quality,
    flaws_of,
    quality_of,
)

T = 1_772_501_400_000


def said(verdict="accepted", code="", delay=0):
    return Message(T, T + delay, verdict, code)


@pytest.mark.parametrize(
    ("message", "flaws"),
    [
        (said(), set()),
        (said(delay=LATE_MS), set()),
        (said(delay=LATE_MS + 1), {Flaw.LATE}),
        (said(code="late_record"), {Flaw.LATE}),
        (said(code="stale_knowledge"), {Flaw.CONTRADICTORY}),
        (said("refused", "legal_part_missing"), {Flaw.INCOMPLETE}),
        (said("rejected", "reader.signature"), {Flaw.INCOMPLETE}),
        (said("rejected", "proof.chain_gap"), {Flaw.INCOMPLETE}),
        (said("refused", "step_not_allowed"), {Flaw.CONTRADICTORY}),
        (said("rejected", "proof.chain_broken"), {Flaw.CONTRADICTORY}),
        (said("disputed", "authority_disputed"), {Flaw.CONTRADICTORY}),
        (said("refused", "no_authority", LATE_MS * 2), {Flaw.LATE, Flaw.CONTRADICTORY}),
    ],
)
def test_each_flaw(message, flaws):
    assert flaws_of(message) == flaws


def test_a_clock_that_is_fast_is_no_delay():
    assert Message(T, T - 5000, "accepted").delay_ms == 0


def alike(verdict="accepted", code="", delay=0, count=1):
    return Alike(verdict, code, delay > LATE_MS, delay // 60_000, count, delay, T + delay)


def test_figures_add_up():
    found = quality_of(
        [
            alike(),
            alike(delay=60_000),
            alike(delay=LATE_MS + 1),
            alike("refused", "no_authority", delay=LATE_MS * 9, count=3),
        ]
    )
    assert (found.messages, found.good, found.permille) == (6, 2, 333)
    assert (found.late, found.incomplete, found.contradictory) == (4, 0, 3)
    assert (found.median_min, found.longest_ms) == (1, LATE_MS + 1)  # of what was taken
    assert (found.last, found.codes) == (T + LATE_MS * 9, (("no_authority", 3),))
    assert quality_of([]) == Quality()
    assert Quality().permille == 0


@pytest.mark.parametrize(
    ("minutes", "middle"), [({0: 9, 5: 1}, 0), ({0: 1, 5: 1}, 5), ({1: 1, 2: 1, 9: 1}, 2), ({}, 0)]
)
def test_the_middle_delay_is_that_of_the_messages_and_not_of_their_kinds(minutes, middle):
    some = [alike(delay=minute * 60_000, count=count) for minute, count in minutes.items()]
    assert quality_of(some).median_min == middle
