"""How a case stands: the page that a county's worth of telephones asks at the same time.

Its form is answered by a plain route that stands before all others: a hundred addresses are not
compared first. Questions that come together are looked up together, and the page's frame is kept.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.routing import Match, Route

from sync.domain.failures import Failure
from sync.server.api.doors import address
from sync.server.gathering import Gathering
from sync.server.pages import form_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import Request, Response
    from starlette.types import Scope

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk
    from sync.server.services.public.public import Asked, PublicStatus

#: Every answer about a number takes this long, found or not, right code or wrong.
ANSWER_S = 0.25
_ID_MAX = 64
_PATH = "/public/status"


class NamedRoute(Route):
    """A plain route that says which it is, as the framework's own do: metrics name it."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Compare an address; a match carries the route."""
        match, child = super().matches(scope)
        return match, child if match is Match.NONE else {**child, "route": self}


def status_routes(desk: Desk, pages: Pages) -> list[Route]:
    """Return the routes, for the top of the list."""

    async def answers(asked: Sequence[Asked]) -> list[PublicStatus | None]:
        return await desk.ledger.read(lambda tx: desk.public.statuses(tx, asked))

    together = Gathering(answers)

    async def form(request: Request) -> Response:
        """Show the form; a slip's QR code brings the number, and the code after the #."""
        number = request.query_params.get("no", "")[:_ID_MAX]
        return pages.page(request, "status.html", number=number, answer="", asked=False)

    async def status(request: Request) -> Response:
        """Tell how a case stands to whoever has its number and check code."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            typed = await form_of(request)
            number = typed.get("no", "")[:_ID_MAX]
            asked = desk.public.ask(number, typed.get("code", ""), address(request))
            found = await together.ask(asked)
        except Failure as failure:
            return pages.problem(request, failure)
        if found is not None:
            desk.public.settled(asked)
        answer = "" if found is None else pages.part(request, "status_answer.html", found=found)
        await asyncio.sleep(max(0.0, begun + ANSWER_S - loop.time()))
        parts = {"number": "" if answer else number, "answer": answer}
        return pages.filled(request, "status.html", parts, asked=True)

    return [
        NamedRoute(_PATH, status, methods=["POST"], include_in_schema=False),
        NamedRoute(_PATH, form, methods=["GET"], include_in_schema=False),
    ]
