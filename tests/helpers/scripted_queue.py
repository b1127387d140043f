"""The hall of scripted screens: the real rules over a queue in memory, and one day's times."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from client.app.rows.cases import PaperRow
from client.app.rows.queue import (
    BookingRow,
    BookingsView,
    ClassCount,
    QueueView,
    ServiceRow,
    SlotRow,
    TicketRow,
)
from client.app.rows.words import Words
from sync.domain import queueing
from sync.domain.calendar import CHINA
from sync.domain.fields import moment_of, ms_of
from sync.domain.queue_rule import QueueRule, explain
from sync.domain.tickets import Hand, Queue, Ticket
from tests.helpers.scripted_cases import NOW

if TYPE_CHECKING:
    from sync.domain.failures import Failure
    from tests.helpers.scripted_desk import ScriptedDesk

MINUTE = 60_000
RULE = QueueRule()
OWN = Hand("d-03", "3号窗口", "p0101")
OTHER = Hand("d-01", "1号窗口", "p0102")
WINDOWS = (("d-01", "1号窗口"), ("d-02", "2号综合窗口"))
OFFICES = (("scjg", "云岭县市场监督管理局"), ("wjj", "云岭县卫生健康局"))
CLERKS = {"p0101": "苏晓棠", "p0102": "李四"}


class ScriptedQueue:
    """A morning's queue; remembers what was asked."""

    def __init__(self, desk: ScriptedDesk) -> None:
        self.desk = desk
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.online = True
        self.refuses: Failure | None = None
        self.now = ms_of(NOW)
        self.queue = Queue("339901", "2026-11-22")
        kinds = ("general", "general", "fast", "general", "appointed", "general")
        for count, kind in enumerate(kinds):
            at = self.now - (30 - count * 4) * MINUTE
            department = "scjg" if count % 2 else ""
            self.queue, _ = queueing.draw(self.queue, RULE, kind, at, department=department)
        self.queue, ticket = queueing.call_next(self.queue, RULE, OTHER, self.now)
        self.queue, _ = queueing.pass_over(self.queue, RULE, OTHER, ticket.number, self.now)

    async def view(self) -> QueueView:
        self.desk.door.place()
        return self._view()

    async def act(self, what: str, number: str = "", **more: str) -> tuple[QueueView, str]:
        self.asked.append((what, number, more))
        if self.refuses is not None:
            failure, self.refuses = self.refuses, None
            raise failure
        queue, now, case = self.queue, self.now, more.get("case", "")
        wanted, department = more.get("wanted", ""), more.get("department", "")
        acts = {
            "draw": lambda: queueing.draw(queue, RULE, more["kind"], now, department=department),
            "next": lambda: queueing.call_next(queue, RULE, OWN, now),
            "again": lambda: queueing.call_again(queue, OWN, number),
            "pass": lambda: queueing.pass_over(queue, RULE, OWN, number, now),
            "back": lambda: queueing.come_back(queue, RULE, number, now),
            "serve": lambda: queueing.serve(queue, OWN, number, now, case),
            "done": lambda: queueing.finish(queue, OWN, number, now),
            "leave": lambda: queueing.leave(queue, number, now),
            "hand": lambda: queueing.hand_over(
                queue, OWN, number, now, wanted=wanted, department=department
            ),
        }
        self.queue, ticket = acts[what]()
        return self._view(), ticket.number

    async def slip(self, number: str) -> PaperRow:
        return PaperRow("ticket", number, "ab" * 32, NOW)

    def _view(self) -> QueueView:
        live = [t for t in self.queue.tickets.values() if t.state not in {"done", "left"}]
        language = self.desk.catalogue.language
        rows = tuple(
            _row(t, language) for t in sorted(live, key=lambda t: (t.state == "away", t.since))
        )
        waiting = self.queue.waiting()
        return QueueView(
            online=self.online,
            mine=next((row for row in rows if row.mine), None),
            classes=tuple(
                ClassCount(
                    each.code,
                    each.name.of(self.desk.catalogue.language),
                    each.letter,
                    sum(t.kind == each.code for t in waiting),
                )
                for each in RULE.classes
            ),
            tickets=rows,
            counters=WINDOWS,
            departments=OFFICES,
            rule=tuple(Words(f"queue.rule.{name}", dict(args)) for name, args in explain(RULE)),
            waiting=len(waiting),
        )


