"""Parts that several steps share: a reason, a notice to be served, a scanned page, a signed row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from client.app.forms.bodies import attachment_members
from client.app.forms.reading import day_in, moment_in
from client.app.forms.table import Ask, Field
from sync.domain.authority import at_moment
from sync.domain.calendar import china_day
from sync.domain.fields import ms_of
from sync.domain.rights import speaks_for

if TYPE_CHECKING:
    from datetime import date, datetime

    from client.app.forms.table import Facts, Filled
    from client.app.rows.words import PageRow
    from client.documents.wording import Wording
    from sync.domain.case import Opinion

NOW, LATER = "now", "later"
SERVED = Field("served", Ask.CODE, codes=(NOW, LATER), words="form.served")
"""Whether the notice is handed over with the step, or still to be served (送达)."""

TOLD = Field("told", Ask.TICK)
"""The notice is handed over with the step: the law knows no later service of it."""

TEXT = Field("text", Ask.TEXT)
MORE = Field("text", Ask.TEXT, need=False)


def reason(*codes: str, words: str = "reason") -> Field:
    """Return the question for a reason code."""
    return Field("reason", Ask.CODE, codes=codes, words=words)


def reasoned(filled: Filled) -> dict[str, Any]:
    """Return reason code and text."""
    return {"reason": filled.of("reason"), "text": filled.of("text")}


def served(filled: Filled, facts: Facts) -> dict[str, Any]:
    """Return when the notice was handed over; None leaves a paper to serve."""
    return {"served_at": None if filled.of("served") == LATER else ms_of(facts.now)}


def handed(facts: Facts) -> dict[str, Any]:
    """Return that the notice is handed over with the step."""
    return {"served_at": ms_of(facts.now)}


def questions_to(facts: Facts) -> list[Opinion]:
    """Return the opinions still owed by a department that the person speaks for (ST10)."""
    own = speaks_for(facts.rules, facts.person, facts.case.scope, at_moment(facts.now))
    owed = (opinion for opinion in facts.case.opinions if opinion.given_at is None)
    return [opinion for opinion in owed if opinion.department in own]


def today(facts: Facts) -> date:
    """Return the day it is in China."""
    return china_day(facts.now)


def day_of(filled: Filled, name: str, facts: Facts) -> date:
    """Return the day filled in; `reading.wrong` has seen it before."""
    found = day_in(filled.of(name), today(facts))
    if found is None:
        raise ValueError(name)
    return found


def moment_of(filled: Filled, name: str, facts: Facts) -> datetime:
    """Return the moment filled in; `reading.wrong` has seen it before."""
    found = moment_in(filled.of(name), today(facts))
    if found is None:
        raise ValueError(name)
    return found


def scanned(filled: Filled, name: str) -> dict[str, Any] | None:
    """Return the attachment of a SCAN, None where none was asked for."""
    page = filled.scan(name)
    return None if page is None else attachment_members(page)


def scanned_paper(page: PageRow, kind: str, letter: str, facts: Facts) -> dict[str, object]:
    """Return a paper that came in signed, or from another office, as a step's paper."""
    return {
        "kind": kind,
        "no": f"{facts.case.number}-{letter}{len(facts.case.papers) + 1}",
        "sha256": page.sha256,
        "size": page.size,
    }


def reason_words(filled: Filled, words: Wording, family: str) -> str:
    """Return the reason in the paper's language, its text after it."""
    return words.t(
        "reasoned", reason=words.coded(family, filled.of("reason")), text=filled.of("text")
    )
