"""Pages of the inner work: whose hands, survey, opinions, records (ST06, ST10, ST16, ST19)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from client.app.forms.parts import (
    MORE,
    TEXT,
    moment_of,
    questions_to,
    reason,
    reason_words,
    reasoned,
    scanned,
)
from client.app.forms.reading import days_in
from client.app.forms.table import Ask, Field, Form, PaperForm
from sync.domain.effects_after import AMENDABLE
from sync.domain.events import Kind
from sync.domain.fields import ms_of

if TYPE_CHECKING:
    from client.app.forms.table import Facts, Filled
    from client.documents.wording import Wording

LATE_STEPS = tuple(
    str(kind)
    for kind in (
        Kind.RECEIVE,
        Kind.ACCEPT,
        Kind.HANDLE,
        Kind.SURVEY,
        Kind.HEAR_PARTY,
        Kind.REVIEW,
        Kind.SERVE,
        Kind.ISSUE,
        Kind.SIGN_FOR,
    )
)
"""Steps of which it may be noted late that they happened (ST19)."""


def _to(filled: Filled, _facts: Facts) -> dict[str, Any]:
    return {"to": filled.of("to")}


def _reassign(filled: Filled, _facts: Facts) -> dict[str, Any]:
    return {"to": filled.of("to"), "reason": filled.of("text")}


def _take_over(filled: Filled, _facts: Facts) -> dict[str, Any]:
    return {"for": filled.of("absent"), "acting_for": filled.of("absent")}


def _recuse(filled: Filled, facts: Facts) -> dict[str, Any]:
    return {"person": filled.of("person") or facts.person, "reason": filled.of("text")}


def _myself(facts: Facts) -> dict[str, str]:
    return {"person": facts.person}


def _survey(filled: Filled, _facts: Facts) -> dict[str, Any]:
    return {
        "persons": list(filled.some("persons")),
        "record": scanned(filled, "record"),
        "text": filled.of("text") or None,
    }


def _survey_form(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    return {
        "surveyors": words.t("list_comma").join(facts.name_of(p) for p in filled.some("persons")),
        "text": filled.of("text"),
    }


def _ask_opinion(filled: Filled, _facts: Facts) -> dict[str, Any]:
    return {
        "department": filled.of("department"),
        "by_wd": days_in(filled.of("by_wd")),
        "text": filled.of("text"),
    }


def _opinion_request(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    days = days_in(filled.of("by_wd")) or 0
    return {
        "asked": facts.department_name(filled.of("department")),
        "text": filled.of("text"),
        "days": words.days(days),
        "by": words.day(facts.calendar.after(facts.now.date(), days)),
    }


def _give_opinion(filled: Filled, _facts: Facts) -> dict[str, Any]:
    return {
        "opinion": filled.of("opinion"),
        "text": filled.of("text"),
        "asked": filled.of("asked") or None,
    }


def _only_question(facts: Facts) -> dict[str, str]:
    asked = questions_to(facts)
    return {"asked": asked[0].ref} if len(asked) == 1 else {}


def _not_at_once(filled: Filled, _facts: Facts) -> dict[str, Any]:
    return reasoned(filled)


def _promise_instead(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    fallback = facts.item.fallback
    return {
        "reason": reason_words(filled, words, "form.not_at_once"),
        "days": words.days(fallback.amount) if fallback else "",
    }


def _note_late(filled: Filled, facts: Facts) -> dict[str, Any]:
    return {
        "what": filled.of("what"),
        "happened_at": ms_of(moment_of(filled, "happened_at", facts)),
        "reason": filled.of("text"),
    }


def _amend(filled: Filled, _facts: Facts) -> dict[str, Any]:
    return {"changes": {filled.of("what"): filled.of("value")}, "reason": filled.of("text")}


def _reply(filled: Filled, _facts: Facts) -> dict[str, Any]:
    return {"order": filled.of("order"), "text": filled.of("text")}


def _only_order(facts: Facts) -> dict[str, str]:
    open_ = [debt.ref for debt in facts.case.debts if debt.kind == "reply"]
    return {"order": open_[0]} if open_ else {}


HANDLING = (
    Form(Kind.ASSIGN, (Field("to", Ask.PICK, offer="handlers"),), _to),
    Form(Kind.REASSIGN, (Field("to", Ask.PICK, offer="handlers"), TEXT), _reassign),
    Form(Kind.TAKE_OVER, (Field("absent", Ask.PICK, offer="absent"),), _take_over),
    Form(
        Kind.RECUSE,
        (Field("person", Ask.PICK, offer="colleagues"), TEXT),
        _recuse,
        begin=_myself,
    ),
    Form(
        Kind.SURVEY,
        (
            Field("persons", Ask.MANY, offer="handlers", least=2),
            MORE,
            Field("record", Ask.SCAN),
        ),
        _survey,
        blank=PaperForm("survey", _survey_form),
    ),
    Form(
        Kind.ASK_OPINION,
        (
            Field("department", Ask.PICK, offer="departments"),
            Field("by_wd", Ask.DAYS),
            TEXT,
        ),
        _ask_opinion,
        paper=PaperForm("opinion_request", _opinion_request),
    ),
    Form(
        Kind.GIVE_OPINION,
        (
            Field("asked", Ask.PICK, offer="opinions", need=False),
            Field("opinion", Ask.CODE, codes=("agree", "disagree"), words="opinion"),
            TEXT,
        ),
        _give_opinion,
        begin=_only_question,
    ),
    Form(
        Kind.NOT_AT_ONCE,
        (
            reason(
                "check_needed", "system_down", "result_awaited", "other", words="form.not_at_once"
            ),
            TEXT,
        ),
        _not_at_once,
        paper=PaperForm("not_at_once", _promise_instead),
    ),
    Form(
        Kind.NOTE_LATE,
        (
            Field("what", Ask.CODE, codes=LATE_STEPS, words="step"),
            Field("happened_at", Ask.MOMENT),
            TEXT,
        ),
        _note_late,
    ),
    Form(
        Kind.AMEND,
        (
            Field("what", Ask.CODE, codes=AMENDABLE, words="form.amend"),
            Field("value", Ask.LINE),
            TEXT,
        ),
        _amend,
    ),
    Form(
        Kind.REPLY_ORDER,
        (Field("order", Ask.PICK, offer="orders"), TEXT),
        _reply,
        begin=_only_order,
    ),
)
