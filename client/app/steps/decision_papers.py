"""The papers of decisions, and certificates, as data. Store lane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from client.app.failures import AppFailure
from client.app.papers.making import subject_of
from client.app.steps.sheets import Drawn
from client.documents.certificates import CertificateData, certificate_forms
from client.documents.frame import Frame, PublicCheck
from client.documents.papers import DecisionData, PaperData, Remedies
from sync.domain.calendar import CHINA
from sync.domain.events import Kind
from sync.protocol.codec import b64u_decode
from sync.texts import texts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from client.app.papers.papermaking import Subject
    from client.app.session.workplace import Workplace
    from client.app.steps.sheets import Draw
    from sync.domain.case import Case


@dataclass(frozen=True, slots=True)
class SealOf:
    """A department's seal as policy knows it."""

    id: str
    png: bytes


def decision_drawn(kind: str, form: Mapping[str, str]) -> Draw:
    """Return what draws a decision up: 准予, 不予, 即办.

    Args:
        kind: the step's code.
        form: text, and reason where the step needs one.
    """

    def draw(place: Workplace, case: Case) -> Drawn:
        text = form.get("text", "")
        members: dict[str, str | None] = {"text": text or None}
        if kind == Kind.DENY:
            members["reason"] = form.get("reason", "")
            members["remedies"] = texts(place.papers.language).t("sheet.remedies")
        return Drawn(members, (("sheet.text", text),), decision_paper(place, kind, case, form))

    return draw


def decision_paper(place: Workplace, kind: str, case: Case, form: Mapping[str, str]) -> PaperData:
    """准予 / 不予: the written decision (行政许可法 Arts. 37–38)."""
    subject = subject_of(case, place.rules())
    now = place.now()
    frame = place.papers.frame("denial" if kind == Kind.DENY else "grant", subject, now)
    matter = place.papers.matter(subject)
    text = form.get("text", "")
    item = subject.item
    return DecisionData(
        frame,
        matter,
        granted=kind != Kind.DENY,
        accepted_at=case.accepted_at or now,
        text=text,
        basis="、".join(item.basis),
        certificate=item.certificate.name.of(place.papers.language) if item.certificate else "",
        remedies=_remedies(place) if kind == Kind.DENY else None,
    )


def certificate_paper(place: Workplace, case: Case) -> tuple[CertificateData, SealOf]:
    """Return the certificate of a case in the making, and the seal that it gets.

    Raises:
        AppFailure: app.no_certificate, app.no_seal.
    """
    subject = subject_of(case, place.rules())
    item, made = subject.item, case.certificate
    if made is None or item.certificate is None:
        raise AppFailure("app.no_certificate", case=case.number)
    now = place.now()
    today = now.astimezone(CHINA).date()
    frame = Frame(
        office=place.papers.office(item),
        dated=today,
        made_at=now,
        no=made.serial,
        check=PublicCheck(f"{place.papers.public}/public/certificate?id={made.id}", made.serial),
        licensing=item.category == "licence",
        language=place.papers.language,
    )
    until = _years_after(today, item.certificate.years)
    form = certificate_forms()[made.template]
    known = _known(case, subject, today, until)
    data = CertificateData(
        frame,
        made.template,
        {code: told for code in (*form.required, *form.optional) if (told := known.get(code))},
        title=item.certificate.name.of(place.papers.language),
        version=form.version,
    )
    return data, _seal_of(place, item.department)


def _known(
    case: Case, subject: Subject, today: date, until: date | None
) -> dict[str, str | date | None]:
    """Return what the case knows for a certificate's fields; its form says which it wants.

    A credit code is the applicant's own, never an ID number in its place; where a form's line takes
    either (食品经营许可证), that line is `id_no`.
    """
    applicant = case.applicant
    return {
        "holder": applicant.name,
        "operator": applicant.name,
        "id_no": applicant.id_no,
        "credit_code": applicant.id_no if applicant.id_kind == "credit_code" else None,
        "project": subject.project,
        "item": subject.item.name.zh,
        "valid_from": today,
        "valid_until": until,
        "registered_on": today,
    }


def _seal_of(place: Workplace, department: str) -> SealOf:
    book = place.store.policy_book()
    for seal in book.seals.values():
        if seal.department == department:
            return SealOf(seal.id, b64u_decode(seal.png))
    raise AppFailure("app.no_seal", department=department)


def next_use(place: Workplace, seal: str) -> int:
    """Return the number of this window's next use of a seal; the register joins the windows'."""
    kept = place.store.get_meta(f"seal.{seal}")
    return int(kept) + 1 if kept else 1


def _remedies(place: Workplace) -> Remedies:
    """Name the two ways in the words of the law (行政许可法 Art. 38)."""
    said = texts(place.papers.language)
    return Remedies(said.t("remedies.reconsideration"), said.t("remedies.court"))


def _years_after(day: date, years: int | None) -> date | None:
    if years is None:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
