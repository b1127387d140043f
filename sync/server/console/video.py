"""Looking through cameras (CH13): the places, the reason, the picture beside the window's cases.

The browser plays what this site hands it and nothing else: playlists and parts come by way of the
centre, under names that it made (services.supervision.playlists).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from sync.domain.failures import Failure
from sync.protocol.errors import WireError
from sync.server.api.errors import status_of
from sync.server.console.answers import (
    COOKIE,
    again,
    answer,
    back,
    looked,
    own_form,
    visitor_of,
)
from sync.server.pages import CSP
from sync.server.services.entry.console import Look

if TYPE_CHECKING:
    from typing import Any

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.supervision.playlists import Sealed

_ID_MAX = 64
# A player's own source of pictures is a blob of this page; Safari plays the playlist itself.
VIDEO_CSP = f"{CSP}; media-src 'self' blob:; worker-src 'none'"
_CAMERA_TROUBLE = 424  # not ours: a 5xx would count as a defect of the centre


def add_video(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the pages and the stream."""

    @router.get("/video")
    async def places(request: Request) -> Response:
        """Show the cameras that the visitor may look through."""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            return {"visitor": visitor, "places": desk.cameras.places(visitor)}

        return await answer(pages, request, "cameras", Look("cameras", "", again(request)), shown)

    @router.get("/video/{camera}")
    async def ask(request: Request, camera: str) -> Response:
        """Ask for the reason, and show who looked before."""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            place, looks = await desk.ledger.read(
                lambda tx: desk.cameras.asked(tx, visitor, camera)
            )
            return {"visitor": visitor, "place": place, "looks": looks}

        look = Look("cameras", camera[:_ID_MAX], again(request))
        return await answer(pages, request, "camera", look, shown)

    _add_watching(router, desk, pages)
    _add_stream(router, desk)


def _add_watching(router: APIRouter, desk: Desk, pages: Pages) -> None:
    @router.post("/video/{camera}")
    async def begin(request: Request, camera: str) -> Response:
        """Write the look down, then show it."""
        why = (await own_form(desk, request)).get("why", "")

        def begun(tx: Transaction) -> str:
            visitor = visitor_of(desk, tx, request, Look("camera", camera[:_ID_MAX]))
            return desk.cameras.begin(tx, visitor, camera, why)

        look = await desk.ledger.write(begun)
        return back(f"/console/video/{quote(camera)}/{look}")

    @router.get("/video/{camera}/{look_id}")
    async def watch(request: Request, camera: str, look_id: str) -> Response:
        """Show the picture beside the window's cases."""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            found = await desk.ledger.read(
                lambda tx: desk.cameras.watched(tx, visitor, camera, look_id)
            )
            return {"visitor": visitor, "watched": found}

        look = Look("camera", camera[:_ID_MAX], again(request))
        page = await answer(pages, request, "watch", look, shown)
        page.headers["Content-Security-Policy"] = VIDEO_CSP
        return page


def _add_stream(router: APIRouter, desk: Desk) -> None:
    @router.get("/video/{camera}/{look_id}/{name}")
    async def part(request: Request, camera: str, look_id: str, name: str) -> Response:
        """Hand out the playlist or a part: no page, so a failure is a bare status."""

        def allowed(tx: Transaction) -> tuple[str, Sealed]:
            visitor = desk.console.holder(tx, request.cookies.get(COOKIE))
            return desk.cameras.stream(tx, visitor, camera, look_id)

        try:
            url, sealed = await desk.ledger.read(allowed)
            data, kind = await desk.cameras.part(url, sealed, name)
        except WireError as refused:
            return Response(status_code=status_of(refused))
        except Failure:
            return Response(status_code=_CAMERA_TROUBLE)
        return Response(data, media_type=kind)
