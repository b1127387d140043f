"""One case whole, and what supervisors do to it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter, Request, Response  # noqa: TC002  # FastAPI reads annotations

from sync.domain.hall_steps import hall_of
from sync.server.console.answers import again, answer, back, looked, own_form, visitor_of
from sync.server.services.channels.delivery import of_case
from sync.server.services.entry.console import Look
from sync.server.services.supervision.judging import Pressing

if TYPE_CHECKING:
    from typing import Any

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk
    from sync.server.services.ports.ledger import Transaction

NUMBER_MAX = 40
_DIGITS = 4


def add_cases(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the page of a case and its acts; each act needs the form of this very site."""

    @router.get("/cases/{number}")
    async def case(request: Request, number: str) -> Response:
        """Show one case, or what has changed in it."""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            found = await desk.ledger.read(lambda tx: desk.supervision.case(tx, visitor, number))
            told = await desk.ledger.read(lambda tx: of_case(tx, found.row.number))
            asked = await desk.ledger.read(lambda tx: desk.orders.of_case(tx, visitor, number))
            counters = {line.counter for line in found.timeline}
            hall = hall_of(found.row.scope)
            return {
                "visitor": visitor,
                "file": found,
                "told": told,
                "asked": asked,
                "cameras": desk.cameras.at_counters(visitor, hall, counters),
            }

        look = Look("case", number[:NUMBER_MAX], again(request))
        return await answer(pages, request, "case", look, shown)

    @router.post("/cases/{number}/press")
    async def press(request: Request, number: str) -> Response:
        """Serve an urge, an order, or an order to rectify."""
        form = await own_form(desk, request)
        days = form.get("days", "")
        wd = int(days) if days.isdecimal() and len(days) < _DIGITS else 0
        asked = Pressing(form.get("kind", ""), form.get("text", ""), wd)

        def served(tx: Transaction) -> None:
            visitor = visitor_of(desk, tx, request, Look("press", number[:NUMBER_MAX]))
            desk.judging.press(tx, visitor, number, asked)

        await desk.ledger.write(served, await scopes_of(desk, number))
        return back(address_of(number))

    @router.post("/cases/{number}/judge")
    async def judge(request: Request, number: str) -> Response:
        """Judge a finding or a reply."""
        form = await own_form(desk, request)
        event, code = form.get("event", ""), form.get("code", "")
        verdict, text = form.get("verdict", ""), form.get("text", "")

        def judged(tx: Transaction) -> None:
            visitor = visitor_of(desk, tx, request, Look("judge", number[:NUMBER_MAX]))
            desk.judging.judge(tx, visitor, number, event, code, verdict, text)

        await desk.ledger.write(judged, await scopes_of(desk, number))
        # Replies are judged on the page of orders too, and whoever judges there goes on there.
        listed = form.get("then") == "orders"
        return back("/console/orders?state=answered" if listed else address_of(number))


async def scopes_of(desk: Desk, number: str) -> tuple[str, ...]:
    """Return the scope that a case's steps are written to."""
    row = await desk.ledger.read(lambda tx: tx.cases.get(number))
    return () if row is None else (row.scope,)


def address_of(number: str) -> str:
    """Return a case's page."""
    return f"/console/cases/{quote(number)}"
