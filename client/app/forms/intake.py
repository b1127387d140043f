"""Pages of the window: 容缺受理, 不予受理, 不需许可, 逾期未补正, 答复预审 (LW05–LW09, A13)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from client.app.forms.follow_up import application_members, slip_values
from client.app.forms.parts import (
    TEXT,
    TOLD,
    handed,
    reason,
    reason_words,
    reasoned,
    scanned_paper,
    today,
)
from client.app.forms.reading import day_in, dues_in
from client.app.forms.table import Ask, Field, Form, PaperForm
from client.app.rows.limits import limit_words
from sync.domain import law
from sync.domain.events import Kind, Step
from sync.domain.fast_track import leader_notices
from sync.domain.fields import ms_of
from sync.domain.time_limit import clock, promise_of
from sync.domain.workflow import advance
from sync.texts import texts

if TYPE_CHECKING:
    from client.app.forms.table import Facts, Filled
    from client.documents.wording import Wording
    from sync.domain.case import Case
    from sync.domain.catalogue import Limit
    from sync.domain.time_limit import Clock
    from sync.texts import Texts

LACKS = (
    "not_given",
    "incomplete",
    "illegible",
    "wrong_form",
    "unsigned",
    "expired",
    "inconsistent",
    "other",
)
"""Why a helper department misses a material, in the words of the correction notice."""
NOT_REQUIRED = ("no_licence_by_law", "cancelled_item", "filing_only", "other")


def _as_accepted(facts: Facts) -> Case:
    """Return the case as it would stand accepted now."""
    step = Step(
        id="preview",
        kind=Kind.ACCEPT,
        case=facts.case.number,
        scope=facts.case.scope,
        person=facts.person,
        device="",
        at=facts.now,
        body={},
    )
    return advance(facts.case, step, facts.rules)


def _accepted(facts: Facts) -> Clock:
    """Return the limits as they would run from an acceptance now."""
    return clock(_as_accepted(facts), facts.rules)


def latest_due(facts: Facts) -> date:
    """Return the last day by which owed materials must come (A13): two before the promise ends."""
    switches, calendar = facts.rules.switches, facts.calendar
    latest = calendar.after(today(facts), switches.pending_most_wd)
    governing = _accepted(facts).governing
    if governing is None:
        return latest
    return min(latest, calendar.before(governing.by_date, switches.pending_before_promise_wd))


def _owed(filled: Filled, facts: Facts) -> list[dict[str, str]]:
    day = {code: day_in(typed, today(facts)) for code, typed in dues_in(filled.of("dues")).items()}
    return [{"material": code, "by": by.isoformat()} for code, by in day.items() if by is not None]


def _accept_pending(filled: Filled, facts: Facts) -> dict[str, Any]:
    found = _accepted(facts)
    promised, statutory = found.due("decision.promised"), found.due("decision.statutory")
    members: dict[str, Any] = {
        **handed(facts),
        "due": ms_of(found.governing.at) if found.governing else None,
        "statutory": ms_of(statutory.at) if statutory else None,
        "promised": ms_of(promised.at) if promised else None,
        "pending": _owed(filled, facts),
    }
    accepted = _as_accepted(facts)
    if accepted.fast_track:
        members["fast_track"] = True
        notices = leader_notices(accepted, facts.rules, facts.now)
        members["leader_told"] = any(notice.phone for notice in notices)
    page = filled.scan("promise")
    if page is not None:
        members["promise"] = scanned_paper(page, "promise", "P", facts)
    return members


def _promise(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    names = {m.code: m.name.of("zh_CN") for m in facts.item.materials}
    owed = [
        {
            "name": names.get(each["material"], each["material"]),
            "by": words.day(date.fromisoformat(each["by"])),
        }
        for each in _owed(filled, facts)
    ]
    return {"owed": owed}


def _acceptance(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    found = _accepted(facts)
    owed = _promise(filled, facts, words)["owed"]
    line = [words.t("acceptance.owed", name=each["name"], by=each["by"]) for each in owed]
    said = texts("zh_CN")
    return {
        "accepted_at": words.moment(facts.now),
        "due": words.due(found.governing.at) if found.governing else "",
        "promised": _limit(promise_of(_as_accepted(facts), facts.item), said),
        "statutory": _limit(facts.item.statutory, said),
        "explanation": [said.t(each.key, **each.args) for each in found.explanation],
        "pending": words.t("list_comma").join(line),
    }


def _limit(limit: Limit | None, said: Texts) -> str:
    words = limit_words(limit)
    return said.t(words.key, **words.args)


def _suggested(facts: Facts) -> dict[str, str]:
    """Begin with every lacking minor material, due on the last day that the rule allows."""
    day = latest_due(facts).isoformat()
    lacking = [m.code for m in facts.case.lacking if m.minor]
    return {"dues": " ".join(f"{code}={day}" for code in lacking)}


def _refuse(filled: Filled, _facts: Facts) -> dict[str, Any]:
    return {
        **reasoned(filled),
        "right_office": filled.of("right_office") or None,
        "remedies": texts("zh_CN").t("sheet.remedies"),
    }


def _refusal(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    return {
        "received_at": words.moment(facts.case.received_at),
        "reason": reason_words(filled, words, "reason"),
        "right_office": filled.of("right_office"),
        **_remedies(words),
    }


def _not_required(filled: Filled, _facts: Facts) -> dict[str, Any]:
    return {**reasoned(filled), "remedies": texts("zh_CN").t("sheet.remedies")}


def _told_free(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    return {
        "received_at": words.moment(facts.case.received_at or facts.case.registered_at),
        "reason": reason_words(filled, words, "form.not_required"),
        **_remedies(words),
    }


def _remedies(words: Wording) -> dict[str, str]:
    return {
        "reconsideration": words.plain("remedies.reconsideration"),
        "court": words.plain("remedies.court"),
    }


def _lapse(filled: Filled, facts: Facts) -> dict[str, Any]:
    return {**reasoned(filled), **handed(facts)}


def _lapsed(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    term = facts.item.correction_term
    noticed = facts.case.corrections[-1].served_at if facts.case.corrections else None
    return {
        "noticed_at": words.day(noticed) if noticed else "",
        "basis": term.basis if term else "",
        "text": filled.of("text"),
        **_remedies(words),
    }


def _registered(filled: Filled, facts: Facts) -> dict[str, Any]:
    """Turn a pre-check into a registration: the same person, item and number."""
    check = next((body.get("check") for body in facts.bodies.values() if body.get("check")), None)
    return {**application_members(filled, facts), "check": check}


def _phone(facts: Facts) -> dict[str, str]:
    return {"phone": facts.case.applicant.phone}


def _answer(filled: Filled, _facts: Facts) -> dict[str, Any]:
    lack = {"reason": filled.of("reason"), "text": filled.of("text")}
    missing = [{"material": code, **lack} for code in filled.some("missing")]
    return {"text": filled.of("text"), **({"missing": missing} if missing else {})}


def _incomplete(_facts: Facts) -> dict[str, str]:
    return {"reason": "incomplete"}


INTAKE = (
    Form(
        Kind.PREREGISTER,
        (Field("phone", Ask.LINE),),
        _registered,
        PaperForm("slip", slip_values),
        begin=_phone,
    ),
    Form(
        Kind.ANSWER_PRECHECK,
        (
            Field("missing", Ask.MANY, need=False, offer="materials"),
            reason(*LACKS, words="missing"),
            TEXT,
        ),
        _answer,
        begin=_incomplete,
    ),
    Form(
        Kind.ACCEPT_PENDING,
        (
            Field("dues", Ask.DUES, offer="minor"),
            Field("promise", Ask.SCAN, hand=True),
        ),
        _accept_pending,
        paper=PaperForm("acceptance", _acceptance),
        blank=PaperForm("promise", _promise),
        begin=_suggested,
        compares=True,
    ),
    Form(
        Kind.REFUSE,
        (
            reason(*law.REFUSAL_REASONS),
            Field("right_office", Ask.LINE, when=("reason", ("not_our_power",))),
            TEXT,
        ),
        _refuse,
        paper=PaperForm("refusal", _refusal),
    ),
    Form(
        Kind.TELL_NOT_REQUIRED,
        (reason(*NOT_REQUIRED, words="form.not_required"), TEXT),
        _not_required,
        paper=PaperForm("not_required", _told_free),
    ),
    Form(
        Kind.LAPSE,
        (reason("not_corrected", words="form.lapse"), TEXT, TOLD),
        _lapse,
        paper=PaperForm("lapse", _lapsed),
    ),
)
