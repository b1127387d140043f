"""Lights for screens: from the rules' state, or quickly from a list's stored line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.rows.lights import LightView
from client.app.rows.words import Words
from sync.domain.fields import moment_of, ms_of
from sync.domain.lights import Light, time_left

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from client.app.ports.store import CaseLine
    from sync.domain.calendar import Calendar
    from sync.domain.lights import LightState
    from sync.domain.rules import Calendars

_SPANS = frozenset({"light.left", "light.over"})
_UNITS = ("days", "hours", "minutes")


def light_view(state: LightState) -> LightView:
    """Return a light that the rules computed, with its words."""
    return LightView(
        light=state.light,
        statutory_passed=state.statutory_passed,
        remaining=remaining_words(state.remaining_key, state.remaining_args),
        due_at=state.due.at if state.due else None,
        provisional=bool(state.due and state.due.provisional),
    )


def remaining_words(key: str, args: Mapping[str, str | int]) -> Words:
    """Say what is left as one reads it out: no part that is nothing, no minutes beside days."""
    if key not in _SPANS:
        return Words(key, dict(args))
    parts = _UNITS[:2] if args["days"] else _UNITS[1:]
    told = [part for part in parts if args[part]] or ["moment"]
    return Words(f"{key}.{_named(told, args)}", dict(args))


def short_words(key: str, args: Mapping[str, str | int]) -> Words:
    """Say what is left as a list has room for it: the largest part that is something."""
    told = next((part for part in _UNITS if args[part]), "moment")
    row = key.replace("light.", "row.", 1)
    return Words(f"{row}_{_named([told], args)}", {"n": args.get(told, 0)})


def _named(told: Sequence[str], args: Mapping[str, str | int]) -> str:
    """Name the text of these parts; one day has its own, which English needs."""
    joined = "_".join(told)
    return joined.replace("days", "day", 1) if args["days"] == 1 else joined


def calendar_of_line(line: CaseLine, calendars: Calendars) -> Calendar:
    """Return the calendar by which a list row's case is counted."""
    hall, _, department = line.scope.partition("/")
    return calendars.of_department(department, hall)


def light_of_line(line: CaseLine, now: datetime, calendar: Calendar) -> LightView:
    """Return a list row's light by comparing stored moments; the case page says it in full.

    A hundred rows must cost little, so no clock is computed: what remains is the office time to
    the stored moment, which is what the case page says too, except that a suspension still to
    come is not taken off. While the clock stands still nothing runs down: the row says so, and
    the case page until when.
    """
    if line.due_ms is None or line.closed:
        return LightView(Light.NONE, statutory_passed=False, remaining=None, due_at=None)
    moment = ms_of(now)
    due = moment_of(line.due_ms)
    light = Light.RED if now > due else Light.WHITE
    if line.paused:
        light = Light.PAUSED
    elif light is Light.WHITE and line.warn_ms is not None and moment >= line.warn_ms:
        light = Light.YELLOW
    return LightView(
        light=light,
        statutory_passed=line.statutory_ms is not None and moment > line.statutory_ms,
        remaining=short_words(*time_left(due, calendar, now))
        if light is not Light.PAUSED
        else Words("row.paused"),
        due_at=due,
        provisional=line.provisional,
    )
