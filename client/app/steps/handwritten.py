"""A receiver's signature drawn on the screen, bound to the paper that was shown (SE15, IN25).

What stands in the step, under the session's signature: the shown paper's hash, the signed copy's
hash, and the strokes with their times. The copy begins with the shown paper's own bytes, so
whoever has it can cut it there and compare; strokes and times are what an expert on handwriting
looks at. They are personal data, kept where the case is kept and nowhere else: no draft, no log.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from client.app.failures import AppFailure
from client.app.rows.cases import PaperRow
from client.app.steps.stepping import PDF
from sync.domain.failures import FailureKind
from sync.domain.fields import ms_of
from sync.texts import texts

if TYPE_CHECKING:
    from client.app.rows.ink import Ink
    from client.app.session.workplace import Workplace
    from sync.domain.case import Case

SLIP, SIGNED = "delivery", "delivery_signed"
HANDWRITTEN = "handwritten"
_LINE = "paper.delivery.signature"
MOST_POINTS = 4000
_LEAST_POINTS = 8  # a slip of the pen is no name


async def signed_slip(place: Workplace, case: Case, ink: Ink) -> tuple[PaperRow, dict[str, object]]:
    """Write the signature onto the newest delivery slip, and keep the copy.

    Returns:
        The signed copy, kept and bound to no case yet, and the step's `proof`.

    Raises:
        AppFailure: app.other_paper_signed, app.ink_empty. DocumentFailure: see `sign_by_hand`.
    """
    shown = next(
        (p for p in reversed(case.papers) if p.kind == SLIP and not p.void),
        None,
    )
    if shown is None or shown.sha256 != ink.paper:
        raise AppFailure("app.other_paper_signed")
    points = sum(map(len, ink.strokes))
    if not _LEAST_POINTS <= points <= MOST_POINTS:
        raise AppFailure("app.ink_empty", FailureKind.RETRIABLE)
    from client.documents.handwriting import sign_by_hand  # noqa: PLC0415  (pyHanko, with the first)

    pdf = await place.on_store(place.store.attachment, shown.sha256)
    label = texts(place.papers.language).t(_LINE)
    signed = await place.lanes.crunch.run(
        sign_by_hand, pdf, ink.strokes, (ink.width, ink.height), label
    )
    sha256 = hashlib.sha256(signed).hexdigest()
    await place.on_store(place.store.put_attachment, signed, PDF, None)
    now = place.now()
    proof: dict[str, object] = {
        "manner": HANDWRITTEN,
        "shown": {"no": shown.no, "sha256": shown.sha256, "size": len(pdf)},
        "signed": {"sha256": sha256, "size": len(signed), "type": PDF, "at": ms_of(now)},
        "ink": {
            "width": ink.width,
            "height": ink.height,
            "strokes": [[value for point in stroke for value in point] for stroke in ink.strokes],
        },
    }
    return PaperRow(SIGNED, shown.no, sha256, now), proof
