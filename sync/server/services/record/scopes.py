"""Scopes: gapless numbers, one tree each, receipts (proof.md §6).

Every number is taken and every leaf computed under the scope's head row, inside the unit that
writes; the tree head is signed once for all that a commit brings.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from sync.proof.jws import body_hash, hash_text, known, raw_text, read_logged_jws
from sync.proof.outcomes import outcome_leaf, root_of, sign_tree_head, write_outcome
from sync.proof.tree import Frontier, consistency_proof, inclusion_proofs, root_at
from sync.protocol.codec import b64u_encode
from sync.protocol.messages import Consistency
from sync.protocol.records import TREE_HEAD, Outcome, Receipt
from sync.server.services.record.reopening import Reopening
from sync.server.services.rows.log import EventKey, LogRow, ScopeHead, TreeNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sync.proof.anchors import Interval
    from sync.proof.events import ReadEvent
    from sync.proof.jws import Resolve
    from sync.proof.keys import SoftwareKey
    from sync.protocol.records import Record, TreeHead
    from sync.server.clock import SigningClock
    from sync.server.services.ports.ledger import Transaction

VerdictName = Literal["accepted", "refused", "disputed"]


class Entry(Struct, frozen=True, kw_only=True, gc=False):
    """An event with its verdict, before it has a number. Times are ms UTC."""

    scope: str
    record: Record
    event: str
    dev: str
    inc: int
    seq: int
    kind: str
    case_no: str | None
    person: str
    verdict: VerdictName
    code: str | None
    recv: int
    lo: int
    hi: int
    counted: int
    due: int | None
    pol: int
    hash: str | None = None  # of the record, where whoever read it has made it: see ReadEvent
    raw: str | None = None
    body: str | None = None  # H of the body, likewise

    @classmethod
    def of(  # noqa: PLR0913  # the event, and all that an outcome says of it
        cls,
        read: ReadEvent,
        person: str,
        *,
        verdict: VerdictName,
        code: str | None,
        recv: int,
        bounds: Interval,
        counted: int,
        due: int | None,
        pol: int,
    ) -> Entry:
        """Return a read event with its verdict; what its reader has hashed is not hashed again."""
        core = read.core
        return cls(
            scope=core.scope,
            record=read.record,
            event=core.id,
            dev=core.dev,
            inc=core.inc,
            seq=core.seq,
            kind=core.kind,
            case_no=core.case,
            person=person,
            verdict=verdict,
            code=code,
            recv=recv,
            lo=bounds.lo,
            hi=bounds.hi,
            counted=counted,
            due=due,
            pol=pol,
            hash=read.hash,
            raw=read.raw,
            body=core.body,
        )


class Scopes:
    """The trees of every scope.

    Args:
        aud: this centre's id.
        key: the log key.
        clock: the centre's.
        reopening: whether windows only give back what was lost.
    """

    def __init__(
        self,
        aud: Callable[[], str],
        key: SoftwareKey,
        clock: SigningClock,
        reopening: Reopening | None = None,
    ) -> None:
        self._reopening = reopening or Reopening(clock, 0)
        self._aud = aud
        self._key = key
        self._kid = key.thumbprint
        self.own_key = known(key.public, self._kid)  # resolves what this key itself signed
        self._clock = clock
        self._heads: dict[str, tuple[str, int]] = {}  # newest signed head of each, and its time
        self._grown: tuple[bytes, Frontier] = (b"", Frontier())  # as packed last, and unpacked

    def append(self, tx: Transaction, entry: Entry) -> LogRow:
        """Give an event its number, its leaf and its place in the log.

        Raises:
            WireError: unavailable while numbers are only given back.
        """
        self._reopening.require_open()
        head = tx.log.head(entry.scope) or ScopeHead(entry.scope, 0, Frontier().pack())
        if entry.recv < (told := self._told(head)):
            entry = replace(entry, recv=told)
        return self._grow(tx, head, self._row(entry, head.size + 1), entry.lo)

    def put_back(self, tx: Transaction, entry: Entry, outcome: str) -> LogRow:
        """Give an event the next place again, under the outcome by which it once stood there.

        Args:
            tx: a unit that writes and has the scope.
            entry: the event; its verdict and times are the outcome's.
            outcome: the exact text, which a head signed by this centre proves to be of this place.
        """
        head = tx.log.head(entry.scope) or ScopeHead(entry.scope, 0, Frontier().pack())
        row = replace(self._row(entry, head.size + 1), outcome=outcome)
        return self._grow(tx, head, row, entry.lo)

    def frontier(self, tx: Transaction, scope: str) -> Frontier:
        """Return a scope's tree as far as it has come; locked until commit."""
        head = tx.log.head(scope)
        return Frontier() if head is None else self._unpacked(head.frontier)

    def had(self, tx: Transaction, head: TreeHead) -> bool:
        """Say whether a scope's tree, as it stands, once had this head."""
        known = tx.log.head(head.scope)
        if known is None or known.size < head.size:
            return False
        return root_at(self._reader(tx, head.scope), head.size) == root_of(head)

    def _grow(self, tx: Transaction, head: ScopeHead, row: LogRow, lo: int) -> LogRow:
        frontier, nodes = self._unpacked(head.frontier).append_nodes(outcome_leaf(row.outcome))
        packed = frontier.pack()
        self._grown = (packed, frontier)
        tx.log.add_nodes([TreeNode(row.scope, node.level, node.index, node.hash) for node in nodes])
        key = EventKey(
            row.event, row.hash, row.dev, row.inc, row.seq, row.scope, row.n, row.case_no, lo
        )
        tx.log.append([row], [key])
        tx.log.save_head(ScopeHead(row.scope, row.n, packed, head.sth))
        return row

    def _unpacked(self, packed: bytes) -> Frontier:
        """Return a frontier: the one event of a push finds it as the one before it left it."""
        known, frontier = self._grown
        return frontier if packed == known and packed else Frontier.unpack(packed)

    def _row(self, entry: Entry, n: int) -> LogRow:
        outcome = Outcome(
            aud=self._aud(),
            scope=entry.scope,
            n=n,
            eh=entry.hash or hash_text(entry.record.jws),
            er=entry.raw or raw_text(entry.record.jws),
            body=entry.body or body_hash(entry.record.body),
            person=entry.person,
            verdict=entry.verdict,
            code=entry.code,
            recv=entry.recv,
            lo=entry.lo,
            hi=entry.hi,
            counted=entry.counted,
            due=entry.due,
            pol=entry.pol,
        )
        return LogRow(
            scope=entry.scope,
            n=n,
            event=entry.event,
            dev=entry.dev,
            inc=entry.inc,
            seq=entry.seq,
            hash=outcome.eh,
            kind=entry.kind,
            case_no=entry.case_no,
            person=entry.person,
            jws=entry.record.jws,
            body=entry.record.body,
            act=entry.record.act,
            outcome=write_outcome(outcome),
            verdict=entry.verdict,
            code=entry.code,
            recv=entry.recv,
        )

    def seal(self, tx: Transaction, touched: frozenset[str]) -> None:
        """Sign the heads of the scopes that this commit moved: once each."""
        for scope in sorted(touched):
            head = tx.log.head(scope)
            if head is None:
                continue
            frontier = Frontier.unpack(head.frontier)
            t = max(self._clock.now_ms(), self._told(head))
            sth = sign_tree_head(frontier, self._aud(), scope, t, self._key, self._kid)
            self._clock.signed(t)
            self._heads[scope] = (sth, t)
            tx.log.save_head(ScopeHead(scope, head.size, head.frontier, sth))

    def _told(self, head: ScopeHead) -> int:
        """Return the time of a scope's newest signed head, ms; nothing is dated before it.

        The machine's clock may be set back: what the centre has signed stands.
        """
        if head.sth is None:
            return 0
        sth, t = self._heads.get(head.scope, ("", 0))
        if sth != head.sth:  # after a start, or another process signed it
            t = int(read_logged_jws(head.sth, TREE_HEAD).payload["t"])
            self._clock.signed(t)
            self._heads[head.scope] = (head.sth, t)
        return t

    def under_ended(self, tx: Transaction, scopes: Iterable[str], serves: Resolve) -> list[str]:
        """Return the scopes whose head is under a log key that has ended.

        None while this centre's own key does not serve either: whatever it signs is believed by
        nobody.
        """
        found = []
        for scope, head in tx.log.heads(scopes).items():
            header = None if head.sth is None else read_logged_jws(head.sth, TREE_HEAD).header
            if header is None or serves(header) is not None:
                continue
            if serves(dataclasses.replace(header, kid=self._kid)) is not None:
                found.append(scope)
        return found

    def renew(self, tx: Transaction, scopes: Iterable[str]) -> None:
        """Have the heads of scopes signed with this commit, as they stand."""
        for scope in scopes:
            head = tx.log.head(scope)
            if head is not None:
                tx.log.save_head(head)

    def newest_signed(self, tx: Transaction, scopes: Iterable[str]) -> int:
        """Return the newest time that stands under a head of these scopes or an anchor, ms."""
        heads = tx.log.heads(scopes).values()
        return max([tx.devices.newest_anchor(), *(self._told(head) for head in heads)])

    def receipt(self, tx: Transaction, row: LogRow) -> Receipt:
        """Return the receipt of a line against its scope's newest signed head."""
        return self.receipts(tx, (row,))[row.scope, row.n]

    def receipts(self, tx: Transaction, rows: Iterable[LogRow]) -> dict[tuple[str, int], Receipt]:
        """Return the receipts of lines by scope and number: a push's share most of their paths."""
        by_scope: dict[str, list[LogRow]] = {}
        for row in rows:
            by_scope.setdefault(row.scope, []).append(row)
        made, text = {}, cache(b64u_encode)
        for scope, own in by_scope.items():
            head = tx.log.head(scope)
            if head is None or head.sth is None:
                raise KeyError(scope)
            paths = inclusion_proofs(self._reader(tx, scope), (row.n - 1 for row in own), head.size)
            for row, path in zip(own, paths, strict=True):
                steps = list(map(text, path))
                made[scope, row.n] = Receipt(row.outcome, row.n - 1, steps, head.sth)
        return made

    def growth(self, tx: Transaction, heads: Mapping[str, int]) -> dict[str, Consistency]:
        """Prove that the heads as they stand grew from those that a window holds.

        A size that the centre has not reached gets no proof: the window will then say what it
        thinks of that.
        """
        proofs = {}
        for scope, head in tx.log.heads(heads).items():
            first = heads[scope]
            if 0 < first < head.size:
                path = consistency_proof(self._reader(tx, scope), first, head.size)
                proofs[scope] = Consistency(first, head.size, [b64u_encode(step) for step in path])
        return proofs

    @staticmethod
    def _reader(tx: Transaction, scope: str) -> Callable[[int, int], bytes]:
        return lambda level, index: tx.log.node(scope, level, index)
