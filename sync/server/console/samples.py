"""Drawings of cases for a check by hand, and what the checks found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response  # noqa: TC002  # FastAPI reads annotations

from sync.server.console.answers import again, answer, back, looked, own_form, visitor_of
from sync.server.services.entry.console import Look
from sync.server.services.supervision.sampling import Asked

if TYPE_CHECKING:
    from typing import Any

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk
    from sync.server.services.ports.ledger import Transaction

_ID_MAX = 64
_DIGITS = 3


def add_samples(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add drawing, and judging what was drawn."""

    @router.get("/samples")
    async def samples(request: Request) -> Response:
        """Show the drawings."""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            found = await desk.ledger.read(lambda tx: desk.sampling.newest(tx, visitor))
            return {"visitor": visitor, "samples": found}

        return await answer(pages, request, "samples", Look("samples", "", again(request)), shown)

    @router.post("/samples")
    async def draw(request: Request) -> Response:
        """Draw cases: found on a snapshot, weighed beside the writer, kept in one short unit."""
        form = await own_form(desk, request)
        size = form.get("size", "")
        wanted = int(size) if size.isdecimal() and len(size) < _DIGITS else 0
        asked = Asked(form.get("phase", ""), wanted, form.get("seed", "").strip())
        visitor = await looked(desk, request, Look("sample", asked.phase[:_DIGITS]))
        found = await desk.ledger.read(lambda tx: desk.sampling.candidates(tx, visitor, asked))
        made, cases = await desk.ledger.crunch(lambda: desk.sampling.drawn(visitor, asked, found))
        await desk.ledger.write(lambda tx: desk.sampling.keep(tx, made, cases))
        return back(f"/console/samples/{made.id}")

    @router.get("/samples/{id_}")
    async def sample(request: Request, id_: str) -> Response:
        """Show one drawing."""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            found = await desk.ledger.read(lambda tx: desk.sampling.sample(tx, visitor, id_))
            return {"visitor": visitor, "sample": found}

        look = Look("sample", id_[:_ID_MAX], again(request))
        return await answer(pages, request, "sample", look, shown)

    @router.post("/samples/{id_}/{number}")
    async def judge(request: Request, id_: str, number: str) -> Response:
        """Keep what the check of one case found."""
        form = await own_form(desk, request)
        verdict, text = form.get("verdict", ""), form.get("text", "")

        def judged(tx: Transaction) -> None:
            visitor = visitor_of(desk, tx, request, Look("check", number[:_ID_MAX]))
            desk.sampling.judge(tx, visitor, id_, number, verdict, text)

        await desk.ledger.write(judged)
        return back(f"/console/samples/{id_}")
