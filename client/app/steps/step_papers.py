"""The papers of the session's steps, as data. Store lane: the frame reads chain and lease."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.rows.limits import limit_words
from client.documents.papers import (
    AcceptanceData,
    CorrectionData,
    Delivered,
    DeliveryData,
    Handed,
    Listed,
    ReceiptData,
    SlipData,
)
from client.documents.papers import Missing as MissingLine
from sync.domain.spans import halved
from sync.texts import texts

if TYPE_CHECKING:
    from datetime import datetime

    from client.app.papers.papermaking import Subject
    from client.app.rows.cases import Receiver
    from client.app.rows.materials import Given
    from client.app.rows.steps import AcceptancePreview, Missing, PreregisterForm
    from client.app.session.workplace import Workplace
    from sync.domain.case import Case
    from sync.domain.catalogue import Limit
    from sync.texts import Texts


def slip_paper(place: Workplace, subject: Subject, form: PreregisterForm) -> SlipData:
    """办件预登记单: number, item, and what to bring (IN04)."""
    paper = place.papers
    now = place.now()
    return SlipData(
        paper.frame("slip", subject, now),
        paper.matter(subject),
        registered_at=now,
        go_to=paper.office(subject.item).department,
        materials=tuple(
            Listed(material.name.of(paper.language), material.required)
            for material in subject.item.materials
        ),
        fast_track=form.fast_track,
    )


def receipt_paper(
    place: Workplace, subject: Subject, case: Case, given: tuple[Given, ...], now: datetime
) -> ReceiptData:
    """收件凭证: what was handed in, page by page, and what is not here yet."""
    paper = place.papers
    names = {m.code: m.name.of(paper.language) for m in subject.item.materials}
    handed = tuple(
        Handed(
            names.get(entry.material, entry.material),
            sum(page.pages for page in entry.pages),
            original=entry.original,
            electronic=bool(entry.pages),
        )
        for entry in given
        if entry.pages or entry.original
    )
    here = {entry.material for entry in given} | {m.code for m in case.materials if m.given}
    return ReceiptData(
        paper.frame("receipt", subject, now),
        paper.matter(subject),
        received_at=now,
        materials=handed,
        missing=tuple(
            names[m.code] for m in subject.item.materials if m.required and m.code not in here
        ),
        corrected=bool(case.corrections),
    )


def correction_paper(
    place: Workplace, subject: Subject, case: Case, missing: tuple[Missing, ...], now: datetime
) -> CorrectionData:
    """补正告知书: everything at once (行政许可法 Art. 32(4))."""
    paper = place.papers
    said = texts(paper.language)
    names = {m.code: m.name.of(paper.language) for m in subject.item.materials}
    return CorrectionData(
        paper.frame("correction", subject, now),
        paper.matter(subject),
        received_at=case.received_at or now,
        missing=tuple(
            MissingLine(
                names.get(entry.material, entry.material),
                said.t(f"missing.{entry.reason}"),
                entry.text or _wanted(said, entry.reason),
            )
            for entry in missing
        ),
        served_at=now,
    )


def _wanted(said: Texts, reason: str) -> str:
    """Say what is wanted where the clerk wrote nothing: a notice never leaves it open (LW08)."""
    key = f"missing.{reason}.wanted"
    return said.t(key) if said.has(key) else ""


def acceptance_paper(
    place: Workplace, subject: Subject, preview: AcceptancePreview, now: datetime
) -> AcceptanceData:
    """受理通知书: the due time, and how it was counted, line by line."""
    paper = place.papers
    said = texts(paper.language)
    return AcceptanceData(
        paper.frame("acceptance", subject, now),
        paper.matter(subject),
        accepted_at=now,
        due=preview.due_at,
        promised=_limit(place, _promise(subject, preview)),
        statutory=_limit(place, subject.item.statutory),
        explanation=tuple(said.t(line.key, **line.args) for line in preview.lines),
        pending=preview.missing,
    )


def delivery_paper(
    place: Workplace, subject: Subject, case: Case, receiver: Receiver, now: datetime
) -> DeliveryData:
    """领证签收单: what is handed to whom."""
    paper = place.papers
    item = subject.item
    name = item.certificate.name.of(paper.language) if item.certificate else ""
    serial = case.certificate.serial if case.certificate else ""
    return DeliveryData(
        paper.frame("delivery", subject, now),
        paper.matter(subject),
        documents=(Delivered(name, serial),),
        receiver=receiver.name,
        receiver_id_no=receiver.id_no,
        relation=texts(paper.language).t(f"relation.{receiver.relation}"),
        manner=texts(paper.language).t("manner.direct"),
        handed_at=now,
    )


def _promise(subject: Subject, preview: AcceptancePreview) -> Limit:
    promised = subject.item.promised
    return halved(promised) if preview.fast_track else promised


def _limit(place: Workplace, limit: Limit | None) -> str:
    words = limit_words(limit)
    return texts(place.papers.language).t(words.key, **words.args)
