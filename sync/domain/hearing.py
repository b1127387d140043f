"""Days around a hearing (听证) and a renewal (延续), for guards and screens that offer a date."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sync.domain import law
from sync.domain.switches import Switches, TermUnit

if TYPE_CHECKING:
    from sync.domain.calendar import Calendar


def ask_by(told: date, calendar: Calendar, switches: Switches) -> date:
    """Return the last day on which a told party may ask for a hearing (LW25)."""
    if switches.applicant_unit is TermUnit.NATURAL:
        return calendar.from_day(told + timedelta(days=law.HEARING_ASK))
    return calendar.after(told, law.HEARING_ASK)


def hold_by(asked: date, calendar: Calendar) -> date:
    """Return the last day on which the office may hold it (LW25)."""
    return calendar.after(asked, law.HEARING_HOLD_WD)


def earliest_hearing(served: date, calendar: Calendar) -> date:
    """Return the first day for a hearing whose notice was served on `served` (LW26)."""
    return calendar.after(served, law.HEARING_NOTICE_WD)


def notice_by(hearing: date, calendar: Calendar) -> date:
    """Return the last day on which the notice of a hearing may be served (LW26)."""
    return calendar.before(hearing, law.HEARING_NOTICE_WD)


def renewal_by(expires: date, calendar: Calendar, switches: Switches) -> date:
    """Return the last day on which a renewal is applied for in time (Art. 50; unit by switch)."""
    if switches.renewal_unit is TermUnit.NATURAL:
        return expires - timedelta(days=law.RENEWAL_BEFORE)
    return calendar.before(expires, law.RENEWAL_BEFORE)
