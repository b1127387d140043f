"""Every number that was lent ends as used, void or returned; the missing ones are found (proof §7).

A window draws its numbers in order, and a number is spent with its event. So when the next lease
has taken a block's place, and the device's chain is here up to that moment, a number that never
came though a later one did was skipped: a step may have been hidden. What follows the last used one
is returned. A block that nobody gave back a day after its lease was over is told of, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.events import Kind
from sync.protocol.codec import read_json
from sync.server.services.cases.numbers import CASE, OPENING, case_serial, certificate_serial
from sync.server.services.record.findings import note

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync.server.clock import Clock
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.rows.leases import BlockRow

GRACE_MS = 24 * 3_600_000
SLICE = 20
_MOST_SAID = 20  # runs of missing numbers in one finding


class Serials:
    """Accounts for blocks of numbers."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def settle(self, tx: Transaction) -> int:
        """Look through some blocks whose time has come; return how many there were.

        Args:
            tx: a unit that writes.
        """
        now = self._clock.now_ms()
        returned = tx.leases.returned(SLICE)
        for block in returned:
            if tx.leases.settle(block, now):
                self._account(tx, block, now)
        overdue = tx.leases.overdue(now - GRACE_MS, SLICE)
        for block in overdue:
            if tx.leases.tell(block, now):
                _note(tx, "numbers_not_returned", block, now, count=len(_unused(tx, block)))
        return len(returned) + len(overdue)

    @staticmethod
    def _account(tx: Transaction, block: BlockRow, now: int) -> None:
        unused = _unused(tx, block)
        last = max(set(range(block.first, block.last + 1)) - unused, default=block.first)
        missing = sorted(number for number in unused if number < last)
        if missing:
            _note(tx, "numbers_missing", block, now, count=len(missing), missing=_runs(missing))


def _unused(tx: Transaction, block: BlockRow) -> set[int]:
    """Return the numbers of a block that came with no event, accepted or refused."""
    kinds = OPENING if block.kind == CASE else (Kind.MAKE,)
    found = (
        case_serial(case_no) if block.kind == CASE else certificate_serial(read_json(body.encode()))
        for case_no, body in tx.leases.brought(block, kinds)
    )
    came = {serial for pool, serial in filter(None, found) if pool == block.pool}
    return set(range(block.first, block.last + 1)) - came


def _note(tx: Transaction, code: str, block: BlockRow, now: int, **said: int | str) -> None:
    scope = f"device/{block.dev}"
    said |= {"kind": block.kind, "pool": block.pool, "first": block.first, "last": block.last}
    note(tx, code, now, dev=block.dev, scope=scope, **said)


def _runs(numbers: Iterable[int]) -> str:
    """Return numbers as runs: 3, 7-9."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    said = [f"{a}" if a == b else f"{a}-{b}" for a, b in runs[:_MOST_SAID]]
    return ", ".join([*said, *(["…"] if len(runs) > _MOST_SAID else [])])
