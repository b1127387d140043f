"""Supervision's own notes on a case: read and written by supervisors alone (SE12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response  # noqa: TC002  # FastAPI reads annotations

from sync.server.console.answers import again, answer, back, looked, own_form, visitor_of
from sync.server.console.cases import NUMBER_MAX, address_of
from sync.server.services.entry.console import Look

if TYPE_CHECKING:
    from typing import Any

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk
    from sync.server.services.ports.ledger import Transaction


def add_notes(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the notebook of a case."""

    @router.get("/cases/{number}/notes")
    async def notes(request: Request, number: str) -> Response:
        """Show supervision's own notes on a case; whoever reads them is written down."""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            found = await desk.ledger.read(lambda tx: desk.notes.read(tx, visitor, number))
            return {"visitor": visitor, "book": found}

        look = Look("notes", number[:NUMBER_MAX], again(request))
        return await answer(pages, request, "notes", look, shown)

    @router.post("/cases/{number}/notes")
    async def note(request: Request, number: str) -> Response:
        """Keep a note."""
        text = (await own_form(desk, request)).get("text", "")

        def kept(tx: Transaction) -> None:
            visitor = visitor_of(desk, tx, request, Look("note", number[:NUMBER_MAX]))
            desk.notes.write(tx, visitor, number, text)

        await desk.ledger.write(kept)
        return back(f"{address_of(number)}/notes")
