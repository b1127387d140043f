"""Routes for strangers: what a hall is calling now, on its display and on a visitor's telephone.

Numbers, windows, counts; nobody's name. The page hears of each move by a stream of its own and
fetches the part that changed, which answers 304 as long as nothing moved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from sync.domain.queue_rule import explain
from sync.domain.tickets import QUEUE
from sync.protocol.errors import WireError
from sync.server.api.doors import address
from sync.server.api.live import LiveStream
from sync.server.pages import language_of
from sync.server.services.public.public import network

if TYPE_CHECKING:
    from sync.server.pages import Pages
    from sync.server.services.desk import Desk
    from sync.server.services.hall.queues import Board
    from sync.server.services.line.live import Subscription

LOOKS_PER_MINUTE = 600  # of one address: behind it may be a hall's guest network
STREAMS_OF_ADDRESS = 40
STREAMS = 400
_STREAM_MS = 3_600_000
_CODE_MAX = 32
_FRESH = "public, max-age=1"
_VARY = "Accept-Language, Cookie"


class Streams:
    """How many displays listen, in all and from each address."""

    def __init__(self) -> None:
        self._open: dict[str, set[Subscription]] = {}

    def take(self, where: str, subscription: Subscription) -> None:
        """Count a stream in.

        Raises:
            WireError: wire.rate_limited.
        """
        alive = {n: {each for each in held if not each.ended} for n, held in self._open.items()}
        self._open = {name: held for name, held in alive.items() if held}
        own = self._open.setdefault(where, set())
        if len(own) >= STREAMS_OF_ADDRESS or sum(map(len, self._open.values())) >= STREAMS:
            raise WireError("wire.rate_limited", retry_after=30)
        own.add(subscription)


def hall_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False, route_class=pages.route_class())
    streams = Streams()

    async def board_of(request: Request, hall: str) -> Board | None:
        desk.tries.take(f"hall {network(address(request))}", LOOKS_PER_MINUTE)
        number = request.query_params.get("n", "")[:_CODE_MAX].upper()
        return await desk.ledger.read(lambda tx: desk.queues.board(tx, hall[:_CODE_MAX], number))

    def answered(request: Request, template: str, hall: str, board: Board | None) -> Response:
        if board is None:
            return pages.page(request, "hall_unknown.html", status=404)
        own = "" if board.own is None else board.own.number
        tag = f'"{board.day}.{board.rev}.{language_of(request)}.{own}"'
        if request.headers.get("if-none-match") == tag and template == "hall_live.html":
            answer = Response(status_code=304)
        else:
            rule = explain(board.rule)
            answer = pages.page(request, template, hall=hall, board=board, sentences=rule)
        answer.headers["Cache-Control"] = _FRESH
        answer.headers["Vary"] = _VARY
        answer.headers["ETag"] = tag
        return answer

    @router.get("/hall/{hall}")
    async def display(request: Request, hall: str) -> Response:
        """Show what a hall is calling; `?n=A001` also how that number stands."""
        return answered(request, "hall.html", hall, await board_of(request, hall))

    @router.get("/hall/{hall}/board")
    async def board(request: Request, hall: str) -> Response:
        """Show the part of the page that moves."""
        return answered(request, "hall_live.html", hall, await board_of(request, hall))

    @router.get("/hall/{hall}/live")
    async def live(request: Request, hall: str) -> Response:
        """Say that the hall's queue has moved, as it happens."""
        if hall not in desk.policy.book.halls:
            raise WireError("wire.not_found")
        where = network(address(request))  # of IPv6 a single telephone has more than all streams
        desk.tries.take(f"hall {where}", LOOKS_PER_MINUTE)
        subscription = desk.live.subscribe((f"{QUEUE}{hall}",), "")
        try:
            streams.take(where, subscription)
        except WireError:
            desk.live.leave(subscription)
            raise
        exp = desk.clock.now_ms() + _STREAM_MS
        return LiveStream(desk.live, subscription, desk.clock, exp)

    return router
