"""Routes by which a window takes online filings up (docs/adr/020)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from sync.protocol.filing_messages import FilingAnswer, FilingCall, FilingsAnswer
from sync.protocol.messages import Empty
from sync.server.api.bodies import answered
from sync.server.api.described import download, talk
from sync.server.api.doors import enter
from sync.server.services.hall.queues import lock
from sync.server.services.public.filing import LOCK

if TYPE_CHECKING:
    from sync.server.services.desk import Desk


def routes(desk: Desk) -> APIRouter:
    """Return the routes; a session that was opened without the line logs in anew first."""
    router = APIRouter(prefix="/v1", tags=["hall"])

    @router.post("/filings/look", **talk(FilingsAnswer, Empty))
    async def look(request: Request) -> Response:
        """Tell which filings wait for this hall's windows."""
        _, caller = await enter(desk, request)
        caller.require_fresh()
        return answered(request, await desk.ledger.read(lambda tx: desk.filings.look(tx, caller)))

    @router.post("/filings/act", **talk(FilingAnswer, FilingCall))
    async def act(request: Request) -> Response:
        """Take a filing up, give it back, say what it lacks, say which case it became."""
        arrival, caller = await enter(desk, request)
        caller.require_fresh()
        call = arrival.decode(FilingCall)
        answer = await desk.ledger.write(
            lambda tx: desk.filings.act(tx, caller, call), (*LOCK, *lock(caller.hall))
        )
        return answered(request, answer)

    @router.get("/filings/{number}/attachments/{sha256}", **download())
    async def file(request: Request, number: str, sha256: str) -> Response:
        """Hand out a file of a filing."""
        _, caller = await enter(desk, request)
        caller.require_fresh()
        row = await desk.ledger.read(
            lambda tx: desk.filings.file(tx, caller, number[:64], sha256[:64])
        )
        data = await desk.ledger.crunch(lambda: desk.filings.fetch(row))
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return Response(data, media_type=row.type, headers=headers)

    return router
