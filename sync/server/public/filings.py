"""Pages of online filing: conditions, telephone code, data and files, receipt, what is missing.

Everything typed and every file is kept at each press, right or wrong (IN10, IN16, IN17, SE04).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from sync.domain.filings import OPEN_TO_APPLICANT, FilingFailure
from sync.protocol.errors import WireError
from sync.server.api.bodies import read_bytes
from sync.server.api.parts import read_parts
from sync.server.pages import form_of, language_of
from sync.server.public.doors import code_page, guarded, said, send_code, take_code
from sync.server.services.public.filing import LOCK, Brought, Stands
from sync.server.services.public.items import PublicItems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.domain.failures import Failure
    from sync.server.api.parts import Part
    from sync.server.pages import Pages
    from sync.server.services.desk import Desk

_CODE_MAX = 64
_FORM_EXTRA = 64 * 1024  # fields and delimiters beside the files
_PURPOSE = "filing"
_FILE = "file."
_DROP = "drop."
_FIELD_MAX = 400


def filing_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False, route_class=pages.route_class())
    _add_beginning(router, desk, pages)
    _add_looking(router, desk, pages)
    _add_keeping(router, desk, pages)
    return router


def _shown(
    pages: Pages,
    request: Request,
    stands: Stands,
    *,
    problem: Failure | None = None,
) -> Response:
    asked = () if stands.item is None else stands.item.materials
    return pages.page(
        request,
        "filing.html",
        status=200 if problem is None else 422,
        stands=stands,
        row=stands.row,
        materials={each.code: each for each in asked},
        open=stands.row.state in OPEN_TO_APPLICANT,
        problem=None if problem is None else said(problem),
    )


def _add_beginning(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add what an item asks for, and the code that opens a filing."""
    items, filing = PublicItems(desk.policy), desk.strangers.filing

    @router.get("/apply/{code}")
    async def begin(request: Request, code: str) -> Response:
        """Show what an item asks for, and where to begin."""
        found = items.item(code[:_CODE_MAX])
        status = 404 if found is None else 200
        page = "item.html" if found is None else "apply.html"
        return pages.page(request, page, status=status, code=code[:_CODE_MAX], found=found)

    @router.post("/apply/{code}")
    async def phone(request: Request, code: str) -> Response:
        """Send a code to the applicant's telephone."""
        found, form = items.item(code[:_CODE_MAX]), await form_of(request)
        if found is None:
            raise WireError("wire.not_found")
        try:
            id_ = await send_code(desk, request, form.get("phone", ""), _PURPOSE)
        except WireError as wrong:
            if wrong.code != "wire.malformed":
                raise
            return pages.page(
                request, "apply.html", status=422, code=code, found=found, wrong_phone=True
            )
        return code_page(pages, request, f"/public/apply/{found.item.code}/code", {"id": id_})

    @router.post("/apply/{code}/code")
    async def confirm(request: Request, code: str) -> Response:
        """Open a filing for whoever typed the code."""
        form, lang = await form_of(request), language_of(request)
        found = items.item(code[:_CODE_MAX])
        if found is None:
            raise WireError("wire.not_found")
        number = await take_code(desk, request, form, _PURPOSE)
        if not number:
            action = f"/public/apply/{found.item.code}/code"
            return code_page(pages, request, action, {"id": form.get("id", "")}, wrong=True)
        row = await desk.ledger.write(
            lambda tx: filing.begin(tx, found.item.code, number, lang), LOCK
        )
        stands = await desk.ledger.read(lambda tx: filing.of(tx, row.number, row.code))
        return _shown(pages, request, stands)


def _add_looking(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add how a filing stands."""
    filing = desk.strangers.filing

    @router.get("/filing")
    async def ask(request: Request) -> Response:
        """Show the form for number and check code."""
        number = request.query_params.get("no", "")[:_CODE_MAX]
        return pages.page(request, "filing_ask.html", number=number, unknown=False)

    @router.post("/filing")
    async def look(request: Request) -> Response:
        """Show how a filing stands to whoever has its number and check code."""
        form = await form_of(request)
        number, code = form.get("no", "")[:_CODE_MAX], form.get("code", "")
        try:
            stands = await guarded(desk, request, number, lambda tx: filing.of(tx, number, code))
        except FilingFailure:
            return pages.page(request, "filing_ask.html", status=404, number=number, unknown=True)
        return _shown(pages, request, stands)


def _add_keeping(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add what is typed and brought."""
    filing = desk.strangers.filing

    @router.post("/filing/keep")
    async def keep(request: Request) -> Response:
        """Keep data and files; send them, take files back, or withdraw, as was pressed."""
        body = await read_bytes(request, desk.settings.filing_limit + _FORM_EXTRA)
        kind = request.headers.get("content-type", "")
        parts = await desk.ledger.crunch(lambda: read_parts(kind, body))
        fields = {part.name: part.text[:_FIELD_MAX] for part in parts if part.file is None}
        number, code = fields.get("no", "")[:_CODE_MAX], fields.get("code", "")
        stands = await guarded(desk, request, number, lambda tx: filing.of(tx, number, code))
        problem: Failure | None = None
        try:
            brought = _brought(parts)
            allowed = await desk.ledger.read(lambda tx: filing.keep_files(tx, stands, brought))
        except FilingFailure as failure:
            # What was typed is kept all the same; the files have to be chosen anew.
            problem, allowed = failure, []
        row = stands.row
        files = await desk.ledger.crunch(lambda: filing.seal(allowed, row.number))
        if row.state in OPEN_TO_APPLICANT:
            stands = await desk.ledger.write(lambda tx: filing.save(tx, row, fields, files), LOCK)
        try:
            if problem is None:
                stands = await _pressed(desk, stands, fields.get("act", ""))
        except FilingFailure as failure:
            problem = failure
        return _shown(pages, request, stands, problem=problem)


def _brought(parts: Sequence[Part]) -> list[Brought]:
    """Return the files that were chosen; a field without a choice sends an empty one."""
    return [
        Brought(part.name.removeprefix(_FILE)[:_CODE_MAX], part.file, part.data)
        for part in parts
        if part.file is not None and part.data and part.name.startswith(_FILE)
    ]


async def _pressed(desk: Desk, stands: Stands, act: str) -> Stands:
    """Do what the pressed button says besides keeping."""
    filing, row = desk.strangers.filing, stands.row
    if act == "send":
        return await desk.ledger.write(lambda tx: filing.send(tx, row), LOCK)
    if act == "withdraw":
        return await desk.ledger.write(lambda tx: filing.withdraw(tx, row), LOCK)
    if act.startswith(_DROP):
        material = act.removeprefix(_DROP)
        return await desk.ledger.write(lambda tx: filing.drop(tx, row, material), LOCK)
    return stands
