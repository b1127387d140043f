"""Routes of the work: push, pull, anchors, leases, the live stream."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from sync.protocol import version
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
from sync.server.api import returned
from sync.server.api.bodies import answered
from sync.server.api.described import stream, talk
from sync.server.api.doors import arrive, enter, session_or_device
from sync.server.api.live import LiveStream

if TYPE_CHECKING:
    from sync.protocol.messages import PulledScope
    from sync.server.api.doors import Arrival
    from sync.server.services.desk import Desk
    from sync.server.services.entry.callers import Caller
    from sync.server.services.line.admission import Ticket
    from sync.server.services.line.ingest import Answer, Brought
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.unjudged import Turns


def routes(desk: Desk) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/v1", tags=["sync"])
    router.include_router(returned.routes(desk))

    @router.post("/push", **talk(PushAnswer, PushRequest))
    async def push(request: Request) -> Response:
        """Take one device's events; one answer for each."""
        desk.admission.knock()
        arrival = await arrive(desk, request, desk.settings.push_bytes)
        return answered(request, await _push(desk, arrival))

    @router.post("/pull", **talk(PullAnswer, PullRequest))
    async def pull(request: Request) -> Response:
        """Hand out what is new; without a session, policy alone to an enrolled device."""
        arrival = await arrive(desk, request)
        anchor = None
        found = await desk.ledger.read(lambda tx: _pull(desk, tx, arrival))
        if isinstance(found, Asked):
            # Signed before anything is read: the policy that names its key is in what follows.
            caller, call, ancreq = found.caller, found.call, found.ancreq
            anchor = await desk.ledger.write(lambda tx: desk.anchoring.answer(tx, caller, ancreq))
            found = await desk.ledger.read(
                lambda tx: desk.pulling.pull(tx, caller, call.cursors, call.limit)
            )
        return answered(request, PullAnswer(scopes=found, anchor=anchor))

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
        desk.reopening.require_open()  # numbers that a lost lease holds may still come back
        call = arrival.decode(AnchorCall)
        jws = await desk.ledger.write(lambda tx: desk.leasing.lend(tx, caller, call.ancreq))
        return answered(request, LeaseAnswer(jws))

    @router.get("/live", **stream())
    async def live(request: Request) -> Response:
        """Say which scope has reached which number, as it happens, with what is new."""
        _, caller = await enter(desk, request)
        caller.require_fresh()
        pages = request.headers.get(version.LIVE_HEADER) == version.LIVE_PAGES
        scopes = desk.pulling.heard_by(caller)
        subscription = desk.live.subscribe(scopes, caller.dlg, pages=pages)
        allowed = partial(desk.pulling.still, caller)
        return LiveStream(desk.live, subscription, desk.clock, caller.exp, allowed)

    return router


@dataclass(frozen=True, slots=True)
class Asked:
    """A pull that asks for an anchor too."""

    caller: Caller
    call: PullRequest
    ancreq: str


def _pull(desk: Desk, tx: Transaction, arrival: Arrival) -> dict[str, PulledScope] | Asked:
    """Find whose request it is, and what is new unless an anchor comes first: in one unit."""
    if arrival.token is None:
        caller = desk.callers.device(arrival.proven)
    else:
        caller = desk.callers.session(tx, arrival.proven, arrival.token)
    call = arrival.decode(PullRequest)
    if call.ancreq is not None:
        return Asked(caller, call, call.ancreq)
    return desk.pulling.pull(tx, caller, call.cursors, call.limit)


@dataclass(frozen=True, slots=True)
class Push:
    """A push that was taken in, its signatures verified."""

    caller: Caller
    call: PushRequest
    brought: Brought
    ticket: Ticket


def _bring(desk: Desk, tx: Transaction, arrival: Arrival) -> Push:
    """Find whose push it is, take it in and verify it: in one unit, beside the writer."""
    arrived = desk.clock.now_ms()
    caller = desk.callers.session(tx, arrival.proven, arrival.token)
    call = arrival.decode(PushRequest, desk.settings.push_bytes)
    if len(call.events) > desk.settings.push_events:
        raise WireError("wire.too_large", limit=desk.settings.push_events)
    ticket = desk.admission.take(caller.dev, len(call.events))
    try:
        return Push(caller, call, desk.ingest.bring(tx, caller, call.events, arrived), ticket)
    except BaseException:
        desk.admission.end(ticket)
        raise


async def _push(desk: Desk, arrival: Arrival) -> PushAnswer:
    """Verify beside the writer, then judge and keep in its unit."""
    with desk.admission.at_the_door():
        push = await desk.ledger.read(lambda tx: _bring(desk, tx, arrival))
    try:
        return await _judge(desk, push)
    finally:
        desk.admission.end(push.ticket)


async def _judge(desk: Desk, push: Push) -> PushAnswer:
    caller, call, brought = push.caller, push.call, push.brought

    def take(tx: Transaction, turns: Turns) -> tuple[list[Answer], str | None]:
        turns.at, recv = None, desk.clock.now_ms()  # it may run more than once
        desk.returning.require_whole(tx, caller, call.heads)
        answers = desk.ingest.push(tx, caller, brought, turns, recv)
        anchor = None
        if call.ancreq is not None:
            anchor = desk.anchoring.answer(tx, caller, call.ancreq)
        return answers, anchor

    async def judge(turns: Turns) -> PushAnswer:
        return await desk.ledger.write_then(
            lambda tx: take(tx, turns),
            lambda tx, took: _tell(desk, tx, call, took),
            brought.scopes,
        )

    return await desk.unjudged.spare(caller.dev, len(call.events), judge)


def _tell(
    desk: Desk, tx: Transaction, call: PushRequest, took: tuple[list[Answer], str | None]
) -> PushAnswer:
    answers, anchor = took
    # Of what the answer has receipts of, and no more: all the other windows wait for this.
    moved = {answer.row.scope for answer in answers if answer.row is not None}
    heads = {scope: size for scope, size in call.heads.items() if scope in moved}
    return PushAnswer(
        results=desk.ingest.results(tx, answers),
        anchor=anchor,
        consistency=desk.scopes.growth(tx, heads),
    )
