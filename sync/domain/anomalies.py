"""What looks wrong in counted steps, for a supervisor to judge: no verdict (PE12, PE19, ST19).

Pure functions, one for each kind, over rows that the centre has counted. Thresholds stand here
once, with what they mean. What happened outside the system leaves no row: a private pre-check is
seen only where its traces are (IN14), a certificate made elsewhere only by its missing number.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from sync.domain.calendar import china_day
from sync.domain.events import Kind
from sync.domain.service_hours import serves_at
from sync.domain.statistics import DECIDING, HANDLING, RECEIVING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime

    from sync.domain.calendar import Calendar
    from sync.domain.catalogue import Catalogue
    from sync.domain.service_hours import ServiceHours

    Said = dict[str, str | int]

BURST_STEPS = 12
BURST_WITHIN = timedelta(seconds=10)
SOON = timedelta(seconds=60)  # from acceptance to decision, on an item that is not immediate
AT_A_SITTING = timedelta(minutes=5)  # from receipt to decision, likewise
REPEATED = 5
SHARE = 0.8
TEXT_LEAST = 4  # shorter words ("同意") say the same each time
IDLE_WD = 3
UNUSED = timedelta(days=90)

ACCEPTING = frozenset({Kind.ACCEPT, Kind.ACCEPT_PENDING, Kind.DEEM_ACCEPTED})
REASONED = frozenset(
    {
        Kind.NOTIFY_CORRECTION,
        Kind.REFUSE,
        Kind.DENY,
        Kind.SUSPEND,
        Kind.EXTEND,
        Kind.SEND_BACK,
        Kind.EXPLAIN,
        Kind.TERMINATE,
    }
)
_CONSIDERED = DECIDING - {Kind.DECIDE_AT_ONCE, Kind.DEEM_RENEWED}


@dataclass(frozen=True, slots=True)
class Trace:
    """One accepted step of a case, as it counts. `text` is its reason, "" if it gives none."""

    event: str
    kind: str
    case: str
    item: str
    person: str
    device: str
    at: datetime
    late: bool = False
    text: str = ""
    by_centre: bool = False


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One thing found; `key` says that it is the same one when it is found again."""

    code: str
    key: str
    event: str = ""
    case: str = ""
    person: str = ""
    device: str = ""
    args: Mapping[str, str | int] = field(default_factory=dict)


def bursts(traces: Iterable[Trace]) -> Iterator[Anomaly]:
    """Find BURST_STEPS steps of one person within BURST_WITHIN: nobody reads so fast."""
    by_person: dict[str, list[Trace]] = defaultdict(list)
    for step in traces:
        if step.kind in HANDLING and not step.by_centre:
            by_person[step.person].append(step)
    for person, steps in sorted(by_person.items()):
        steps.sort(key=lambda each: each.at)
        start = 0
        while start < len(steps):
            end = start
            while end < len(steps) and steps[end].at - steps[start].at <= BURST_WITHIN:
                end += 1
            if end - start >= BURST_STEPS:
                first = steps[start]
                yield Anomaly(
                    "burst",
                    f"burst {first.event}",
                    first.event,
                    first.case,
                    person,
                    first.device,
                    {"count": end - start, "seconds": int(BURST_WITHIN.total_seconds())},
                )
                start = end
            else:
                start += 1


def decided_in_seconds(traces: Iterable[Trace], immediate: frozenset[str]) -> Iterator[Anomaly]:
    """Find decisions within SOON of acceptance, on items that are not immediate."""
    accepted: dict[str, datetime] = {}
    for step in sorted(traces, key=lambda each: each.at):
        if step.kind in ACCEPTING:
            accepted.setdefault(step.case, step.at)
        since = accepted.get(step.case)
        if since is None or step.kind not in _CONSIDERED or step.item in immediate:
            continue
        if step.at - since < SOON and not step.late:
            yield _on(step, "decided_in_seconds", seconds=int((step.at - since).total_seconds()))


def out_of_hours(
    traces: Iterable[Trace], calendar: Calendar, service: tuple[ServiceHours, ...] = ()
) -> Iterator[Anomaly]:
    """Find decisions outside office hours: one finding for a person and day.

    The hall's hours of service beyond them (延时服务, TM25) are hours like any other.
    """
    found: dict[tuple[str, date], list[Trace]] = defaultdict(list)
    for step in traces:
        away = not calendar.in_hours(step.at) and not serves_at(service, calendar, step.at)
        if away and step.kind in _CONSIDERED and not step.by_centre and not step.late:
            found[step.person, china_day(step.at)].append(step)
    for (person, day), steps in sorted(found.items()):
        first = min(steps, key=lambda each: each.at)
        key = f"out_of_hours {person} {day.isoformat()}"
        said: Said = {"count": len(steps), "day": day.isoformat()}
        yield Anomaly("out_of_hours", key, first.event, first.case, person, first.device, said)


