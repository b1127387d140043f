"""Scope heads, tree nodes, the log and the event ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from sync.server.db.rowwise import Rowwise, of
from sync.server.db.tables import event_ids, log, scope_heads, tree_nodes
from sync.server.services.rows import EventKey, LogRow, ScopeHead, TreeNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class SqlLogRows(Rowwise):
    """See services.ports.LogRows."""

    def head(self, scope: str) -> ScopeHead | None:
        """Return where a scope stands."""
        statement = of(ScopeHead, scope_heads).where(scope_heads.c.scope == scope)
        # On SQLite the whole unit that writes holds the lock; FOR UPDATE is PostgreSQL's.
        return next(iter(self._all(ScopeHead, statement.with_for_update())), None)

    def peek(self, scope: str) -> ScopeHead | None:
        """Return where a scope stands, unlocked."""
        return self._one(ScopeHead, scope_heads, scope_heads.c.scope == scope)

    def heads(self, scopes: Iterable[str]) -> dict[str, ScopeHead]:
        """Return where several scopes stand."""
        wanted = scope_heads.c.scope.in_(list(scopes))
        rows = self._all(ScopeHead, of(ScopeHead, scope_heads).where(wanted))
        return {head.scope: head for head in rows}

    def save_head(self, head: ScopeHead) -> None:
        """Write a head and remember that it moved."""
        self._put(scope_heads, head)
        self._touched.add(head.scope)

    def append(self, rows: Sequence[LogRow], keys: Sequence[EventKey]) -> None:
        """Append lines with their keys."""
        self._add(log, *rows)
        self._add(event_ids, *keys)

    def add_nodes(self, nodes: Sequence[TreeNode]) -> None:
        """Add the roots of subtrees that became complete."""
        self._add(tree_nodes, *nodes)

    def node(self, scope: str, level: int, idx: int) -> bytes:
        """Return one subtree root."""
        statement = select(tree_nodes.c.hash).where(
            tree_nodes.c.scope == scope, tree_nodes.c.level == level, tree_nodes.c.idx == idx
        )
        found: bytes = self._connection.execute(statement).scalar_one()
        return found

    def at(self, scope: str, n: int) -> LogRow | None:
        """Return one line."""
        return self._one(LogRow, log, log.c.scope == scope, log.c.n == n)

    def after(self, scope: str, n: int, limit: int) -> list[LogRow]:
        """Return the lines that follow number n."""
        statement = of(LogRow, log).where(log.c.scope == scope, log.c.n > n)
        return self._all(LogRow, statement.order_by(log.c.n).limit(limit))

    def of_case(self, scope: str, case_no: str) -> list[LogRow]:
        """Return a case's lines in order."""
        statement = of(LogRow, log).where(log.c.scope == scope, log.c.case_no == case_no)
        return self._all(LogRow, statement.order_by(log.c.n))

    def pressing(self, scopes: Sequence[str], limit: int) -> list[LogRow]:
        """Return the newest urges, orders and escalations."""
        statement = of(LogRow, log).where(
            # As text, so that the partial index is seen to cover it.
            text("kind IN ('urge', 'order', 'escalate')"),
            log.c.scope.in_(scopes),
        )
        return self._all(LogRow, statement.order_by(log.c.recv.desc()).limit(limit))

    def by_id(self, event: str) -> list[EventKey]:
        """Return every event that used this id."""
        return self._all(EventKey, of(EventKey, event_ids).where(event_ids.c.event == event))

    def by_hash(self, hash_: str) -> EventKey | None:
        """Return the event with this hash."""
        return self._one(EventKey, event_ids, event_ids.c.hash == hash_)

    def by_seq(self, dev: str, inc: int, seq: int) -> list[EventKey]:
        """Return the events of one device number."""
        statement = of(EventKey, event_ids).where(
            event_ids.c.dev == dev, event_ids.c.inc == inc, event_ids.c.seq == seq
        )
        return self._all(EventKey, statement.order_by(event_ids.c.n))

    def count(self) -> dict[str, int]:
        """Count lines by verdict."""
        statement = select(log.c.verdict, func.count()).group_by(log.c.verdict)
        return {row[0]: row[1] for row in self._connection.execute(statement)}
