"""Reports to leaders: where an instruction and a report stand, turn by turn."""

from itertools import product

import pytest

from sync.domain.reports import InstructionState, Report, Stage, Turn, after, stage_of, units_of

NOW = 1000
NONE: frozenset[str] = frozenset()


def report(*, sent=True, closed=False):
    return Report("a/b", "w", sent=sent, closed=closed, leaders=NONE, copies=NONE)


def test_an_instruction_goes_from_reply_to_reply_until_one_is_enough():
    allowed = {
        (InstructionState.OPEN, Turn.REPLY): InstructionState.REPLIED,
        (InstructionState.REPLIED, Turn.RETURN): InstructionState.OPEN,
        (InstructionState.REPLIED, Turn.DONE): InstructionState.DONE,
    }
    for state, turn in product(InstructionState, Turn):
        assert after(state, turn) is allowed.get((state, turn))


@pytest.mark.parametrize(
    ("given", "stage"),
    [
        ([], Stage.SENT),
        ([("open", NOW)], Stage.OPEN),  # the term's own moment is in time
        ([("open", NOW - 1), ("replied", 0)], Stage.LATE),
        ([("replied", 0), ("open", NOW + 1)], Stage.OPEN),
        ([("replied", 0), ("done", 0)], Stage.REPLIED),
        ([("done", 0)], Stage.DONE),
    ],
)
def test_a_report_stands_where_its_most_pressing_instruction_stands(given, stage):
    stated = [(InstructionState(state), due) for state, due in given]
    assert stage_of(report(), stated, NOW) is stage
    assert stage_of(report(sent=False), stated, NOW) is Stage.DRAFT
    assert stage_of(report(closed=True), stated, NOW) is Stage.CLOSED


def test_a_unit_is_answered_for_by_its_leader_or_its_halls_manager():
    held = {
        "a/b": {"department_leader"},
        "a/c": {"hall_manager"},
        "a/d": {"government_head", "supervisor", "handler"},
    }
    assert units_of(held) == {"a/b", "a/c"}
