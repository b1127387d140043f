"""Lights for screens: from the rules' state, or quickly from a list's stored line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from client.app.rows.lights import LightView
from client.app.rows.words import Words
from sync.domain.fields import moment_of, ms_of
from sync.domain.lights import Light, light, time_left

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from client.app.ports.store import CaseLine
    from sync.domain.case import Case
    from sync.domain.lights import LightState
    from sync.domain.rules import Rules

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


class RowLights:
    """The lights of list rows at one moment. Store lane.

    A hundred rows must cost little, so a stored due is compared and no clock is computed: what
    remains is the office time to it. Only where a suspension is open, which may still have to
    begin or be past its told end, the case itself is asked, by the rules that its page asks.

    Args:
        case_of: reads a case.
        rules: those in force.
        now: the moment.
    """

    def __init__(self, case_of: Callable[[str], Case | None], rules: Rules, now: datetime) -> None:
        self._case_of = case_of
        self._rules = rules
        self._now = now

    def of(self, line: CaseLine) -> LightView:
        """Return a row's light; the case page says the same in full."""
        if line.due_ms is None or line.closed:
            return LightView(Light.NONE, statutory_passed=False, remaining=None, due_at=None)
        case = None if line.paused_to_ms is None else self._case_of(line.number)
        return self._by_due(line, line.due_ms) if case is None else self._by_rules(case)

    def _by_rules(self, case: Case) -> LightView:
        state = light(case, self._rules, self._now)
        shown = light_view(state)
        if state.light is Light.PAUSED:  # nothing runs down; until when, the page says
            return replace(shown, remaining=Words("row.paused"))
        if state.remaining_key not in _SPANS:
            return shown
        return replace(shown, remaining=short_words(state.remaining_key, state.remaining_args))

    def _by_due(self, line: CaseLine, due_ms: int) -> LightView:
        now, due = self._now, moment_of(due_ms)
        hall, _, department = line.scope.partition("/")
        calendar = self._rules.calendars.of_department(department, hall)
        shown = Light.RED if now > due else Light.WHITE
        if shown is Light.WHITE and line.warn_ms is not None and ms_of(now) >= line.warn_ms:
            shown = Light.YELLOW
        return LightView(
            light=shown,
            statutory_passed=line.statutory_ms is not None and ms_of(now) > line.statutory_ms,
            remaining=short_words(*time_left(due, calendar, now)),
            due_at=due,
            provisional=line.provisional,
        )
