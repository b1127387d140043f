"""The figures of a span, as every window counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response  # noqa: TC002  # FastAPI reads annotations

from sync.domain.calendar import china_day
from sync.domain.statistics import By, span_of
from sync.server.clock import moment
from sync.server.console.answers import again, answer, looked
from sync.server.services.supervision.console import Look

if TYPE_CHECKING:
    from typing import Any

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk


def add_figures(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the figures."""

    @router.get("/statistics")
    async def statistics(request: Request) -> Response:
        """Show the figures of a span, counted as every window counts them (PE09)."""
        asked = request.query_params
        span_name, by = asked.get("span", "month"), _by(asked.get("by", "person"))
        span = span_of(span_name, china_day(moment(desk.clock.now_ms())))

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            found = await desk.ledger.read(
                lambda tx: desk.statistics.counted(tx, visitor.scopes, span)
            )
            lines = await desk.ledger.crunch(lambda: desk.statistics.lines(found, by))
            return {"visitor": visitor, "span": span, "name": span_name, "by": by, "lines": lines}

        look = Look("statistics", by, again(request))
        return await answer(pages, request, "statistics", look, shown)


def _by(asked: str) -> By:
    return By(asked) if asked in set(By) else By.PERSON