def repeated_reasons(traces: Iterable[Trace]) -> Iterator[Anomaly]:
    """Find one text that a person gives REPEATED times and in SHARE of his reasons of a kind."""
    texts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    last: dict[tuple[str, str, str], Trace] = {}
    for step in traces:
        words = " ".join(step.text.split())
        if step.kind in REASONED and len(words) >= TEXT_LEAST:
            texts[step.person, step.kind][words] += 1
            last[step.person, step.kind, words] = step
    for (person, kind), counted in sorted(texts.items()):
        for words, count in counted.items():
            if count >= REPEATED and count >= SHARE * counted.total():
                step = last[person, kind, words]
                month = china_day(step.at).isoformat()[:7]
                key = f"repeated_reason {person} {kind} {month}"
                said: Said = {"count": count, "all": counted.total(), "kind": kind}
                yield Anomaly(
                    "repeated_reason", key, step.event, step.case, person, step.device, said
                )


def recorded_after_approval(
    traces: Iterable[Trace], immediate: frozenset[str]
) -> Iterator[Anomaly]:
    """Find cases entered from receipt to decision at a sitting, or wholly late (先批后录)."""
    for steps in _by_case(traces).values():
        decision = next((each for each in steps if each.kind in _CONSIDERED), None)
        receipt = next((each for each in steps if each.kind in RECEIVING), None)
        if decision is None or receipt is None or decision.item in immediate:
            continue
        inner = [each for each in steps if receipt.at <= each.at <= decision.at]
        own = [each for each in inner if not each.by_centre]
        all_late = len(own) > 1 and all(each.late for each in own)
        if all_late or decision.at - receipt.at < AT_A_SITTING:
            yield _on(decision, "recorded_after_approval", steps=len(inner))


def only_recorded(traces: Iterable[Trace]) -> Iterator[Anomaly]:
    """Find persons whose accepted cases end by withdrawal, never worked on (只录不批)."""
    worked = frozenset({Kind.CLAIM, Kind.HANDLE, Kind.REVIEW, *DECIDING})
    ended: dict[str, list[Trace]] = defaultdict(list)
    for steps in _by_case(traces).values():
        kinds = {each.kind for each in steps}
        accept = next((each for each in steps if each.kind in ACCEPTING), None)
        if accept is not None and Kind.WITHDRAW in kinds and not kinds & worked:
            ended[accept.person].append(accept)
    for person, accepts in sorted(ended.items()):
        if len(accepts) >= REPEATED:
            first = accepts[0]
            month = china_day(first.at).isoformat()[:7]
            key = f"only_recorded {person} {month}"
            said = {"count": len(accepts)}
            yield Anomaly("only_recorded", key, first.event, first.case, person, "", said)


def prechecks_as_rule(traces: Iterable[Trace]) -> Iterator[Anomaly]:
    """Find items whose cases come by a pre-check in SHARE and more: it is voluntary (IN14)."""
    checked: Counter[str] = Counter()
    received: Counter[str] = Counter()
    for steps in _by_case(traces).values():
        kinds = {each.kind for each in steps}
        if kinds & RECEIVING:
            item = steps[0].item
            received[item] += 1
            checked[item] += Kind.ASK_PRECHECK in kinds
    for item, count in sorted(received.items()):
        if count >= REPEATED and checked[item] >= SHARE * count:
            said: Said = {"item": item, "count": checked[item], "all": count}
            yield Anomaly("precheck_as_rule", f"precheck_as_rule {item}", args=said)


def idle_windows(last: Mapping[str, date], today: date, calendar: Calendar) -> Iterator[Anomaly]:
    """Find windows without a step for IDLE_WD whole working days (不作为, PE19).

    Args:
        last: the day of each window's newest step, or of its enrolment, by device.
        today: a day that has not ended.
        calendar: the hall's.
    """
    for device, day in sorted(last.items()):
        idle = calendar.between(day, today) - (1 if calendar.is_working(today) else 0)
        if idle >= IDLE_WD:
            key = f"idle_window {device} {day.isoformat()}"
            yield Anomaly("idle_window", key, device=device, args={"days": idle})


def unused_items(
    catalogue: Catalogue, hall: str, used: Mapping[str, datetime], since: datetime, now: datetime
) -> Iterator[Anomaly]:
    """Find items of a hall without a case for UNUSED (PE19); none before so long has passed.

    Args:
        catalogue: in force.
        hall: code.
        used: when a case of each item moved last.
        since: when the centre began.
        now: the moment.
    """
    if now - since < UNUSED:
        return
    for code, item in sorted(catalogue.items.items()):
        latest = used.get(item.code)
        if item.hall == hall and (latest is None or now - latest >= UNUSED):
            quarter = f"{now.year}-{(now.month - 1) // 3}"
            yield Anomaly("unused_item", f"unused_item {code} {quarter}", args={"item": item.code})


def _on(step: Trace, code: str, **args: str | int) -> Anomaly:
    return Anomaly(
        code, f"{code} {step.case}", step.event, step.case, step.person, step.device, args
    )


def _by_case(traces: Iterable[Trace]) -> dict[str, list[Trace]]:
    cases: dict[str, list[Trace]] = defaultdict(list)
    for step in sorted(traces, key=lambda each: each.at):
        cases[step.case].append(step)
    return cases
