"""Limits beside a case's main one: step, helper, hearing, pending, reply, service, visit.

Source: rules.md §3 "Ends"; LW22, LW25, LW29; A13 for what is owed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain import law
from sync.domain.calendar import china_day
from sync.domain.case import INNER, State
from sync.domain.catalogue import CaseKind, Limit, Trigger, Unit
from sync.domain.events import Kind
from sync.domain.sheet import Sheet, stops_of
from sync.domain.spans import Counted, halved

if TYPE_CHECKING:
    from datetime import datetime

SERVICE = Limit(Unit.WORKING, law.SERVICE_WD, Trigger.DECISION)
_PRECHECK = Limit(Unit.WORKING, law.PRECHECK_WD, Trigger.RECEIPT)
_INSPECTORS = Limit(Unit.WORKING, law.INSPECTORS_WD)
_HOLD = Limit(Unit.WORKING, law.HEARING_HOLD_WD)
_SAME_DAY = Limit(Unit.AT_ONCE, 0)
_TOLD = Limit(Unit.WORKING, 1)

_STEP_OF_STATE = {
    State.ACCEPTED: "claim",
    State.HANDLING: "handle",
    State.REVIEWING: "review",
    State.DECIDING: "decide",
    State.GRANTED: "make",
    State.MAKING: "seal",
    State.CERTIFIED: "issue",
}


def add_side_limits(sheet: Sheet) -> None:
    """Add to the sheet every limit that runs beside the main one."""
    case = sheet.case
    _step(sheet)
    if case.state is State.PRECHECKING:
        _counted(sheet, "precheck", _PRECHECK, case.registered_at)
    if case.state is State.REGISTERED:
        # Neither received nor left by close of day: turned_away.
        _counted(sheet, "visit", _SAME_DAY, case.registered_at)
    if case.state in INNER:
        _inner(sheet)
    for material in case.materials:
        if material.owed_by is not None and not material.given:
            _told(sheet, "pending", sheet.hall.closes(material.owed_by), material.code)
    for debt in case.debts:
        if debt.kind == "serve":
            _counted(sheet, "service", SERVICE, debt.at, debt.ref)
        elif debt.reply_by is not None:
            _told(sheet, "reply", debt.reply_by, debt.ref)


def _step(sheet: Sheet) -> None:
    """Add the present step's limit; it runs from the step before and shares the stops."""
    case = sheet.case
    name = _STEP_OF_STATE.get(case.state)
    if name is None or (sheet.item.kind is CaseKind.IMMEDIATE and not case.not_at_once):
        return
    flow_step = sheet.item.flow_step(name, case.review_level if name == "review" else 0)
    if flow_step is None or flow_step.limit is None:
        return
    limit = halved(flow_step.limit) if case.fast_track else flow_step.limit
    stops = stops_of(case, sheet.department) if case.state in INNER else ()
    found = sheet.count(limit, case.state_since, sheet.department, stops)
    sheet.add("step", limit, found, sheet.department, name)


def _inner(sheet: Sheet) -> None:
    case = sheet.case
    for opinion in case.opinions:
        if opinion.given_at is None:
            limit = Limit(Unit.WORKING, opinion.by_wd)
            # While the case is suspended no opinion may be given: its time does not run either.
            stops = [s for s in stops_of(case, sheet.department) if s.end > opinion.asked_at]
            found = sheet.count(limit, opinion.asked_at, sheet.department, stops)
            sheet.add("helper", limit, found, sheet.department, opinion.ref)
    hearing = case.hearing
    if hearing is not None and hearing.asked_at is not None:
        if hearing.held_at is None:
            found = sheet.count(_HOLD, hearing.asked_at, sheet.department)
            sheet.add("hearing.hold", _HOLD, found, sheet.department)
    elif hearing is not None and hearing.told_at is not None:
        limit = Limit(Unit(sheet.switches.applicant_unit.value), law.HEARING_ASK)
        found = sheet.count(limit, hearing.told_at, sheet.department)
        sheet.add("hearing.ask", limit, found, sheet.department)
    named = sheet.item.flow_step("inspect") is not None
    if named and case.accepted_at is not None and case.step_of(Kind.SURVEY) is None:
        found = sheet.count(_INSPECTORS, case.accepted_at, sheet.department)
        sheet.add("inspectors", _INSPECTORS, found, sheet.department)


def _counted(sheet: Sheet, name: str, limit: Limit, start: datetime, ref: str = "") -> None:
    sheet.add(name, limit, sheet.count(limit, start, sheet.hall), sheet.hall, ref)


def _told(sheet: Sheet, name: str, at: datetime, ref: str) -> None:
    """Add a due whose instant is told, not counted; its warning comes a working day before."""
    day = china_day(at)
    found = Counted(
        at=at,
        by_date=day,
        first_day=day,
        total_ms=2 * sheet.hall.day_ms,
        left_out=0,
        in_days=True,
        stops=(),
    )
    sheet.add(name, _TOLD, found, sheet.hall, ref)
