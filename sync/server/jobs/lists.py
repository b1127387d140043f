"""The job that fetches the lists of revoked certificates, and says when one is past its day."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from sync.server.fetching import ListLine, fetch_lists, sources
from sync.server.jobs.outliving import Outliving

if TYPE_CHECKING:
    from sync.server.fetching import Fetched
    from sync.server.services.desk import Desk

FIRST_S = 5.0  # after a start: windows come first
RETRY_S = 300.0  # after a failure, where that is sooner than the next time

log = structlog.get_logger(__name__)


class ListsJob:
    """Fetches every now and then; what is in force stays when nothing better comes.

    Args:
        desk: the centre's services.
        first_s: how long after the start it begins.
        line: fetches; hung up when the job ends.
    """

    def __init__(
        self, desk: Desk, *, first_s: float = FIRST_S, line: ListLine | None = None
    ) -> None:
        self._desk = desk
        self._first_s = first_s
        self._line = line or ListLine()
        self._every_s = desk.settings.crl_every_s

    async def run(self) -> None:
        """Run until cancelled."""
        try:
            await asyncio.sleep(self._first_s)
            while True:
                failed = await self.fetch_now()
                self._say_stale()
                every = self._every_s or RETRY_S
                await asyncio.sleep(min(every, RETRY_S) if failed else every)
        finally:
            self._line.hang_up()

    async def fetch_now(self) -> bool:
        """Fetch all that are to be fetched; say whether one failed."""
        if not self._every_s:
            return False
        found: list[Fetched] | None = None
        with Outliving(log, "lists not fetched"):
            found = await asyncio.to_thread(self._fetch)
        if found is None:
            return True
        self._desk.health.fetched({each.name: each.code for each in found})
        if any(each.fresh for each in found):
            self._desk.policy.look_at_lists()
        for each in found:
            if each.code is not None:
                log.warning("list not fetched", authority=each.name, code=each.code)
            elif each.fresh:
                log.info("list taken in", authority=each.name)
        return any(each.code is not None for each in found)

    def _fetch(self) -> list[Fetched]:
        policy, settings = self._desk.policy, self._desk.settings
        issued = policy.certificates() if settings.crl_from_certificates else ()
        wanted = sources(policy.bare_anchors().cas, settings.crl_urls, issued)
        return fetch_lists(self._line, wanted, settings.lists)

    def _say_stale(self) -> None:
        for notice in self._desk.health.of_lists():
            log.warning("look after the lists", code=f"centre.{notice.code}", **notice.args)
