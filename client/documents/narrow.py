"""Slips on the roll of a thermal printer, 80 mm wide: what is handed out by the hundred a day.

Made of the very values of the A4 paper, which stays the one that events name and the case keeps.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from client.documents.compose import compose, templates
from client.documents.frame import Paper
from client.documents.wording import Wording

if TYPE_CHECKING:
    from client.documents.papers import PaperData


def has_narrow(data: PaperData) -> bool:
    """Say whether a paper of this kind has a slip."""
    return _template(data) in templates()


def _template(data: PaperData) -> str:
    return f"thermal/{data.kind}"


def compose_narrow(data: PaperData) -> Paper | None:
    """Make the slip of a paper; None where its kind has none. Crunch lane.

    Raises:
        DocumentFailure: as `compose`.
    """
    template = _template(data)
    if not has_narrow(data):
        return None
    frame = data.frame
    values = frame.values() | data.values(Wording(frame.language))
    pdf = compose(template, values, frame.language)
    return Paper(f"{data.kind}_80", frame.no, pdf, hashlib.sha256(pdf).hexdigest(), None)
