"""Guards of time: late steps are findings, never refusals; an overdue case goes on. rules.md §3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain import bodies, law
from sync.domain.calendar import china_day
from sync.domain.catalogue import Limit, Unit
from sync.domain.spans import count
from sync.domain.time_limit import acceptance_moment, stops_of
from sync.domain.violations import Violation, violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from sync.domain.spans import Counted
    from sync.domain.trial import Trial


def _limit(trial: Trial, name: str, ref: str | None = None) -> Iterator[Violation]:
    due = trial.due(name, ref)
    if due is not None:
        yield from trial.lateness(name, due.at)


def _lawful(trial: Trial, name: str, ref: str | None = None) -> Iterator[Violation]:
    """Judge a limit of the law: by date."""
    due = trial.due(name, ref)
    if due is not None:
        yield from trial.lateness(name, due.at, due.by_date)


def decision_in_time(trial: Trial) -> Iterator[Violation]:
    """The promise is judged by its instant, the law by date; a cut promise ends on law's date."""
    yield from _lawful(trial, "decision.statutory")
    governing = trial.clock.governing
    if governing is None:
        return
    cut = governing.limit == "decision.statutory"
    due = trial.due(governing.limit) or governing
    yield from trial.lateness("decision.promised" if cut else governing.limit, due.at)


def step_in_time(trial: Trial) -> Iterator[Violation]:
    """The present step's own limit."""
    yield from _limit(trial, "step")


def precheck_in_time(trial: Trial) -> Iterator[Violation]:
    """A pre-check is answered in one working day."""
    yield from _limit(trial, "precheck")


def certificate_in_time(trial: Trial) -> Iterator[Violation]:
    """Issue and service within ten working days of the decision (LW22)."""
    governing = trial.clock.governing
    if governing is not None:
        yield from _lawful(trial, governing.limit)


def helper_in_time(trial: Trial) -> Iterator[Violation]:
    """A helper's opinion comes within its own limit (ST10)."""
    yield from _limit(trial, "helper", bodies.text(trial.step.body, "asked"))


def child_in_time(trial: Trial) -> Iterator[Violation]:
    """An opinion child ends within its helper limit."""
    if not bodies.truth(trial.step.body, "silence"):
        yield from _limit(trial, "helper", "")


def pending_in_time(trial: Trial) -> Iterator[Violation]:
    """What was owed comes by its day."""
    for entry in bodies.parts(trial.step.body, "materials"):
        yield from _lawful(trial, "pending", bodies.text(entry, "code"))


def forward_in_time(trial: Trial) -> Iterator[Violation]:
    """The lower office examines within twenty working days of acceptance (LW21)."""
    dues = [_forward_due(trial, None)]
    if not trial.rules.calendars.settled(trial.step.counted):
        dues.append(_forward_due(trial, trial.step.counted))
    last = max((d for d in dues if d is not None), key=lambda d: d.by_date, default=None)
    if last is not None:
        yield from trial.lateness("forward", last.at, last.by_date)


def _forward_due(trial: Trial, as_of: datetime | None) -> Counted | None:
    """Count the twenty days; what Art. 45 leaves out is left out of Art. 43 too."""
    case, calendars = trial.case, trial.rules.calendars
    accepted = acceptance_moment(case, trial.rules, as_of)
    if accepted is None:
        return None
    calendar = calendars.of_department(case.department, case.hall, as_of)
    limit = Limit(Unit.WORKING, law.FORWARD_WD)
    return count(limit, accepted, calendar, trial.rules.switches, stops_of(case, calendar))


def hearing_asked_in_time(trial: Trial) -> Iterator[Violation]:
    """A hearing asked for after the five days may still be held; that it was late is recorded."""
    due = trial.due("hearing.ask")
    if due is not None and china_day(trial.step.begins) > due.by_date:
        yield violation("hearing_asked_late", due=due.by_date.isoformat())


def hearing_held_in_time(trial: Trial) -> Iterator[Violation]:
    """The office holds the hearing within twenty working days of the request (LW25)."""
    due = trial.due("hearing.hold")
    if due is not None and china_day(trial.step.begins) > due.by_date:
        yield violation("hearing_held_late", due=due.by_date.isoformat())


def extension_open(trial: Trial) -> Iterator[Violation]:
    """Once, foreseen by the item, and approved and told before the limit ends (LW19, LW20)."""
    if trial.item is None or trial.item.extension is None:
        yield violation("extension_not_foreseen")
    if trial.case.extension is not None:
        yield violation("extension_twice")
        return
    governing = trial.clock.governing
    if governing is None:
        return
    due = trial.due(governing.limit) or governing
    told = bodies.moment(trial.step.body, "served_at") or trial.step.counted
    if max(told, trial.step.counted) > due.at:
        yield violation("extension_after_limit", due=due.by_date.isoformat())
    elif trial.when.latest > due.at:
        day = due.by_date.isoformat()
        yield violation("on_time_unproven", limit=due.limit, due=day)


def extension_length(trial: Trial) -> Iterator[Violation]:
    """No longer than the item's most."""
    rule = None if trial.item is None else trial.item.extension
    days = bodies.whole(trial.step.body, "days")
    if rule is not None and not 0 < days <= rule.most_wd:
        yield violation("extension_too_long", most=rule.most_wd)


def notice_served(trial: Trial) -> Iterator[Violation]:
    """What must be told before a limit ends is not told by a notice still to be served."""
    body = trial.step.body
    if "served_at" in body and body["served_at"] is None:
        yield violation("legal_part_missing", part="served_at")


def told_before_end(trial: Trial) -> Iterator[Violation]:
    """A suspension is prolonged only by a notice served before its told end (LW23)."""
    stop = trial.case.suspension
    if stop is None:
        return
    told = bodies.moment(trial.step.body, "served_at") or trial.step.counted
    # A notice cannot have been served before what it tells was decided.
    if max(told, trial.step.counted) > trial.department.closes(stop.until):
        yield violation("prolong_after_told_end", until=stop.until.isoformat())
    until = bodies.day(trial.step.body, "until")
    if until is not None and until <= stop.until:
        yield violation("body_malformed", field="until")


def centre_resumes_at_end(trial: Trial) -> Iterator[Violation]:
    """The centre lets the clock go on by itself only when the told end has passed."""
    stop = trial.case.suspension
    if stop is None or not trial.step.by_centre:
        return
    if trial.step.counted <= trial.department.closes(stop.until):
        yield violation("resume_too_early", until=stop.until.isoformat())


GUARDS: Mapping[str, Callable[[Trial], Iterable[Violation]]] = {
    "decision_in_time": decision_in_time,
    "step_in_time": step_in_time,
    "precheck_in_time": precheck_in_time,
    "certificate_in_time": certificate_in_time,
    "forward_in_time": forward_in_time,
    "hearing_asked_in_time": hearing_asked_in_time,
    "hearing_held_in_time": hearing_held_in_time,
    "extension_open": extension_open,
    "told_before_end": told_before_end,
    "centre_resumes_at_end": centre_resumes_at_end,
}
BODY_GUARDS: Mapping[str, Callable[[Trial], Iterable[Violation]]] = {
    "helper_in_time": helper_in_time,
    "child_in_time": child_in_time,
    "pending_in_time": pending_in_time,
    "extension_length": extension_length,
    "notice_served": notice_served,
}
