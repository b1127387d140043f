"""Every table of figures and scores as a file for other programs: Excel and CSV.

The page's own table with all its columns, of what its visitor may see; each hand-out is written
down like a look at the page. A workbook says under the table what each figure means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response  # FastAPI reads annotations

from sync.protocol.errors import WireError
from sync.server.clock import moment
from sync.server.console.answers import TEXT_MAX, looked
from sync.server.console.export_tables import Tables
from sync.server.pages import Wording, language_of
from sync.server.services.entry.console import Look
from sync.server.workbooks import Form, Table, workbook_of
from sync.spreadsheets import csv_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sync.server.pages import Pages
    from sync.server.services.desk import Desk
    from sync.server.services.entry.console import Visitor

    Made = Callable[[Request, Visitor, Wording], Awaitable[Table]]

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add_exports(router: APIRouter, desk: Desk, _pages: Pages) -> None:
    """Add an .xlsx and a .csv beside each page that has a table."""
    tables = Tables(desk)
    for page, made in (
        ("statistics", tables.statistics),
        ("statistics/times", tables.times),
        ("statistics/origins", tables.origins),
        ("statistics/sunshine", tables.sunshine),
        ("scores", tables.scores),
    ):
        _hand_out(router, desk, page, made)


def _hand_out(router: APIRouter, desk: Desk, page: str, made: Made) -> None:
    @router.get(f"/{page}.{{form}}")
    async def handed_out(request: Request, form: str) -> Response:
        """Hand a page's table out in a form."""
        if form not in {"xlsx", "csv"}:
            raise WireError("wire.not_found")
        visitor = await looked(desk, request, Look(f"{page}.{form}", request.url.query[:TEXT_MAX]))
        now = desk.clock.now_ms()
        table = await made(request, visitor, Wording(language_of(request), now))
        if form == "csv":
            data, kind = _plain(table), "text/csv; charset=utf-8"
        else:
            data = await desk.ledger.crunch(lambda: workbook_of(table, moment(now)))
            kind = _EXCEL
        headers = {"Content-Disposition": f'attachment; filename="{table.name}.{form}"'}
        return Response(data, media_type=kind, headers=headers)


def _plain(table: Table) -> bytes:
    """Return a table as CSV: rates in whole ‰, as their heads say, and points with two places."""
    unit = {Form.PER_MILLE: " ‰"}
    titles = [f"{each.title}{unit.get(each.form, '')}" for each in table.columns]
    forms = [each.form for each in table.columns]
    rows = [[_cell(*both) for both in zip(forms, row, strict=True)] for row in table.rows]
    return csv_of(titles, rows)


def _cell(form: Form, cell: str | int | None) -> str | int:
    if cell is None or isinstance(cell, str):
        return cell or ""
    return f"{cell // 100}.{cell % 100:02}" if form is Form.HUNDREDTHS else cell
