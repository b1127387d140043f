"""The one way in which the session key makes a step: judge, sign, append, in one transaction.

Whoever makes steps goes it: `clerk` for the clerk's day, `form_steps` for the table's pages. Read
what the paper needs (store lane), make the paper (crunch lane), then judge, sign and append (store
lane). The screen hears of it once it is durable; the engine is told to push. The slip for the roll
comes after that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from client.app.files.prints import keep_narrow
from client.app.rows.cases import PaperRow
from client.app.rows.steps import StepDone
from client.app.rows.words import said
from client.documents.narrow import compose_narrow
from client.documents.papers import compose_paper
from sync.domain.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence
    from datetime import datetime

    from client.app.files.slips import Slips
    from client.app.papers.papermaking import Subject
    from client.app.ports.store import NumberUse
    from client.app.session.recorder import Recorded
    from client.app.session.workplace import Workplace
    from client.documents.frame import Paper
    from client.documents.papers import PaperData

PDF = "application/pdf"

Noted = Callable[[str], Mapping[str, str]]
"""Says, on the store lane, which drafts are kept in the transaction of a case's step."""


def _nothing(_case: str) -> Mapping[str, str]:
    return {}


NOTHING: Final[Noted] = _nothing


class Stepping:
    """Makes steps in an open session; the caller holds `place.steps`.

    Args:
        done: told of each durable step, on the screen lane.
        slips: makes what a thermal printer is given.
    """

    def __init__(self, done: Callable[[Recorded], None], slips: Slips) -> None:
        self._done = done
        self._slips = slips

    async def with_paper(  # noqa: PLR0913, PLR0917  the parts of a step
        self,
        place: Workplace,
        kind: str,
        subject: Subject,
        data: Callable[[], PaperData],
        members: Mapping[str, Any],
        uses: Sequence[NumberUse] = (),
        pages: Sequence[tuple[str, str]] = (),
        noted: Noted = NOTHING,
    ) -> StepDone:
        """Make the paper, keep it sealed, and commit the step that names it."""
        framed = await place.on_store(data)
        paper = await place.lanes.crunch.run(compose_paper, framed)
        await place.on_store(place.store.put_attachment, paper.pdf, PDF, None)
        named = {**members, "paper": paper_members(paper)}
        scope, all_pages = subject.item.scope, [*pages, (paper.sha256, PDF)]
        done = await self.commit(
            *(place, kind, subject.number, scope, named),
            uses=uses,
            paper=paper,
            pages=all_pages,
            noted=noted,
        )
        self._slips.want(place, framed, paper.sha256)
        return done

    async def commit(  # noqa: PLR0913  the parts of a step
        self,
        place: Workplace,
        kind: str,
        case: str,
        scope: str,
        members: Mapping[str, Any],
        *,
        uses: Sequence[NumberUse] = (),
        paper: Paper | None = None,
        pages: Sequence[tuple[str, str]] = (),
        noted: Noted = NOTHING,
    ) -> StepDone:
        """Judge, sign and append one step, and keep the drafts that `noted` says with it.

        Raises:
            AppFailure: a violation's code when the rules refuse it; nothing is changed then.
        """

        def work() -> Recorded:
            draft = place.recorder.draft(kind, scope, case, members)
            return place.recorder.commit(draft, uses=uses, pages=pages, drafts=noted(case))

        recorded = await place.on_store(work)
        self._done(recorded)
        return done_of(recorded, case, place.now(), paper)


async def kept_paper(place: Workplace, data: PaperData) -> Paper:
    """Compose a paper and keep it sealed; it belongs to no case until a step names it.

    A slip is made for the thermal printer too. It stays at this window: the paper is the A4 one.
    """
    paper = await place.lanes.crunch.run(compose_paper, data)
    slip = await place.lanes.crunch.run(compose_narrow, data)

    def keep() -> None:
        place.store.put_attachment(paper.pdf, PDF, None)
        if slip is not None:
            keep_narrow(place.store, paper.sha256, slip)

    await place.on_store(keep)
    return paper


def paper_members(paper: Paper) -> dict[str, object]:
    """Return a paper as it stands in a step's body."""
    return {"kind": paper.kind, "no": paper.no, "sha256": paper.sha256, "size": paper.size}


async def numbered(make: Callable[[], Awaitable[StepDone]]) -> StepDone:
    """Make a step that spends a number; once more when a fresh lease came between the two."""
    try:
        return await make()
    except Failure as failure:
        if failure.code != "store.number_spent":
            raise
    return await make()


def done_of(recorded: Recorded, case: str, at: datetime, paper: Paper | None = None) -> StepDone:
    """Return what a screen is told of a durable step."""
    papers = (PaperRow(paper.kind, paper.no or "", paper.sha256, at),) if paper else ()
    findings = tuple(said(each) for each in recorded.findings)
    return StepDone(case, recorded.event, recorded.change, papers, findings)
