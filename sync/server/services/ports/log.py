"""What the services ask of the database about the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sync.server.services.rows.log import CountedRow, EventKey, LogRow, ScopeHead, TreeNode


class LogRows(Protocol):
    """Scope heads, trees, the log, and the ids that are used once for ever."""

    def take(self, scopes: Iterable[str]) -> None:
        """Take the heads of scopes, in one order: theirs until commit, other processes wait."""

    def head(self, scope: str) -> ScopeHead | None:
        """Return where a scope stands; locked until commit in a unit that writes."""

    def peek(self, scope: str) -> ScopeHead | None:
        """Return where a scope stands, unlocked."""

    def heads(self, scopes: Iterable[str]) -> dict[str, ScopeHead]:
        """Return where several scopes stand; unknown ones are missing."""

    def scopes(self) -> list[str]:
        """Return every scope that has a line, by name."""

    def save_head(self, head: ScopeHead) -> None:
        """Write a head; marks the scope as touched, so that it gets a signed head at commit."""

    def append(self, rows: Sequence[LogRow], keys: Sequence[EventKey]) -> None:
        """Append lines with their keys; neither can be changed afterwards."""

    def add_nodes(self, nodes: Sequence[TreeNode]) -> None:
        """Add the roots of subtrees that became complete."""

    def node(self, scope: str, level: int, idx: int) -> bytes:
        """Return one subtree root; one that is not complete yet is a defect of the caller."""

    def at(self, scope: str, n: int) -> LogRow | None:
        """Return one line."""

    def after(self, scope: str, n: int, limit: int) -> list[LogRow]:
        """Return the lines that follow number n, in order."""

    def of_case(self, scope: str, case_no: str) -> list[LogRow]:
        """Return a case's lines in order."""

    def pressing(self, scopes: Sequence[str], limit: int) -> list[LogRow]:
        """Return the newest urges, orders and escalations of these scopes."""

    def received_since(self, scopes: Sequence[str], at: int) -> Iterator[CountedRow]:
        """Yield the lines of cases that came at a moment or later, in no order."""

    def know(self, ids: Iterable[str], hashes: Iterable[str]) -> None:
        """Look for several events at once, of which the unit will ask one after the other."""

    def by_id(self, event: str) -> list[EventKey]:
        """Return every event that used this id: one, unless somebody used it twice."""

    def by_hash(self, hash_: str) -> EventKey | None:
        """Return the event with this hash."""

    def by_seq(self, dev: str, inc: int, seq: int) -> list[EventKey]:
        """Return the events of one device number: more than one is a fork."""

    def count(self) -> dict[str, int]:
        """Count lines by verdict."""
