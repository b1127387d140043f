"""The sheet of a decisive step: exactly what the card will sign, as text and as rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from client.app.papers.making import subject_of
from client.app.rows.steps import SigningSheet
from client.app.rows.words import Words
from sync.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from client.app.rows.cases import PaperRow
    from client.app.session.recorder import Draft
    from client.app.session.workplace import Workplace
    from client.documents.papers import PaperData
    from sync.domain.case import Case

    Draw = Callable[["Workplace", "Case"], "Drawn"]
    """Draws up a decisive step on the store lane; nothing is recorded."""

DIGEST_SHOWN = 16
_COLON = re.compile("：|: ")  # what the text `sheet.line` puts between a label and its value


@dataclass(frozen=True, slots=True)
class Drawn:
    """A decisive step drawn up: its body, what the sheet tells, and the paper it will give out.

    `told` are (label key, value); empty values are left out. `pages` are (hash, type) of what the
    body names besides its paper.
    """

    members: Mapping[str, Any]
    told: tuple[tuple[str, str], ...]
    paper: PaperData | None = None
    pages: tuple[tuple[str, str], ...] = ()


def shown_text(
    place: Workplace, kind: str, case: Case, told: tuple[tuple[str, str], ...], digest: str
) -> str:
    """Return the text that the sheet shows and the card signs for (proof.md §3 `sum`)."""
    said = texts(place.papers.language)
    subject = subject_of(case, place.rules())
    title = f"sheet.title.{kind}"
    lines = [
        ("sheet.case", case.number),
        ("sheet.applicant", case.applicant.name),
        ("sheet.item", subject.item.name.of(place.papers.language)),
        *((label, " ".join(value.split())) for label, value in told if value),
        *([("sheet.digest", digest[:DIGEST_SHOWN])] if digest else []),
    ]
    whole = [
        said.t(title if said.has(title) else f"step.{kind}"),
        *(said.t("sheet.line", label=said.t(label), value=value) for label, value in lines),
    ]
    return "\n".join(whole)


def sheet_of(
    kind: str, case: Case, draft: Draft, digest: str, documents: tuple[PaperRow, ...]
) -> SigningSheet:
    """Return the sheet whose text the draft holds."""
    title, *rest = draft.shown.splitlines()
    pairs = (_COLON.split(line, maxsplit=1) for line in rest)
    return SigningSheet(
        kind=kind,
        case=case.number,
        title=Words("app.words", {"text": title}),
        lines=tuple((Words("app.words", {"text": label}), value) for label, value in pairs),
        shown=draft.shown,
        documents=documents,
        digest_prefix=digest[:DIGEST_SHOWN],
        form={"draft": draft.id},
    )
