"""Looks through what each scope logged, once a day, and notes what looks wrong (PE12, PE19, ST19).

Reads beside the writer, page by page; the findings of a scope are one short unit. What was noted
once is claimed by its key and not noted again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from sync.domain import anomalies
from sync.domain.anomalies import Anomaly, Trace
from sync.domain.calendar import CHINA, china_day
from sync.domain.catalogue import CaseKind
from sync.domain.events import CENTRE_DEVICE
from sync.proof.jws import read_logged_jws
from sync.proof.outcomes import counted_of
from sync.protocol.codec import read_json
from sync.protocol.records import EVENT
from sync.server.clock import milliseconds, moment
from sync.server.services.rows.findings import FindingRow
from sync.server.services.rows.supervision import InspectionRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sync.server.clock import Clock
    from sync.server.services.ports.ledger import Ledger, Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.log import LogRow

BACK = timedelta(days=31)
_PAGE = 500


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a scope logged in a month, and the number of its last line."""

    traces: tuple[Trace, ...]
    n: int


class Inspecting:
    """Runs the detectors."""

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock

    async def inspect(self, ledger: Ledger) -> int:
        """Look through every scope whose day has ended since the last time; return how many."""
        now = self._clock.now()
        today = china_day(now)
        done = await ledger.read(lambda tx: tx.supervision.inspections())
        yesterday = (today - timedelta(days=1)).isoformat()
        book, looked = self._policy.book, 0
        halls = {f"hall/{code}" for code in book.halls}
        offices = {f"{each.hall}/{each.code}" for each in book.departments.values()}
        for scope in sorted(halls | offices):
            before = done.get(scope)
            if before is not None and before.day >= yesterday:
                continue
            if scope in halls:
                n = 0
                work = partial(self._of_hall, hall=scope.partition("/")[2], now=now)
                found = await ledger.read(work)
            else:
                seen = await ledger.read(partial(self._seen, scope=scope, now=now))
                n = seen.n
                found = await ledger.crunch(partial(self._of_office, scope, seen.traces))
            row = InspectionRow(scope, yesterday, n)
            await ledger.write(partial(self._note, scope=scope, found=found, row=row))
            looked += 1
        return looked

    # ------------------------------------------------------------ an office's steps

    def _seen(self, tx: Transaction, scope: str, now: datetime) -> _Seen:
        begin = datetime.combine(china_day(now), time(), CHINA)
        since, end = milliseconds(begin - BACK), milliseconds(begin)
        head = tx.log.peek(scope)
        size = 0 if head is None else head.size
        n, traces, items = _first_since(tx, scope, size, since), [], dict[str, str]()
        while rows := tx.log.after(scope, n, _PAGE):
            n = rows[-1].n
            tx.cases.know({row.case_no for row in rows if row.case_no})
            traces += [
                _trace(row, _item_of(tx, row, items))
                for row in rows
                if row.case_no and row.verdict == "accepted" and row.recv < end
            ]
        return _Seen(tuple(traces), n)

    def _of_office(self, scope: str, traces: tuple[Trace, ...]) -> tuple[Anomaly, ...]:
        rules = self._policy.rules()
        hall, _, department = scope.partition("/")
        calendar = rules.calendars.of_department(department, hall)
        items = rules.catalogue.items.values()
        immediate = frozenset(each.code for each in items if each.kind is CaseKind.IMMEDIATE)
        return (
            *anomalies.bursts(traces),
            *anomalies.decided_in_seconds(traces, immediate),
            *anomalies.out_of_hours(traces, calendar, self._policy.book.queue_rule(hall).service),
            *anomalies.repeated_reasons(traces),
            *anomalies.recorded_after_approval(traces, immediate),
            *anomalies.only_recorded(traces),
            *anomalies.prechecks_as_rule(traces),
        )

    # ------------------------------------------------------------ a hall

    def _of_hall(self, tx: Transaction, hall: str, now: datetime) -> tuple[Anomaly, ...]:
        book, rules = self._policy.book, self._policy.rules()
        calendar, today = rules.calendars.of_hall(hall), china_day(now)
        own = {
            each.dev: each.claimed_at
            for each in book.devices.values()
            if each.hall == hall and each.claimed_at is not None and each.closed_at is None
        }
        steps = tx.supervision.last_steps(list(own))
        last = {
            dev: china_day(moment(steps[dev]) if dev in steps else claimed)
            for dev, claimed in own.items()
        }
        scopes = [f"{each.hall}/{each.code}" for each in book.departments.values()]
        moved = tx.supervision.last_cases([each for each in scopes if each.startswith(hall)])
        used = {item: moment(at) for item, at in moved.items()}
        since = now if book.genesis is None else book.genesis.at
        return (
            *anomalies.idle_windows(last, today, calendar),
            *anomalies.unused_items(rules.catalogue, hall, used, since, now),
        )

    # ------------------------------------------------------------ writing

    def _note(
        self, tx: Transaction, scope: str, found: Iterable[Anomaly], row: InspectionRow
    ) -> None:
        now = self._clock.now_ms()
        for each in found:
            if tx.cases.claim_warning((each.case or scope, f"anomaly {each.key}", "", ""), now):
                tx.cases.add_finding(_finding(scope, each, now))
        tx.supervision.keep_inspection(row)


def _finding(scope: str, found: Anomaly, now: int) -> FindingRow:
    return FindingRow(
        scope,
        found.case or None,
        found.event or None,
        found.device or None,
        found.person or None,
        found.code,
        msgspec.json.encode(dict(found.args)).decode(),
        now,
    )


def _first_since(tx: Transaction, scope: str, size: int, since: int) -> int:
    """Return the number before the first line that came at a moment or later, by halving."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        line = tx.log.at(scope, middle + 1)
        if line is None or line.recv >= since:
            high = middle
        else:
            low = middle + 1
    return low


def _item_of(tx: Transaction, row: LogRow, known: dict[str, str]) -> str:
    number = row.case_no or ""
    if number not in known:
        case = tx.cases.get(number)
        known[number] = "" if case is None else case.item
    return known[number]


def _trace(row: LogRow, item: str) -> Trace:
    core, body = read_logged_jws(row.jws, EVENT).payload, read_json(row.body.encode())
    return Trace(
        event=row.event,
        kind=row.kind,
        case=row.case_no or "",
        item=item,
        person=row.person,
        device=row.dev,
        at=moment(counted_of(row.outcome)),
        late=isinstance(core.get("late"), dict),
        text=_words(body),
        by_centre=row.dev.startswith(CENTRE_DEVICE),
    )


def _words(body: dict[str, Any]) -> str:
    return " ".join(part for part in _texts(body) if part)


def _texts(body: dict[str, Any]) -> Iterator[str]:
    """Yield what a step gives as its reason: its text, and the words of each missing material."""
    yield str(body.get("text") or "")
    for each in body.get("missing") or ():
        if isinstance(each, dict):
            yield str(each.get("text") or "")
