"""Every due time of a case: pure and deterministic, case + rules → Clock.

The earlier of statutory and promised due governs, compared as dates. Source: rules.md §3; LW08,
LW19–LW29. The limits beside the main one (step, helper, hearing, reply …) stand in side_limits.
"""

from dataclasses import dataclass
from datetime import datetime

from sync.domain import law
from sync.domain.calendar import china_day
from sync.domain.case import AFTER_GRANT, INNER, Case, State
from sync.domain.catalogue import ChildSort, Item, Limit, Trigger, Unit
from sync.domain.explanation import Ended, HowCounted, Line, Note, Started
from sync.domain.rules import Rules
from sync.domain.sheet import BareSheet, Due, Sheet, stops_of
from sync.domain.side_limits import SERVICE, add_side_limits
from sync.domain.spans import Counted, Stop, count, halved

__all__ = [
    "Clock",
    "Due",
    "Line",
    "acceptance_moment",
    "clock",
    "decision_due",
    "decision_limits",
    "governing_due",
    "governing_end",
    "promise_of",
    "receipt_counted",
    "stops_of",
]

RECEIPT = Limit(Unit.WORKING, law.RECEIPT_WD, Trigger.RECEIPT)
CERTIFICATE = Limit(Unit.WORKING, law.CERTIFICATE_WD, Trigger.DECISION)


@dataclass(frozen=True, slots=True)
class Clock:
    """What a case must keep: the due its light follows, every due, and how it was counted."""

    governing: Due | None
    dues: tuple[Due, ...]
    notes: tuple[Note, ...] = ()

    @property
    def explanation(self) -> tuple[Line, ...]:
        """Return the lines that a clerk reads out; made only when somebody asks."""
        return tuple(line for note in self.notes for line in note.lines())

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
    sheet = Sheet(case, item, rules, as_of)
    governing = _main(sheet)
    add_side_limits(sheet)
    return Clock(governing, tuple(sheet.dues), tuple(sheet.notes))


def governing_due(case: Case, rules: Rules) -> Due | None:
    """Return the due that the case's light follows: what `clock` says of it, and nothing else."""
    item = rules.item_of(case.item, case.item_version)
    return None if item is None else _main(Sheet(case, item, rules))


def governing_end(case: Case, rules: Rules) -> datetime | None:
    """Return when the due ends that the case's light follows; None while no limit runs."""
    item = rules.item_of(case.item, case.item_version)
    due = None if item is None else _main(BareSheet(case, item, rules))
    return None if due is None else due.at


def _main(sheet: Sheet) -> Due | None:
    """Return the due that the case's light follows."""
    case = sheet.case
    if case.state is State.RECEIVED and case.received_at is not None and case.child is None:
        return _receipt(sheet, case.received_at)
    if case.state in INNER:
        return decision_due(sheet)
    if case.state in AFTER_GRANT and case.decided_at is not None:
        return _certificate(sheet, case.decided_at)
    if case.state is State.FORWARDED and case.forwards:
        return _upper(sheet, case.forwards[-1].at)
    return None


# -- receipt --------------------------------------------------------------------------------------


def receipt_counted(case: Case, rules: Rules, as_of: datetime | None = None) -> Counted | None:
    """Count the five days for notice or acceptance (LW08); None before anything was received."""
    if case.received_at is None:
        return None
    return _five_days(case, case.received_at, rules, as_of)


def _five_days(case: Case, start: datetime, rules: Rules, as_of: datetime | None) -> Counted:
    stops: tuple[Stop, ...] = ()
    if not rules.switches.correction_renews_receipt and case.first_received_at is not None:
        start = case.first_received_at
        stops = tuple(
            Stop(c.served_at, c.corrected_at, "correction")
            for c in case.corrections
            if c.corrected_at is not None
        )
    calendar = rules.calendars.of_hall(case.hall, as_of)
    return count(RECEIPT, start, calendar, rules.switches, stops)


def _receipt(sheet: Sheet, received: datetime) -> Due:
    found = _five_days(sheet.case, received, sheet.rules, sheet.as_of)
    due = sheet.add("receipt", RECEIPT, found, sheet.hall)
    sheet.notes += [
        Started("clock.received", received),
        HowCounted(RECEIPT, found, sheet.hall),
        Ended("clock.receipt_due", due.at, due.by_date),
    ]
    return due


