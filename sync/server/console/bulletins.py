"""The weekly bulletin in the console: read, remarked, released, printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response  # FastAPI reads annotations

from sync.server.console.answers import back, looked, own_form, still, visitor_of
from sync.server.pages import Wording, language_of
from sync.server.papers import bulletin_pdf, said_of
from sync.server.services.entry.console import Look
from sync.server.services.evaluation.bulletins import TEXT_MAX

if TYPE_CHECKING:
    from typing import Any

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk
    from sync.server.services.ports.ledger import Transaction


def add_bulletins(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the pages and what is done on them."""

    @router.get("/bulletins")
    async def bulletins(request: Request) -> Response:
        """Show the newest bulletin, or that of the week that is asked for."""
        wanted = request.query_params.get("week", "")[:10]

        async def shown(look: Look) -> dict[str, Any]:
            visitor = await looked(desk, request, look)
            rows = await desk.ledger.read(lambda tx: desk.bulletins.listed(tx, visitor))
            row = next((r for r in rows if r.week == wanted), next(iter(rows), None))
            return {
                "visitor": visitor,
                "rows": rows,
                "row": row,
                **said_of(row, Wording(language_of(request), desk.clock.now_ms())),
                "most": TEXT_MAX,
                "name": desk.publishing.person_name,
            }

        return await still(pages, request, "bulletin.html", Look("bulletin", wanted), shown)

    @router.get("/bulletins/{week}.pdf")
    async def pdf(request: Request, week: str) -> Response:
        """Hand a bulletin out as PDF."""
        visitor = await looked(desk, request, Look("bulletin.pdf", week[:10]))
        row = await desk.ledger.read(lambda tx: desk.bulletins.read(tx, visitor, week[:10]))
        genesis = desk.policy.book.genesis
        words = Wording(language_of(request), desk.clock.now_ms())
        centre = "" if genesis is None else genesis.name
        data = await desk.ledger.crunch(lambda: bulletin_pdf(row, words, centre))
        headers = {"Content-Disposition": f'inline; filename="bulletin-{row.week}.pdf"'}
        return Response(data, media_type="application/pdf", headers=headers)

    @router.post("/bulletins/{week}/remark")
    async def remark(request: Request, week: str) -> Response:
        """Write the remark."""
        text = (await own_form(desk, request)).get("text", "")

        def written(tx: Transaction) -> None:
            visitor = visitor_of(desk, tx, request, Look("bulletin.remark", week[:10]))
            desk.bulletins.remark(tx, visitor, week[:10], text)

        await desk.ledger.write(written)
        return back(f"/console/bulletins?week={week[:10]}")

    @router.post("/bulletins/{week}/release")
    async def release(request: Request, week: str) -> Response:
        """Release it for everybody."""
        await own_form(desk, request)

        def released(tx: Transaction) -> None:
            visitor = visitor_of(desk, tx, request, Look("bulletin.release", week[:10]))
            desk.bulletins.release(tx, visitor, week[:10])

        await desk.ledger.write(released)
        return back(f"/console/bulletins?week={week[:10]}")
