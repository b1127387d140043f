"""Routes of departments' own systems (docs/DEPARTMENTS.md): the system's key proves all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from sync.protocol.department_messages import (
    CaseAnswer,
    CaseCall,
    DepartmentsHello,
    LinesAnswer,
    LinesCall,
    NumbersAnswer,
    NumbersCall,
    StepsAnswer,
    StepsCall,
    SystemHead,
)
from sync.protocol.limits import REQUEST_MAX
from sync.protocol.messages import Empty
from sync.server.api.bodies import answered
from sync.server.api.described import talk
from sync.server.api.doors import arrive

if TYPE_CHECKING:
    from sync.server.api.doors import Arrival
    from sync.server.services.departments.systems import Known
    from sync.server.services.desk import Desk
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.unjudged import Turns

PREFIX = "/departments/v1"


def routes(desk: Desk) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix=PREFIX, tags=["departments"])

    @router.get("/hello", **talk(DepartmentsHello))
    async def hello(request: Request) -> Response:
        """Tell anybody which centre this is, and its time; brings a first nonce."""
        return answered(request, desk.department_reading.hello())

    @router.post("/head", **talk(SystemHead, Empty))
    async def head(request: Request) -> Response:
        """Tell a system where its chain stands."""
        _, known = await _enter(desk, request)
        said = await desk.ledger.read(lambda tx: desk.department_reading.head(tx, known.system))
        return answered(request, said)

    @router.post("/steps", **talk(StepsAnswer, StepsCall))
    async def steps(request: Request) -> Response:
        """Take steps; one result for each, sent again is answered again."""
        arrival, known = await _enter(desk, request, desk.settings.push_bytes)
        call = arrival.decode(StepsCall, desk.settings.push_bytes)
        recv, intake = desk.clock.now_ms(), desk.department_intake

        async def judge(turns: Turns) -> StepsAnswer:
            return await desk.ledger.write_then(
                lambda tx: intake.take(tx, known, call.steps, turns, recv),
                lambda tx, took: StepsAnswer(results=intake.results(tx, took)),
                (known.system.scope,),
            )

        sender = known.system.dev
        return answered(request, await desk.unjudged.spare(sender, len(call.steps), judge))

    @router.post("/numbers", **talk(NumbersAnswer, NumbersCall))
    async def numbers(request: Request) -> Response:
        """Lend numbers for cases or certificates."""
        arrival, known = await _enter(desk, request)
        desk.reopening.require_open()  # numbers that a lost lease holds may still come back
        call = arrival.decode(NumbersCall)

        def lend(tx: Transaction) -> NumbersAnswer:
            desk.callers.use(tx, arrival.proven)
            return desk.department_reading.numbers(tx, known.system, call)

        return answered(request, await desk.ledger.write(lend))

    @router.post("/case", **talk(CaseAnswer, CaseCall))
    async def case(request: Request) -> Response:
        """Tell how a case of the department stands."""
        arrival, known = await _enter(desk, request)
        number = arrival.decode(CaseCall).case
        said = await desk.ledger.read(
            lambda tx: desk.department_reading.case(tx, known.system, number)
        )
        return answered(request, said)

    @router.post("/lines", **talk(LinesAnswer, LinesCall))
    async def lines(request: Request) -> Response:
        """Hand out what was logged in the department's scope."""
        arrival, known = await _enter(desk, request)
        call = arrival.decode(LinesCall)
        said = await desk.ledger.read(
            lambda tx: desk.department_reading.lines(tx, known.system, call)
        )
        return answered(request, said)

    return router


async def _enter(desk: Desk, request: Request, limit: int = REQUEST_MAX) -> tuple[Arrival, Known]:
    """Read and prove a request, and find the system whose key proved it.

    Raises:
        WireError: see doors.arrive; system_unknown, system_ended; rate_limited.
        CertificateError: the system's certificate is not good now.
    """
    arrival = await arrive(desk, request, limit)
    known = desk.systems.caller(arrival.proven)
    desk.tries.take(f"system {known.system.id}", desk.settings.address_tries)
    return arrival, known
