"""What the services ask of the database about leases and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync.server.services.rows.leases import BlockRow, LeaseRow


HELD_MS = 30 * 86_400_000
"""How long after its lease's end a window that is away keeps its numbers: they may be used."""


class LeaseRows(Protocol):
    """Leases and the numbers that they lend out."""

    def live(self, dev: str, inc: int) -> LeaseRow | None:
        """Return the live lease of a device."""

    def by_hash(self, hash_: str) -> LeaseRow | None:
        """Return a lease, live or not."""

    def names(self, devs: Iterable[str]) -> dict[str, list[str]]:
        """Return the ids of every lease that these devices ever had, by device."""

    def replace(self, row: LeaseRow) -> None:
        """Make this the one live lease of its device."""

    def reserve(
        self, kind: str, pool: str, size: int, highest: int, now: int
    ) -> tuple[int, int] | None:
        """Draw numbers that nobody holds; starts again at 1 after `highest`.

        Whoever has not given his numbers back holds them, for HELD_MS after his lease's end; so
        does, while others are left, who was lent them by a lease that still runs or by none.

        Returns:
            The first and the last, fewer than `size` where no more are left side by side; None
            where none are.
        """

    def pass_over(self, kind: str, pool: str, number: int) -> None:
        """Draw no number up to this one any more in this round."""

    def add_block(self, row: BlockRow) -> None:
        """Keep who holds which numbers; who held one of them before holds it no longer."""

    def held(self, kind: str, pool: str, first: int, last: int) -> list[BlockRow]:
        """Return the blocks that have one of these numbers."""

    def give_back(self, dev: str, inc: int, seq: int) -> None:
        """Note that a device, its chain at `seq`, gets others in place of the numbers it holds."""

    def returned(self, limit: int) -> list[BlockRow]:
        """Return blocks to settle: given back, their device's chain here up to that moment."""

    def overdue(self, exp: int, limit: int) -> list[BlockRow]:
        """Return blocks that nobody gave back, of leases that were over before `exp`, untold."""

    def settle(self, row: BlockRow, at: int) -> bool:
        """Mark a block as settled; False where another process was first."""

    def tell(self, row: BlockRow, at: int) -> bool:
        """Mark a block as told of; False where another process was first."""

    def brought(self, row: BlockRow, kinds: Iterable[str]) -> list[tuple[str | None, str]]:
        """Return (case number, body) of a device's events of these kinds since it got a block."""

    def block_of(self, kind: str, pool: str, number: int) -> BlockRow | None:
        """Return the block that holds a number."""

    def know_numbers(self, kind: str, numbers: Iterable[str]) -> None:
        """Look at once which numbers are unused, of which the unit will spend one by one."""

    def use_number(self, kind: str, number: str, dev: str, event: str) -> bool:
        """Mark a number as used; False if another event used it."""
