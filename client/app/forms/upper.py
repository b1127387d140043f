"""Pages of what the upper office decides: 上报, and its answers (LW13, LW21)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from client.app.forms.parts import TEXT, moment_of, reason, reasoned, scanned_paper
from client.app.forms.table import Ask, Field, Form, PaperForm
from sync.domain.events import Kind
from sync.domain.fields import ms_of

if TYPE_CHECKING:
    from client.app.forms.table import Facts, Filled
    from client.documents.wording import Wording

UPPER_DENIALS = (
    "conditions_not_met",
    "untrue_materials",
    "quota_full",
    "forbidden_by_law",
    "other",
)
_DECISION = Field("paper", Ask.SCAN)
_DECIDED = Field("decided_at", Ask.MOMENT)


def _forward(filled: Filled, _facts: Facts) -> dict[str, Any]:
    return {"office": filled.of("office"), "text": filled.of("text")}


def _letter(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    comma = words.t("list_comma")
    given = [m.name.of("zh_CN") for m in facts.item.materials if _held(facts, m.code)]
    return {
        "office": filled.of("office"),
        "text": filled.of("text"),
        "accepted_at": words.day(facts.case.accepted_at) if facts.case.accepted_at else "",
        "materials": comma.join(given),
    }


def _held(facts: Facts, code: str) -> bool:
    material = facts.case.material(code)
    return material is not None and material.given


def _return(filled: Filled, _facts: Facts) -> dict[str, Any]:
    return {"text": filled.of("text"), "fault": filled.of("fault")}


def _paper(filled: Filled, kind: str, facts: Facts) -> dict[str, object] | None:
    page = filled.scan("paper")
    return None if page is None else scanned_paper(page, kind, "U", facts)


def _grant(filled: Filled, facts: Facts) -> dict[str, Any]:
    return {
        "decided_at": ms_of(moment_of(filled, "decided_at", facts)),
        "made_here": filled.of("made_here") == "here",
        "paper": _paper(filled, "upper_grant", facts),
    }


def _deny(filled: Filled, facts: Facts) -> dict[str, Any]:
    return {
        "decided_at": ms_of(moment_of(filled, "decided_at", facts)),
        **reasoned(filled),
        "remedies": filled.of("remedies"),
        "paper": _paper(filled, "upper_denial", facts),
    }


UPPER = (
    Form(
        Kind.FORWARD,
        (Field("office", Ask.LINE), TEXT),
        _forward,
        paper=PaperForm("forward", _letter),
    ),
    Form(
        Kind.UPPER_RETURN,
        (
            Field(
                "fault",
                Ask.CODE,
                codes=("opinion", "procedure", "form", "other"),
                words="form.fault",
            ),
            TEXT,
        ),
        _return,
    ),
    Form(
        Kind.UPPER_GRANT,
        (
            _DECIDED,
            Field("made_here", Ask.CODE, codes=("here", "there"), words="form.made"),
            _DECISION,
        ),
        _grant,
    ),
    Form(
        Kind.UPPER_DENY,
        (
            _DECIDED,
            reason(*UPPER_DENIALS),
            TEXT,
            Field("remedies", Ask.TEXT),
            _DECISION,
        ),
        _deny,
    ),
)
