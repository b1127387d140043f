"""The job that folds the log into figures, keeps their sums right, makes scores and bulletins."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import structlog

from sync.domain.calendar import china_day
from sync.server.clock import moment
from sync.server.jobs.outliving import Outliving
from sync.server.services.evaluation.scoring import scored
from sync.server.services.figures.mending import mend

if TYPE_CHECKING:
    from datetime import date

    from sync.server.services.desk import Desk

_MEND_MS = 3_600_000
LOOK_S = 5.0  # two statements where nothing came; a figure may be this old

log = structlog.get_logger(__name__)


class FiguresJob:
    """Looks every few seconds for lines that are not counted."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._scored: date | None = None
        self._held: int | None = None  # when sums were last held to what they are sums of, ms

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            with Outliving(log, "figures put off"):
                await self.round()
                await self.mend()
                await self.score()
            await asyncio.sleep(LOOK_S)

    async def round(self) -> None:
        """Count everything that is not, page by page: others commit in between."""
        counting, ledger = self._desk.counting, self._desk.ledger
        while behind := await ledger.read(counting.behind):
            for scope, after in sorted(behind.items()):
                page = await ledger.read(partial(counting.read, scope=scope, after=after))
                sums = await ledger.crunch(partial(counting.sum_up, page))
                await ledger.write(partial(counting.keep, sums=sums))

    async def mend(self) -> None:
        """Look, at the start and each hour, whether an older process left sums behind."""
        now = self._desk.clock.now_ms()
        if self._held is not None and now - self._held < _MEND_MS:
            return
        if mended := await mend(self._desk.ledger):
            log.warning("sums made anew", scopes=mended)
        self._held = now

    async def score(self) -> None:
        """Make what is owed, once a day: scores of months that are over, the week's bulletin."""
        scoring, ledger = self._desk.scoring, self._desk.ledger
        today = china_day(moment(self._desk.clock.now_ms()))
        if self._scored == today:
            return
        for month, file in await ledger.read(scoring.owed):
            material = await ledger.read(partial(scoring.material, month=month, file=file))
            scores = await ledger.crunch(partial(scored, material))
            await ledger.write(partial(scoring.keep, material=material, scores=scores))
            code = file.rules.code
            longer = await ledger.write(partial(scoring.keep_longer, month=month, code=code))
            log.info("scored", months=[month, *longer], rules=code, subjects=len(scores))
        week = await ledger.read(self._desk.bulletins.owed)
        if week is not None:
            told = await ledger.read(partial(self._desk.bulletins.week, first=week))
            await ledger.write(partial(self._desk.bulletins.keep, week=told))
        self._scored = today
