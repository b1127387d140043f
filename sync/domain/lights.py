"""The light of a case and of its present step. Source: rules.md §3 "Yellow"; TM01–TM04.

White, yellow and red differ in shape on the screen; a scheme gives them their names and turning
points. A suspended case shows the pause mark. NONE = no limit is running.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from sync.domain.calendar import Calendar, china_day, end_of_day
from sync.domain.case import Case
from sync.domain.rules import Rules
from sync.domain.spans import Stop
from sync.domain.time_limit import Clock, Due, clock

_HOUR_MS = 3_600_000
_MINUTE_MS = 60_000
_WIRE_STEP = timedelta(milliseconds=1)
_BY_DATE = ("decision.statutory", "receipt")
"""Limits whose day the law counts whole: the mark, and acceptance by law, come with the next."""


class Light(StrEnum):
    """What a screen shows beside a case."""

    NONE = "none"
    WHITE = "white"
    YELLOW = "yellow"
    RED = "red"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class LightState:
    """The light, the due it follows, and the words for what is left.

    Args:
        light: the case's light.
        due: the due that governs, if one runs.
        statutory_passed: the law's own date has passed: red with a mark.
        remaining_key: message key; its text takes `remaining_args`.
        step_light: the light of the present step; may be red while the case is white.
        step_due: the present step's due.
    """

    light: Light
    due: Due | None
    statutory_passed: bool
    remaining_key: str
    remaining_args: Mapping[str, str | int] = field(default_factory=dict)
    step_light: Light = Light.NONE
    step_due: Due | None = None


def light(case: Case, rules: Rules, now: datetime) -> LightState:
    """Return the light of a case at a moment."""
    return light_of(case, clock(case, rules), rules, now)


def light_of(case: Case, found: Clock, rules: Rules, now: datetime) -> LightState:
    """Return the light from a clock already computed."""
    calendar = rules.calendars.of_department(case.department, case.hall)
    step = found.due("step")
    statutory = found.due("decision.statutory")
    passed = statutory is not None and china_day(now) > statutory.by_date
    paused = _paused(case, calendar, now)
    due = found.governing
    key: str = "light.no_limit"
    args: Mapping[str, str | int] = {}
    if paused and case.suspension is not None:
        key, args = "light.paused_until", {"day": case.suspension.until.isoformat()}
    elif due is not None:
        key, args = time_left(due.at, calendar, now, due.stops)
    return LightState(
        light=Light.PAUSED if paused else colour(found.governing, now),
        due=found.governing,
        statutory_passed=passed,
        remaining_key=key,
        remaining_args=args,
        step_light=Light.PAUSED if paused else colour(step, now),
        step_due=step,
    )


def light_alone(case: Case, found: Clock, rules: Rules, now: datetime) -> Light:
    """Return what `light_of` says of the light, without the words for what is left."""
    calendar = rules.calendars.of_department(case.department, case.hall)
    return Light.PAUSED if _paused(case, calendar, now) else colour(found.governing, now)


def told_light(
    due: datetime, warn: datetime, calendar: Calendar, now: datetime
) -> tuple[Light, str, Mapping[str, str | int]]:
    """Return light and remaining words of a due that is known by its moments alone.

    A lead knows its helpers' limits so (ST11): what stands still on the way is not taken off.
    """
    over = now > due
    light = Light.RED if over else Light.YELLOW if now >= warn else Light.WHITE
    return light, *time_left(due, calendar, now)


def time_left(
    due: datetime, calendar: Calendar, now: datetime, stops: Iterable[Stop] = ()
) -> tuple[str, Mapping[str, str | int]]:
    """Return the words for what is left to a moment, or is over since, in office time.

    Args:
        due: the moment.
        calendar: the office time that counts.
        now: the present.
        stops: times on the way that will not count; without them they are not taken off.
    """
    here, end = calendar.office_ms(now), calendar.office_ms(due)
    over = now > due
    span = here - end if over else end - here
    if not over:
        span -= sum(
            max(0, min(calendar.office_ms(s.end), end) - max(calendar.office_ms(s.start), here))
            for s in stops
        )
    return _span(span, calendar, over=over)


def colour(due: Due | None, now: datetime) -> Light:
    """Return white, yellow or red of one due."""
    if due is None:
        return Light.NONE
    if due.red_at is not None and now >= due.red_at:
        return Light.RED
    return Light.YELLOW if now >= due.warn_at else Light.WHITE


def _paused(case: Case, calendar: Calendar, now: datetime) -> bool:
    """Say whether the clock stands still: a noticed suspension up to its told end."""
    stop = case.suspension
    if stop is None or stop.served_at is None or now < stop.served_at:
        return False
    return now <= calendar.closes(stop.until)


def _span(span: int, calendar: Calendar, *, over: bool) -> tuple[str, Mapping[str, str | int]]:
    days, rest = divmod(max(0, span), calendar.day_ms)
    args = {"days": days, "hours": rest // _HOUR_MS, "minutes": rest % _HOUR_MS // _MINUTE_MS}
    return ("light.over" if over else "light.left"), args


def _moments(case: Case, found: Clock, rules: Rules) -> Iterator[datetime]:
    """Yield every moment at which something about the case changes by itself."""
    for due in found.dues:
        yield due.warn_at
        # The wire counts milliseconds: the first one after the due instant is red for sure.
        yield due.at + _WIRE_STEP
        if due.red_at is not None:
            yield due.red_at if due.red_at - due.at > _WIRE_STEP else due.at + _WIRE_STEP
        if due.limit in _BY_DATE:
            yield _day_after(due.by_date)
    if case.suspension is not None:
        calendar = rules.calendars.of_department(case.department, case.hall)
        yield calendar.closes(case.suspension.until) + _WIRE_STEP
    if case.about is not None and case.about.expires is not None:
        yield _day_after(case.about.expires)  # decided on the last day itself is decided in time


def _day_after(day: date) -> datetime:
    """Return the first moment after a day: what goes by the date is over then, not at the close."""
    return end_of_day(day) + _WIRE_STEP


def next_moment(
    case: Case, rules: Rules, after: datetime, found: Clock | None = None
) -> datetime | None:
    """Return the next moment after `after` at which a light turns or the centre must act.

    The centre stores it as the case's index key: the clock is an index, not a loop over cases.
    `found` is the case's clock where it has been computed.
    """
    found = found or clock(case, rules)
    return min((m for m in _moments(case, found, rules) if m > after), default=None)


def earliest_moment(case: Case, rules: Rules, found: Clock) -> datetime | None:
    """Return the first moment of all, passed or not, at which a light turns or the centre acts.

    While it has not come, nothing about the case is due.
    """
    return min(_moments(case, found, rules), default=None)
