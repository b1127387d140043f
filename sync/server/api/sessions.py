"""Routes of the door: hello, enrolment, login, tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from sync.proof.delegations import Login
from sync.proof.policy import SCOPE
from sync.protocol.limits import REQUEST_MAX
from sync.protocol.messages import (
    Empty,
    EnrolAnswer,
    EnrolRequest,
    Hello,
    LoginAnswer,
    LoginNonceAnswer,
    LoginNonceRequest,
    LoginRequest,
    TokenAnswer,
)
from sync.server.api.bodies import answered, decoded, read_bytes
from sync.server.api.described import talk
from sync.server.api.doors import address, arrive, enter, session_of
from sync.server.services.entry.greeting import greet

if TYPE_CHECKING:
    from sync.server.services.desk import Desk


def routes(desk: Desk) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/v1", tags=["sessions"])

    @router.get("/hello", **talk(Hello))
    async def hello(request: Request) -> Response:
        """Say who the centre is and what it speaks."""
        return answered(request, greet(desk.policy, desk.clock))

    @router.post("/enrol", **talk(EnrolAnswer, EnrolRequest))
    async def enrol(request: Request) -> Response:
        """Claim a device's invitation with its one-time code; only wrong codes are counted."""
        here = f"enrol {address(request)}"
        desk.tries.take(here, desk.settings.enrol_tries)
        body = await read_bytes(request, REQUEST_MAX)
        call = decoded(request, body, EnrolRequest, REQUEST_MAX)
        answer = await desk.ledger.write_then(
            lambda tx: desk.enrolling.claim(tx, call.enrol), desk.enrolling.answer, (SCOPE,)
        )
        desk.tries.give_back(here, desk.settings.enrol_tries)
        return answered(request, answer)

    @router.post("/login/nonce", **talk(LoginNonceAnswer, LoginNonceRequest))
    async def login_nonce(request: Request) -> Response:
        """Ask for the nonce that the card will sign."""
        body = await read_bytes(request, REQUEST_MAX)
        call = decoded(request, body, LoginNonceRequest, REQUEST_MAX)
        _count(desk, request, call.dev if desk.logins.knows(call.dev) else "")
        answer = await desk.ledger.write(lambda tx: desk.logins.nonce(tx, call.dev, call.jkt))
        return answered(request, answer)

    @router.post("/login", **talk(LoginAnswer, LoginRequest))
    async def login(request: Request) -> Response:
        """Trade a card's delegation for a token bound to the session's key."""
        body = await read_bytes(request, REQUEST_MAX)
        call = decoded(request, body, LoginRequest, REQUEST_MAX)
        shown = Login(call.dlg, call.devproof, tuple(call.chain))
        _count(desk, request, desk.logins.sender(shown))
        answer = await desk.ledger.write(lambda tx: desk.logins.log_in(tx, shown))
        return answered(request, answer)

    @router.post("/token", **talk(TokenAnswer, Empty))
    async def token(request: Request) -> Response:
        """Renew a token by the session's key alone, even one that has run out."""
        arrival = await arrive(desk, request)
        caller = await session_of(desk, arrival, expired=True)
        return answered(request, await desk.ledger.write(lambda tx: desk.logins.renew(tx, caller)))

    @router.post("/logout", **talk(Empty, Empty))
    async def logout(request: Request) -> Response:
        """End a session: its tokens, its live streams, the browsers it opened."""
        _, caller = await enter(desk, request)
        await desk.ledger.write(lambda tx: desk.logins.log_out(tx, caller))
        desk.live.drop(caller.dlg)
        return answered(request, Empty())

    return router


def _count(desk: Desk, request: Request, dev: str) -> None:
    """Count a try to log in: a device's by itself, all others of an address together.

    A hall of hundreds of windows comes from one address in the same minute of the morning: none of
    them may be refused for what the others do.

    Raises:
        WireError: rate_limited.
    """
    here, door = f"login {address(request)}", request.url.path
    if dev:
        desk.tries.take(f"{here} {door} {dev}", desk.settings.login_tries)
    else:
        desk.tries.take(here, desk.settings.address_tries)
