"""Routes for strangers: the catalogue of items, and one item whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from sync.server.services.public.items import PublicItems

if TYPE_CHECKING:
    from sync.server.pages import Pages
    from sync.server.services.desk import Desk

_CODE_MAX = 64


def item_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Return the routes; nothing but what policy publishes is read."""
    router = APIRouter(include_in_schema=False, route_class=pages.route_class())
    items = PublicItems(desk.policy)

    @router.get("/items")
    async def catalogue(request: Request) -> Response:
        """List the items, or those that hold what was typed."""
        text = request.query_params.get("q", "")[:_CODE_MAX]
        return pages.page(request, "items.html", text=text, found=items.find(text))

    @router.get("/items/{code}")
    async def item(request: Request, code: str) -> Response:
        """Tell one item whole: the sheet's QR code leads here."""
        found = items.item(code[:_CODE_MAX])
        status = 404 if found is None else 200
        return pages.page(request, "item.html", status=status, code=code[:_CODE_MAX], found=found)

    return router
