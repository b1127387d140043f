"""The centre as an ASGI app: routes, pages, and the jobs that keep its clock and its promises."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.responses import RedirectResponse

from sync.server import assets
from sync.server.api import (
    backups,
    crashes,
    departments,
    errors,
    files,
    filings,
    halls,
    letters,
    levels,
    sessions,
    syncing,
)
from sync.server.api.described import describe
from sync.server.console import routes as console
from sync.server.jobs.backups import BackupsJob
from sync.server.jobs.clock import ClockJob
from sync.server.jobs.figures import FiguresJob
from sync.server.jobs.filings import FilingsJob
from sync.server.jobs.heads import HeadsJob
from sync.server.jobs.inspection import InspectionJob
from sync.server.jobs.lists import ListsJob
from sync.server.jobs.messages import MessageJob
from sync.server.jobs.reports import ReportsJob
from sync.server.jobs.serials import SerialsJob
from sync.server.jobs.stamps import StampJob
from sync.server.jobs.terms import TermsJob
from sync.server.keeping import KeptPages
from sync.server.metrics import Metrics, Timed
from sync.server.pages import PageHeaders, Pages
from sync.server.public import routes as public
from sync.server.public.channels import channel_routes
from sync.server.public.status import status_routes
from sync.server.services.channels.courier import Courier

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterator

    from sync.server.bootstrap import Centre

VERSION = "0.1.1"


def create_app(centre: Centre) -> FastAPI:
    """Return the app of an opened centre; the app's end does not close the centre."""
    port = centre.desk.settings.metrics_port
    metrics = centre.news.metrics = Metrics() if port else None

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        desk = centre.desk
        job = ClockJob(desk, VERSION)
        centre.news.loop, centre.news.job = asyncio.get_running_loop(), job
        measured = metrics.served(port, desk, centre.ledger) if metrics else nullcontext()
        try:
            with measured:
                async with asyncio.TaskGroup() as group:
                    running = [
                        group.create_task(run, name=f"centre-{name}")
                        for name, run in (("clock", job.run()), *_jobs(centre))
                    ]
                    yield
                    desk.live.close()
                    for task in running:
                        task.cancel()
        finally:
            centre.news.loop = centre.news.job = None

    app = FastAPI(
        title="Chuangkou centre",
        version=VERSION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
    )
    app.state.patience_s = centre.desk.settings.patience_s
    loaded = assets.standing()
    pages = Pages(centre.desk, loaded)
    app.router.routes.extend(status_routes(centre.desk, pages))
    rooms = (
        sessions,
        syncing,
        files,
        halls,
        departments,
        filings,
        letters,
        levels,
        backups,
        crashes,
    )
    for room in rooms:
        app.include_router(room.routes(centre.desk))
    _add_pages(app, centre, pages, loaded)
    errors.install(app)
    describe(app)
    app.add_middleware(errors.Envelope, callers=centre.desk.callers)
    if centre.news.metrics is not None:
        app.add_middleware(Timed, metrics=centre.news.metrics)
    return app


def _jobs(centre: Centre) -> Iterator[tuple[str, Coroutine[Any, Any, None]]]:
    """Yield what runs beside the clock, each with its name."""
    desk = centre.desk
    courier = Courier(desk.ledger, desk.clock, centre.gateways, desk.outbox)
    yield "messages", MessageJob(courier).run()
    yield "serials", SerialsJob(desk).run()
    yield "heads", HeadsJob(desk).run()
    yield "filings", FilingsJob(desk).run()
    yield "inspection", InspectionJob(desk).run()
    yield "lists", ListsJob(desk).run()
    yield "terms", TermsJob(desk).run()
    yield "figures", FiguresJob(desk).run()
    yield "reports", ReportsJob(desk).run()
    yield "backups", BackupsJob(desk).run()
    if centre.stamper is not None:
        yield "stamps", StampJob(centre.stamper, centre.stamper.line).run()


def _add_pages(app: FastAPI, centre: Centre, pages: Pages, loaded: assets.Assets) -> None:
    """Hang supervision's and strangers' pages into the app, with what they load."""
    app.include_router(assets.routes(loaded))
    app.include_router(console.routes(centre.desk, pages))
    app.include_router(public.routes(centre.desk, pages))
    app.include_router(channel_routes(centre.desk))
    app.add_middleware(PageHeaders, secure=centre.desk.settings.origin.startswith("https:"))
    policy = centre.desk.policy
    app.add_middleware(KeptPages, policy=lambda: policy.size, clock=centre.desk.clock)

    @app.get("/", include_in_schema=False)
    async def door() -> RedirectResponse:
        """Lead whoever types the bare address to the page that is for everybody."""
        return RedirectResponse("/public/status")
