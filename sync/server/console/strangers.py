"""What strangers brought: letters to be answered, filings that no window took up, evaluations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response  # noqa: TC002  # FastAPI reads annotations

from sync.domain.evaluation import GRADES
from sync.domain.supervising import Act
from sync.server.console.answers import again, answer, back, looked, own_form, visitor_of
from sync.server.services.entry.console import Look
from sync.server.services.public.letters import LOCK

if TYPE_CHECKING:
    from typing import Any

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk
    from sync.server.services.ports.ledger import Transaction

_ADDRESS = "/console/public"
_MONTH_MS = 30 * 86_400_000
_LATE_MOST = 100


def add_strangers(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the page, and the answer to a letter."""

    @router.get("/public")
    async def brought(request: Request) -> Response:
        """Show it."""

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            now, scopes = desk.clock.now_ms(), visitor.of(Act.FINDINGS)

            def read(tx: Transaction) -> dict[str, Any]:
                return {
                    "letters": desk.strangers.letters.listed(tx, scopes),
                    "late": tx.filings.overdue(scopes, now, _LATE_MOST),
                    "grades": desk.strangers.evaluations.counted(tx, scopes, now - _MONTH_MS),
                }

            book = desk.policy.book
            return {
                "visitor": visitor,
                "now": now,
                "order": GRADES,
                "halls": book.halls,
                "departments": book.departments,
                **await desk.ledger.read(read),
            }

        look = Look("public", "letters", again(request))
        return await answer(pages, request, "strangers", look, shown)

    @router.post("/letters/{number}")
    async def reply(request: Request, number: str) -> Response:
        """Answer a letter."""
        text = (await own_form(desk, request)).get("text", "")

        def answered(tx: Transaction) -> None:
            visitor = visitor_of(desk, tx, request, Look("letter", number[:32]))
            scopes = visitor.of(Act.JUDGE)
            desk.strangers.letters.answer(tx, scopes, number, text, visitor.person)

        await desk.ledger.write(answered, LOCK)
        return back(_ADDRESS)
