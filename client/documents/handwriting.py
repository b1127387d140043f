"""Write a signature onto a paper as an ink annotation; the paper's own bytes stay in front of it.

The signed copy is an incremental revision (ISO 32000-1 7.5.6): cut at the length of what was
shown, it is what was shown, byte for byte. Strokes become curves, so they print at any size. The
words before the line to sign on say where; a paper without them cannot be signed.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from sync import pyhanko_ready  # noqa: F401  (before what it loads)

# isort: split
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError

from client.documents.failures import DocumentFailure
from client.documents.pdfium import opened
from client.documents.revision import Revision

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pypdfium2 import PdfTextSearcher  # type: ignore[import-untyped]

    Point = tuple[int, int, int, int]
    Stroke = Sequence[Point]

_WIDE_PT, _HIGH_PT = 92.0, 40.0  # room for a name beside its label
_AWAY_PT, _BELOW_PT = 4.0, 6.0
_PEN_PT = 1.1
_PRINT = 4  # annotation flag (ISO 32000-1 12.5.3)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the signature goes: page from 0, lower left corner in points."""

    page: int
    x: float
    y: float


def sign_by_hand(pdf: bytes, strokes: Sequence[Stroke], pad: tuple[int, int], label: str) -> bytes:
    """Return the paper with the signature beside its label; begins with `pdf` unchanged.

    Args:
        pdf: as it was shown.
        strokes: see client.app.rows.ink.
        pad: width and height of what they were drawn on.
        label: the words that the line to sign on begins with, in the paper's language.

    Raises:
        DocumentFailure: document.no_line_to_sign; document.pdf_broken.
    """
    place = _place_of(pdf, label)
    scale = min(_WIDE_PT / max(pad[0], 1), _HIGH_PT / max(pad[1], 1))
    drawn = [
        [(place.x + x * scale, place.y + (pad[1] - y) * scale) for x, y, _t, _p in stroke]
        for stroke in strokes
    ]
    try:
        writer = Revision(io.BytesIO(pdf))
        page_ref, _ = writer.find_page_for_modification(place.page)  # type: ignore[no-untyped-call]
        page = page_ref.get_object()
        note = writer.add_object(_annotation(writer, page_ref, place, drawn))
        notes = page.get("/Annots")
        if notes is None:
            page["/Annots"] = generic.ArrayObject([note])
            writer.mark_update(page_ref)
        else:
            notes.append(note)
            writer.update_container(notes)
        out = io.BytesIO()
        writer.write(out)  # type: ignore[no-untyped-call]
    except (PdfError, ValueError) as cause:
        raise DocumentFailure("document.pdf_broken") from cause
    return out.getvalue()


def _place_of(pdf: bytes, label: str) -> _Place:
    """Find the last line that begins with the label."""
    with opened(pdf) as document:
        for number in reversed(range(len(document))):
            text = document[number].get_textpage()
            found = _last(text.search(label))
            if found is not None:
                _left, bottom, right, _top = text.get_charbox(found + len(label) - 1)
                return _Place(number, right + _AWAY_PT, bottom - _BELOW_PT)
    raise DocumentFailure("document.no_line_to_sign")


def _last(searcher: PdfTextSearcher) -> int | None:
    at = None
    while (hit := searcher.get_next()) is not None:
        at = hit[0]
    return at


def _annotation(
    writer: Revision,
    page: generic.IndirectObject,
    place: _Place,
    drawn: list[list[tuple[float, float]]],
) -> generic.DictionaryObject:
    box = [place.x, place.y, place.x + _WIDE_PT, place.y + _HIGH_PT]
    form = generic.StreamObject(
        dict_data={
            generic.pdf_name("/Type"): generic.pdf_name("/XObject"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Form"),
            generic.pdf_name("/BBox"): _numbers(box),
            generic.pdf_name("/Resources"): generic.DictionaryObject(),  # type: ignore[no-untyped-call]
        },
        stream_data=_operators(drawn).encode("ascii"),
    )
    return generic.DictionaryObject(  # type: ignore[no-untyped-call]
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Ink"),
            generic.pdf_name("/Rect"): _numbers(box),
            generic.pdf_name("/P"): page,
            generic.pdf_name("/F"): generic.NumberObject(_PRINT),  # type: ignore[no-untyped-call]
            generic.pdf_name("/InkList"): generic.ArrayObject(
                [_numbers(value for point in line for value in point) for line in drawn]
            ),
            generic.pdf_name("/AP"): generic.DictionaryObject(  # type: ignore[no-untyped-call]
                {generic.pdf_name("/N"): writer.add_object(form)}
            ),
        }
    )


def _operators(drawn: list[list[tuple[float, float]]]) -> str:
    """Return the curves: from middle to middle of the points, so that no corner is left."""
    parts = [f"q 0 0 0 RG 1 J 1 j {_PEN_PT} w"]
    for line in drawn:
        (x, y), rest = line[0], line[1:]
        parts.append(f"{x:.2f} {y:.2f} m")
        if not rest:
            parts.append(f"{x:.2f} {y:.2f} l S")  # a dot
            continue
        for (ax, ay), (bx, by) in pairwise(rest):
            mx, my = (ax + bx) / 2, (ay + by) / 2
            # A quadratic curve with its control point at (ax, ay), as a cubic one.
            one = (x + (ax - x) * 2 / 3, y + (ay - y) * 2 / 3)
            two = (mx + (ax - mx) * 2 / 3, my + (ay - my) * 2 / 3)
            parts.append(f"{one[0]:.2f} {one[1]:.2f} {two[0]:.2f} {two[1]:.2f} {mx:.2f} {my:.2f} c")
            x, y = mx, my
        parts.append(f"{rest[-1][0]:.2f} {rest[-1][1]:.2f} l S")
    parts.append("Q")
    return "\n".join(parts)


def _numbers(values: Iterable[float]) -> generic.ArrayObject:
    return generic.ArrayObject([generic.FloatObject(f"{value:.2f}") for value in values])  # type: ignore[no-untyped-call]
