"""The job that keeps the centre's clock: sleeps until the earliest moment, is poked before.

At each of its looks it also takes in the lists of revoked certificates that are new.

It never loops over cases: the index on `next_moment` says what is due and when to wake (facts: a
tick of a million open cases costs under a millisecond).
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import structlog

from sync.domain.failures import Failure, FailureKind
from sync.proof.policy import SCOPE
from sync.server.jobs.outliving import Outliving

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from sync.server.services.desk import Desk
    from sync.server.services.ports.ledger import Transaction

    _Work = Callable[[Transaction], None]

LONGEST_S = 5.0  # also how late the news of another process's policy may be
DEMO_S = 0.2  # a demonstration's clock jumps: it is looked at this often
RETRY_S = 1.0
RECALL_SLICE = 500  # cases in one unit: some 20 ms of the database
GATHER_S = 0.1  # after a commit: its windows are told first, and the next ones share the look

log = structlog.get_logger(__name__)


class ClockJob:
    """Runs `Watch.sweep` whenever a case's moment has come.

    Args:
        desk: the centre's services.
        version: of the program. Another one may reckon otherwise: it looks at every open case.
    """

    def __init__(self, desk: Desk, version: str) -> None:
        self._desk = desk
        self._version = version
        self._poked = asyncio.Event()
        self._told = desk.policy.size
        self._recalled = 0
        self._poll_s = LONGEST_S if desk.settings.demo_clock is None else DEMO_S

    def poke(self) -> None:
        """Look again: a case moved. Loop's thread only."""
        self._poked.set()

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            self._poked.clear()
            wait = await self._round()
            try:
                async with asyncio.timeout(wait):
                    await self._poked.wait()
                    await asyncio.sleep(GATHER_S)
            except TimeoutError:
                continue

    async def _round(self) -> float:
        """Look after everything due; return for how many seconds nothing else will be."""
        with Outliving(log, "sweep put off"):
            return await self._look()
        return RETRY_S

    async def _look(self) -> float:
        breaches, now = self._desk.breaches, self._desk.clock.now_ms()
        moment, breached = await self._desk.ledger.read(
            lambda tx: (tx.cases.next_moment(), breaches.scopes(tx, now))
        )
        self._tell_policy()
        self._desk.policy.look_at_lists()
        if self._recalled != self._desk.policy.timing:
            await self._recall(self._desk.policy.timing, now)
        elif breached and await self._breaches(now, breached):
            return 0.0
        elif moment is None or moment > now:
            return self._rest(moment, now)
        else:
            await self._sweep(now)
        return 0.0

    def _tell_policy(self) -> None:
        """Pass on what another process (the command line) did to the policy."""
        size = self._desk.policy.size
        if size != self._told:
            self._told = size
            self._desk.live.tell({SCOPE: size})

    async def _recall(self, timing: int, now: int) -> None:
        """Have every open case looked at again, a slice a unit, so that no push waits for all.

        Once for all processes, and not at every start: what was done stands beside the cases. A
        case that is opened meanwhile is reckoned by the policy of today.
        """
        mark, ledger = f"{self._version} {timing}", self._desk.ledger
        for scope in self._desk.policy.scopes_known():
            if (await ledger.read(lambda tx: tx.cases.recalls())).get(scope) == mark:
                continue  # no matter which process did it
            numbers = await ledger.read(partial(_open, scope=scope))
            for at in range(0, len(numbers), RECALL_SLICE):
                some = numbers[at : at + RECALL_SLICE]
                await ledger.write(partial(_recall, now=now, numbers=some), (scope,))
            await ledger.write(partial(_recalled, scope=scope, mark=mark), (scope,))
        await ledger.write(self._desk.changing.follow)
        self._recalled = timing

    async def _breaches(self, now: int, scopes: frozenset[str]) -> bool:
        """Warn of breaches; say whether there were any."""
        breaches, ledger = self._desk.breaches, self._desk.ledger
        try:
            return bool(await ledger.write(lambda tx: breaches.sweep(tx, now, scopes), scopes))
        except Exception as error:
            if _is_nobodys(error):
                raise
            return await self._breaches_singly(now)

    async def _breaches_singly(self, now: int) -> bool:
        """Warn of each breach in its own unit: one of them undid a sweep, and waits alone."""
        breaches, ledger = self._desk.breaches, self._desk.ledger
        found = await ledger.read(lambda tx: breaches.due(tx, now))
        for each in found:
            await self._singly(
                each.case_no,
                (each.scope,),
                partial(breaches.alone, found=each, now=now),
                partial(breaches.put_by, found=each, now=now),
            )
        return bool(found)

    async def _sweep(self, now: int) -> None:
        watch, ledger = self._desk.watch, self._desk.ledger
        try:
            scopes = await ledger.read(lambda tx: watch.due_scopes(tx, now))
            await ledger.write(lambda tx: watch.sweep(tx, now, scopes), scopes)
        except Exception as error:
            if _is_nobodys(error):
                raise
            await self._sweep_singly(now)

    async def _sweep_singly(self, now: int) -> None:
        """Look after what is due, each case in its own unit: one of them undid a sweep."""
        watch, ledger = self._desk.watch, self._desk.ledger
        for row in await ledger.read(partial(watch.due, now=now)):
            put_by = partial(watch.put_by, number=row.number, now=now)
            try:
                scopes = await ledger.read(partial(watch.scopes_of, row=row))
            except Exception as error:  # noqa: BLE001  # whatever one case's rules raise
                await self._put_by(error, row.number, (row.scope,), put_by)
                continue
            alone = partial(watch.alone, number=row.number, now=now, scopes=scopes)
            await self._singly(row.number, scopes, alone, put_by)

    async def _singly(
        self, number: str | None, scopes: Collection[str], alone: _Work, put_by: _Work
    ) -> None:
        """Run a unit about one case; one that cannot be reckoned holds up itself alone."""
        try:
            await self._desk.ledger.write(alone, scopes)
        except Exception as error:  # noqa: BLE001  # whatever one case's rules raise
            await self._put_by(error, number, scopes, put_by)

    async def _put_by(
        self, error: Exception, number: str | None, scopes: Collection[str], put_by: _Work
    ) -> None:
        if _is_nobodys(error):
            raise error
        log.error("case not reckoned", case=number, exc_info=error)
        await self._desk.ledger.write(put_by, scopes)

    def _rest(self, moment: int | None, now: int) -> float:
        if moment is None:
            return self._poll_s
        return min(self._poll_s, (moment - now) / 1000)


def _is_nobodys(error: Exception) -> bool:
    """Say whether a look failed through no case's doing: the database is away, or too busy."""
    return isinstance(error, Failure) and error.kind is FailureKind.RETRIABLE


def _open(tx: Transaction, scope: str) -> list[str]:
    return tx.cases.open_numbers(scope)


def _recall(tx: Transaction, now: int, numbers: Sequence[str]) -> None:
    tx.cases.recall(now, numbers)


def _recalled(tx: Transaction, scope: str, mark: str) -> None:
    tx.cases.recalled(scope, mark)
