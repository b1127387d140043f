"""The route by which a window brings a report of a fault that its person let go (ADR 038)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from sync.protocol.crash_messages import CrashAnswer, CrashReport
from sync.protocol.limits import CRASH_MAX
from sync.server.api.bodies import answered
from sync.server.api.described import talk
from sync.server.api.doors import enter

if TYPE_CHECKING:
    from sync.server.services.desk import Desk


def routes(desk: Desk) -> APIRouter:
    """Return the route; a session that was opened without the line may use it too."""
    router = APIRouter(prefix="/v1", tags=["sessions"])

    @router.post("/crashes", **talk(CrashAnswer, CrashReport))
    async def crashes(request: Request) -> Response:
        """Keep a report of a fault; the same id again is the same report."""
        arrival, caller = await enter(desk, request, CRASH_MAX)
        report = arrival.decode(CrashReport, CRASH_MAX)
        kept = await desk.ledger.write(lambda tx: desk.crashes.take(tx, caller, report))
        return answered(request, kept)

    return router
