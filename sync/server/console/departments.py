"""How good each department's data is (PL08)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response  # noqa: TC002  # FastAPI reads annotations

from sync.server.console.answers import again, answer, looked
from sync.server.services.entry.console import Look

if TYPE_CHECKING:
    from typing import Any

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk

SPANS = (7, 30, 90, 365)


def add_departments(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the page."""

    @router.get("/departments")
    async def departments(request: Request) -> Response:
        """Show the figures of every department's system that the visitor may see."""
        asked = request.query_params.get("days", "")
        days = int(asked) if asked in {str(each) for each in SPANS} else 30

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            rows = await desk.ledger.read(lambda tx: desk.department_quality.since(tx, days))
            found = await desk.ledger.crunch(
                lambda: desk.department_quality.figures(rows, visitor.scopes)
            )
            return {"visitor": visitor, "days": days, "spans": SPANS, "systems": found}

        look = Look("departments", str(days), again(request))
        return await answer(pages, request, "departments", look, shown)
