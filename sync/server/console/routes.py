"""Routes of the console, put together: one module for each page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

from sync.server.console.board import add_board
from sync.server.console.bulletins import add_bulletins
from sync.server.console.cases import add_cases
from sync.server.console.changes import add_changes
from sync.server.console.crashes import add_crashes
from sync.server.console.departments import add_departments
from sync.server.console.doors import add_doors
from sync.server.console.exports import add_exports
from sync.server.console.figures import add_figures
from sync.server.console.findings import add_findings
from sync.server.console.levels import add_levels
from sync.server.console.notes import add_notes
from sync.server.console.orders import add_orders
from sync.server.console.overview import add_overview
from sync.server.console.reports import add_reports
from sync.server.console.samples import add_samples
from sync.server.console.scores import add_scores
from sync.server.console.strangers import add_strangers
from sync.server.console.video import add_video

if TYPE_CHECKING:
    from sync.server.pages import Pages
    from sync.server.services.desk import Desk

_PAGES = (
    add_doors,
    add_overview,
    add_board,
    add_cases,
    add_notes,
    add_orders,
    add_findings,
    add_reports,
    add_samples,
    add_changes,
    add_exports,
    add_figures,
    add_departments,
    add_levels,
    add_scores,
    add_bulletins,
    add_strangers,
    add_video,
    add_crashes,
)


def routes(desk: Desk, pages: Pages) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/console", include_in_schema=False, route_class=pages.route_class())
    for add in _PAGES:
        add(router, desk, pages)
    return router
