"""Faults of windows' programs, by fault and version, and the newest reports of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response  # noqa: TC002  # FastAPI reads annotations

from sync.domain.supervising import Act
from sync.server.console.answers import TEXT_MAX, again, answer, looked, still
from sync.server.services.entry.console import Look
from sync.server.services.supervision.crashes import KEPT_DAYS, LOOKED

if TYPE_CHECKING:
    from typing import Any

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk


def add_crashes(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the list of faults, and the page of one."""

    @router.get("/crashes")
    async def faults(request: Request) -> Response:
        """Show every fault at the windows of the visitor's halls."""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            scopes = visitor.of(Act.CRASHES)
            groups = await desk.ledger.read(lambda tx: desk.crashes.groups(tx, scopes))
            return {"visitor": visitor, "groups": groups, "days": KEPT_DAYS}

        look = Look(LOOKED, "", again(request))
        return await answer(pages, request, "crashes", look, shown)

    @router.get("/crashes/{fingerprint}")
    async def fault(request: Request, fingerprint: str) -> Response:
        """Show the newest reports of one fault whole."""
        wanted = fingerprint[:TEXT_MAX]
        version = request.query_params.get("version", "")[:TEXT_MAX]

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            scopes = visitor.of(Act.CRASHES)
            found = await desk.ledger.read(
                lambda tx: desk.crashes.of_fault(tx, scopes, wanted, version)
            )
            return {"visitor": visitor, "found": found, "halls": desk.policy.book.halls}

        return await still(pages, request, "crash.html", Look(LOOKED, wanted), shown)
