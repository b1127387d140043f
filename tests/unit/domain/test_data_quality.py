"""Late, incomplete, contradictory: figures of a department's messages."""

import pytest

from sync.domain.data_quality import LATE_MS, Flaw, Message, Quality, flaws_of, quality_of

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


def test_figures_add_up():
    messages = [
        said(),
        said(delay=60_000),
        said(delay=LATE_MS + 1),
        said("refused", "no_authority"),
    ]
    found = quality_of(messages)
    assert (found.messages, found.good, found.permille) == (4, 2, 500)
    assert (found.late, found.incomplete, found.contradictory) == (1, 0, 1)
    assert (found.median_ms, found.longest_ms) == (60_000, LATE_MS + 1)
    assert found.codes == (("no_authority", 1),)
    assert quality_of([]) == Quality()
    assert Quality().permille == 0
