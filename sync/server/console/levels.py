"""The centres below, and their cases: to be seen, never to be changed from here (PL03, PL04)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response  # noqa: TC002  # FastAPI reads annotations

from sync.domain.lights import Light
from sync.domain.supervising import Act
from sync.server.console.answers import TEXT_MAX, again, answer, looked
from sync.server.services.entry.console import Look

if TYPE_CHECKING:
    from typing import Any

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk

_ORDER = (Light.RED, Light.YELLOW, Light.WHITE, Light.PAUSED)
_NUMBER_MAX = 40


def add_levels(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the pages."""

    @router.get("/levels")
    async def levels(request: Request) -> Response:
        """Show the centres below, and the open cases of all or of one."""
        centre = request.query_params.get("centre", "")[:TEXT_MAX]

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            found = await desk.ledger.read(
                lambda tx: desk.level_board.board(tx, visitor.of(Act.BOARD), centre)
            )
            lights = [light.value for light in _ORDER]
            return {"visitor": visitor, "below": found, "chosen": centre, "lights": lights}

        look = Look("levels", centre or "all", again(request))
        return await answer(pages, request, "levels", look, shown)

    @router.get("/levels/{centre}/{number}")
    async def lower_case(request: Request, centre: str, number: str) -> Response:
        """Show one case of a lower centre, line by line as it was answered there."""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            found = await desk.ledger.read(
                lambda tx: desk.level_board.case(tx, visitor.of(Act.BOARD), centre, number)
            )
            return {"visitor": visitor, "file": found}

        subject = f"{centre[:_NUMBER_MAX]} {number[:_NUMBER_MAX]}"
        return await answer(pages, request, "level_case", Look("level_case", subject), shown)
