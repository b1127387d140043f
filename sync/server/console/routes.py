"""Routes of the console: a code for a cookie, the board, a case, the way out."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request, Response

from sync.domain.calendar import china_day
from sync.domain.lights import Light
from sync.domain.statistics import By, span_of
from sync.protocol.errors import WireError
from sync.server.api.doors import address
from sync.server.clock import moment
from sync.server.pages import check_origin, form_of
from sync.server.services.supervision.console import Look
from sync.server.services.supervision.supervision import Wanted

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.supervision.console import Visitor

COOKIE = "__Host-console"
_TEXT_MAX = 64
_PAGE_MAX = 1000
_DIGITS = 4


def routes(desk: Desk, pages: Pages) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/console", include_in_schema=False, route_class=pages.route_class())

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
            cookie = await desk.ledger.write(lambda tx: desk.console.enter(tx, code.strip()))
        except WireError as refused:
            return pages.page(request, "enter.html", status=refused.status, wrong=True)
        answer = Response(status_code=303, headers={"Location": "/console"})
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

    @router.get("")
    async def board(request: Request) -> Response:
        """Show the board, or what has changed on it."""
        wanted = _wanted(request)

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await _look(desk, request, look)
            found = await desk.ledger.read(lambda tx: desk.supervision.board(tx, visitor, wanted))
            return {
                "visitor": visitor,
                "board": found,
                "wanted": wanted,
                "health": desk.health.notices(),
                "lights": [light.value for light in _ORDER],
                "link": lambda **changes: _link(wanted, **changes),
            }

        look = Look("board", "closed" if wanted.closed else "open", _again(request))
        return await _answer(pages, request, "board", look, shown)

    @router.get("/cases/{number}")
    async def case(request: Request, number: str) -> Response:
        """Show one case, or what has changed in it."""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await _look(desk, request, look)
            found = await desk.ledger.read(lambda tx: desk.supervision.case(tx, visitor, number))
            return {"visitor": visitor, "file": found}

        return await _answer(
            pages, request, "case", Look("case", number[:40], _again(request)), shown
        )

    _add_acts(router, desk)
    _add_statistics(router, desk, pages)
    return router


def _add_acts(router: APIRouter, desk: Desk) -> None:
    """Add what supervisors do to a case; each needs the form of this very site."""

    @router.post("/cases/{number}/order")
    async def order(request: Request, number: str) -> Response:
        """Serve a supervision order."""
        form = await _form(desk, request)
        days = form.get("days", "")
        wd = int(days) if days.isdecimal() and len(days) < _DIGITS else 0
        text = form.get("text", "")

        def served(tx: Transaction) -> None:
            visitor = _visitor(desk, tx, request, Look("order", number[:40]))
            desk.judging.order(tx, visitor, number, text, wd)

        await desk.ledger.write(served, await _scopes(desk, number))
        return _back(number)

    @router.post("/cases/{number}/judge")
    async def judge(request: Request, number: str) -> Response:
        """Judge a finding or a reply."""
        form = await _form(desk, request)
        event, code = form.get("event", ""), form.get("code", "")
        verdict, text = form.get("verdict", ""), form.get("text", "")

        def judged(tx: Transaction) -> None:
            visitor = _visitor(desk, tx, request, Look("judge", number[:40]))
            desk.judging.judge(tx, visitor, number, event, code, verdict, text)

        await desk.ledger.write(judged, await _scopes(desk, number))
        return _back(number)


def _add_statistics(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the figures."""

    @router.get("/statistics")
    async def statistics(request: Request) -> Response:
        """Show the figures of a span, counted as every window counts them (PE09)."""
        asked = request.query_params
        span_name, by = asked.get("span", "month"), _by(asked.get("by", "person"))
        span = span_of(span_name, china_day(moment(desk.clock.now_ms())))

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await _look(desk, request, look)
            found = await desk.ledger.read(
                lambda tx: desk.statistics.counted(tx, visitor.scopes, span)
            )
            lines = await desk.ledger.crunch(lambda: desk.statistics.lines(found, by))
            return {"visitor": visitor, "span": span, "name": span_name, "by": by, "lines": lines}

        look = Look("statistics", by, _again(request))
        return await _answer(pages, request, "statistics", look, shown)


def _by(asked: str) -> By:
    return By(asked) if asked in set(By) else By.PERSON


def _visitor(desk: Desk, tx: Transaction, request: Request, look: Look) -> Visitor:
    return desk.console.look(tx, request.cookies.get(COOKIE), look)


async def _form(desk: Desk, request: Request) -> dict[str, str]:
    check_origin(request, desk.settings.origin)
    return await form_of(request)


async def _scopes(desk: Desk, number: str) -> tuple[str, ...]:
    """Return the scope that a case's steps are written to."""
    row = await desk.ledger.read(lambda tx: tx.cases.get(number))
    return () if row is None else (row.scope,)


def _back(number: str) -> Response:
    return Response(status_code=303, headers={"Location": f"/console/cases/{quote(number)}"})


_ORDER = (Light.RED, Light.YELLOW, Light.WHITE, Light.PAUSED, Light.NONE)


async def _look(desk: Desk, request: Request, look: Look) -> Any:
    cookie = request.cookies.get(COOKIE)
    return await desk.ledger.write(lambda tx: desk.console.look(tx, cookie, look))


async def _answer(
    pages: Pages, request: Request, name: str, look: Look, shown: Callable[[Look], Any]
) -> Response:
    """Answer with a whole page, with its live part, or with nothing when that did not change."""
    try:
        values = await shown(look)
    except WireError as refused:
        if refused.code != "wire.console_code":
            raise
        # A page that refreshes itself loads anew, and then shows how to enter.
        answer = pages.page(request, "outside.html", status=refused.status)
        if look.again:
            answer.headers["HX-Refresh"] = "true"
        return answer
    live = pages.render(request, f"{name}_live.html", **values)
    seen = hashlib.sha256(live.encode()).hexdigest()[:16]
    if not look.again:
        return pages.page(
            request, f"{name}.html", live=live, seen=seen, address=_address(request), **values
        )
    if request.query_params.get("seen") == seen:
        return Response(status_code=204)
    return pages.page(request, "live.html", live=live, seen=seen, address=_address(request))


def _again(request: Request) -> bool:
    return request.headers.get("hx-request") == "true"


def _address(request: Request) -> str:
    kept = [(k, v) for k, v in request.query_params.multi_items() if k != "seen"]
    return f"{request.url.path}?{urlencode(kept)}"


def _wanted(request: Request) -> Wanted:
    asked = request.query_params
    page = asked.get("page", "1")
    light = asked.get("light", "")
    return Wanted(
        light=light if light in {each.value for each in Light} else "",
        department=asked.get("department", "")[:_TEXT_MAX],
        text=asked.get("text", "")[:_TEXT_MAX],
        closed=asked.get("closed") == "1",
        page=min(int(page), _PAGE_MAX) if page.isdecimal() and int(page) else 1,
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
