"""What every page of the console does: asks who looks, writes it down, answers whole or in part.

A page is a template `<name>.html` around `<name>_live.html`; the live part asks again every five
seconds and is answered with nothing while it did not change.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import Response

from sync.protocol.errors import WireError
from sync.server.pages import check_origin, form_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk
    from sync.server.services.entry.console import Look, Visitor
    from sync.server.services.ports.ledger import Transaction

COOKIE = "__Host-console"
TEXT_MAX = 64
PAGE_MAX = 1000
_DIGITS = 6
FORM_MAX = 24_576  # two thousand Chinese characters, as a form writes them


async def looked(desk: Desk, request: Request, look: Look) -> Visitor:
    """Return who looks, after writing down at what.

    Raises:
        WireError: console_code.
    """
    cookie = request.cookies.get(COOKIE)
    return await desk.console.looked(desk.ledger, cookie, look)


def visitor_of(desk: Desk, tx: Transaction, request: Request, look: Look) -> Visitor:
    """Return who acts, inside the unit that writes what he does.

    Raises:
        WireError: console_code.
    """
    return desk.console.look(tx, request.cookies.get(COOKIE), look)


async def own_form(desk: Desk, request: Request) -> dict[str, str]:
    """Return the fields of a form of this very site.

    Raises:
        WireError: forbidden, too_large, malformed.
    """
    check_origin(request, desk.settings.origin)
    return await form_of(request, FORM_MAX)


async def answer(
    pages: Pages, request: Request, name: str, look: Look, shown: Callable[[Look], Any]
) -> Response:
    """Answer with a whole page, with its live part, or with nothing when that did not change."""
    try:
        values = await shown(look)
    except WireError as refused:
        if refused.code != "wire.console_code":
            raise
        return outside(pages, request, refused, again=look.again)
    live = pages.render(request, f"{name}_live.html", **values)
    seen = hashlib.sha256(live.encode()).hexdigest()[:16]
    if not look.again:
        return pages.page(
            request, f"{name}.html", live=live, seen=seen, address=_address(request), **values
        )
    if request.query_params.get("seen") == seen:
        return Response(status_code=204)
    return pages.page(request, "live.html", live=live, seen=seen, address=_address(request))


def outside(pages: Pages, request: Request, refused: WireError, *, again: bool) -> Response:
    """Show how to enter; a page that refreshes itself loads anew for it."""
    found = pages.page(request, "outside.html", status=refused.status)
    if again:
        found.headers["HX-Refresh"] = "true"
    return found


def again(request: Request) -> bool:
    """Say whether a page refreshes itself here, not a person's hand."""
    return request.headers.get("hx-request") == "true"


def page_of(request: Request) -> int:
    """Return the number of the page that is asked for, from 1."""
    page = request.query_params.get("page", "1")
    right = page.isdecimal() and len(page) <= _DIGITS
    return min(int(page) or 1, PAGE_MAX) if right else 1


def back(address: str) -> Response:
    """Lead back to a page after a form was taken."""
    return Response(status_code=303, headers={"Location": address})


def _address(request: Request) -> str:
    kept = [(k, v) for k, v in request.query_params.multi_items() if k != "seen"]
    return f"{request.url.path}?{urlencode(kept)}"


async def still(
    pages: Pages, request: Request, template: str, look: Look, shown: Callable[[Look], Any]
) -> Response:
    """Answer with a page that does not refresh itself: figures, forms that are being filled in."""
    try:
        values = await shown(look)
    except WireError as refused:
        if refused.code != "wire.console_code":
            raise
        return outside(pages, request, refused, again=False)
    return pages.page(request, template, **values)
