"""A closed case's file as one PDF: an index, with every paper, page and event attached to it.

PDF/A-3b (ISO 19005-3): what is attached keeps its bytes, and any reader lists it. Crunch lane.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from client.documents.compose import compose_cover
from client.documents.frame import Paper
from client.documents.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.documents.frame import Frame, Matter
    from client.documents.parts import Part

KIND = "archive"


@dataclass(frozen=True, slots=True)
class PortfolioData:
    """What the index says besides its parts; `letter` returns the template's own values."""

    frame: Frame
    matter: Matter
    letter: Callable[[Wording], dict[str, Any]]


def compose_portfolio(data: PortfolioData, parts: Sequence[Part]) -> Paper:
    """Make the file.

    Raises:
        DocumentFailure: as `compose`; document.pdf_broken.
    """
    from client.documents.attaching import attach  # noqa: PLC0415  - pyHanko, a tenth of a second

    frame = data.frame
    words = Wording(frame.language)
    listed = [
        {
            "name": part.name,
            "file": part.file,
            "digest": part.sha256[:16],
        }
        for part in parts
    ]
    values = frame.values() | data.matter.values(words) | data.letter(words) | {"parts": listed}
    cover = compose_cover("portfolio", values, frame.language)
    pdf = attach(cover, parts, frame.made_at)
    return Paper(KIND, frame.no, pdf, hashlib.sha256(pdf).hexdigest(), None)
