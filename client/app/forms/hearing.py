"""Pages of the hearing (听证): the right told, asked for, held (LW24–LW26)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from client.app.forms.parts import MORE, TOLD, handed, moment_of, scanned, today
from client.app.forms.reading import day_in, moment_in
from client.app.forms.table import Ask, Field, Form, PaperForm
from sync.domain.events import Kind
from sync.domain.fields import ms_of
from sync.domain.hearing import ask_by

if TYPE_CHECKING:
    from client.app.forms.table import Facts, Filled
    from client.documents.wording import Wording


def _names(filled: Filled, name: str) -> list[str]:
    lines = filled.of(name).replace("、", "\n").splitlines()
    return [line.strip() for line in lines if line.strip()]


def _tell(filled: Filled, facts: Facts) -> dict[str, Any]:
    return {"to": _names(filled, "to"), **handed(facts)}


def _right(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    by = ask_by(today(facts), facts.calendar, facts.rules.switches)
    return {
        "told": words.t("list_comma").join(_names(filled, "to")),
        "text": filled.of("text"),
        "by": words.day(by),
    }


def _applicant(facts: Facts) -> dict[str, str]:
    return {"to": facts.case.applicant.name}


def _requester(facts: Facts) -> dict[str, str]:
    return {"by": facts.case.applicant.name}


def _request(filled: Filled, _facts: Facts) -> dict[str, Any]:
    return {"by": filled.of("by"), "text": filled.of("text") or None}


def _hold(filled: Filled, facts: Facts) -> dict[str, Any]:
    return {
        "chair": filled.of("chair"),
        "notice_served_at": ms_of(moment_of(filled, "notice_served_at", facts)),
        "record": scanned(filled, "record"),
        "text": filled.of("text") or None,
    }


def _notice(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    at = moment_in(filled.of("planned"), today(facts))
    day = day_in(filled.of("planned"), today(facts))
    hearing = facts.case.hearing
    return {
        "told": hearing.asked_by if hearing and hearing.asked_by else facts.case.applicant.name,
        "planned": words.moment(at) if at else (words.day(day) if day else ""),
        "place": filled.of("place"),
        "chair": facts.name_of(filled.of("chair")) if filled.of("chair") else "",
        "text": filled.of("text"),
    }


def _record(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    return {**_notice(filled, facts, words), "clerk": facts.name_of(facts.person)}


HEARING = (
    Form(
        Kind.TELL_HEARING_RIGHT,
        (Field("to", Ask.TEXT), MORE, TOLD),
        _tell,
        paper=PaperForm("hearing_right", _right),
        begin=_applicant,
    ),
    Form(
        Kind.REQUEST_HEARING,
        (Field("by", Ask.LINE), MORE),
        _request,
        begin=_requester,
    ),
    Form(
        Kind.HOLD_HEARING,
        (
            Field("chair", Ask.PICK, offer="chairs"),
            Field("planned", Ask.LINE, need=False),
            Field("place", Ask.LINE, need=False),
            Field("notice_served_at", Ask.MOMENT),
            Field("record", Ask.SCAN),
            MORE,
        ),
        _hold,
        blank=PaperForm("hearing_notice", _notice),
        record=PaperForm("hearing_record", _record),
    ),
)
