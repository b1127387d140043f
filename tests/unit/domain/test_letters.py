"""Who answers which letter at a window: a complaint never whom it may be about."""

import pytest

from sync.domain.authority import Role
from sync.domain.letters import answers

OWN, OTHER = "scjg", "ycj"


@pytest.mark.parametrize(
    ("role", "kind", "own", "other", "hall"),
    [
        (Role.WINDOW_CLERK, "inquiry", True, False, False),
        (Role.WINDOW_CLERK, "complaint", False, False, False),
        (Role.CHIEF_REPRESENTATIVE, "inquiry", True, False, False),
        (Role.CHIEF_REPRESENTATIVE, "complaint", True, False, False),
        (Role.DEPARTMENT_LEADER, "complaint", True, False, False),
        (Role.COMPREHENSIVE_CLERK, "inquiry", True, True, True),
        (Role.COMPREHENSIVE_CLERK, "complaint", False, False, False),
        (Role.HALL_MANAGER, "complaint", True, True, True),
        (Role.HANDLER, "inquiry", False, False, False),
    ],
)
def test_a_letter_is_answered_by_whom_it_is_for(role, kind, own, other, hall):
    held = {"": frozenset(), OWN: frozenset({role}), OTHER: frozenset()}
    found = tuple(answers(kind, department, held) for department in (OWN, OTHER, ""))
    assert found == (own, other, hall)


def test_whoever_holds_nothing_answers_nothing():
    assert not any(answers(kind, OWN, {}) for kind in ("inquiry", "complaint"))
