"""Routes for strangers, all but how a case stands: whether a certificate holds is here."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from sync.server.api.bodies import read_bytes
from sync.server.api.doors import address
from sync.server.api.parts import read_parts
from sync.server.clock import moment
from sync.server.public.appointments import appointment_routes
from sync.server.public.filings import filing_routes
from sync.server.public.halls import hall_routes
from sync.server.public.items import item_routes
from sync.server.public.letters import letter_routes
from sync.server.public.open import open_routes
from sync.server.public.scores import score_routes
from sync.server.services.public.public import network

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cryptography.x509 import Certificate

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk
    from sync.server.services.public.strangers import Signed

_ID_MAX = 64
FILE_MOST = 8 * 1024 * 1024
FILES_PER_MINUTE = 10


def routes(desk: Desk, pages: Pages) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/public", include_in_schema=False, route_class=pages.route_class())
    router.include_router(item_routes(desk, pages))
    router.include_router(hall_routes(desk, pages))
    for room in (filing_routes, appointment_routes, letter_routes, open_routes, score_routes):
        router.include_router(room(desk, pages))

    @router.get("/certificate")
    async def certificate(request: Request) -> Response:
        """Tell whether a certificate is in the register: by its id, or by its file's hash.

        The page's script computes the hash: the file itself stays where it is.
        """
        name = request.query_params.get("id", "").strip()[:_ID_MAX]
        sha256 = request.query_params.get("sha256", "").strip().lower()[:_ID_MAX]
        found = None
        if name:
            found = await desk.ledger.read(lambda tx: desk.public.certificate(tx, name))
        elif sha256:
            found = await desk.ledger.read(lambda tx: desk.public.document(tx, sha256))
        return pages.page(
            request, "certificate.html", name=name, sha256=sha256, found=found, signed=None
        )

    @router.post("/certificate")
    async def file(request: Request) -> Response:
        """Tell of a file that is sent itself: its hash, its signatures. It is not kept."""
        desk.tries.take(f"file {network(address(request))}", FILES_PER_MINUTE)
        body = await read_bytes(request, FILE_MOST)
        parts = await desk.ledger.crunch(
            lambda: read_parts(request.headers.get("content-type", ""), body)
        )
        data = next((part.data for part in parts if part.name == "file" and part.data), b"")
        sha256 = hashlib.sha256(data).hexdigest()
        cas, at = desk.policy.bare_anchors().cas, moment(desk.clock.now_ms())
        found = await desk.ledger.read(lambda tx: desk.public.document(tx, sha256))
        signed = await desk.ledger.crunch(lambda: _signatures(data, cas, at))
        return pages.page(
            request, "certificate.html", name="", sha256=sha256, found=found, signed=signed
        )

    return router


def _signatures(data: bytes, cas: Sequence[Certificate], at: datetime) -> tuple[Signed, ...]:
    from sync.server.services.public.signatures import read_signatures  # noqa: PLC0415  half a second

    return read_signatures(data, cas, at)
