"""Drafting (拟文): the words of a decision from a template, and every draft that came before.

Templates are words of the product, under drafting.<decision>[.<reason>], always in Chinese: the
decision's paper is. Earlier drafts are kept beside the form, in the encrypted store of this window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from sync.texts import texts
from sync.typed import from_json

if TYPE_CHECKING:
    from datetime import datetime

    from client.app.rows.cases import CaseDetail
    from ui.presenters.desk import Drafts
    from ui.values import DecisionForm

MOST = 20
_PAPERS = "zh_CN"
_STOPS = "。.;； \n"  # the template has its own
_OPINIONS = ("handle", "review")


@dataclass(frozen=True, slots=True)
class Version:
    """One earlier draft: counted from 1, when (ms UTC), whose, and its words."""

    number: int
    at: int
    person: str
    text: str


def drafted(detail: CaseDetail, form: DecisionForm) -> str:
    """Return a decision's words as the template has them; "" while no decision is chosen.

    Args:
        detail: the case: its facts fill the template.
        form: says which decision, and for which reason.
    """
    words = texts(_PAPERS)
    keys = (f"drafting.{form.kind}.{form.reason}", f"drafting.{form.kind}")
    key = next((key for key in keys if words.has(key)), "")
    if not key:
        return ""
    said = [row for row in detail.timeline if row.kind in _OPINIONS and row.note]
    opinions = "".join(
        words.t("drafting.opinion", step=words.t(f"step.{row.kind}"), text=row.note.rstrip(_STOPS))
        for row in said
    )
    return words.t(
        key,
        applicant=detail.row.applicant,
        item=detail.row.item,
        number=detail.row.number,
        department=detail.department,
        opinions=opinions,
    )


class Versions:
    """The drafts of one paper, newest last; a draft that says the same again is no new one.

    Args:
        drafts: the desk's.
        key: of the form that they are drafts of.
    """

    def __init__(self, drafts: Drafts, key: str) -> None:
        self._drafts = drafts
        self._key = f"{key}/versions"
        self.kept: tuple[Version, ...] = ()

    async def load(self) -> None:
        """Read them; what cannot be read is no draft."""
        text = await self._drafts.load(self._key)
        try:
            self.kept = () if text is None else from_json(text, tuple[Version, ...])
        except msgspec.DecodeError:
            self.kept = ()

    async def keep(self, text: str, person: str, now: datetime) -> None:
        """Keep a draft as it stands; the oldest goes when there are too many."""
        if not text.strip() or any(version.text == text for version in self.kept):
            return
        number = self.kept[-1].number + 1 if self.kept else 1
        fresh = Version(number, round(now.timestamp() * 1000), person, text)
        self.kept = (*self.kept, fresh)[-MOST:]
        await self._drafts.save(self._key, msgspec.json.encode(self.kept).decode())
