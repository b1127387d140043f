"""A handwritten signature as it comes from a pad: what was drawn, when, and under which paper."""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[int, int, int, int]
"""x and y in pixels of the pad, ms since the pen first came down, pressure in 255ths."""


SERVED_TO = frozenset(
    {"correction", "suspension", "prolongation", "hearing_right", "hearing_notice"}
)
SIGNED_AFTERWARDS = SERVED_TO | {"receipt"}
"""Papers with a line for the applicant that is signed once the step is made: a service (送达)."""


@dataclass(frozen=True, slots=True)
class Ink:
    """One signature.

    Args:
        paper: SHA-256 (hex) of the paper that was shown above the pad while it was drawn.
        width: of the pad, px.
        height: of the pad, px.
        strokes: in the order in which they were drawn, each from pen down to pen up.
    """

    paper: str
    width: int
    height: int
    strokes: tuple[tuple[Point, ...], ...]
