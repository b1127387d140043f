"""The centre's own papers as PDF, by typst with the bundled fonts: the one module that knows it.

The window composes its papers in `client/documents`, which the centre never loads; both use the
same library and fonts. A bulletin is printed as it was kept: equal rows give equal bytes.
"""

from __future__ import annotations

import json
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from resources.folder import FOLDER
from sync.domain.failures import Failure, FailureKind
from sync.server.services.evaluation.bulletins import week_of

if TYPE_CHECKING:
    import typst

    from sync.server.pages import Wording
    from sync.server.services.rows.scores import BulletinRow

_LOCK = threading.Lock()  # a compiler keeps its last document
_LIGHTS = ("red", "yellow", "white", "paused")
_COLUMNS = ("received", "accepted", "decided", "kept", "extended", "late", "closed")


def bulletin_pdf(row: BulletinRow, w: Wording, centre: str) -> bytes:
    """Return a bulletin as PDF/A-2b.

    Args:
        row: as kept.
        w: words of the language that it is printed in.
        centre: the centre's name.

    Raises:
        Failure: centre.paper (broken): typst cannot compose it.
    """
    return _compose("bulletin", _values(row, w, centre), row.made // 1000)


def said_of(row: BulletinRow | None, w: Wording) -> dict[str, Any]:
    """Return what pages show of a bulletin: the week, its sentences, what was found in words."""
    if row is None:
        return {"week": None}
    week = week_of(row)
    breaches = [(breach_words(w, signal), n) for signal, n in week.breaches]
    return {"week": week, "lines": bulletin_lines(row, w), "breaches": breaches}


def bulletin_lines(row: BulletinRow, w: Wording) -> list[str]:
    """Return the sentences of a bulletin, in order: the same on page and paper."""
    week = week_of(row)
    whole = week.whole
    said = [
        w.t(
            "bulletin.counts",
            received=whole.received,
            accepted=whole.accepted,
            decided=whole.decided,
            closed=whole.closed,
        ),
        w.t("bulletin.kept", kept=whole.kept, extended=whole.extended, late=whole.late),
        w.t("bulletin.lights", **{name: week.lights.get(name, 0) for name in _LIGHTS}),
        w.t("bulletin.owed", owed=week.owed),
    ]
    between = w.t("bulletin.between")
    if week.best:
        said.append(w.t("bulletin.best", names=between.join(_rated(o) for o in week.best)))
    if week.worst:
        said.append(w.t("bulletin.worst", names=between.join(_rated(o) for o in week.worst)))
    return said


def breach_words(w: Wording, signal: str) -> str:
    """Return what a signal says, in words."""
    kind, _, code = signal.partition(":")
    if kind in {"urged", "escalated"}:
        return w.t(f"bulletin.breach.{kind}")
    return w.t(f"bulletin.breach.{kind}", what=_named(w, code))


def _named(w: Wording, code: str) -> str:
    """Return a violation's name, or its sentence without what is of one step alone."""
    for prefix in ("violation_name", "bulletin.name"):
        if (name := w.code(prefix, code)) != code:
            return name
    return w.code("violation", code)


def _rated(office: Any) -> str:
    return f"{office.name} {_percent(office.rate)}"


def _percent(per_mille: int | None) -> str:
    return "—" if per_mille is None else f"{per_mille // 10}.{per_mille % 10}%"


def _values(row: BulletinRow, w: Wording, centre: str) -> dict[str, Any]:
    week = week_of(row)
    return {
        "lang": "zh" if w.tag.startswith("zh") else "en",
        "title": w.t("bulletin.title"),
        "centre": centre,
        "span": w.t("stats.told", first=week.first.isoformat(), last=week.last.isoformat()),
        "lines": bulletin_lines(row, w),
        "columns": [
            w.t("figures.by.department"),
            *(w.t(f"figures.column.{name}") for name in _COLUMNS),
            w.t("figures.rate.on_time"),
            w.t("bulletin.owed_short"),
        ],
        "rows": [
            [
                office.name,
                *(str(getattr(office.counts, name)) for name in _COLUMNS),
                _percent(office.rate),
                str(office.owed),
            ]
            for office in week.offices
        ],
        "breaches_title": w.t("bulletin.breaches"),
        "breaches": [[breach_words(w, signal), str(n)] for signal, n in week.breaches],
        "remark_title": w.t("bulletin.remark"),
        "remark": row.remark,
        "draft": "" if row.released else w.t("bulletin.state.draft"),
        "made": w.t("bulletin.made", at=w.moment(row.made)),
    }


def _compose(template: str, values: dict[str, Any], at: int) -> bytes:
    import typst  # noqa: PLC0415  # 80 MB of native code, loaded with the first paper

    inputs = {"data": json.dumps(values, ensure_ascii=False)}
    with _LOCK:
        try:
            made = _compiler(template).compile(
                format="pdf", sys_inputs=inputs, pdf_standards=["a-2b"], timestamp=at
            )
        except typst.TypstError as error:
            raise Failure("centre.paper", FailureKind.BROKEN, paper=template) from error
    if not isinstance(made, bytes):
        raise Failure("centre.paper", FailureKind.BROKEN, paper=template)
    return made


@lru_cache(maxsize=4)
def _compiler(template: str) -> typst.Compiler:
    import typst  # noqa: PLC0415

    folder = FOLDER / "templates" / "centre"
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(FOLDER / "fonts")],
    )
    return typst.Compiler(folder / f"{template}.typ", root=folder, font_paths=fonts)
