"""Every due time of a case, and the lines by which a clerk can read out how it was found.

Pure and deterministic: case + rules → Clock. The earlier of statutory and promised due governs,
compared as dates. Source: rules.md §3; LW08, LW19–LW26.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sync.domain import law
from sync.domain.calendar import CHINA, Calendar, china_day
from sync.domain.case import AFTER_GRANT, INNER, Case, State
from sync.domain.catalogue import CaseKind, ChildSort, Item, Limit, Trigger, Unit
from sync.domain.rules import Rules
from sync.domain.schemes import Colour, Reach, Scheme
from sync.domain.spans import Counted, Stop, count, halved
from sync.domain.warning_times import first_moment


@dataclass(frozen=True, slots=True)
class Due:
    """One due time.

    Args:
        limit: which limit, e.g. "decision.promised".
        at: the due instant; on time up to and with it.
        by_date: its day: lateness against the law is judged by it.
        provisional: it lies beyond the calendar's last decree.
        warn_at: from here the light is yellow.
        red_at: from here it is red; None = the scheme knows no red for it.
        ref: what it is about, where a case may have several (an order, a material).
    """

    limit: str
    at: datetime
    by_date: date
    provisional: bool
    warn_at: datetime
    red_at: datetime | None = None
    ref: str = ""
    total_ms: int = 0
    stops: tuple[Stop, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the explanation: a message key and its named values."""

    key: str
    args: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clock:
    """What the case must keep: the due its light follows, every due, how it was counted."""

    governing: Due | None
    dues: tuple[Due, ...]
    explanation: tuple[Line, ...]

    def due(self, limit: str, ref: str | None = None) -> Due | None:
        """Return the due of a limit (and of what it is about), or None."""
        return next(
            (d for d in self.dues if d.limit == limit and (ref is None or d.ref == ref)), None
        )


def clock(case: Case, rules: Rules, as_of: datetime | None = None) -> Clock:
    """Return every due time of the case as it stands.

    Args:
        case: the folded case.
        rules: the policy in force.
        as_of: count by the calendar published last before this moment; None = the newest.
    """
    item = rules.item_of(case.item, case.item_version)
    if item is None:
        return Clock(None, (), (Line("clock.item_unknown", {"item": case.item}),))
    sheet = _Sheet(case, item, rules, as_of)
    governing, lines = _main(sheet)
    dues = [*sheet.dues, *_step(sheet), *_side(sheet)]
    return Clock(governing, tuple(dues), tuple(lines))


class _Sheet:
    """The working paper of one computation."""

    def __init__(self, case: Case, item: Item, rules: Rules, as_of: datetime | None) -> None:
        self.case = case
        self.item = item
        self.rules = rules
        self.switches = rules.switches
        self.scheme: Scheme = rules.scheme
        self.hall: Calendar = rules.calendars.of_hall(case.hall, as_of)
        self.department: Calendar = rules.calendars.of_department(case.department, case.hall, as_of)
        self.dues: list[Due] = []

    def counted(
        self,
        limit: Limit,
        start: datetime,
        calendar: Calendar,
        stops: Iterable[Stop] = (),
        extra_wd: int = 0,
    ) -> Counted:
        return count(limit, start, calendar, self.switches, stops, extra_wd)

    def due(
        self, name: str, limit: Limit, found: Counted, calendar: Calendar, ref: str = ""
    ) -> Due:
        reach = Reach.STEP if name == "step" else Reach.CASE
        warn = first_moment(self.scheme.rules_for(Colour.YELLOW, reach), limit, found, calendar)
        red = first_moment(self.scheme.rules_for(Colour.RED, reach), limit, found, calendar)
        return Due(
            limit=name,
            at=found.at,
            by_date=found.by_date,
            provisional=calendar.provisional(found.by_date),
            warn_at=warn or found.at,
            red_at=red,
            ref=ref,
            total_ms=found.total_ms,
            stops=found.stops,
        )

    def add(
        self, name: str, limit: Limit, start: datetime, calendar: Calendar, ref: str = ""
    ) -> Due:
        due = self.due(name, limit, self.counted(limit, start, calendar), calendar, ref)
        self.dues.append(due)
        return due


# -- the limit that the case's light follows ------------------------------------------------------


