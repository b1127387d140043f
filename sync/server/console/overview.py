"""The page of leaders: figures and what is red, each leading to what is behind it (RO15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response  # noqa: TC002  # FastAPI reads annotations

from sync.server.console.answers import again, answer, looked
from sync.server.services.entry.console import Look

if TYPE_CHECKING:
    from typing import Any

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk


def add_overview(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the page."""

    @router.get("/overview")
    async def overview(request: Request) -> Response:
        """Show everything at one look, or what has changed of it."""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            found = await desk.ledger.read(lambda tx: desk.overview.picture(tx, visitor))
            return {"visitor": visitor, "picture": found}

        look = Look("overview", "all", again(request))
        return await answer(pages, request, "overview", look, shown)
