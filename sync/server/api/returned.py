"""Routes by which windows give back what the centre lost (docs/adr/032).

Repeating a request does no harm: what is here already is found by its number or its hash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from sync.domain.failures import Failure
from sync.protocol.returned_messages import (
    ReturnedLines,
    ReturnedLook,
    ReturnedMissing,
    ReturnedResults,
    ReturnedSteps,
    ReturnedTo,
)
from sync.server.api.bodies import answered
from sync.server.api.described import talk
from sync.server.api.doors import arrive, enter, session_or_device

if TYPE_CHECKING:
    from sync.protocol.messages import PushResult
    from sync.server.services.desk import Desk
    from sync.server.services.record.unjudged import Turns

#: Lines, one of which may have a body of 256 KiB, escaped.
RETURNED_MAX = 4_000_000
STEPS = "steps"  # no scope is called so: by that way its lines come


def routes(desk: Desk) -> APIRouter:
    """Return the routes, below those of the work."""
    router = APIRouter(prefix="/returned")

    @router.post("/lines", **talk(ReturnedTo, ReturnedLines))
    async def lines(request: Request) -> Response:
        """Put lines of one scope back into their places; policy also from a device alone."""
        arrival = await arrive(desk, request, RETURNED_MAX)
        caller = await session_or_device(desk, arrival)
        call = arrival.decode(ReturnedLines, RETURNED_MAX)
        service = desk.returning

        async def put(turns: Turns) -> ReturnedTo | Failure:
            return await desk.ledger.write(
                lambda tx: service.lines(tx, caller, call, turns), service.moved_by(call)
            )

        taken = await desk.unjudged.spare(caller.dev, len(call.entries), put, call.scope)
        if isinstance(taken, Failure):
            raise taken
        return answered(request, taken)

    @router.post("/look", **talk(ReturnedMissing, ReturnedLook))
    async def look(request: Request) -> Response:
        """Say which own events are not here; know the window's lease again."""
        arrival, caller = await enter(desk, request)
        call = arrival.decode(ReturnedLook)
        missing = await desk.ledger.write(lambda tx: desk.returning.look(tx, caller, call))
        return answered(request, ReturnedMissing(missing=missing))

    @router.post("/steps", **talk(ReturnedResults, ReturnedSteps))
    async def steps(request: Request) -> Response:
        """Take own events again by their receipts: into their places, or into new ones."""
        arrival = await arrive(desk, request, RETURNED_MAX)
        caller = await desk.ledger.read(
            lambda tx: desk.callers.session(tx, arrival.proven, arrival.token)
        )
        call = arrival.decode(ReturnedSteps, RETURNED_MAX)

        async def take(turns: Turns) -> list[PushResult]:
            return await desk.ledger.write_then(
                lambda tx: desk.returning.steps(tx, caller, call.steps, turns),
                desk.ingest.results,
            )

        results = await desk.unjudged.spare(caller.dev, len(call.steps), take, STEPS)
        return answered(request, ReturnedResults(results=results))

    return router