def _main(sheet: _Sheet) -> tuple[Due | None, list[Line]]:
    case = sheet.case
    if case.state is State.RECEIVED and case.received_at is not None:
        return _receipt(sheet)
    if case.state in INNER and case.accepted_at is not None:
        return _decision(sheet)
    if case.state in AFTER_GRANT and case.decided_at is not None:
        return _certificate(sheet, case.decided_at)
    if case.state is State.FORWARDED and case.forwards:
        return _upper(sheet)
    return None, []


def receipt_counted(case: Case, rules: Rules, as_of: datetime | None = None) -> Counted | None:
    """Count the five days for notice or acceptance (LW08); None before anything was received."""
    start = case.received_at
    if start is None:
        return None
    stops: tuple[Stop, ...] = ()
    if not rules.switches.correction_renews_receipt and case.first_received_at is not None:
        start = case.first_received_at
        stops = tuple(
            Stop(c.served_at, c.corrected_at, "correction")
            for c in case.corrections
            if c.corrected_at is not None
        )
    calendar = rules.calendars.of_hall(case.hall, as_of)
    return count(_RECEIPT, start, calendar, rules.switches, stops)


_RECEIPT = Limit(Unit.WORKING, law.RECEIPT_WD, Trigger.RECEIPT)
_CERTIFICATE = Limit(Unit.WORKING, law.CERTIFICATE_WD, Trigger.DECISION)
_SERVICE = Limit(Unit.WORKING, law.SERVICE_WD, Trigger.DECISION)
_PRECHECK = Limit(Unit.WORKING, law.PRECHECK_WD, Trigger.RECEIPT)


def _receipt(sheet: _Sheet) -> tuple[Due | None, list[Line]]:
    found = receipt_counted(sheet.case, sheet.rules)
    if found is None or sheet.case.received_at is None:
        return None, []
    due = sheet.due("receipt", _RECEIPT, found, sheet.hall)
    sheet.dues.append(due)
    lines = [_started("clock.received", sheet.case.received_at)]
    return due, [*lines, *_counting(_RECEIPT, found, sheet.hall), _ending("clock.receipt_due", due)]


def acceptance_moment(case: Case, rules: Rules, as_of: datetime | None = None) -> datetime | None:
    """Return the moment from which the decision limits run.

    An acceptance that came after the five days is one that the law had made already: it counts
    from the receipt day, like one deemed by the centre (LW08).
    """
    if case.accepted_at is None or case.received_at is None:
        return case.accepted_at
    if case.deemed:
        return case.received_at
    entered = case.accept_step_at or case.accepted_at
    receipt = receipt_counted(case, rules, as_of)
    if receipt is not None and china_day(entered) > receipt.by_date:
        return case.received_at
    return case.accepted_at


def stops_of(case: Case, calendar: Calendar) -> tuple[Stop, ...]:
    """Return the times that do not count: noticed suspensions and stays at the upper office.

    The start is the later of suspension and service of its notice; the end the earlier of
    resumption and the told end. No notice served, nothing excluded (LW23).
    """
    found = []
    for suspension in case.suspensions:
        if suspension.served_at is None:
            continue
        told_end = calendar.closes(suspension.until)
        end = told_end if suspension.resumed_at is None else min(suspension.resumed_at, told_end)
        start = max(suspension.at, suspension.served_at)
        if end > start:
            found.append(Stop(start, end, suspension.kind))
    found += [
        Stop(stay.at, stay.returned_at, "forwarded")
        for stay in case.forwards
        if stay.returned_at is not None
    ]
    return tuple(sorted(found, key=lambda stop: stop.start))


def promise_of(case: Case, item: Item) -> Limit:
    """Return the promised limit of this case: its fallback when not at once, halved if fast."""
    promise = item.fallback if case.not_at_once and item.fallback is not None else item.promised
    return halved(promise) if case.fast_track else promise


def _start_of(limit: Limit, case: Case, accepted: datetime) -> datetime:
    return case.received_at or accepted if limit.trigger is Trigger.RECEIPT else accepted