def _row(ticket: Ticket, language: str) -> TicketRow:
    kind = RULE.of(ticket.kind)
    assert kind is not None
    names = dict((*WINDOWS, *OFFICES))
    first = (ticket.first_counter, CLERKS.get(ticket.first_person, ""))
    return TicketRow(
        number=ticket.number,
        kind=kind.name.of(language),
        state=ticket.state.value,
        since=moment_of(ticket.since).astimezone(CHINA),
        whom=names.get(ticket.wanted) or names.get(ticket.department, ""),
        counter=ticket.counter,
        why=ticket.why,
        calls=ticket.calls,
        first=" ".join(part for part in first if part),
        case=ticket.case,
        mine=ticket.dev == OWN.dev and ticket.state in {"called", "serving"},
    )


class ScriptedAppointments:
    """Two days of times; a place is given once."""

    def __init__(self, desk: ScriptedDesk) -> None:
        self.desk = desk
        self.refuses: Failure | None = None
        self.looked: list[tuple[date | None, str]] = []
        day = NOW.date()
        self.days = (day, day + timedelta(days=1))
        at = [
            datetime(day.year, day.month, day.day, 14, minute, tzinfo=CHINA) for minute in (0, 30)
        ]
        self.rows = [
            BookingRow(
                "261122-001", at[0], "王芳", "13900000001", "booked", code="7K2M9Q0V", live=True
            ),
            BookingRow("261122-002", at[1], "云岭某某餐饮店", "13900000002", "arrived", "", "Y001"),
        ]

    async def view(
        self, day: date | None = None, department: str = "", dev: str = ""
    ) -> BookingsView:
        self.desk.door.place()
        self.looked.append((day, department))
        shown = day or self.days[0]
        begin = datetime(shown.year, shown.month, shown.day, 14, tzinfo=CHINA)
        times = [begin + timedelta(minutes=30 * n) for n in range(6)]
        here = tuple(row for row in self.rows if row.start.date() == shown)
        taken = [sum(row.start == at and row.state != "cancelled" for row in here) for at in times]
        late = begin.replace(hour=17)
        slots = (
            *(SlotRow(a, 2, n, n < 2) for a, n in zip(times, taken, strict=True)),
            SlotRow(late, 2, 0, open=True, extended=True),
        )
        return BookingsView(
            self.days,
            shown,
            department or "scjg",
            slots,
            here,
            OFFICES,
            dev,
            WINDOWS,
            (ServiceRow((1, 2, 3, 4, 5), 1020, 1200), ServiceRow((6,), 540, 720)),
        )

    async def book(self, start, department, name, phone, *, dev="", fast=False) -> BookingRow:
        if self.refuses is not None:
            raise self.refuses
        number = f"261122-{len(self.rows) + 1:03d}"
        row = BookingRow(
            number,
            start,
            name,
            phone,
            "booked",
            dict(WINDOWS).get(dev, ""),
            code="AB12CD34",
            live=True,
            dev=dev,
            fast=fast,
        )
        self.rows.append(row)
        return row

    async def move(self, number: str, start: datetime, dev: str = "") -> BookingRow:
        return self._set(number, start=start, dev=dev)

    async def cancel(self, number: str) -> BookingRow:
        return self._set(number, state="cancelled", live=False)

    async def arrive(self, number: str) -> BookingRow:
        return self._set(number, state="arrived", live=False, ticket="Y002")

    def _set(self, number: str, **members: object) -> BookingRow:
        place = next(n for n, row in enumerate(self.rows) if row.number == number)
        self.rows[place] = replace(self.rows[place], **members)
        return self.rows[place]
