"""What the services ask of the database about figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sync.domain.figures.counters import Counts
    from sync.domain.figures.spreads import Spread
    from sync.server.services.rows.figures import (
        CountRow,
        Cut,
        FactRow,
        NewLine,
        OriginRow,
        WaitRow,
    )
    from sync.server.services.rows.findings import FindingRow


class FigureRows(Protocol):
    """Counters folded from the log, scope by scope."""

    def folded(self) -> dict[str, int]:
        """Return how many lines of each scope are counted; unknown ones are missing."""

    def claim(self, scope: str, old: int, new: int) -> bool:
        """Move a scope's mark, if it still stands at `old`; False: another process was first."""

    def unsummed(self) -> dict[str, int]:
        """Return the scopes with lines that not every sum contains, each with how many."""

    def differing(self, scope: str, month: str) -> bool:
        """Say whether a scope's sums of a month are not those of its tallies."""

    def sum_again(self, scope: str, month: str) -> None:
        """Make a scope's sums of a month and its days anew from its tallies."""

    def settle(self, scope: str, lines: int) -> None:
        """Note that every sum contains a scope's lines, if still so many were missing."""

    def periods(self) -> tuple[str, str] | None:
        """Return the first and the last period that something is counted in."""

    def new_lines(self, scope: str, after: int, limit: int) -> tuple[int, list[NewLine]]:
        """Return the number of the last line looked at, and those of them that have a case."""

    def found(self, cases: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return by event what was found of these cases' steps."""

    def add_counts(self, rows: Sequence[CountRow]) -> None:
        """Add to the counters of one kind; no two rows have one key."""

    def add_waits(self, rows: Sequence[WaitRow]) -> None:
        """Add to times; no two rows have one key."""

    def add_origins(self, rows: Sequence[OriginRow]) -> None:
        """Add to places; no two rows have one key."""

    def add_facts(self, rows: Sequence[FactRow]) -> None:
        """Add facts."""

    def loose(self, begin: int, end: int) -> list[FindingRow]:
        """Return what was found about devices without a case from a moment on, until another."""

    def grades(self, begin: int, end: int) -> list[tuple[str, str, int, int]]:
        """Return (case, scope, grade 1 to 5, at) of applicants' evaluations between two moments."""

    def sums(self, cut: Cut, by: str) -> dict[str, Counts]:
        """Return counters summed by a column: one of period, scope, item, dev, person …."""

    def whole(self, cut: Cut) -> Counts:
        """Return counters summed up."""

    def spreads(self, cut: Cut, by: str) -> dict[tuple[str, str], Spread]:
        """Return times by (step, value of a column: "owner", "item", "scope", "period")."""

    def origins(self, cut: Cut) -> dict[str, int]:
        """Return applications by place."""

    def first_day(self) -> str | None:
        """Return the earliest day of which a fact is kept."""

    def facts(self, scopes: Sequence[str], first: str, last: str) -> list[FactRow]:
        """Return the facts of days, both included, in order of scope and number."""

    def facts_between(self, sizes: Mapping[str, tuple[int, int]], last: str) -> list[FactRow]:
        """Return facts of days up to `last` with numbers in (from, to] of each scope."""
