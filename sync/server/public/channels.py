"""Routes for the gateways: what became of a message, and what somebody wrote back (CH08).

Signed by the shared secret over time and body; without one set, these doors are shut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
from fastapi import APIRouter, Request, Response

from sync.protocol.errors import WireError
from sync.server.api.bodies import read_bytes
from sync.server.api.doors import address
from sync.server.channels.signing import HEADER, is_signed
from sync.server.services.channels.courier import reported
from sync.typed import from_json

if TYPE_CHECKING:
    from sync.server.services.desk import Desk

_MOST = 4096
_UNSIGNED_PER_MINUTE = 30


class Report(msgspec.Struct, forbid_unknown_fields=True):
    """POST /channels/report: what became of a message that the gateway had taken."""

    id: str
    state: Literal["delivered", "failed"]
    code: str = ""


class Written(msgspec.Struct, forbid_unknown_fields=True):
    """POST /channels/inbound: a short message to the centre; `id` is the gateway's own."""

    id: str
    phone: str = msgspec.field(name="from")
    text: str = ""


def channel_routes(desk: Desk) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/channels", include_in_schema=False)
    secret = desk.settings.channel_secret.get_secret_value().encode()

    async def signed(request: Request, form: type[msgspec.Struct]) -> msgspec.Struct:
        body = await read_bytes(request, _MOST)
        if not is_signed(secret, request.headers.get(HEADER, ""), body, desk.clock.now_ms()):
            desk.tries.take(f"channels {address(request)}", _UNSIGNED_PER_MINUTE)
            raise WireError("wire.forbidden")
        try:
            return from_json(body, form)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise WireError("wire.malformed") from error

    @router.post("/report")
    async def report(request: Request) -> Response:
        """Take a gateway's report."""
        said = await signed(request, Report)
        assert isinstance(said, Report)  # noqa: S101  # for the type checker: it was decoded so
        now = desk.clock.now_ms()
        known = await desk.ledger.write(
            lambda tx: reported(
                tx,
                said.id[:200],
                delivered=said.state == "delivered",
                code=said.code[:40],
                now=now,
            )
        )
        return Response(status_code=204 if known else 404)

    @router.post("/inbound")
    async def inbound(request: Request) -> Response:
        """Answer a short message, once."""
        said = await signed(request, Written)
        assert isinstance(said, Written)  # noqa: S101  # as above
        heard = desk.strangers.inbound.hear(said.id, said.phone, said.text)
        if heard is None:
            return Response(status_code=204)
        right = await desk.ledger.write(lambda tx: desk.strangers.inbound.answer(tx, heard))
        if right:
            desk.strangers.inbound.settled(heard)
        return Response(status_code=204)

    return router
