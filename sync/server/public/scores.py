"""Published rankings for everybody (PE05, PE11, CH17)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response  # FastAPI reads annotations

from sync.server.pages import Wording, language_of
from sync.server.papers import said_of
from sync.server.services.evaluation.publishing import PUBLIC_KINDS
from sync.server.services.evaluation.scoring import PUBLISHED

if TYPE_CHECKING:
    from sync.server.pages import Pages
    from sync.server.services.desk import Desk
    from sync.server.services.ports.ledger import Transaction


def score_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Return the routes."""
    router = APIRouter(route_class=pages.route_class())

    @router.get("/scores")
    async def scores(request: Request) -> Response:
        """Show the newest published run, or the one that is asked for."""
        asked = request.query_params
        period, _, code = asked.get("run", "").partition(" ")
        wanted = (asked.get("period", period), asked.get("code", code))
        every = await desk.ledger.read(lambda tx: tx.scores.runs())
        runs = [each for each in every if each.state == PUBLISHED]
        run = next((r for r in runs if (r.period, r.code) == wanted), next(iter(runs), None))
        rankings = []
        for kind in PUBLIC_KINDS:
            if run is None:
                break
            of = (run.period, run.code, kind, None)
            _, ranked = await desk.ledger.read(partial(_ranking, desk, of))
            rankings.append((kind.value, ranked))
        return pages.page(
            request,
            "public_scores.html",
            runs=[(each, desk.scoring.rules(each)) for each in runs],
            run=run,
            rules=None if run is None else desk.scoring.rules(run),
            rankings=rankings,
        )

    @router.get("/bulletins")
    async def bulletins(request: Request) -> Response:
        """Show the newest released bulletin, or that of the week that is asked for."""
        wanted = request.query_params.get("week", "")[:10]
        rows = await desk.ledger.read(lambda tx: desk.bulletins.listed(tx, None))
        row = next((r for r in rows if r.week == wanted), next(iter(rows), None))
        said = said_of(row, Wording(language_of(request), desk.clock.now_ms()))
        return pages.page(request, "public_bulletin.html", rows=rows, row=row, **said)

    return router


def _ranking(desk: Desk, of: Any, tx: Transaction) -> Any:
    return desk.publishing.ranking(tx, *of)
