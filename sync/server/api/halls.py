"""Routes of a hall's queue and appointments: looked at, acted in; each act once by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from sync.protocol.hall_messages import (
    BookingAnswer,
    BookingCall,
    BookingsAnswer,
    BookingsCall,
    QueueAnswer,
    QueueCall,
)
from sync.protocol.messages import Empty
from sync.server.api.bodies import answered
from sync.server.api.described import talk
from sync.server.api.doors import enter
from sync.server.services.hall.queues import lock

if TYPE_CHECKING:
    from sync.server.services.desk import Desk


def routes(desk: Desk) -> APIRouter:
    """Return the routes; a session that was opened without the line logs in anew first."""
    router = APIRouter(prefix="/v1", tags=["hall"])

    @router.post("/queue/look", **talk(QueueAnswer, Empty))
    async def look(request: Request) -> Response:
        """Tell how the hall's queue stands."""
        _, caller = await enter(desk, request)
        caller.require_fresh()
        return answered(request, await desk.ledger.read(lambda tx: desk.queues.look(tx, caller)))

    @router.post("/queue/act", **talk(QueueAnswer, QueueCall))
    async def act(request: Request) -> Response:
        """Draw, call, pass, hand over, serve; bring what was drawn without the line."""
        arrival, caller = await enter(desk, request)
        caller.require_fresh()
        call = arrival.decode(QueueCall)
        answer = await desk.ledger.write(
            lambda tx: desk.queues.act(tx, caller, call), lock(caller.hall)
        )
        return answered(request, answer)

    @router.post("/bookings/look", **talk(BookingsAnswer, BookingsCall))
    async def times(request: Request) -> Response:
        """Tell a department's times of one day, and who has them."""
        arrival, caller = await enter(desk, request)
        caller.require_fresh()
        call = arrival.decode(BookingsCall)
        answer = await desk.ledger.read(lambda tx: desk.appointments.look(tx, caller, call))
        return answered(request, answer)

    @router.post("/bookings/act", **talk(BookingAnswer, BookingCall))
    async def book(request: Request) -> Response:
        """Give an appointment, move it, take it back, let its applicant in."""
        arrival, caller = await enter(desk, request)
        caller.require_fresh()
        call = arrival.decode(BookingCall)
        answer = await desk.ledger.write(
            lambda tx: desk.appointments.act(tx, caller, call), lock(caller.hall)
        )
        return answered(request, answer)

    return router
