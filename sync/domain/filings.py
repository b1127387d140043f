"""Online filings (网上申请): what one waits for, by when a window takes it up, what it may not do.

A filing is a request that a window takes up: it is no step, and no limit of the law runs from it
(docs/adr/020). Source: IN10, IN16, IN17; rules.md §2 "ask_precheck" (answered in one working day).
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sync.domain.calendar import china_day
from sync.domain.failures import Failure
from sync.domain.fields import moment_of, ms_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.domain.calendar import Calendar

TAKE_UP_WD = 1
"""The pre-check's own limit."""

FILING_CODES: Mapping[str, str] = {
    "filing.unknown": "no such filing, or not of this hall, or another check code",
    "filing.other_state": "the filing does not wait for this",
    "filing.incomplete": "a name, a number or a required material is missing",
    "filing.full": "its files are more, or larger, than one filing may have",
    "filing.type": "a file is neither JPEG nor PNG nor PDF",
    "filing.item": "the item is not offered on line",
    "filing.lacks": "an answer names what is missing, at least one thing",
}


class FilingState(StrEnum):
    """What an online filing waits for."""

    DRAFT = "draft"  # for its applicant: data or materials are missing yet
    FILED = "filed"  # for a window of the hall
    TAKEN = "taken"  # for the clerk who took it up
    LACKING = "lacking"  # for its applicant: what is missing was told, once, whole
    REGISTERED = "registered"  # it is a case now
    WITHDRAWN = "withdrawn"


#: Whoever filed may still change it.
OPEN_TO_APPLICANT = frozenset({FilingState.DRAFT, FilingState.LACKING})
#: A window owes an answer.
OWED_BY_HALL = frozenset({FilingState.FILED, FilingState.TAKEN})


class FilingFailure(Failure):
    """What a filing does not allow."""


def due_of(calendar: Calendar, filed: int, wd: int = TAKE_UP_WD) -> int:
    """Return by when what came at `filed` is answered: close of office of the wd-th working day.

    The day on which it came is not counted, as with every limit of days (rules.md §3).

    Args:
        calendar: of the hall.
        filed: ms UTC.
        wd: working days.
    """
    return ms_of(calendar.closes(calendar.after(china_day(moment_of(filed)), wd)))
