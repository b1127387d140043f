"""The board: every case that the visitor may see, red first."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response  # noqa: TC002  # FastAPI reads annotations

from sync.domain.lights import Light
from sync.server.console.answers import TEXT_MAX, again, answer, looked, page_of
from sync.server.services.entry.console import Look
from sync.server.services.supervision.supervision import Wanted

if TYPE_CHECKING:
    from typing import Any

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk

_ORDER = (Light.RED, Light.YELLOW, Light.WHITE, Light.PAUSED, Light.NONE)


def add_board(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the board."""

    @router.get("")
    async def board(request: Request) -> Response:
        """Show the board, or what has changed on it."""
        wanted = _wanted(request)

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            found = await desk.ledger.read(lambda tx: desk.supervision.board(tx, visitor, wanted))
            return {
                "visitor": visitor,
                "board": found,
                "wanted": wanted,
                "health": desk.health.notices(),
                "lights": [light.value for light in _ORDER],
                "link": lambda **changes: _link(wanted, **changes),
            }

        look = Look("board", "closed" if wanted.closed else "open", again(request))
        return await answer(pages, request, "board", look, shown)


def _wanted(request: Request) -> Wanted:
    asked = request.query_params
    light = asked.get("light", "")
    return Wanted(
        light=light if light in {each.value for each in Light} else "",
        department=asked.get("department", "")[:TEXT_MAX],
        text=asked.get("text", "")[:TEXT_MAX],
        closed=asked.get("closed") == "1",
        page=page_of(request),
    )


def _link(wanted: Wanted, **changes: object) -> str:
    """Return the board's address with some of what is wanted changed; page 1 unless it says so."""
    now: dict[str, object] = {
        "light": wanted.light,
        "department": wanted.department,
        "text": wanted.text,
        "closed": "1" if wanted.closed else "",
        **changes,
    }
    kept = {name: value for name, value in now.items() if value}
    return f"/console?{urlencode(kept)}" if kept else "/console"
