"""The inbox of findings: filtered, judged with a reason, closed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response  # noqa: TC002  # FastAPI reads annotations

from sync.protocol.errors import WireError
from sync.server.console.answers import (
    again,
    answer,
    back,
    looked,
    own_form,
    page_of,
    visitor_of,
)
from sync.server.services.entry.console import Look
from sync.server.services.supervision.inbox import KINDS, Verdict

if TYPE_CHECKING:
    from typing import Any

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk
    from sync.server.services.ports.ledger import Transaction

_DIGITS = 15


def add_findings(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the inbox."""

    @router.get("/findings")
    async def findings(request: Request) -> Response:
        """Show findings of a shelf, open ones unless judged ones are asked for."""
        asked, page = request.query_params, page_of(request)
        kind = asked.get("kind", "") if asked.get("kind", "") in KINDS else ""
        judged = asked.get("judged") == "1"

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            found = await desk.ledger.read(
                lambda tx: desk.inbox.found(tx, visitor, kind, page, judged=judged)
            )
            told = {"visitor": visitor, "found": found, "kind": kind, "page": page}
            return told | {"judged": judged, "kinds": tuple(KINDS)}

        return await answer(
            pages, request, "findings", Look("findings", kind, again(request)), shown
        )

    @router.post("/findings/{number}")
    async def close(request: Request, number: str) -> Response:
        """Judge a finding with a reason."""
        form = await own_form(desk, request)
        if not number.isdecimal() or len(number) > _DIGITS:
            raise WireError("wire.not_found")
        id_, said = int(number), Verdict(form.get("verdict", ""), form.get("text", ""))
        scope = await desk.ledger.read(lambda tx: desk.inbox.scope_of(tx, id_))

        def closed(tx: Transaction) -> None:
            visitor = visitor_of(desk, tx, request, Look("finding", number))
            desk.inbox.close(tx, visitor, id_, said)

        await desk.ledger.write(closed, () if scope is None else (scope,))
        kind = form.get("kind", "")
        return back(f"/console/findings?{urlencode({'kind': kind if kind in KINDS else ''})}")
