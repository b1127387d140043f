"""Template and values to PDF/A-2b, by typst, with the bundled fonts only.

Runs on the crunch lane: about 30 ms the first time, under 15 ms warm. Equal values give equal
bytes, because the document's date is a value too. A character that no font has is printed as its
code, with a note (`glyphs`). A template sees only its own folder, never the
net, and holds no words of its own: those come from the message catalogues under "paper.".
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from client.documents.bundled import FONTS, TEMPLATES, marks, own_template
from client.documents.failures import DocumentFailure
from client.documents.glyphs import require_printable, stands
from client.host.memory import give_back
from sync.domain.failures import FailureKind
from sync.texts import texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import typst

_WORDS = "paper."
LOOK = "look.typ"  # what every template imports; a hall's own folder is given ours
# Name, address, seal: a compiler keeps its last document, so compile and query are one act.
_LOCK = threading.Lock()
_SEAL_SIDE_PT = 42 / 25.4 * 72  # 42 mm, the diameter of an office's round seal


@dataclass(frozen=True, slots=True)
class SealBox:
    """Where a seal belongs: page counted from 0, corners in PDF points from the lower left."""

    page: int
    x1: float
    y1: float
    x2: float
    y2: float


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    import typst  # noqa: PLC0415 - 80 MB of native code, loaded with the first paper

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )


@lru_cache(maxsize=64)
def _compiler(template: str) -> typst.Compiler:
    import typst  # noqa: PLC0415

    own = own_template(template)
    source, root = TEMPLATES / f"{template}.typ", TEMPLATES
    if own is not None:
        source, root = own, own.parents[1]
        (root / LOOK).write_bytes((TEMPLATES / LOOK).read_bytes())
    return typst.Compiler(source, root=root, font_paths=_fonts(), ignore_system_fonts=True)


def _broken(template: str) -> DocumentFailure:
    """Return the failure of a template: a defect of ours, or one that the hall can mend."""
    if own_template(template) is not None:
        return DocumentFailure("document.own_template", template=f"{template}.typ")
    return DocumentFailure("document.not_composed", FailureKind.BROKEN, template=template)


@lru_cache(maxsize=1)
def templates() -> frozenset[str]:
    """Return the names that `compose` takes, e.g. "papers/acceptance", "certificates/food"."""
    return frozenset(
        f"{folder}/{path.stem}"
        for folder in ("papers", "certificates", "thermal")
        for path in (TEMPLATES / folder).glob("*.typ")
    )


@lru_cache(maxsize=4)
def _words(language: str) -> str:
    return json.dumps(texts(language).under(_WORDS), ensure_ascii=False)


def _strings(value: object) -> Iterator[str]:
    """Yield every text inside a value, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)


def compose(template: str, data: Mapping[str, Any], language: str) -> bytes:
    """Make a PDF/A-2b of a template.

    Args:
        template: a name of `templates()`.
        data: what the template reads: formatted strings, lists and tables of them, and `made_at`
            (int, ms UTC: the document's date). No `no` means a draft, marked 草稿 across.
        language: "zh_CN" or "en"; the English paper says that the Chinese one binds.

    Raises:
        DocumentFailure: document.text_unprintable, document.text_private,
            document.template_unknown, document.own_template (the hall's own is broken), or
            document.not_composed (a defect of ours).
    """
    return compose_with_seal(template, data, language)[0]


def compose_with_seal(
    template: str, data: Mapping[str, Any], language: str
) -> tuple[bytes, SealBox | None]:
    """Do as `compose`, and say where on the paper the seal belongs (None: it bears none)."""
    import typst  # noqa: PLC0415

    if template not in templates():
        raise DocumentFailure("document.template_unknown", FailureKind.BROKEN, template=template)
    inputs = _inputs(data, language)
    with _LOCK:
        try:
            compiler = _compiler(template)
            pdf = compiler.compile(
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=["a-2b"],
                timestamp=int(data["made_at"]) // 1000,
            )
            seals = json.loads(compiler.query("<seal>", field="value"))
        except typst.TypstError as cause:
            raise _broken(template) from cause
    give_back()
    if not isinstance(pdf, bytes):
        raise _broken(template)
    return pdf, _seal_box(seals[0]) if seals else None


def compose_cover(template: str, data: Mapping[str, Any], language: str) -> bytes:
    """Make a PDF/A-3b: a document that files may be attached to.

    Args:
        template: its name in the templates' folder.
        data: as for `compose`.
        language: as for `compose`.

    Raises:
        DocumentFailure: as `compose`.
    """
    import typst  # noqa: PLC0415

    inputs = _inputs(data, language)
    with _LOCK:
        try:
            pdf = _compiler(template).compile(
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=["a-3b"],
                timestamp=int(data["made_at"]) // 1000,
            )
        except typst.TypstError as cause:
            raise _broken(template) from cause
    if not isinstance(pdf, bytes):
        raise _broken(template)
    return pdf


def _inputs(data: Mapping[str, Any], language: str) -> dict[str, str]:
    """Return what a template is given; raises document.text_unprintable, document.text_private."""
    strings = tuple(_strings(dict(data)))
    require_printable(strings)
    lacking = [{"char": stand.char, "shown": stand.shown} for stand in stands(strings)]
    values = json.dumps({**data, "lacking": lacking}, ensure_ascii=False)
    return {"data": values, "words": _words(language), **marks()}


def _seal_box(mark: Mapping[str, Any]) -> SealBox:
    half = _SEAL_SIDE_PT / 2
    x, y = float(mark["x"]), float(mark["height"]) - float(mark["y"])
    return SealBox(int(mark["page"]) - 1, x - half, y - half, x + half, y + half)
