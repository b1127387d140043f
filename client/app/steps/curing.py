"""A refused step whose paper an applicant may hold: what is owed, and by whom (rules.md §2).

A paper already handed out is never unmade by a verdict. The centre's finding `cure_needed` opens a
debt of the case; the chief representative confirms what the paper promised, or revokes it with
notice, and signs either with the card.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from client.app.failures import AppFailure
from client.app.papers.making import subject_of
from client.app.rows.messages import CureOwed
from client.app.rows.steps import PreregisterForm
from client.app.steps.sheets import Drawn
from client.documents.papers import Remedies, RevocationData
from sync.domain.events import Kind
from sync.domain.fields import moment_of
from sync.domain.workflow import allowed
from sync.proof.events import read_body
from sync.texts import texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from client.app.ports.store import StoredEvent
    from client.app.session.workplace import Workplace
    from client.app.steps.sheets import Draw
    from sync.domain.case import Case

REVOKE: Final = "revoke"
OPENINGS: Final = (Kind.PREREGISTER,)


def ways_of(place: Workplace, event: StoredEvent) -> tuple[str, ...]:
    """Return what can be done about an exception from here, first things first. Store lane.

    "cure" the paper, "case": look at the case, "again": register anew what was never opened.
    """
    case = None if event.case is None else place.store.case(event.case)
    if case is None:
        return ("again",) if event.kind in OPENINGS else ()
    return ("cure", "case") if _may_cure(place, case, event.event) else ("case",)


def owed_cure(place: Workplace, number: str, event: str) -> CureOwed:
    """Return what a cure is about; without an event the case's first debt. Store lane.

    Raises:
        AppFailure: app.no_cure when the case owes none, or not for this step.
    """
    case = place.store.case(number)
    debts = [] if case is None else [d.ref for d in case.debts if d.kind == "cure"]
    wanted = event or next(iter(debts), "")
    found = next((e for e in place.store.events_of(number) if e.event == wanted), None)
    if found is None or wanted not in debts:
        raise AppFailure("app.no_cure", case=number)
    paper = paper_in(found)
    return CureOwed(
        event=wanted,
        kind=found.kind,
        code=found.code or "",
        at=moment_of(found.at_ms),
        paper=str(paper.get("kind", "")),
        paper_no=str(paper.get("no", "")),
    )


def paper_in(event: StoredEvent) -> Mapping[str, Any]:
    """Return the paper that a step handed out, {} for none."""
    body = read_body(event.record.body.encode())
    found = body.get("paper")
    return found if isinstance(found, dict) else {}


def revocation_paper(place: Workplace, case: Case, owed: CureOwed, text: str) -> RevocationData:
    """撤回文书通知书: which paper no longer holds, why, and where the applicant may turn."""
    subject, now = subject_of(case, place.rules()), place.now()
    language = place.papers.language
    said = texts(language)
    return RevocationData(
        place.papers.frame("revocation", subject, now),
        place.papers.matter(subject),
        former=said.t(f"paper.{owed.paper}.title") if owed.paper else said.t(f"step.{owed.kind}"),
        former_no=owed.paper_no,
        former_at=owed.at,
        reason=text,
        remedies=Remedies(said.t("remedies.reconsideration"), said.t("remedies.court")),
    )


def cure_drawn(form: Mapping[str, str]) -> Draw:
    """Return what draws a cure up: confirm what the paper promised, or revoke it with a notice.

    Args:
        form: step (the refused one's id), way and text.
    """

    def draw(place: Workplace, case: Case) -> Drawn:
        owed = owed_cure(place, case.number, form["step"])
        said, way, text = texts(place.papers.language), form["way"], form["text"]
        told = (
            ("sheet.cured", " ".join((said.t(f"step.{owed.kind}"), owed.paper_no)).strip()),
            ("sheet.way", said.t(f"cure.{way}")),
            ("sheet.text", text),
        )
        paper = revocation_paper(place, case, owed, text) if way == REVOKE else None
        return Drawn({"step": owed.event, "way": way, "text": text}, told, paper)

    return draw


def form_again(event: StoredEvent) -> PreregisterForm:
    """Return what was typed for a registration that the centre refused."""
    body = read_body(event.record.body.encode())
    applicant, agent = dict(body.get("applicant") or {}), dict(body.get("agent") or {})
    project = dict(body.get("project") or {})
    return PreregisterForm(
        applicant_kind=str(applicant.get("kind", "person")),
        id_kind=str(applicant.get("id_kind", "resident_id")),
        id_no=str(applicant.get("id_no") or ""),
        name=str(applicant.get("name") or ""),
        phone=str(applicant.get("phone") or ""),
        item=str(body.get("item") or ""),
        agent_name=str(agent.get("name") or ""),
        agent_id_no=str(agent.get("id_no") or ""),
        project=str(project.get("name") or ""),
        key_project=bool(project.get("key")),
        fast_track=bool(body.get("fast_track")),
    )


def _may_cure(place: Workplace, case: Case, event: str) -> bool:
    if not any(debt.kind == "cure" and debt.ref == event for debt in case.debts):
        return False
    options = allowed(case, place.session.person, place.rules(), place.now())
    return any(option.kind == Kind.CURE and option.blocked is None for option in options)