def acceptance_moment(case: Case, rules: Rules, as_of: datetime | None = None) -> datetime | None:
    """Return the moment from which the decision limits run.

    An acceptance that came after the five days is one that the law had made already: it counts
    from the receipt day, like one deemed by the centre (LW08). A child's limits run from the hour
    in which the lead's acceptance reached it: the five days were not its own.
    """
    if case.child is not None:
        return case.accepted_at
    if case.accepted_at is None or case.received_at is None:
        return case.accepted_at
    if case.deemed:
        return case.received_at
    entered = case.accept_step_at or case.accepted_at
    receipt = receipt_counted(case, rules, as_of)
    if receipt is None or china_day(entered) <= receipt.by_date:
        return case.accepted_at
    # A newer calendar makes no acceptance late that kept the days published when it was made.
    then = receipt_counted(case, rules, entered)
    kept = then is not None and china_day(entered) <= then.by_date
    return case.accepted_at if kept else case.received_at


# -- decision -------------------------------------------------------------------------------------


def promise_of(case: Case, item: Item) -> Limit:
    """Return the promised limit of this case: its fallback when not at once, halved if fast."""
    promise = item.fallback if case.not_at_once and item.fallback is not None else item.promised
    return halved(promise) if case.fast_track else promise


def decision_limits(case: Case, item: Item) -> tuple[tuple[str, Limit], ...]:
    """Return the named decision limits of a case, those of an equal day in order of precedence."""
    helper = case.child
    own: list[tuple[str, Limit]] = []
    if helper is not None and helper.by_wd:
        own.append(("helper", Limit(Unit.WORKING, helper.by_wd)))
    if helper is not None and helper.sort is ChildSort.OPINION:
        return tuple(own)
    own.append(("decision.promised", promise_of(case, item)))
    if item.statutory is not None:
        own.append(("decision.statutory", item.statutory))
    return tuple(own)


def decision_due(sheet: Sheet) -> Due | None:
    """Return the decision's governing due, whatever state the case has come to since."""
    case, calendar = sheet.case, sheet.department
    accepted = acceptance_moment(case, sheet.rules, sheet.as_of)
    if accepted is None:
        return None
    by_law = case.deemed or accepted != case.accepted_at
    sheet.notes.append(Started("clock.deemed" if by_law else "clock.accepted", accepted))
    stops = stops_of(case, calendar)
    candidates: list[Due] = []
    for name, limit in decision_limits(case, sheet.item):
        extra = case.extension.days if case.extension is not None and name != "helper" else 0
        from_receipt = limit.trigger is Trigger.RECEIPT
        start = (case.received_at if from_receipt else None) or accepted
        found = sheet.count(limit, start, calendar, stops, extra)
        due = sheet.add(name, limit, found, calendar)
        sheet.notes += [
            HowCounted(limit, found, calendar, brief=bool(candidates)),
            Ended(f"clock.{name.removeprefix('decision.')}_due", due.at, due.by_date),
        ]
        candidates.append(due)
    if not candidates:
        return None
    # The earliest day governs; on one day the promise, whose hour may be earlier.
    governing = min(candidates, key=lambda due: due.by_date)
    _explain_decision(sheet, governing, cut=governing is not candidates[0])
    return governing


def _explain_decision(sheet: Sheet, governing: Due, *, cut: bool) -> None:
    if cut and governing.limit == "decision.statutory":
        sheet.notes.append(Line("clock.promise_cut", {"day": governing.by_date.isoformat()}))
    if sheet.case.fast_track:
        sheet.notes.append(Line("clock.fast_track"))
    if sheet.case.extension is not None:
        sheet.notes.append(Line("clock.extended", {"days": sheet.case.extension.days}))
    if governing.provisional:
        day = sheet.department.official_until.isoformat()
        sheet.notes.append(Line("clock.provisional", {"day": day}))
    sheet.notes.append(Ended("clock.due", governing.at, governing.by_date))


# -- after the decision ---------------------------------------------------------------------------


def _certificate(sheet: Sheet, decided: datetime) -> Due:
    made = sheet.case.with_certificate
    name, limit = ("certificate", CERTIFICATE) if made else ("service", SERVICE)
    found = sheet.count(limit, decided, sheet.hall)
    due = sheet.add(name, limit, found, sheet.hall)
    sheet.notes += [
        Started("clock.decided", decided),
        HowCounted(limit, found, sheet.hall),
        Ended("clock.due", due.at, due.by_date),
    ]
    return due


def _upper(sheet: Sheet, sent: datetime) -> Due | None:
    sheet.notes.append(Started("clock.forwarded", sent))
    limit = sheet.item.upper_limit
    if limit is None:
        return None
    found = sheet.count(limit, sent, sheet.department)
    due = sheet.add("upper", limit, found, sheet.department)
    sheet.notes.append(Ended("clock.due", due.at, due.by_date))
    return due
