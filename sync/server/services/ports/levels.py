"""What the services ask of the database about lower centres."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sync.server.services.rows.levels import (
        LowerCaseRow,
        LowerHeldRow,
        LowerLineRow,
        LowerScopeRow,
    )


class LevelRows(Protocol):
    """Scopes, lines and cases of lower centres."""

    def scopes(self, centres: Sequence[str]) -> list[LowerScopeRow]:
        """Return every scope of these centres."""

    def scope(self, centre: str, scope: str) -> LowerScopeRow | None:
        """Return one."""

    def save_scope(self, row: LowerScopeRow) -> None:
        """Write one."""

    def waiting(self, centres: Sequence[str]) -> int:
        """Return how many lines of these centres no signed head stands over yet."""

    def add_lines(self, rows: Sequence[LowerLineRow]) -> None:
        """Append lines."""

    def drop_lines(self, centre: str, scope: str, after: int) -> None:
        """Drop lines that no signed head vouched for."""

    def lines(self, centre: str, scope: str, after: int, limit: int) -> list[LowerLineRow]:
        """Return the lines that follow a number, in order."""

    def outcomes(self, centre: str, scope: str, after: int, limit: int) -> list[str]:
        """Return the outcomes alone of the lines that follow a number, in order."""

    def lines_of(self, centre: str, case_no: str) -> list[LowerLineRow]:
        """Return a case's lines in order."""

    def case(self, centre: str, number: str) -> LowerCaseRow | None:
        """Return a case as folded."""

    def save_cases(self, rows: Sequence[LowerCaseRow]) -> None:
        """Write cases."""

    def hold(self, row: LowerHeldRow) -> None:
        """Let a case wait for a line."""

    def release(self, row: LowerHeldRow) -> None:
        """Let a case wait no more."""

    def held(self, centre: str, scope: str, limit: int) -> list[LowerHeldRow]:
        """Return cases that wait, the longest untried first."""

    def held_among(self, centre: str, scope: str, case_nos: Collection[str]) -> set[str]:
        """Return which of these cases wait."""

    def first_held(self, centres: Sequence[str]) -> dict[tuple[str, str], int]:
        """Return the first line that a case waits for, by centre and scope."""

    def open_cases(self, centres: Sequence[str], limit: int) -> list[LowerCaseRow]:
        """Return open cases, the most pressing first."""

    def counts(self, centres: Sequence[str], now: int) -> list[tuple[str, str, int]]:
        """Return (centre, light, how many) of open cases at a moment, ms."""
