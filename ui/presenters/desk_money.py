"""Money in a hall, as the presenters need it: `client.app.money.tills.Tills` fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from client.app.rows.cases import PaperRow
    from client.app.rows.money import BankRead, BankView, FormsRow, SpanView, TillView
    from client.app.rows.words import Words


class Bank(Protocol):
    """The bank's statements."""

    async def read(self, path: Path) -> BankRead:
        """Read a file and keep its lines."""

    async def view(self, text: str = "") -> BankView:
        """Return the lines, narrowed, what is open first."""

    async def explain(self, key: str, note: str) -> None:
        """Write what a line is."""


class Tills(Protocol):
    """The cashier's desk, receipt forms, sums of days."""

    @property
    def bank(self) -> Bank:
        """The bank's statements."""

    async def view(self, text: str = "") -> TillView:
        """Return what is owed, narrowed, and today's sums."""

    async def forms(self) -> tuple[FormsRow, ...]:
        """Return every run of receipt forms."""

    async def keepers(self) -> tuple[tuple[str, str], ...]:
        """Return (roster id, name) of those to whom forms may be handed."""

    async def span(self, first: date, last: date, *, own: bool = False) -> SpanView:
        """Return the sums of some days."""

    async def turn(
        self, act: str, batch: str, first: int, last: int, **more: str
    ) -> tuple[Words, ...]:
        """Draw, give, take, cancel or return receipt forms."""

    async def close(
        self, day: date, counted: Mapping[str, int], text: str = ""
    ) -> tuple[Words, ...]:
        """Close a day by what was counted."""

    async def reconcile(
        self, first: date, last: date, banked_fen: int, text: str = ""
    ) -> tuple[Words, ...]:
        """Hold some days against what reached the fiscal account."""

    async def sheet(self, first: date, last: date, *, own: bool) -> PaperRow:
        """Make the sheet of some days."""

    async def export(self, first: date, last: date, path: Path, *, own: bool) -> None:
        """Write the movements of some days as CSV."""
