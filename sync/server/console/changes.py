"""What a change of calendar, scheme or switch would do, before administrators sign it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response  # noqa: TC002  # FastAPI reads annotations

from sync.domain.supervising import Act
from sync.protocol.errors import WireError
from sync.server.console.answers import again, answer, back, looked, own_form
from sync.server.services.entry.console import Look
from sync.server.services.supervision.proposals import calendar_proposal, choices, scheme_proposal

if TYPE_CHECKING:
    from typing import Any

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk

_ID_MAX = 64


def add_changes(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add computing and showing."""

    @router.get("/changes")
    async def changes(request: Request) -> Response:
        """Show what was computed."""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            found = await desk.ledger.read(lambda tx: desk.changing.newest(tx, visitor))
            return {"visitor": visitor, "changes": found, "choices": choices(desk.policy.book)}

        return await answer(pages, request, "changes", Look("changes", "", again(request)), shown)

    @router.post("/changes")
    async def compute(request: Request) -> Response:
        """Compute the difference that another scheme, or other days off, would make."""
        form = await own_form(desk, request)
        visitor = await looked(desk, request, Look("changes", "compute"))
        visitor.of(Act.CHANGES)
        book = desk.policy.book
        if form.get("kind") == "scheme":
            proposal = scheme_proposal(book, form.get("scheme", ""))
        elif form.get("kind") == "calendar":
            days = (form.get("off", ""), form.get("on", ""), form.get("from", ""))
            proposal = calendar_proposal(book, form.get("calendar", ""), *days)
        else:
            raise WireError("wire.malformed")
        made = await desk.changing.compute(desk.ledger, visitor.person, proposal)
        return back(f"/console/changes/{made.id}")

    @router.get("/changes/{id_}")
    async def change(request: Request, id_: str) -> Response:
        """Show one difference with its cases."""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            found = await desk.ledger.read(lambda tx: desk.changing.difference(tx, visitor, id_))
            return {"visitor": visitor, "found": found}

        look = Look("change", id_[:_ID_MAX], again(request))
        return await answer(pages, request, "change", look, shown)
