"""Steps made as their pages make them, in a hall: filled in, signed where the card must, compared.

What every step owes is looked at here once: a receipt, a paper that can be read, no exceptions,
and the same case at both ends.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from pypdfium2 import PdfDocument

from client.app.forms.every import FORMS
from client.app.forms.reading import wrong
from client.app.forms.table import Filled
from client.app.rows.steps import SigningSheet
from sync.domain.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from client.app.rows.cases import CaseDetail
    from client.app.rows.steps import StepDone
    from tests.helpers.hall import Hall


async def filled_page(hall: Hall, case: str, kind: str, scans=(), **values: str) -> Filled:
    """Open a page as it begins, change answers, put a page into each of its scans."""
    offer = await hall.desk.forms.offer(case, kind)
    pages = {name: (await hall.take_page(case),) for name in scans}
    filled = Filled({**offer.begin, **values}, pages)
    assert wrong(FORMS[kind], filled, hall.desk.now().date()) == ()
    return filled


async def fill(hall: Hall, case: str, kind: str, scans=(), **values: str):
    """Fill a page and press its button: the step, or the sheet that the card signs."""
    filled = await filled_page(hall, case, kind, scans, **values)
    return await hall.desk.forms.make(case, kind, filled)


async def make(hall: Hall, case: str, kind: str, card: str = "", scans=(), **values: str):
    """Make the step of a page; `card` signs where the card must. Accepted, and the same there."""
    done = await fill(hall, case, kind, scans, **values)
    if isinstance(done, SigningSheet):
        assert done.shown.splitlines()[1].endswith(case)
        done = await hall.desk.signing.sign(done, hall.pin(card))
    await accepted(hall, done, kind)
    return done


async def accepted(hall: Hall, done: StepDone, kind: str) -> CaseDetail:
    """Wait for the centre's receipt of a step, and compare the case at both ends."""
    await hall.synced()
    assert await hall.desk.messages.exceptions() == ()
    detail = await hall.desk.cases.open(done.case)
    row = [row for row in detail.timeline if row.kind == kind][-1]
    assert row.verdict == "accepted"
    proofs = [proof for proof in detail.proofs if proof.what.key == "proof.receipt"]
    assert len(proofs) == len(detail.timeline)
    assert all(proof.holds for proof in detail.proofs)
    for paper in done.papers:
        await readable(hall, paper.sha256, done.case)
    same(hall, detail)
    return detail


async def readable(hall: Hall, sha256: str, *says: str) -> str:
    """Read a paper as a person would: it is a PDF, and says what it must. Returns its words."""
    pdf = await hall.desk.papers.read(sha256)
    assert pdf.startswith(b"%PDF")
    with PdfDocument(pdf) as file:
        text = "".join(page.get_textpage().get_text_range() for page in file)
    plain = "".join(text.split())
    for each in says:
        assert "".join(each.split()) in plain, (each, text)
    return plain


def same(hall: Hall, detail: CaseDetail) -> None:
    """Compare a case with what the centre holds of it: state, applicant, light, holder, papers."""
    there = at_centre(hall, detail.row.number)
    assert there["state"] == detail.row.state
    assert there["applicant"] == detail.row.applicant
    due = detail.row.light.due_at
    assert there["due"] == (None if due is None else round(due.timestamp() * 1000))
    place = hall.desk.door.place()
    held = place.store.policy_book().roster.get(there["holder"])
    assert detail.row.holder == (held.name if held else "")


def at_centre(hall: Hall, case: str) -> dict[str, object]:
    """Return the centre's row of a case, read beside it."""
    path = hall.stage.places.centre / "centre.db"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        row = database.execute("SELECT * FROM cases WHERE number = ?", (case,)).fetchone()
    return dict(row)


def found_at_centre(hall: Hall, case: str) -> list[tuple[str, dict[str, object]]]:
    """Return what the centre found about a case: code and arguments, in order."""
    path = hall.stage.places.centre / "centre.db"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        rows = database.execute(
            "SELECT code, args FROM findings WHERE case_no = ?", (case,)
        ).fetchall()
    return [(code, json.loads(args)) for code, args in rows]


async def refused(
    hall: Hall, code: str, case: str, kind: str, scans: Iterable[str] = (), **values: str
) -> None:
    """Have the step refused by its own code, and nothing be changed by it."""
    before = await steps_of(hall, case)
    with pytest.raises(Failure) as said:
        await fill(hall, case, kind, scans, **values)
    assert said.value.code == code, said.value
    assert await steps_of(hall, case) == before


async def steps_of(hall: Hall, case: str) -> list[str]:
    """Return the events of a case."""
    return [row.event for row in (await hall.desk.cases.open(case)).timeline]


async def state_of(hall: Hall, case: str) -> str:
    """Return where a case stands."""
    return (await hall.desk.cases.open(case)).row.state


async def kept(hall: Hall, case: str) -> list[str]:
    """Return the kinds of the case's papers, each of which has its bytes."""
    papers = (await hall.desk.cases.open(case)).papers
    for paper in papers:
        assert (await hall.desk.papers.read(paper.sha256)).startswith((b"%PDF", b"\xff\xd8"))
    return [paper.kind for paper in papers]
