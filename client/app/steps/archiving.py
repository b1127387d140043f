"""Archive (归档, IN24): everything of a closed case, gathered whole and frozen as one PDF.

The file is complete or it is not made: what this window does not hold is fetched from the centre.
"""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, Any

import msgspec

from client.app.cases.timeline import signed_in
from client.app.failures import AppFailure
from client.app.files.stamps import newest_here
from client.app.papers.making import subject_of
from client.documents.parts import Part, events_part
from client.documents.portfolio import KIND, PortfolioData, compose_portfolio
from sync.domain.failures import Failure, FailureKind
from sync.domain.fields import moment_of
from sync.texts import texts

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from client.app.forms.table import Facts
    from client.app.ports.store import StoredEvent
    from client.app.session.workplace import Workplace
    from client.documents.frame import Paper
    from client.documents.wording import Wording

    Fetch = Callable[[str, str], Awaitable[bytes]]
    """Fetches an attachment of a case from the centre: (case, sha256) → bytes."""

PDF = "application/pdf"


async def bind_file(place: Workplace, facts: Facts, fetch: Fetch) -> Paper:
    """Gather a case's papers, pages and events, and make its file; it is kept sealed.

    Raises:
        AppFailure: app.file_incomplete when something is neither here nor to be had.
    """
    wanted = await place.on_store(lambda: tuple(_wanted(place, facts)))
    parts = [
        Part(name, file, type_, await _bytes(place, facts, fetch, sha256, name))
        for name, file, type_, sha256 in wanted
    ]
    events = await place.on_store(place.store.events_of, facts.case.number)
    said = texts(place.papers.language)
    parts.append(events_part(said.t("paper.portfolio.events"), [_line(e) for e in events]))
    subject = subject_of(facts.case, facts.rules)
    frame = await place.on_store(place.papers.frame, KIND, subject, facts.now)
    data = PortfolioData(
        frame, place.papers.matter(subject), lambda words: _index(facts, events, words)
    )
    paper = await place.lanes.crunch.run(compose_portfolio, data, parts)
    await place.on_store(place.store.put_attachment, paper.pdf, PDF, None)
    return paper


def _wanted(place: Workplace, facts: Facts) -> Iterator[tuple[str, str, str, str]]:
    """Yield (name, file, media type, hash) of each paper and page, in the file's order."""
    said, case = texts(place.papers.language), facts.case
    for n, paper in enumerate(case.papers, start=1):
        key = f"paper.{paper.kind}"
        name = said.t(key) if said.has(key) else paper.kind
        if paper.void:
            name = said.t("paper.portfolio.void", name=name)
        yield f"{name} {paper.no}", f"{n:02d}-{paper.kind}.pdf", PDF, paper.sha256
    made = case.certificate
    if made is not None and made.document is not None:
        newest = newest_here(place.store, made.document)
        yield f"{said.t('paper.certificate')} {made.serial}", "certificate.pdf", PDF, newest
    for n, copy in enumerate(signed_in(place.store.events_of(case.number)), start=1):
        yield f"{said.t(f'paper.{copy.kind}')} {copy.no}", f"signed-{n}.pdf", PDF, copy.sha256
    for material in case.materials:
        known = facts.item.material(material.code)
        name = known.name.of(place.papers.language) if known else material.code
        for n, page in enumerate(material.attachments, start=1):
            ending = mimetypes.guess_extension(page.type) or ""
            yield f"{name} {n}", f"{material.code}-{n}{ending}", page.type, page.sha256


async def _bytes(place: Workplace, facts: Facts, fetch: Fetch, sha256: str, name: str) -> bytes:
    try:
        return await place.on_store(place.store.attachment, sha256)
    except Failure as failure:
        if failure.code != "store.attachment_missing":
            raise
    try:
        return await fetch(facts.case.number, sha256)
    except Failure as failure:
        raise AppFailure(
            "app.file_incomplete", FailureKind.RETRIABLE, name=name, why=failure.code
        ) from failure


def _line(event: StoredEvent) -> dict[str, Any]:
    """Return an event as it was signed, with the centre's signed answer."""
    return {
        "event": event.event,
        "kind": event.kind,
        "n": event.n,
        "verdict": event.verdict,
        "record": msgspec.to_builtins(event.record),
        "outcome": event.outcome,
        "receipt": msgspec.to_builtins(event.receipt),
    }


def _index(facts: Facts, events: tuple[StoredEvent, ...], words: Wording) -> dict[str, Any]:
    case = facts.case
    return {
        "state": words.coded("state", case.state.value),
        "opened_at": words.moment(case.registered_at),
        "closed_at": words.moment(case.ended_at),
        "steps": [
            {
                "step": words.coded("step", event.kind),
                "person": facts.name_of(event.person),
                "at": words.moment(moment_of(event.counted_ms or event.at_ms)),
                "signed": words.t("portfolio.card" if event.record.act else "portfolio.session"),
            }
            for event in events
            if event.verdict != "refused"
        ],
    }
