"""Pages for everybody without a name in them: the day, the columns of openness, the touch screen.

Whatever holds no personal data may be kept by browsers and proxies for a minute (CH03, CH05, CH06,
CH17, PL28).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from sync.server.services.public.items import PublicItems
from sync.server.services.public.today import Today

if TYPE_CHECKING:
    from sync.server.pages import Pages
    from sync.server.services.desk import Desk

_CODE_MAX = 64
_MINUTE = "public, max-age=60"
_MOMENT = "public, max-age=15"
_VARY = "Accept-Language, Cookie"


def open_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False, route_class=pages.route_class())
    items, day = PublicItems(desk.policy), Today(desk.policy, desk.clock)

    def kept(answer: Response, how: str = _MINUTE) -> Response:
        if "set-cookie" not in answer.headers:
            answer.headers["Cache-Control"] = how
            answer.headers["Vary"] = _VARY
        return answer

    @router.get("/today")
    async def today(request: Request) -> Response:
        """Show the day in figures."""
        halls = day.fresh() or await desk.ledger.read(day.counted)
        return kept(pages.page(request, "today.html", halls=halls), _MOMENT)

    @router.get("/open")
    async def columns(request: Request) -> Response:
        """Show what an office must publish: items by office, laws, tariffs, halls."""
        found, book = items.every(), desk.policy.book
        laws = sorted({line for each in found for line in each.item.basis})
        fees = [each for each in found if each.item.fee]
        by_office: dict[str, list[object]] = {}
        for each in found:
            by_office.setdefault(each.department, []).append(each)
        return kept(
            pages.page(
                request,
                "open.html",
                offices=by_office,
                laws=laws,
                fees=fees,
                halls=book.halls.values(),
                departments=book.departments,
                calendars=desk.policy.rules().calendars,
                cameras=[each for each in book.cameras.values() if each.in_use],
            )
        )

    @router.get("/items/{code}/forms")
    async def forms(request: Request, code: str) -> Response:
        """Show the checklist of an item and its application form, blank, to be printed."""
        found = items.item(code[:_CODE_MAX])
        status = 404 if found is None else 200
        page = "item.html" if found is None else "forms.html"
        sample = request.query_params.get("sample") == "1"
        return kept(
            pages.page(
                request, page, status=status, code=code[:_CODE_MAX], found=found, sample=sample
            )
        )

    @router.get("/touch")
    async def touch(request: Request) -> Response:
        """Show the first page of the screen in the hall."""
        hall = request.query_params.get("hall", "")[:_CODE_MAX]
        known = desk.policy.book.halls.get(hall) or next(
            iter(desk.policy.book.halls.values()), None
        )
        return kept(pages.page(request, "touch.html", hall=known))

    @router.get("/touch/items")
    async def touch_items(request: Request) -> Response:
        """Show the items by office, to be found without a keyboard."""
        found = items.every()
        office = request.query_params.get("office", "")[:_CODE_MAX]
        offices = {each.item.department: each.department for each in found}
        chosen = [each for each in found if each.item.department == office]
        return kept(
            pages.page(request, "touch_items.html", offices=offices, found=chosen, office=office)
        )

    @router.get("/touch/items/{code}")
    async def touch_item(request: Request, code: str) -> Response:
        """Show one item in large letters."""
        found = items.item(code[:_CODE_MAX])
        status = 404 if found is None else 200
        return kept(pages.page(request, "touch_item.html", status=status, found=found))

    return router
