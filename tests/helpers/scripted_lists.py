"""What the scripted desk lists: cases, messages, kept drafts; and its line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from client.app.rows.cases import CasePage, Tab, TabCounts
from client.app.rows.changes import CasesChanged, LineChanged
from client.app.rows.messages import CureOwed, ExceptionRow, MessageRow, OwedExplanation
from client.app.rows.session import LinePhase, LineView
from sync.domain.failures import Failure
from sync.domain.lights import Light
from sync.engine.ports import ChangeSet
from tests.helpers.scripted_cases import NOW, Scripted
from tests.helpers.scripted_part import ScriptedPart

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.rows.cases import CaseDetail
    from client.app.rows.steps import PreregisterForm
    from tests.helpers.scripted_desk import ScriptedDesk


class ScriptedCases(ScriptedPart):
    async def counts(self) -> TabCounts:
        def count(tab: Tab) -> int:
            return len(self._fitting(tab, ""))

        unread = sum(1 for row in self.desk.rows if not row.read)
        return TabCounts(
            count(Tab.MINE),
            count(Tab.SOON),
            count(Tab.OVERDUE),
            count(Tab.ALL),
            unread,
            len(self.desk.refusals),
        )

    async def page(
        self, tab: Tab, text: str = "", after: str | None = None, limit: int = 100
    ) -> CasePage:
        session = self.desk.door.place()
        found = [case.row(session) for case in self._fitting(tab, text)]
        start = int(after or 0)
        end = start + limit
        return CasePage(tuple(found[start:end]), str(end) if end < len(found) else None, len(found))

    async def open(self, number: str) -> CaseDetail:
        session = self.desk.door.place()
        if number not in self.desk.world:
            raise Failure("app.no_such_case", case=number)
        return self.desk.world[number].detail(session)

    async def phone(self, number: str) -> str:
        self.desk.asked.append(("phone", number))
        return "13800005678"

    def _fitting(self, tab: Tab, text: str) -> list[Scripted]:
        session = self.desk.door.session
        tests: dict[Tab, Callable[[Scripted], bool]] = {
            Tab.MINE: lambda case: case.waits_for(session),
            Tab.SOON: lambda case: case.light is Light.YELLOW,
            Tab.OVERDUE: lambda case: case.light is Light.RED,
            Tab.ALL: lambda case: case.state != "closed",
            Tab.CLOSED: lambda case: case.state == "closed",
        }
        order = [Light.RED, Light.YELLOW, Light.WHITE, Light.PAUSED, Light.NONE]
        found = [
            case
            for case in self.desk.world.values()
            if (text and text in case.number + case.applicant + case.item.row.name)
            or (not text and tests[tab](case))
        ]
        return sorted(found, key=lambda case: order.index(case.light))


class ScriptedLine(ScriptedPart):
    def __init__(self, desk: ScriptedDesk) -> None:
        super().__init__(desk)
        self.view = LineView(
            LinePhase.SYNCED,
            last_ok=NOW,
            lease_until=NOW + timedelta(days=2, hours=18),
            cases_left=480,
        )
        self.asked = 0

    def show(self, view: LineView) -> None:
        self.view = view
        self.desk.tell(LineChanged(view))

    def sync_now(self) -> None:
        self.asked += 1


class ScriptedDrafts(ScriptedPart):
    async def save(self, key: str, text: str) -> None:
        self.desk.door.place()
        self.desk.kept[key] = text

    async def load(self, key: str) -> str | None:
        return self.desk.kept.get(key)

    async def drop(self, key: str) -> None:
        self.desk.kept.pop(key, None)


class ScriptedMessages(ScriptedPart):
    loud = False
    explanations: tuple[OwedExplanation, ...] = ()

    async def owed(self, case: str) -> tuple[OwedExplanation, ...]:
        done = {(kind, number) for kind, number, *_ in self.desk.asked if kind == "explain"}
        return () if ("explain", case) in done else self.explanations

    async def sound(self) -> bool:
        return self.loud

    async def set_sound(self, *, on: bool) -> None:
        self.loud = on

    async def urges(self) -> tuple[MessageRow, ...]:
        return self.desk.rows

    async def exceptions(self) -> tuple[ExceptionRow, ...]:
        return self.desk.refusals

    async def mark_read(self, event: str) -> None:
        self.desk.rows = tuple(
            replace(row, read=True) if row.event == event else row for row in self.desk.rows
        )
        self.desk.tell(CasesChanged(ChangeSet(messages=True)))

    async def cure(self, case: str, event: str = "") -> CureOwed:
        return CureOwed(event or "e1", "accept", "no_authority", NOW, "acceptance", f"{case}-A2")

    async def again(self, event: str) -> PreregisterForm | None:
        return self.desk.typed.get(event)

    async def dismiss(self, event: str) -> None:
        self.desk.refusals = tuple(row for row in self.desk.refusals if row.event != event)
        self.desk.tell(CasesChanged(ChangeSet(exceptions=True)))
