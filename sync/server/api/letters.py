"""Routes by which a window answers letters of applicants (CH05, CH15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from sync.protocol.letter_messages import LetterCall, LettersAnswer
from sync.protocol.messages import Empty
from sync.server.api.bodies import answered
from sync.server.api.described import talk
from sync.server.api.doors import enter
from sync.server.services.public.letters import LOCK

if TYPE_CHECKING:
    from sync.server.services.desk import Desk


def routes(desk: Desk) -> APIRouter:
    """Return the routes; a session that was opened without the line logs in anew first."""
    router = APIRouter(prefix="/v1", tags=["hall"])

    @router.post("/letters/look", **talk(LettersAnswer, Empty))
    async def look(request: Request) -> Response:
        """Tell which letters wait for an answer of whoever asks."""
        _, caller = await enter(desk, request)
        caller.require_fresh()
        found = await desk.ledger.read(lambda tx: desk.strangers.letters.waiting(tx, caller))
        return answered(request, found)

    @router.post("/letters/answer", **talk(LettersAnswer, LetterCall))
    async def answer(request: Request) -> Response:
        """Answer one; tell which still wait."""
        arrival, caller = await enter(desk, request)
        caller.require_fresh()
        call = arrival.decode(LetterCall)
        left = await desk.ledger.write(
            lambda tx: desk.strangers.letters.answer_at_window(tx, caller, call), LOCK
        )
        return answered(request, left)

    return router
