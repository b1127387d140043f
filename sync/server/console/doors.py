"""The console's door: a code for a cookie, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from sync.domain.supervising import Level
from sync.protocol.errors import WireError
from sync.server.api.doors import address
from sync.server.console.answers import COOKIE
from sync.server.pages import check_origin, form_of

if TYPE_CHECKING:
    from sync.server.pages import Pages
    from sync.server.services.desk import Desk


def add_doors(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add entering and leaving."""

    @router.get("/enter")
    async def enter_page(request: Request) -> Response:
        """Show the page whose script sends the code that stands after the address's #."""
        return pages.page(request, "enter.html", wrong=False)

    @router.post("/enter")
    async def enter(request: Request) -> Response:
        """Trade the code for a cookie."""
        check_origin(request, desk.settings.origin)
        desk.tries.take(f"console {address(request)}", desk.settings.login_tries)
        code = (await form_of(request)).get("code", "")
        try:
            cookie, level = await desk.ledger.write(lambda tx: desk.console.enter(tx, code.strip()))
        except WireError as refused:
            return pages.page(request, "enter.html", status=refused.status, wrong=True)
        first = "/console/overview" if level is Level.LEADER else "/console"
        answer = Response(status_code=303, headers={"Location": first})
        answer.set_cookie(COOKIE, cookie, secure=True, httponly=True, samesite="strict", path="/")
        return answer

    @router.post("/leave")
    async def leave(request: Request) -> Response:
        """End the visit."""
        check_origin(request, desk.settings.origin)
        cookie = request.cookies.get(COOKIE)
        await desk.ledger.write(lambda tx: desk.console.leave(tx, cookie))
        answer = Response(status_code=303, headers={"Location": "/console"})
        answer.delete_cookie(COOKIE, secure=True, httponly=True, samesite="strict", path="/")
        return answer
