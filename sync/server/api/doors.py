"""From a raw request to a caller: read the body, prove the request, find the session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import msgspec

from sync.protocol.errors import WireError
from sync.protocol.limits import REQUEST_MAX
from sync.server.api.bodies import decoded, read_bytes
from sync.server.services.entry.callers import REPEATABLE, Caller, Shown

if TYPE_CHECKING:
    from fastapi import Request

    from sync.proof.tokens import Proven
    from sync.server.services.desk import Desk

M = TypeVar("M", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request whose proof held; its body as sent."""

    request: Request
    body: bytes
    proven: Proven
    token: str | None

    def decode(self, form: type[M], limit: int = REQUEST_MAX) -> M:
        """Return the body as its form.

        Raises:
            WireError: encoding, too_large, malformed.
        """
        return decoded(self.request, self.body, form, limit)


async def arrive(
    desk: Desk, request: Request, limit: int = REQUEST_MAX, *, too_large: str = "wire.too_large"
) -> Arrival:
    """Read and prove a request.

    Raises:
        WireError: too_large, proof_missing, use_dpop_nonce, proof_invalid.
    """
    if "dpop" not in request.headers:  # nobody makes the centre read for nothing
        raise WireError("wire.proof_missing")
    body = await read_bytes(request, limit, too_large=too_large)
    shown = Shown(
        method=request.method,
        url=f"{desk.settings.origin}{request.url.path}",
        body=body,
        authorization=request.headers.get("authorization"),
        proof=request.headers.get("dpop"),
    )
    proven, token = desk.callers.prove(shown)
    return Arrival(request, body, proven, token)


async def session_of(desk: Desk, arrival: Arrival, *, expired: bool = False) -> Caller:
    """Return the session that a request belongs to.

    Raises:
        WireError: token_unknown, token_foreign, token_expired, device_unknown, …;
            proof_replayed.
    """
    caller = await desk.ledger.read(
        lambda tx: desk.callers.session(tx, arrival.proven, arrival.token, expired=expired)
    )
    await _use(desk, arrival)
    return caller


async def session_or_device(desk: Desk, arrival: Arrival) -> Caller:
    """Return the session that a request belongs to; without a token, the device that proved it.

    Raises:
        WireError: see `session_of`.
    """
    if arrival.token is not None:
        return await session_of(desk, arrival)
    caller = desk.callers.device(arrival.proven)
    await _use(desk, arrival)
    return caller


async def _use(desk: Desk, arrival: Arrival) -> None:
    """Use a request's proof up, where repeating the request would matter."""
    if not arrival.request.url.path.endswith(REPEATABLE):
        await desk.ledger.write(lambda tx: desk.callers.use(tx, arrival.proven))


async def enter(desk: Desk, request: Request, limit: int = REQUEST_MAX) -> tuple[Arrival, Caller]:
    """Read, prove, and find the session: what nearly every route begins with."""
    arrival = await arrive(desk, request, limit)
    return arrival, await session_of(desk, arrival)


def address(request: Request) -> str:
    """Return the address that tries are counted by."""
    return "-" if request.client is None else request.client.host