def _decision(sheet: _Sheet) -> tuple[Due | None, list[Line]]:
    case, item, calendar = sheet.case, sheet.item, sheet.department
    accepted = acceptance_moment(case, sheet.rules)
    if accepted is None:
        return None, []
    stops = stops_of(case, calendar)
    extra = case.extension.days if case.extension is not None else 0
    lines = [
        _started("clock.deemed" if accepted is case.received_at else "clock.accepted", accepted)
    ]
    candidates: list[Due] = []
    for name, limit, more in _decision_limits(case, item):
        found = sheet.counted(
            limit, _start_of(limit, case, accepted), calendar, stops, extra if more else 0
        )
        due = sheet.due(name, limit, found, calendar)
        candidates.append(due)
        if name != "decision.statutory" or not more or len(candidates) == 1:
            lines += _counting(limit, found, calendar)
        lines.append(_ending(f"clock.{name.partition('.')[2] or name}_due", due))
    sheet.dues += candidates
    if not candidates:
        return None, lines
    governing = _earlier(candidates)
    if governing.limit == "decision.statutory" and len(candidates) > 1:
        lines.append(Line("clock.promise_cut", {"day": governing.by_date.isoformat()}))
    if case.fast_track:
        lines.append(Line("clock.fast_track"))
    if case.extension is not None:
        lines.append(Line("clock.extended", {"days": extra}))
    if governing.provisional:
        lines.append(Line("clock.provisional", {"day": calendar.official_until.isoformat()}))
    return governing, [*lines, _ending("clock.due", governing)]


def _decision_limits(case: Case, item: Item) -> list[tuple[str, Limit, bool]]:
    """List (name, limit, whether the extension lengthens it), promise first."""
    helper = case.child
    own: list[tuple[str, Limit, bool]] = []
    if helper is not None and helper.by_wd:
        own.append(("helper", Limit(Unit.WORKING, helper.by_wd), False))
    if helper is not None and helper.sort is ChildSort.OPINION:
        return own
    own.append(("decision.promised", promise_of(case, item), True))
    if item.statutory is not None:
        own.append(("decision.statutory", item.statutory, True))
    return own


def _earlier(dues: Iterable[Due]) -> Due:
    """Return the due that governs: the earliest day; on one day the promise, listed first."""
    return min(dues, key=lambda due: due.by_date)


def _certificate(sheet: _Sheet, decided: datetime) -> tuple[Due, list[Line]]:
    name, limit = (
        ("certificate", _CERTIFICATE)
        if sheet.case.with_certificate
        else (
            "service",
            _SERVICE,
        )
    )
    found = sheet.counted(limit, decided, sheet.hall)
    due = sheet.due(name, limit, found, sheet.hall)
    sheet.dues.append(due)
    lines = [_started("clock.decided", decided), *_counting(limit, found, sheet.hall)]
    return due, [*lines, _ending("clock.due", due)]


def _upper(sheet: _Sheet) -> tuple[Due | None, list[Line]]:
    sent = sheet.case.forwards[-1].at
    lines = [_started("clock.forwarded", sent)]
    if sheet.item.upper_limit is None:
        return None, lines
    due = sheet.add("upper", sheet.item.upper_limit, sent, sheet.department)
    return due, [*lines, _ending("clock.due", due)]


# -- limits of their own --------------------------------------------------------------------------

_STEP_OF_STATE = {
    State.ACCEPTED: "claim",
    State.HANDLING: "handle",
    State.REVIEWING: "review",
    State.DECIDING: "decide",
    State.GRANTED: "make",
    State.MAKING: "seal",
    State.CERTIFIED: "issue",
}


def _step(sheet: _Sheet) -> list[Due]:
    """Return the limit of the present step; it runs from the step before and shares the stops."""
    case = sheet.case
    name = _STEP_OF_STATE.get(case.state)
    if name is None or (sheet.item.kind is CaseKind.IMMEDIATE and not case.not_at_once):
        return []
    flow_step = sheet.item.flow_step(name, case.review_level if name == "review" else 0)
    if flow_step is None or flow_step.limit is None:
        return []
    limit = halved(flow_step.limit) if case.fast_track else flow_step.limit
    stops = stops_of(case, sheet.department) if case.state in INNER else ()
    found = sheet.counted(limit, case.state_since, sheet.department, stops)
    return [sheet.due("step", limit, found, sheet.department, name)]


