"""Pages of cases that follow another: 变更 延续 补换证 注销 撤回撤销 责令重作 (LW27, LW28).

The old file stays as it is; the new case names it, and its certificate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from client.app.forms.parts import day_of
from client.app.forms.table import Ask, Field, Form, PaperForm
from sync.domain.calendar import china_day
from sync.domain.events import Kind
from sync.domain.identity import phone

if TYPE_CHECKING:
    from datetime import date

    from client.app.forms.table import Facts, Filled
    from client.documents.wording import Wording

_ITEM = Field("item", Ask.PICK, offer="items")
_PHONE = Field("phone", Ask.LINE)
_EXPIRES = Field("expires", Ask.DAY)
_BY = Field("by", Ask.CODE, codes=("applicant", "office"), words="form.by")


def application_members(filled: Filled, facts: Facts) -> dict[str, Any]:
    """Return the members that open a case for the same applicant, at the versions in force."""
    code = filled.of("item") or facts.case.item
    item = facts.rules.catalogue.item(code) or facts.item
    applicant, agent = facts.case.applicant, facts.case.agent
    typed = phone(filled.of("phone") or applicant.phone)
    calendar = facts.rules.calendars.of_department(item.department, item.hall)
    return {
        "applicant": {
            "kind": applicant.kind,
            "id_kind": applicant.id_kind,
            "id_no": applicant.id_no,
            "name": applicant.name,
            "phone": typed if isinstance(typed, str) else filled.of("phone"),
        },
        "agent": {"name": agent.name, "id_no": agent.id_no or None} if agent else None,
        "item": item.code,
        "item_version": item.version,
        "catalogue": facts.rules.catalogue.version,
        "calendar": calendar.version,
    }


def _about(filled: Filled, facts: Facts) -> dict[str, Any]:
    made = facts.case.certificate
    about: dict[str, Any] = {"case": facts.case.number}
    if made is not None:
        about["certificate"] = made.serial
    if filled.of("expires"):
        about["expires"] = day_of(filled, "expires", facts).isoformat()
    return about


def _apply(filled: Filled, facts: Facts) -> dict[str, Any]:
    return {**application_members(filled, facts), "about": _about(filled, facts)}


def _cancel(filled: Filled, facts: Facts) -> dict[str, Any]:
    return {**_apply(filled, facts), "ex_officio": filled.of("by") == "office"}


def _same(facts: Facts) -> dict[str, str]:
    return {"item": facts.case.item, "phone": facts.case.applicant.phone}


def _expiring(facts: Facts) -> dict[str, str]:
    day = expiry_of(facts)
    return {**_same(facts), **({"expires": day.isoformat()} if day else {})}


def expiry_of(facts: Facts) -> date | None:
    """Return when the case's certificate expires by its item's term, None for one without end."""
    made, rule = facts.case.certificate, facts.item.certificate
    if made is None or rule is None or rule.years is None:
        return None
    day = china_day(made.sealed_at or made.made_at)
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return day.replace(year=day.year + rule.years, day=last)


def slip_values(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    """Return what the slip of a registration says."""
    item = facts.rules.catalogue.item(filled.of("item")) or facts.item
    return {
        "registered_at": words.moment(facts.now),
        "go_to": facts.department_name(item.department),
        "materials": [
            {
                "name": material.name.of("zh_CN"),
                "required": words.t("required.yes" if material.required else "required.no"),
            }
            for material in item.materials
        ],
    }


def _by_applicant(kind: Kind, *more: Field) -> Form:
    return Form(
        kind,
        (_ITEM, *more, _PHONE),
        _apply,
        paper=PaperForm("slip", slip_values),
        begin=_expiring if more else _same,
        opens=True,
    )


def _by_office(kind: Kind) -> Form:
    return Form(kind, (_ITEM, _PHONE), _apply, begin=_same, opens=True)


FOLLOW_UP = (
    _by_applicant(Kind.CHANGE),
    _by_applicant(Kind.RENEW, _EXPIRES),
    _by_applicant(Kind.REPLACE),
    Form(
        Kind.CANCEL,
        (_ITEM, _BY, _PHONE),
        _cancel,
        paper=PaperForm("slip", slip_values),  # none where the office acts of its own motion
        begin=_same,
        opens=True,
    ),
    _by_office(Kind.REVOKE),
    _by_office(Kind.REDO),
)
