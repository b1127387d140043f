"""Routes by which a window keeps its own share at the centre, and fetches it (docs/adr/037)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from sync.protocol.backup_messages import BackupKept, BackupsAnswer
from sync.protocol.errors import WireError
from sync.protocol.limits import BACKUP_MAX
from sync.protocol.messages import Empty
from sync.server.api import described
from sync.server.api.bodies import answered
from sync.server.api.described import talk
from sync.server.api.doors import arrive, enter, session_of

if TYPE_CHECKING:
    from sync.server.services.desk import Desk

_SEALED = "application/octet-stream"


def routes(desk: Desk) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/v1/backups", tags=["backups"])
    service = desk.window_backups

    @router.post("/look", **talk(BackupsAnswer, Empty))
    async def look(request: Request) -> Response:
        """Say which backups of this window and its former incarnations are kept."""
        _, caller = await enter(desk, request)
        return answered(request, await desk.ledger.read(lambda tx: service.look(tx, caller)))

    @router.put("/{number}", **described.upload(BackupKept))
    async def put(request: Request, number: str) -> Response:
        """Take a backup, whole; the answer has the hash of what was written and read back."""
        arrival = await arrive(desk, request, BACKUP_MAX)
        caller, n = await session_of(desk, arrival), _number(number)
        await desk.ledger.read(lambda tx: service.admit(tx, caller, n))
        row = await desk.ledger.crunch(lambda: service.keep(caller, n, arrival.body))
        try:
            kept, gone = await desk.ledger.write(lambda tx: service.settle(tx, row))
        except WireError:
            await desk.ledger.crunch(partial(service.destroy, [row]))
            raise
        await desk.ledger.crunch(lambda: service.destroy(gone))
        return answered(request, kept)

    @router.get("/{incarnation}/{number}", **described.download(_SEALED))
    async def get(request: Request, incarnation: str, number: str) -> Response:
        """Hand out a backup's bytes, as they came."""
        _, caller = await enter(desk, request)
        inc, n = _number(incarnation), _number(number)
        row = await desk.ledger.read(lambda tx: service.find(tx, caller, inc, n))
        data = await desk.ledger.crunch(lambda: service.fetch(row))
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return Response(data, media_type=_SEALED, headers=headers)

    return router


def _number(text: str) -> int:
    """Read a number of the path.

    Raises:
        WireError: malformed.
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= 16):
        raise WireError("wire.malformed")
    return int(text)
