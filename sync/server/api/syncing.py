"""Routes of the work: push, pull, anchors, leases, the live stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from sync.protocol.errors import WireError
from sync.protocol.messages import (
    AnchorAnswer,
    AnchorCall,
    LeaseAnswer,
    PullAnswer,
    PullRequest,
    PushAnswer,
    PushRequest,
)
from sync.server.api.bodies import answered
from sync.server.api.described import stream, talk
from sync.server.api.doors import arrive, enter, session_or_device
from sync.server.api.live import LiveStream

if TYPE_CHECKING:
    from sync.server.services.callers import Caller
    from sync.server.services.desk import Desk
    from sync.server.services.ingest import Answer, Brought
    from sync.server.services.ports import Transaction


def routes(desk: Desk) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/v1", tags=["sync"])

    @router.post("/push", **talk(PushAnswer, PushRequest))
    async def push(request: Request) -> Response:
        """Take one device's events; one answer for each."""
        arrival, caller = await enter(desk, request, desk.settings.push_bytes)
        call = arrival.decode(PushRequest, desk.settings.push_bytes)
        if len(call.events) > desk.settings.push_events:
            raise WireError("wire.too_large", limit=desk.settings.push_events)
        return answered(request, await _push(desk, caller, call))

    @router.post("/pull", **talk(PullAnswer, PullRequest))
    async def pull(request: Request) -> Response:
        """Hand out what is new; without a session, policy alone to an enrolled device."""
        arrival = await arrive(desk, request)
        caller = await session_or_device(desk, arrival)
        call = arrival.decode(PullRequest)
        anchor = await _anchor(desk, caller, call.ancreq)
        scopes = await desk.ledger.read(
            lambda tx: desk.pulling.pull(tx, caller, call.cursors, call.limit)
        )
        return answered(request, PullAnswer(scopes=scopes, anchor=anchor))

    @router.post("/anchor", **talk(AnchorAnswer, AnchorCall))
    async def anchor(request: Request) -> Response:
        """Sign the centre's time over the device's head: the heartbeat too."""
        arrival = await arrive(desk, request)
        caller = await session_or_device(desk, arrival)
        call = arrival.decode(AnchorCall)
        jws = await desk.ledger.write(lambda tx: desk.anchoring.answer(tx, caller, call.ancreq))
        return answered(request, AnchorAnswer(jws))

    @router.post("/lease", **talk(LeaseAnswer, AnchorCall))
    async def lease(request: Request) -> Response:
        """Lend numbers and leave to work without the line."""
        arrival, caller = await enter(desk, request)
        caller.require_fresh()
        call = arrival.decode(AnchorCall)
        jws = await desk.ledger.write(lambda tx: desk.leasing.lend(tx, caller, call.ancreq))
        return answered(request, LeaseAnswer(jws))

    @router.get("/live", **stream())
    async def live(request: Request) -> Response:
        """Say which scope has reached which number, as it happens."""
        _, caller = await enter(desk, request)
        caller.require_fresh()
        subscription = desk.live.subscribe(desk.pulling.scopes_of(caller), caller.dlg)
        return LiveStream(desk.live, subscription, desk.clock, caller.exp)

    return router


async def _push(desk: Desk, caller: Caller, call: PushRequest) -> PushAnswer:
    """Verify beside the writer, then judge and keep in its unit."""
    arrived = desk.clock.now_ms()
    brought = await desk.ledger.read(lambda tx: desk.ingest.bring(tx, caller, call.events, arrived))
    return await desk.ledger.write_then(
        lambda tx: _take(desk, tx, caller, call, brought),
        lambda tx, took: _tell(desk, tx, call, took),
        brought.scopes,
    )


def _take(
    desk: Desk, tx: Transaction, caller: Caller, call: PushRequest, brought: Brought
) -> tuple[list[Answer], str | None]:
    recv = desk.clock.now_ms()
    answers = desk.ingest.push(tx, caller, brought, recv)
    anchor = None
    if call.ancreq is not None:
        anchor = desk.anchoring.answer(tx, caller, call.ancreq)
    return answers, anchor


def _tell(
    desk: Desk, tx: Transaction, call: PushRequest, took: tuple[list[Answer], str | None]
) -> PushAnswer:
    answers, anchor = took
    return PushAnswer(
        results=[desk.ingest.result(tx, answer) for answer in answers],
        anchor=anchor,
        consistency=desk.scopes.growth(tx, call.heads),
    )


async def _anchor(desk: Desk, caller: Caller, ancreq: str | None) -> str | None:
    if ancreq is None:
        return None
    return await desk.ledger.write(lambda tx: desk.anchoring.answer(tx, caller, ancreq))
