"""An applicant's signature drawn on the screen, bound to the paper that was shown (SE15, IN25).

What stands in the step, under the session's signature: the shown paper's hash, the signed copy's
hash, and the strokes with their times. The copy begins with the shown paper's own bytes, so
whoever has it can cut it there and compare; strokes and times are what an expert on handwriting
looks at. They are personal data, kept where the case is kept and nowhere else: no draft, no log.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from client.app.failures import AppFailure
from client.app.rows.cases import PaperRow
from client.app.rows.ink import SERVED_TO
from client.app.steps.stepping import PDF
from sync.domain.failures import FailureKind
from sync.domain.fields import ms_of
from sync.texts import texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from client.app.rows.ink import Ink
    from client.app.session.workplace import Workplace
    from sync.domain.case import Case, PaperMark

SLIP = "delivery"
HANDWRITTEN = "handwritten"
LINES: Mapping[str, str] = {
    SLIP: "paper.delivery.signature",
    "receipt": "paper.receipt.given_by",
    "promise": "paper.promise.signature",
    **dict.fromkeys(SERVED_TO, "paper.served_to"),
}
"""Papers with a line for the applicant, and the words that the line begins with."""
MOST_POINTS = 4000
_LEAST_POINTS = 8  # a slip of the pen is no name


@dataclass(frozen=True, slots=True)
class Shown:
    """The paper that was shown above the pad."""

    kind: str
    no: str
    sha256: str


async def signed_slip(place: Workplace, case: Case, ink: Ink) -> tuple[PaperRow, dict[str, object]]:
    """Write the signature onto the newest delivery slip; as `signed_copy`."""
    shown = next(
        (p for p in reversed(case.papers) if p.kind == SLIP and not p.void),
        None,
    )
    if shown is None:
        raise AppFailure("app.other_paper_signed")
    return await signed_copy(place, Shown(shown.kind, shown.no, shown.sha256), ink)


async def signed_copy(
    place: Workplace, shown: Shown, ink: Ink
) -> tuple[PaperRow, dict[str, object]]:
    """Write a signature onto the paper that was shown, and keep the copy.

    Returns:
        The signed copy, kept and bound to no case yet, and the step's `proof`.

    Raises:
        AppFailure: app.other_paper_signed: another paper was shown, or one without a line for the
            applicant; app.ink_empty. DocumentFailure: see `sign_by_hand`.
    """
    line = LINES.get(shown.kind)
    if line is None or shown.sha256 != ink.paper:
        raise AppFailure("app.other_paper_signed")
    points = sum(map(len, ink.strokes))
    if not _LEAST_POINTS <= points <= MOST_POINTS:
        raise AppFailure("app.ink_empty", FailureKind.RETRIABLE)
    from client.documents.handwriting import sign_by_hand  # noqa: PLC0415  (pyHanko, with the first)

    pdf = await place.on_store(place.store.attachment, shown.sha256)
    label = texts(place.papers.language).t(line)
    signed = await place.lanes.crunch.run(
        sign_by_hand, pdf, ink.strokes, (ink.width, ink.height), label
    )
    sha256 = hashlib.sha256(signed).hexdigest()
    await place.on_store(place.store.put_attachment, signed, PDF, None)
    now = place.now()
    copy = {"sha256": sha256, "size": len(signed), "type": PDF}
    proof: dict[str, object] = {
        "manner": HANDWRITTEN,
        "shown": {
            "kind": shown.kind,
            "no": shown.no,
            "sha256": shown.sha256,
            "size": len(pdf),
        },
        "signed": {**copy, "at": ms_of(now)},
        "ink": {
            "width": ink.width,
            "height": ink.height,
            "strokes": [[value for point in stroke for value in point] for stroke in ink.strokes],
        },
    }
    return PaperRow(f"{shown.kind}_signed", shown.no, sha256, now), proof


def service_members(mark: PaperMark, case: Case, proof: Mapping[str, Any]) -> dict[str, Any]:
    """Return `serve` of a paper that its receiver signed: its proof is the signed copy.

    When it was handed over does not change by its being signed; one still owed is served now.
    """
    agent = case.agent
    receiver = {
        "name": agent.name if agent else case.applicant.name,
        "relation": "agent" if agent else None,
    }
    signed = proof["signed"]
    served = mark.served_at
    return {
        "paper": mark.no,
        "manner": "direct",
        "receiver": receiver,
        "served_at": signed["at"] if served is None else ms_of(served),
        "proof": {**{name: signed[name] for name in ("sha256", "size", "type")}, **proof},
    }
