"""Scope heads, tree nodes, the log and the event ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from sync.server.db.rowwise import Rowwise, of
from sync.server.db.tables import event_ids, log, scope_heads, tree_nodes
from sync.server.services.rows import EventKey, LogRow, ScopeHead, TreeNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection


class SqlLogRows(Rowwise):
    """See services.ports.LogRows.

    What one unit appends is held back and written at its end in four statements: a push of a
    hundred events would otherwise be five hundred. Whatever could see it is written for first.
    """

    def __init__(self, connection: Connection, touched: set[str]) -> None:
        super().__init__(connection, touched)
        self._heads: dict[str, ScopeHead] = {}
        self._moved: set[str] = set()
        self._lines: list[LogRow] = []
        self._keys: dict[str, EventKey] = {}
        self._nodes: list[TreeNode] = []
        self._seen: dict[tuple[str, int, int], bytes] = {}

    def flush(self) -> None:
        """Write what was held back."""
        lines, keys, nodes = self._lines, list(self._keys.values()), self._nodes
        heads = [self._heads[scope] for scope in sorted(self._moved)]
        self._lines, self._keys, self._nodes, self._moved = [], {}, [], set()
        self._add(tree_nodes, *nodes)
        self._add(log, *lines)
        self._add(event_ids, *keys)
        self._put(scope_heads, *heads)

    def head(self, scope: str) -> ScopeHead | None:
        """Return where a scope stands."""
        if scope not in self._heads:
            statement = of(ScopeHead, scope_heads).where(scope_heads.c.scope == scope)
            # On SQLite the whole unit that writes holds the lock; FOR UPDATE is PostgreSQL's.
            for found in self._all(ScopeHead, statement.with_for_update()):
                self._heads[scope] = found
        return self._heads.get(scope)

    def peek(self, scope: str) -> ScopeHead | None:
        """Return where a scope stands, unlocked."""
        return next(iter(self._found(ScopeHead, scope_heads, scope=scope)), None)

    def heads(self, scopes: Iterable[str]) -> dict[str, ScopeHead]:
        """Return where several scopes stand."""
        self.flush()
        wanted = scope_heads.c.scope.in_(list(scopes))
        rows = self._all(ScopeHead, of(ScopeHead, scope_heads).where(wanted))
        return {head.scope: head for head in rows}

    def save_head(self, head: ScopeHead) -> None:
        """Write a head and remember that it moved."""
        self._heads[head.scope] = head
        self._moved.add(head.scope)
        self._touched.add(head.scope)

    def append(self, rows: Sequence[LogRow], keys: Sequence[EventKey]) -> None:
        """Append lines with their keys."""
        self._lines += rows
        self._keys.update((key.hash, key) for key in keys)

    def add_nodes(self, nodes: Sequence[TreeNode]) -> None:
        """Add the roots of subtrees that became complete."""
        self._nodes += nodes

    def node(self, scope: str, level: int, idx: int) -> bytes:
        """Return one subtree root."""
        key = (scope, level, idx)
        if key not in self._seen:  # receipts of one batch share most of their paths
            self.flush()
            (found,) = self._found(TreeNode, tree_nodes, scope=scope, level=level, idx=idx)
            self._seen[key] = found.hash
        return self._seen[key]

    def at(self, scope: str, n: int) -> LogRow | None:
        """Return one line."""
        self.flush()
        return next(iter(self._found(LogRow, log, scope=scope, n=n)), None)

    def after(self, scope: str, n: int, limit: int) -> list[LogRow]:
        """Return the lines that follow number n."""
        self.flush()
        statement = of(LogRow, log).where(log.c.scope == scope, log.c.n > n)
        return self._all(LogRow, statement.order_by(log.c.n).limit(limit))

    def of_case(self, scope: str, case_no: str) -> list[LogRow]:
        """Return a case's lines in order."""
        self.flush()
        statement = of(LogRow, log).where(log.c.scope == scope, log.c.case_no == case_no)
        return self._all(LogRow, statement.order_by(log.c.n))

    def pressing(self, scopes: Sequence[str], limit: int) -> list[LogRow]:
        """Return the newest urges, orders and escalations."""
        self.flush()
        statement = of(LogRow, log).where(
            # As text, so that the partial index is seen to cover it.
            text("kind IN ('urge', 'order', 'escalate')"),
            log.c.scope.in_(scopes),
        )
        return self._all(LogRow, statement.order_by(log.c.recv.desc()).limit(limit))

    def by_id(self, event: str) -> list[EventKey]:
        """Return every event that used this id."""
        held = [key for key in self._keys.values() if key.event == event]
        return self._found(EventKey, event_ids, event=event) + held

    def by_hash(self, hash_: str) -> EventKey | None:
        """Return the event with this hash."""
        if hash_ in self._keys:
            return self._keys[hash_]
        return next(iter(self._found(EventKey, event_ids, hash=hash_)), None)

    def by_seq(self, dev: str, inc: int, seq: int) -> list[EventKey]:
        """Return the events of one device number."""
        self.flush()
        statement = of(EventKey, event_ids).where(
            event_ids.c.dev == dev, event_ids.c.inc == inc, event_ids.c.seq == seq
        )
        return self._all(EventKey, statement.order_by(event_ids.c.n))

    def count(self) -> dict[str, int]:
        """Count lines by verdict."""
        self.flush()
        statement = select(log.c.verdict, func.count()).group_by(log.c.verdict)
        return {row[0]: row[1] for row in self._connection.execute(statement)}
