"""Scope heads, tree nodes, the log and the event ids."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select, text

from sync.proof.tree import Frontier
from sync.server.db.rowwise import Rowwise, of
from sync.server.db.tables import cases, event_ids, log, scope_heads, tree_nodes
from sync.server.services.rows.log import CountedRow, EventKey, LogRow, ScopeHead, TreeNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection


@dataclass(slots=True)
class Shared:
    """What the units of one commit group know together.

    Attributes:
        heads: where scopes stand, as the last unit that succeeded left them.
        moved: those of them that are not written yet.
        taken: scopes that are the group's until its commit.
        begun: the frontier of each scope as the database has it.
        nodes: tree nodes that the group has met. What a failed unit left there is put right by
            whoever takes its place in the tree, and asked for by nobody if nobody does.
    """

    heads: dict[str, ScopeHead] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    begun: dict[str, bytes] = field(default_factory=dict)
    nodes: dict[tuple[str, int, int], bytes] = field(default_factory=dict)


class SqlLogRows(Rowwise):
    """See services.ports.log.LogRows.

    What one unit appends is held back and written at its end in three statements: a push of a
    hundred events would otherwise be five hundred. Whatever could see it is written for first.
    Heads are written once for the whole group, at its end.
    """

    def __init__(self, connection: Connection, touched: set[str], shared: Shared) -> None:
        super().__init__(connection, touched)
        self._shared = shared
        self._heads: dict[str, ScopeHead] = {}
        self._moved: set[str] = set()
        self._taken: set[str] = set()
        self._lines: list[LogRow] = []
        self._keys: list[EventKey] = []
        self._by_id: dict[str, list[EventKey]] = {}
        self._by_hash: dict[str, list[EventKey]] = {}
        self._nodes: list[TreeNode] = []
        self.appended: list[LogRow] = []
        """The lines that this unit has written."""

    @property
    def waiting(self) -> bool:
        """Say whether something is held back."""
        return bool(self._lines)

    def flush(self) -> None:
        """Write what was held back, but for the heads."""
        lines, keys, nodes = self._lines, self._keys, self._nodes
        self._lines, self._keys, self._nodes = [], [], []
        self._add(tree_nodes, *nodes)
        self._add(log, *lines)
        self.appended += lines
        self._add(event_ids, *keys)

    def settle(self) -> None:
        """Let the group know where this unit, which succeeded, leaves its scopes."""
        self._shared.heads.update(self._heads)
        self._shared.moved |= self._moved
        self._shared.taken |= self._taken
        self._heads, self._moved, self._taken = {}, set(), set()

    def keep_heads(self) -> None:
        """Write the heads that the group moved."""
        self.settle()
        moved, self._shared.moved = sorted(self._shared.moved), set()
        self._put(scope_heads, *(self._shared.heads[scope] for scope in moved))

    def take(self, scopes: Iterable[str]) -> None:
        """Lock the heads of scopes in one order, also of those that have no line yet."""
        wanted = sorted(set(scopes).difference(self._shared.taken, self._taken))
        if not wanted or not self._locks:
            return
        statement = (
            of(ScopeHead, scope_heads)
            .where(scope_heads.c.scope.in_(wanted))
            .order_by(scope_heads.c.scope)
            .with_for_update()
        )
        there = self._all(ScopeHead, statement)
        if missing := set(wanted).difference(head.scope for head in there):
            # A row that is not there cannot be locked: two would both begin at number 1.
            self._add_new(scope_heads, *(ScopeHead(name, 0, b"") for name in sorted(missing)))
            there = self._all(ScopeHead, statement)
        self._taken.update(wanted)
        self._meet(there)

    def head(self, scope: str) -> ScopeHead | None:
        """Return where a scope stands."""
        found = self._heads.get(scope) or self._shared.heads.get(scope)
        if found is None and self._locks:
            self.take((scope,))
            found = self._heads.get(scope)
        elif found is None and (found := self._stored(scope)) is not None:
            self._meet((found,))
        return found

    def _meet(self, stored: Iterable[ScopeHead]) -> None:
        """Keep heads as the database has them."""
        for head in stored:
            if head.size:
                self._heads[head.scope] = head
                self._shared.begun.setdefault(head.scope, head.frontier)

    def _stored(self, scope: str) -> ScopeHead | None:
        found = next(iter(self._found(ScopeHead, scope_heads, scope=scope)), None)
        return found if found is not None and found.size else None

    def peek(self, scope: str) -> ScopeHead | None:
        """Return where a scope stands, unlocked."""
        return self._shared.heads.get(scope) or self._stored(scope)

    def heads(self, scopes: Iterable[str]) -> dict[str, ScopeHead]:
        """Return where several scopes stand."""
        known = {**self._shared.heads, **self._heads}
        wanted = set(scopes)
        found = {scope: known[scope] for scope in wanted if scope in known}
        if unknown := sorted(wanted.difference(found)):
            rows = and_(scope_heads.c.scope.in_(unknown), scope_heads.c.size > 0)
            there = self._all(ScopeHead, of(ScopeHead, scope_heads).where(rows))
            found.update((head.scope, head) for head in there)
        return found

    def scopes(self) -> list[str]:
        """Return every scope that has a line, by name."""
        self.flush()
        statement = select(scope_heads.c.scope).where(scope_heads.c.size > 0)
        return sorted(self._connection.execute(statement).scalars())

    def save_head(self, head: ScopeHead) -> None:
        """Write a head and remember that it moved."""
        self._heads[head.scope] = head
        self._moved.add(head.scope)
        self._touched.add(head.scope)

    def append(self, rows: Sequence[LogRow], keys: Sequence[EventKey]) -> None:
        """Append lines with their keys."""
        self._lines += rows
        self._keys += keys
        for key in keys:
            self.by_id(key.event).append(key)
            self._hashed(key.hash).append(key)

    def add_nodes(self, nodes: Sequence[TreeNode]) -> None:
        """Add the roots of subtrees that became complete."""
        self._nodes += nodes
        seen = self._shared.nodes
        for node in nodes:
            seen[node.scope, node.level, node.idx] = node.hash

    def node(self, scope: str, level: int, idx: int) -> bytes:
        """Return one subtree root."""
        key, seen = (scope, level, idx), self._shared.nodes
        if key not in seen and scope in self._shared.begun:
            # What was appended is proven by nodes that came with it, and by these.
            peaks = Frontier.unpack(self._shared.begun.pop(scope)).nodes()
            for peak in peaks:
                seen.setdefault((scope, peak.level, peak.index), peak.hash)
        if key not in seen:
            self.flush()
            (found,) = self._found(TreeNode, tree_nodes, scope=scope, level=level, idx=idx)
            seen[key] = found.hash
        return seen[key]

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
        events = set(ids).difference(self._by_id)
        names = set(hashes).difference(self._by_hash)
        self._by_id.update((name, []) for name in events)
        self._by_hash.update((name, []) for name in names)
        for key in self._among(EventKey, event_ids, event=events, hash=names):
            if key.event in events:
                self._by_id[key.event].append(key)
            if key.hash in names:
                self._by_hash[key.hash].append(key)

    def by_id(self, event: str) -> list[EventKey]:
        """Return every event that used this id."""
        if event not in self._by_id:
            self.know((event,), ())
        return self._by_id[event]

    def by_hash(self, hash_: str) -> EventKey | None:
        """Return the event with this hash."""
        found = self._hashed(hash_)
        return found[0] if found else None

    def _hashed(self, hash_: str) -> list[EventKey]:
        if hash_ not in self._by_hash:
            self.know((), (hash_,))
        return self._by_hash[hash_]

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
