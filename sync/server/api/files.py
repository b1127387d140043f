"""Routes of attachments, and the code that opens the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from sync.protocol.messages import (
    ConsoleCodeAnswer,
    Empty,
    UploadAnswer,
    UploadedAnswer,
    UploadRequest,
)
from sync.server.api import described
from sync.server.api.bodies import answered
from sync.server.api.described import talk
from sync.server.api.doors import arrive, enter, session_of
from sync.server.services.cases.stamping import find_stamped

if TYPE_CHECKING:
    from sync.server.services.desk import Desk


def routes(desk: Desk) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/v1", tags=["files"])

    @router.post("/attachments", **talk(UploadAnswer, UploadRequest))
    async def announce(request: Request) -> Response:
        """Ask whether bytes may be sent for a case; null when it has them."""
        arrival, caller = await enter(desk, request)
        call = arrival.decode(UploadRequest)
        upload = await desk.ledger.write(lambda tx: desk.attaching.announce(tx, caller, call))
        return answered(request, UploadAnswer(upload))

    @router.put("/attachments/{upload}", **described.upload(UploadedAnswer))
    async def put(request: Request, upload: str) -> Response:
        """Take the bytes of a promised upload, whole."""
        limit = desk.settings.attachment_limit
        arrival = await arrive(desk, request, limit, too_large="wire.attachment_size")
        caller = await session_of(desk, arrival)
        promised = await desk.ledger.read(lambda tx: desk.attaching.promised(tx, caller, upload))
        file = await desk.ledger.crunch(lambda: desk.attaching.keep(promised, arrival.body))
        await desk.ledger.write(lambda tx: desk.attaching.settle(tx, caller, promised, file))
        return answered(request, UploadedAnswer(promised.sha256))

    @router.get("/cases/{number}/attachments/{sha256}", **described.download())
    async def get(request: Request, number: str, sha256: str) -> Response:
        """Hand out an attachment of a case."""
        _, caller = await enter(desk, request)
        row = await desk.ledger.read(lambda tx: desk.attaching.find(tx, caller, number, sha256))
        data = await desk.ledger.crunch(lambda: desk.attaching.fetch(row))
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return Response(data, media_type=row.type, headers=headers)

    @router.get("/cases/{number}/attachments/{sha256}/stamped", **described.download())
    async def stamped(request: Request, number: str, sha256: str) -> Response:
        """Hand out a sealed certificate with an authority's time; its first bytes are as sealed."""
        _, caller = await enter(desk, request)
        attaching = desk.attaching
        row = await desk.ledger.read(lambda tx: find_stamped(attaching, tx, caller, number, sha256))
        data = await desk.ledger.crunch(lambda: attaching.fetch(row))
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return Response(data, media_type=row.type, headers=headers)

    @router.post("/console/code", **talk(ConsoleCodeAnswer, Empty))
    async def console_code(request: Request) -> Response:
        """Trade a supervisor's session for a code that opens the console in a browser."""
        _, caller = await enter(desk, request)
        caller.require_fresh()
        return answered(request, await desk.ledger.write(lambda tx: desk.console.code(tx, caller)))

    return router
