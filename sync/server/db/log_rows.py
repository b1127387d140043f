"""Scope heads, tree nodes, the log and the event ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select, text

from sync.server.db.rowwise import Rowwise, members, of
from sync.server.db.tables import cases, event_ids, log, scope_heads, tree_nodes
from sync.server.services.rows import CountedRow, EventKey, LogRow, ScopeHead, TreeNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection


class SqlLogRows(Rowwise):
    """See services.ports.LogRows.

    What one unit appends is held back and written at its end in four statements: a push of a
    hundred events would otherwise be five hundred. Whatever could see it is written for first.
    """

    def __init__(
        self,
        connection: Connection,
        touched: set[str],
        seen: dict[tuple[str, int, int], bytes],
    ) -> None:
        super().__init__(connection, touched)
        # Nodes that the whole commit group has met: what a failed unit left there is put right by
        # whoever takes its place in the tree, and asked for by nobody if nobody does.
        self._seen = seen
        self._heads: dict[str, ScopeHead] = {}
        self._moved: set[str] = set()
        self._lines: list[LogRow] = []
        self._keys: list[EventKey] = []
        self._by_id: dict[str, list[EventKey]] = {}
        self._by_hash: dict[str, list[EventKey]] = {}
        self._nodes: list[TreeNode] = []
        self.appended: list[LogRow] = []
        """The lines that this unit has written."""

    def flush(self) -> None:
        """Write what was held back."""
        lines, keys, nodes = self._lines, self._keys, self._nodes
        heads = [self._heads[scope] for scope in sorted(self._moved)]
        self._lines, self._keys, self._nodes, self._moved = [], [], [], set()
        self._add(tree_nodes, *nodes)
        self._add(log, *lines)
        self.appended += lines
        self._add(event_ids, *keys)
        self._put(scope_heads, *heads)

    def take(self, scopes: Iterable[str]) -> None:
        """Lock the heads of scopes in one order, also of those that have no line yet."""
        wanted = sorted(set(scopes))
        if not wanted or not self._locks:
            return
        statement = (
            select(scope_heads.c.scope)
            .where(scope_heads.c.scope.in_(wanted))
            .order_by(scope_heads.c.scope)
            .with_for_update()
        )
        there = {row[0] for row in self._connection.execute(statement)}
        if missing := [scope for scope in wanted if scope not in there]:
            # A row that is not there cannot be locked: two would both begin at number 1.
            empty = [members(ScopeHead(scope, 0, b"")) for scope in missing]
            insert = self._insert(scope_heads).on_conflict_do_nothing()
            self._connection.execute(insert, empty)
            self._connection.execute(statement)

    def head(self, scope: str) -> ScopeHead | None:
        """Return where a scope stands."""
        if scope not in self._heads:
            self.take((scope,))
            for found in self._found(ScopeHead, scope_heads, scope=scope):
                if found.size:
                    self._heads[scope] = found
        return self._heads.get(scope)

    def peek(self, scope: str) -> ScopeHead | None:
        """Return where a scope stands, unlocked."""
        found = next(iter(self._found(ScopeHead, scope_heads, scope=scope)), None)
        return found if found is not None and found.size else None

    def heads(self, scopes: Iterable[str]) -> dict[str, ScopeHead]:
        """Return where several scopes stand."""
        self.flush()
        wanted = and_(scope_heads.c.scope.in_(list(scopes)), scope_heads.c.size > 0)
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
        for key in keys:
            self.know((key.event,), (key.hash,))
            self._by_id[key.event].append(key)
            self._by_hash[key.hash].append(key)
            self._keys.append(key)

    def add_nodes(self, nodes: Sequence[TreeNode]) -> None:
        """Add the roots of subtrees that became complete."""
        self._nodes += nodes
        self._seen.update(((node.scope, node.level, node.idx), node.hash) for node in nodes)

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

    def received_since(self, scopes: Sequence[str], at: int) -> Iterator[CountedRow]:
        """Yield the lines of cases that came at a moment or later."""
        self.flush()
        item = func.coalesce(cases.c.item, "")
        of_log = (log.c.event, log.c.kind, log.c.case_no)
        said = (log.c.person, log.c.dev, log.c.verdict, log.c.code, log.c.outcome)
        statement = (
            select(*of_log, item, *said)
            .join(cases, cases.c.number == log.c.case_no, isouter=True)
            .where(log.c.scope.in_(list(scopes)), log.c.recv >= at, log.c.case_no.is_not(None))
        )
        for row in self._connection.execute(statement):
            yield CountedRow(*row)

    def know(self, ids: Iterable[str], hashes: Iterable[str]) -> None:
        """Look for several events at once."""
        for column, asked, known in (
            (event_ids.c.event, ids, self._by_id),
            (event_ids.c.hash, hashes, self._by_hash),
        ):
            wanted = [name for name in set(asked) if name not in known]
            if not wanted:
                continue
            known.update((name, []) for name in wanted)
            for key in self._all(EventKey, of(EventKey, event_ids).where(column.in_(wanted))):
                known[getattr(key, column.name)].append(key)

    def by_id(self, event: str) -> list[EventKey]:
        """Return every event that used this id."""
        self.know((event,), ())
        return self._by_id[event]

    def by_hash(self, hash_: str) -> EventKey | None:
        """Return the event with this hash."""
        self.know((), (hash_,))
        return next(iter(self._by_hash[hash_]), None)

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
