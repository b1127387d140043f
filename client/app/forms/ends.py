"""Pages of ends and papers: 终止, 送达, 更正文书, 废证, 归档 (LW10, LW22; FE03, IN24)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from client.app.forms.parts import SERVED, TEXT, moment_of, reason, scanned, served
from client.app.forms.table import Ask, Field, Form, PaperForm
from sync.domain import law
from sync.domain.events import Kind
from sync.domain.fields import ms_of

if TYPE_CHECKING:
    from client.app.forms.table import Facts, Filled
    from client.documents.wording import Wording
    from sync.domain.case import PaperMark

MANNERS = ("direct", "agent", "mail", "electronic", "left", "announcement")
"""直接, 委托/转交, 邮寄, 电子(经同意), 留置, 公告."""


def paper_of(facts: Facts, no: str) -> PaperMark | None:
    """Return a paper of the case by its number."""
    return next((paper for paper in facts.case.papers if paper.no == no), None)


def _terminate(filled: Filled, facts: Facts) -> dict[str, Any]:
    return {
        "ground": filled.of("ground"),
        "text": filled.of("text"),
        **served(filled, facts),
    }


def _termination(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    accepted = facts.case.accepted_at
    return {
        "accepted_at": words.day(accepted) if accepted else "",
        "ground": words.coded("form.ground", filled.of("ground")),
        "text": filled.of("text"),
        "reconsideration": words.plain("remedies.reconsideration"),
        "court": words.plain("remedies.court"),
    }


def _serve(filled: Filled, facts: Facts) -> dict[str, Any]:
    receiver = {"name": filled.of("receiver"), "relation": filled.of("relation") or None}
    members: dict[str, Any] = {
        "paper": filled.of("paper"),
        "manner": filled.of("manner"),
        "receiver": receiver,
        "served_at": ms_of(moment_of(filled, "served_at", facts)),
    }
    proof = scanned(filled, "proof")
    return members if proof is None else {**members, "proof": proof}


def _proof_of_service(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    paper = paper_of(facts, filled.of("paper"))
    manner = filled.of("manner")
    return {
        "document": words.t(f"{paper.kind}.title") if paper else "",
        "document_no": paper.no if paper else "",
        "manner": words.coded("manner", manner) if manner else "",
        "servers": facts.name_of(facts.person),
    }


def _unserved(facts: Facts) -> dict[str, str]:
    owed = [debt.ref for debt in facts.case.debts if debt.kind == "serve"]
    first = {"paper": owed[0]} if owed else {}
    now = facts.now.strftime("%Y-%m-%d %H:%M")
    return {**first, "receiver": facts.case.applicant.name, "served_at": now}


def _correct_paper(filled: Filled, facts: Facts) -> dict[str, Any]:
    text = f"{filled.of('wrong')} → {filled.of('right')}"
    return {"old": filled.of("old"), "text": text, **served(filled, facts)}


def _corrected(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    paper = paper_of(facts, filled.of("old"))
    return {
        "former": words.t(f"{paper.kind}.title") if paper else "",
        "former_no": paper.no if paper else "",
        "former_at": words.day(paper.at) if paper else "",
        "wrong": filled.of("wrong"),
        "right": filled.of("right"),
    }


def _spoil(filled: Filled, facts: Facts) -> dict[str, Any]:
    made = facts.case.certificate
    return {"serial": made.serial if made else "", "reason": filled.of("reason")}


def _archive(filled: Filled, _facts: Facts) -> dict[str, Any]:
    """Return where the paper originals lie, if any are kept beside the file (NO15)."""
    where = filled.of("originals").strip()
    return {"originals": where} if where else {}


ENDS = (
    Form(
        Kind.TERMINATE,
        (
            Field("ground", Ask.CODE, codes=law.TERMINATION_GROUNDS, words="form.ground"),
            TEXT,
            SERVED,
        ),
        _terminate,
        paper=PaperForm("termination", _termination),
    ),
    Form(
        Kind.SERVE,
        (
            Field("paper", Ask.PICK, offer="papers"),
            Field("manner", Ask.CODE, codes=MANNERS, words="manner"),
            Field("receiver", Ask.LINE),
            Field(
                "relation",
                Ask.LINE,
                need=False,
                when=("manner", ("agent", "left", "mail")),
            ),
            Field("served_at", Ask.MOMENT),
            Field("proof", Ask.SCAN, need=False),
        ),
        _serve,
        blank=PaperForm("service", _proof_of_service),
        begin=_unserved,
    ),
    Form(
        Kind.CORRECT_PAPER,
        (
            Field("old", Ask.PICK, offer="papers"),
            Field("wrong", Ask.TEXT),
            Field("right", Ask.TEXT),
            SERVED,
        ),
        _correct_paper,
        paper=PaperForm("corrected", _corrected),
    ),
    Form(
        Kind.SPOIL,
        (reason("misprint", "damaged", "wrong_content", "other", words="form.spoil"),),
        _spoil,
    ),
    Form(Kind.ARCHIVE, (Field("originals", Ask.LINE, need=False),), _archive),
)
