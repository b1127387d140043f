"""Letters of applicants (咨询、投诉): by whom of a hall one is answered at a window (CH05, CH15).

The console answers any of them. At a window an inquiry is answered by whoever serves what it is
about; a complaint never by those whom it may be about: by the chief representative, the leader or
the hall's manager.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.authority import Role
from sync.domain.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

LETTER_CODES: Mapping[str, str] = {
    "letter.unknown": "no such letter, or not for this window",
    "letter.answered": "somebody answered it before",
    "letter.empty": "an answer says something",
}

_OF_HALL = frozenset({Role.RECEPTION_CLERK, Role.COMPREHENSIVE_CLERK, Role.HALL_MANAGER})
_OF_DEPARTMENT = frozenset({Role.WINDOW_CLERK, Role.CHIEF_REPRESENTATIVE, Role.DEPARTMENT_LEADER})
_COMPLAINTS = frozenset({Role.CHIEF_REPRESENTATIVE, Role.DEPARTMENT_LEADER, Role.HALL_MANAGER})


class LetterFailure(Failure):
    """What a letter does not allow."""


def answers(kind: str, department: str, held: Mapping[str, frozenset[Role]]) -> bool:
    """Say whether somebody at a window of the hall answers a letter.

    Args:
        kind: "inquiry" or "complaint".
        department: whose matter it is, "" the hall's.
        held: his roles by department of the hall, "" for the hall itself.
    """
    everywhere = frozenset[Role]().union(*held.values())
    own = held.get(department, frozenset()) if department else frozenset[Role]()
    roles = own | (everywhere & _OF_HALL)
    if kind == "complaint":
        return bool(roles & _COMPLAINTS)
    return bool(roles & (_OF_HALL | _OF_DEPARTMENT))
