"""Urges, orders, escalations and findings as the message centre shows them (TM06, TM08, TM10).

Whether an answer is owed is read from the case's debts, never from the message: one that a
colleague has answered, or the applicant's own step has settled, asks for nothing any more.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from client.app.rows.messages import MessageRow, OwedExplanation
from client.app.rows.words import Words
from sync.domain.authority import Role
from sync.domain.events import Kind
from sync.domain.fields import moment_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from client.app.ports.store import StoredMessage
    from client.app.session.workplace import Workplace
    from sync.domain.case import Case, Debt

WINDOW = "window"
"""Whom the centre addresses when it means whoever is at the desk."""
_ANSWERS = {"explain": "explain", "reply": "reply_order", "cure": "cure"}
_REPLIES = frozenset({Role.CHIEF_REPRESENTATIVE, Role.DEPARTMENT_LEADER})
_CURES = frozenset({Role.CHIEF_REPRESENTATIVE})


def rows_of_messages(place: Workplace, stored: Sequence[StoredMessage]) -> tuple[MessageRow, ...]:
    """Turn stored messages into rows, each with what is still owed. Store lane."""
    case_of = lru_cache(maxsize=None)(place.store.case)
    return tuple(_row(place, message, case_of(message.case)) for message in stored)


def owed_explanations(place: Workplace, number: str) -> tuple[OwedExplanation, ...]:
    """Return what this window or this person is asked to explain of a case. Store lane."""
    case = place.store.case(number)
    return tuple(
        OwedExplanation(debt.ref, debt.at, debt.reply_by)
        for debt in (() if case is None else case.debts)
        if debt.kind == "explain" and _addressed(place, debt)
    )


def _row(place: Workplace, message: StoredMessage, case: Case | None) -> MessageRow:
    body = message.body
    level = str(body.get("level", "yellow"))
    debt = _debt(message, case)
    reply_by = debt.reply_by if debt else _moment(body.get("reply_by"))
    return MessageRow(
        event=message.event,
        case=message.case,
        kind=message.kind,
        level=level if level in {"yellow", "red"} else "red",
        at=moment_of(message.at_ms),
        reply_by=reply_by,
        text=_text(message, level),
        read=message.read,
        ways=_ways(place, debt),
        state=_state(message, debt, place.now()),
        note=str(body.get("text") or ""),
    )


def _debt(message: StoredMessage, case: Case | None) -> Debt | None:
    """Return the open debt that a message speaks of."""
    names = {Kind.ESCALATE: "ref", Kind.FINDING: "step"}
    name = names.get(Kind(message.kind))
    ref = message.event if name is None else message.body.get(name)
    debts = () if case is None else case.debts
    return next((debt for debt in debts if debt.ref == ref), None)


def _ways(place: Workplace, debt: Debt | None) -> tuple[str, ...]:
    answer = None if debt is None else _ANSWERS.get(debt.kind)
    roles = set(place.session.roles)
    if answer is None or debt is None:
        return ("case",)
    if answer == "reply_order" and not roles & _REPLIES:
        return ("case",)
    if answer == "cure" and not roles & _CURES:
        return ("case",)
    return (answer, "case")


def _addressed(place: Workplace, debt: Debt) -> bool:
    return not debt.to or WINDOW in debt.to or place.session.person in debt.to


def _state(message: StoredMessage, debt: Debt | None, now: datetime) -> str:
    if debt is not None:
        return "late" if debt.reply_by is not None and now > debt.reply_by else "owed"
    asks = message.kind in {Kind.ORDER, Kind.ESCALATE} or (
        message.kind == Kind.URGE and message.body.get("level") == "red"
    )
    cures = message.kind == Kind.FINDING and message.body.get("code") == "cure_needed"
    return "answered" if asks or cures else "told"


def _text(message: StoredMessage, level: str) -> Words:
    said = {"case": message.case}
    if message.kind == Kind.FINDING:
        code = str(message.body.get("code", ""))
        key = "message.finding.cure" if code == "cure_needed" else "message.finding.said"
        return Words(key, said | {"code": code})
    if message.kind == Kind.ESCALATE:
        return Words("message.escalate.said", said | {"level": Words(f"message.level.{level}")})
    breach = message.body.get("breach")
    if message.kind == Kind.URGE and isinstance(breach, str):
        return Words("message.urge.breach", said | {"code": breach})
    return Words(f"message.{message.kind}.{level}", said)


def _moment(value: object) -> datetime | None:
    return moment_of(value) if isinstance(value, int) else None
