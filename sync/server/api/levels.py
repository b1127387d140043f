"""Routes between centres: a lower one reports its log as it stands; its own key proves requests.

What it lost it gets back by the same door: its own lines, and nobody else's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from sync.proof.failures import ProofError
from sync.protocol.level_messages import (
    KeptCall,
    KeptLeaves,
    KeptLines,
    Mark,
    MarksAnswer,
    ReportCall,
)
from sync.protocol.messages import Empty
from sync.server.api.bodies import answered
from sync.server.api.described import talk
from sync.server.api.doors import arrive

if TYPE_CHECKING:
    from sync.domain.lower_centres import Lower
    from sync.server.services.desk import Desk

#: A report: of lines, one of which may have a body of 256 KiB, escaped.
REPORT_MAX = 2_000_000


def routes(desk: Desk) -> APIRouter:
    """Return the routes; repeating a request does no harm: a mark says how far it has come."""
    router = APIRouter(prefix="/levels/v1", tags=["levels"])

    @router.post("/marks", **talk(MarksAnswer, Empty))
    async def marks(request: Request) -> Response:
        """Tell a lower centre how far its scopes have arrived."""
        arrival = await arrive(desk, request)
        caller = desk.following.caller(arrival.proven)
        said = await desk.ledger.read(lambda tx: desk.level_intake.marks(tx, caller))
        return answered(request, said)

    @router.post("/report", **talk(Mark, ReportCall))
    async def report(request: Request) -> Response:
        """Take lines of one scope as they stand; nothing of them is changed here, ever."""
        arrival = await arrive(desk, request, REPORT_MAX)
        caller = desk.following.caller(arrival.proven)
        call = arrival.decode(ReportCall, REPORT_MAX)
        mark = await desk.ledger.write(
            lambda tx: desk.level_intake.report(tx, caller, call), (caller.scope,)
        )
        if isinstance(mark, ProofError):
            raise mark
        return answered(request, mark)

    @router.post("/leaves", **talk(KeptLeaves, KeptCall))
    async def leaves(request: Request) -> Response:
        """Hand a lower centre the leaves of its own lines, to find what it lost."""
        (caller, call), service = await _asked(desk, request), desk.handing_back
        kept = await desk.ledger.write(lambda tx: service.leaves(tx, caller, call))
        return answered(request, kept)

    @router.post("/lines", **talk(KeptLines, KeptCall))
    async def lines(request: Request) -> Response:
        """Hand a lower centre its own lines again, byte for byte."""
        (caller, call), service = await _asked(desk, request), desk.handing_back
        kept = await desk.ledger.read(lambda tx: service.lines(tx, caller, call))
        return answered(request, kept)

    return router


async def _asked(desk: Desk, request: Request) -> tuple[Lower, KeptCall]:
    """Return which lower centre asks for lines of its own, and for which."""
    arrival = await arrive(desk, request)
    return desk.following.caller(arrival.proven), arrival.decode(KeptCall)
