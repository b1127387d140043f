"""Pages that stop, go on with and lengthen the clock: 挂起, 延长, 恢复, 延期 (LW19–LW23)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from client.app.forms.parts import (
    MORE,
    SERVED,
    TEXT,
    TOLD,
    day_of,
    handed,
    reason,
    reason_words,
    reasoned,
    scanned,
    served,
    today,
)
from client.app.forms.reading import days_in
from client.app.forms.table import Ask, Field, Form, PaperForm
from sync.domain.calendar import china_day
from sync.domain.case import Extension
from sync.domain.events import Kind
from sync.domain.time_limit import clock

if TYPE_CHECKING:
    from datetime import date, datetime

    from client.app.forms.table import Facts, Filled
    from client.documents.wording import Wording

EXTENSION_REASONS = ("complex", "third_party", "consultation", "force_majeure", "other")


def until_of(filled: Filled, facts: Facts) -> date:
    """Return the last day of a suspension: so many working days after today (LW23)."""
    return facts.calendar.after(today(facts), days_in(filled.of("planned_days")) or 0)


def _suspend(filled: Filled, facts: Facts) -> dict[str, Any]:
    return {
        **reasoned(filled),
        "planned_days": days_in(filled.of("planned_days")),
        "until": until_of(filled, facts).isoformat(),
        **served(filled, facts),
    }


def _suspension(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    now = facts.now if filled.of("served") != "later" else None
    return {
        "procedure": words.coded("excluded", filled.of("reason")),
        "reason": filled.of("text"),
        "days": words.days(days_in(filled.of("planned_days"))),
        "starts": words.day(today(facts)),
        "until": words.day(until_of(filled, facts)),
        "served_at": words.moment(now),
    }


def _prolong(filled: Filled, facts: Facts) -> dict[str, Any]:
    return {
        **reasoned(filled),
        "until": day_of(filled, "until", facts).isoformat(),
        **handed(facts),
    }


def _prolonged(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    stop = facts.case.suspension
    until = day_of(filled, "until", facts)
    return {
        "procedure": words.coded("excluded", stop.kind) if stop else "",
        "reason": reason_words(filled, words, "form.prolong"),
        "starts": words.day(stop.at) if stop else "",
        "former_until": words.day(stop.until) if stop else "",
        "until": words.day(until),
        "served_at": words.moment(facts.now),
    }


def _resume(filled: Filled, _facts: Facts) -> dict[str, Any]:
    return {"text": filled.of("text") or None, "result": scanned(filled, "result")}


def _resumption(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    stop = facts.case.suspension
    if stop is None:
        return {}
    ended = replace(stop, resumed_at=facts.now)
    going = replace(facts.case, suspensions=(*facts.case.suspensions[:-1], ended))
    return {
        "procedure": words.coded("excluded", stop.kind),
        "starts": words.day(stop.served_at or stop.at),
        "ended": words.day(today(facts)),
        "text": filled.of("text"),
        "due": words.due(_due(going, facts)),
    }


def _request(filled: Filled, _facts: Facts) -> dict[str, Any]:
    return {"days": days_in(filled.of("days")), **reasoned(filled)}


def _most(facts: Facts) -> dict[str, str]:
    rule = facts.item.extension
    return {"days": str(rule.most_wd)} if rule else {}


def _as_requested(facts: Facts) -> dict[str, str]:
    asked = facts.bodies.get(Kind.REQUEST_EXTENSION, {})
    known = {name: str(asked[name]) for name in ("days", "reason", "text") if asked.get(name)}
    return {**_most(facts), **known}


def _extend(filled: Filled, facts: Facts) -> dict[str, Any]:
    return {"days": days_in(filled.of("days")), **reasoned(filled), **handed(facts)}


def _extension(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    days = days_in(filled.of("days")) or 0
    longer = replace(facts.case, extension=Extension(days, facts.person, facts.now))
    return {
        "reason": reason_words(filled, words, "form.extension"),
        "approver": facts.name_of(facts.person),
        "days": words.days(days),
        "former_due": words.due(_due(facts.case, facts)),
        "due": words.due(_due(longer, facts)),
    }


def _due(case: Any, facts: Facts) -> datetime | None:
    governing = clock(case, facts.rules).governing
    return governing.at if governing else None


def _next_working_day(facts: Facts) -> dict[str, str]:
    stop = facts.case.suspension
    last = stop.until if stop else china_day(facts.now)
    return {"until": facts.calendar.after(last, 5).isoformat()}


TIMING = (
    Form(
        Kind.SUSPEND,
        (
            Field("reason", Ask.PICK, offer="suspensions"),
            Field("planned_days", Ask.DAYS),
            TEXT,
            SERVED,
        ),
        _suspend,
        paper=PaperForm("suspension", _suspension),
    ),
    Form(
        Kind.PROLONG_SUSPENSION,
        (
            reason("not_finished", "more_needed", "other", words="form.prolong"),
            Field("until", Ask.DAY),
            TEXT,
            TOLD,
        ),
        _prolong,
        paper=PaperForm("prolongation", _prolonged),
        begin=_next_working_day,
    ),
    Form(
        Kind.RESUME,
        (MORE, Field("result", Ask.SCAN, need=False)),
        _resume,
        paper=PaperForm("resumption", _resumption),
    ),
    Form(
        Kind.REQUEST_EXTENSION,
        (Field("days", Ask.DAYS), reason(*EXTENSION_REASONS, words="form.extension"), TEXT),
        _request,
        begin=_most,
    ),
    Form(
        Kind.EXTEND,
        (
            Field("days", Ask.DAYS),
            reason(*EXTENSION_REASONS, words="form.extension"),
            TEXT,
            TOLD,
        ),
        _extend,
        paper=PaperForm("extension", _extension),
        begin=_as_requested,
    ),
)