def _side(sheet: _Sheet) -> list[Due]:
    """Return helper, hearing, pending-material, reply, service, pre-check and visit limits."""
    case = sheet.case
    dues: list[Due] = []
    if case.state is State.PRECHECKING:
        sheet.add("precheck", _PRECHECK, case.registered_at, sheet.hall)
        dues.append(sheet.dues.pop())
    if case.state is State.REGISTERED:
        dues.append(_closing(sheet, case.registered_at))
    for opinion in case.opinions:
        if opinion.given_at is None and case.state in INNER:
            limit = Limit(Unit.WORKING, opinion.by_wd)
            found = sheet.counted(limit, opinion.asked_at, sheet.department)
            dues.append(sheet.due("helper", limit, found, sheet.department, opinion.ref))
    dues += [_on_day(sheet, "pending", m.owed_by, m.code) for m in case.pending if m.owed_by]
    dues += _hearing(sheet)
    for debt in case.debts:
        if debt.kind == "serve":
            found = sheet.counted(_SERVICE, debt.at, sheet.hall)
            dues.append(sheet.due("service", _SERVICE, found, sheet.hall, debt.ref))
        elif debt.reply_by is not None:
            dues.append(_at(sheet, "reply", debt.reply_by, debt.ref))
    return dues


def _hearing(sheet: _Sheet) -> list[Due]:
    hearing = sheet.case.hearing
    if hearing is None or sheet.case.state not in INNER:
        return []
    if hearing.asked_at is None and hearing.told_at is not None:
        limit = Limit(Unit(sheet.switches.applicant_unit.value), law.HEARING_ASK)
        found = sheet.counted(limit, hearing.told_at, sheet.department)
        return [sheet.due("hearing.ask", limit, found, sheet.department)]
    if hearing.asked_at is not None and hearing.held_at is None:
        limit = Limit(Unit.WORKING, law.HEARING_HOLD_WD)
        found = sheet.counted(limit, hearing.asked_at, sheet.department)
        return [sheet.due("hearing.hold", limit, found, sheet.department)]
    return []


def _closing(sheet: _Sheet, registered: datetime) -> Due:
    """Return the close of the day on which a visit was registered (turned_away)."""
    found = sheet.counted(Limit(Unit.AT_ONCE, 0), registered, sheet.hall)
    return sheet.due("visit", Limit(Unit.AT_ONCE, 0), found, sheet.hall)


def _on_day(sheet: _Sheet, name: str, day: date, ref: str) -> Due:
    return _at(sheet, name, sheet.hall.closes(day), ref)


def _at(sheet: _Sheet, name: str, at: datetime, ref: str) -> Due:
    """Return a due whose instant is told, not counted; its warning comes a working day before."""
    limit = Limit(Unit.WORKING, 1)
    found = Counted(
        at=at,
        by_date=china_day(at),
        first_day=china_day(at),
        total_ms=2 * sheet.hall.day_ms,
        left_out=0,
        in_days=True,
        stops=(),
    )
    return sheet.due(name, limit, found, sheet.hall, ref)


# -- the explanation ------------------------------------------------------------------------------


def _day(moment: datetime) -> str:
    return china_day(moment).isoformat()


def _started(key: str, moment: datetime) -> Line:
    return Line(key, {"day": _day(moment)})


def _ending(key: str, due: Due) -> Line:
    local = due.at.astimezone(CHINA)
    return Line(key, {"day": due.by_date.isoformat(), "time": f"{local:%H:%M}"})


def _counting(limit: Limit, found: Counted, calendar: Calendar) -> list[Line]:
    lines = [
        Line(
            f"clock.counted.{limit.unit.value}",
            {"amount": limit.amount, "first": found.first_day.isoformat()},
        )
    ]
    skipped, worked = _surprises(found, calendar)
    if skipped:
        lines.append(Line("clock.days_off", {"days": skipped}))
    if worked:
        lines.append(Line("clock.weekends_worked", {"days": worked}))
    unit = "days" if found.in_days else "minutes"
    lines += [
        Line("clock.left_out", {"kind": stop.kind, "from": _day(stop.start), "to": _day(stop.end)})
        for stop in found.stops
    ]
    if found.left_out:
        lines.append(Line(f"clock.left_out_{unit}", {"amount": found.left_out}))
    return lines


def _surprises(found: Counted, calendar: Calendar) -> tuple[str, str]:
    """Name the decreed days off and the worked weekend days between day 1 and the end."""
    off = sorted(day for day in calendar.off if found.first_day <= day <= found.by_date)
    worked = sorted(day for day in calendar.on if found.first_day <= day <= found.by_date)
    return _listed(off), _listed(worked)


def _listed(days: Iterable[date]) -> str:
    return ", ".join(f"{day:%m-%d}" for day in days)
