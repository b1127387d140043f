"""Counters that an older process did not keep, made right by the ones that work today.

While a centre is upgraded process by process, an older one goes on beside its successor and knows
nothing of sums that the new schema brought. It moves a scope's mark all the same: by that the
lines are noticed that stand in the tallies and not in every sum. Open cases by light have no mark;
they are held to the cases themselves.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from sync.domain.statistics import Span
from sync.server.services.figures.reckoning import months_of

if TYPE_CHECKING:
    from sync.server.services.ports.ledger import Ledger, Transaction

_MONTH = len("2026-03")


async def mend(ledger: Ledger) -> dict[str, list[str]]:
    """Make right what is not; return the months that were wrong by scope, and "" for lights.

    A month is one unit: others commit in between.
    """
    found: dict[str, list[str]] = {}
    for scope, lines in sorted((await ledger.read(lambda tx: tx.figures.unsummed())).items()):
        for month in await ledger.read(_months):
            if await ledger.read(partial(_differs, scope=scope, month=month)):
                await ledger.write(partial(_sum_again, scope=scope, month=month))
                found.setdefault(scope, []).append(month)
        await ledger.write(partial(_settle, scope=scope, lines=lines))
    if await ledger.read(lambda tx: tx.cases.miscounted()):
        await ledger.write(lambda tx: tx.cases.count_again())
        found[""] = []
    return found


def _months(tx: Transaction) -> tuple[str, ...]:
    ends = tx.figures.periods()
    if ends is None:
        return ()
    first, last = (date.fromisoformat(f"{period[:_MONTH]}-01") for period in ends)
    return months_of(Span(first, last))


def _differs(tx: Transaction, scope: str, month: str) -> bool:
    return tx.figures.differing(scope, month)


def _sum_again(tx: Transaction, scope: str, month: str) -> None:
    tx.figures.sum_again(scope, month)


def _settle(tx: Transaction, scope: str, lines: int) -> None:
    tx.figures.settle(scope, lines)
