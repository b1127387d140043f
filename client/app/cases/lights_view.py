"""Lights for screens: from the rules' state, or quickly from a list's stored line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.rows.lights import LightView
from client.app.rows.words import Words
from sync.domain.fields import moment_of, ms_of
from sync.domain.lights import Light

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from client.app.ports.store import CaseLine
    from sync.domain.lights import LightState

_SPANS = frozenset({"light.left", "light.over"})
_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000


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
    parts = ("days", "hours") if args["days"] else ("hours", "minutes")
    told = [part for part in parts if args[part]] or ["minutes"]
    return Words(f"{key}.{'_'.join(told)}", dict(args))


def light_of_line(line: CaseLine, now: datetime) -> LightView:
    """Return a list row's light by comparing stored moments; the case page says it in full.

    A hundred rows must cost no more than a hundred comparisons, so what remains is said in plain
    days and hours of the calendar here, in office time on the case page. While the clock stands
    still nothing runs down: the row says so, and the case page until when.
    """
    if line.due_ms is None or line.closed:
        return LightView(Light.NONE, statutory_passed=False, remaining=None, due_at=None)
    moment = ms_of(now)
    over = moment > line.due_ms
    light = Light.RED if over else Light.WHITE
    if line.paused:
        light = Light.PAUSED
    elif not over and line.warn_ms is not None and moment >= line.warn_ms:
        light = Light.YELLOW
    return LightView(
        light=light,
        statutory_passed=line.statutory_ms is not None and moment > line.statutory_ms,
        remaining=_remaining(abs(line.due_ms - moment), over=over)
        if light is not Light.PAUSED
        else Words("row.paused"),
        due_at=moment_of(line.due_ms),
        provisional=line.provisional,
    )


def _remaining(span: int, *, over: bool) -> Words:
    side = "over" if over else "left"
    if span >= _DAY:
        return Words(f"row.{side}_days", {"n": span // _DAY})
    if span >= _HOUR:
        return Words(f"row.{side}_hours", {"n": span // _HOUR})
    return Words(f"row.{side}_minutes", {"n": span // _MINUTE})
