"""Urges and orders, followed to their end, and each as a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response  # noqa: TC002  # FastAPI reads annotations

from sync.server.console.answers import again, answer, looked, page_of
from sync.server.services.entry.console import Look
from sync.server.services.supervision.following import STATES

if TYPE_CHECKING:
    from typing import Any

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk

_EVENT_MAX = 64


def add_orders(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the list and the paper."""

    @router.get("/orders")
    async def orders(request: Request) -> Response:
        """Show urges and orders in a state."""
        asked, page = request.query_params.get("state", ""), page_of(request)
        state = asked if asked in STATES else ""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            found = await desk.ledger.read(
                lambda tx: desk.orders.following(tx, visitor, state, page)
            )
            told = {"visitor": visitor, "found": found, "state": state, "page": page}
            return told | {"states": STATES}

        look = Look("orders", state, again(request))
        return await answer(pages, request, "orders", look, shown)

    @router.get("/orders/{event}")
    async def order(request: Request, event: str) -> Response:
        """Show one urge or order as a paper, to be printed."""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            found = await desk.ledger.read(lambda tx: desk.orders.one(tx, visitor, event))
            return {"visitor": visitor, "order": found}

        look = Look("order", event[:_EVENT_MAX], again(request))
        return await answer(pages, request, "order", look, shown)
