"""The figures and one's own pace, as the presenters need them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from client.app.hall.pace import PaceView
    from client.app.hall.statistics import Report
    from client.app.rows.cases import PaperRow
    from sync.domain.statistics import By, Span


class Statistics(Protocol):
    """Figures of the work."""

    async def report(self, span: Span, by: By) -> Report:
        """Count a span by groups."""

    async def export(self, report: Report, path: Path) -> None:
        """Write a report as CSV."""

    async def paper(self, report: Report) -> PaperRow:
        """Make the printed table; `handouts` shows its pages."""


class Pace(Protocol):
    """One's own seconds, kept here alone."""

    async def note(self, kind: str, seconds: float) -> None:
        """Keep how long one step took."""

    async def view(self) -> PaceView:
        """Return the medians of the last weeks."""

    async def forget(self) -> None:
        """Forget everything that was measured of this person."""


class Tour(Protocol):
    """Who was shown round at this window."""

    async def wanted(self) -> bool:
        """Say whether this person has not been yet."""

    async def done(self) -> None:
        """Remember that he was, or would not be."""
