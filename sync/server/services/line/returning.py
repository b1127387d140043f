"""What is given back after the centre lost lines: proven by the centre's own signature.

Windows do, and an upper centre (`services.line.getting_back`). Nobody is believed here. A line
goes back into its place when a head that this centre's log key signed stands over everything that
is here, that line, and what follows it; an event whose place was given to another is taken into a
new one when its receipt proves that it once stood in the log (docs/adr/032).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from sync.domain.failures import Failure
from sync.proof.events import read_logged_event
from sync.proof.failures import ProofError
from sync.proof.jws import hash_text
from sync.proof.lease import read_lease
from sync.proof.outcomes import read_past_head, read_tree_head, root_of
from sync.proof.policy import SCOPE as POLICY
from sync.proof.receipts import ReadEntry, read_entry, verify_under
from sync.proof.tree import peaks_in
from sync.protocol.codec import b64u_decode
from sync.protocol.errors import ReaderError, WireError
from sync.protocol.records import LogEntry, Record
from sync.protocol.returned_messages import ReturnedTo
from sync.server.services.cases.money import hall_scope
from sync.server.services.line.ingest import Answer
from sync.server.services.record.findings import note, note_seldom
from sync.server.services.record.unjudged import BROKEN, FINDING, Turns
from sync.server.services.rows.leases import BlockRow, LeaseRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sync.proof.events import ReadEvent
    from sync.proof.tree import Frontier
    from sync.protocol.records import Outcome, TreeHead
    from sync.protocol.returned_messages import ReturnedLines, ReturnedLook, ReturnedStep
    from sync.server.clock import Clock
    from sync.server.services.entry.callers import Caller
    from sync.server.services.line.pulling import Pulling
    from sync.server.services.line.putting_back import PuttingBack
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.forgotten import Forgotten
    from sync.server.services.record.policy import Policy
    from sync.server.services.record.reopening import Reopening
    from sync.server.services.record.scopes import Scopes

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Put:
    """What went back into its places: `took` lines of a scope, from `first` on, up to `size`."""

    scope: str
    first: int
    size: int
    took: int

    def said(self) -> dict[str, str | int]:
        """Return what the finding says of it."""
        return {"first": self.first, "last": self.size, "count": self.took, "where": self.scope}


@dataclass(frozen=True, slots=True)
class Forked:
    """Two histories of a scope are signed: one under `head`, another of `here` lines stands."""

    head: TreeHead
    here: int

    def said(self) -> dict[str, str | int]:
        """Return what the finding says of it."""
        head = self.head
        return {"where": head.scope, "seen": head.size, "here": self.here, "root": head.root}


@dataclass(frozen=True, slots=True)
class _Proven:
    """An event that stood in the log; `ended`: when the key of the head over it did, if it has."""

    read: ReadEvent
    head: TreeHead
    ended: int | None
    outcome: Outcome


class Returning:
    """Takes lost lines again."""

    def __init__(  # noqa: PLR0913, PLR0917  # who is asked, who proves, who writes
        self,
        policy: Policy,
        scopes: Scopes,
        pulling: Pulling,
        putting: PuttingBack,
        reopening: Reopening,
        forgotten: Forgotten,
        clock: Clock,
    ) -> None:
        self._policy = policy
        self._scopes = scopes
        self._pulling = pulling
        self._putting = putting
        self._reopening = reopening
        self._forgotten = forgotten
        self._clock = clock

    def require_whole(self, tx: Transaction, caller: Caller, heads: Mapping[str, int]) -> None:
        """Take nothing new in a scope of which its sender says that lines are missing here.

        What he says is no proof, so it holds up nobody but him.

        Raises:
            WireError: lines_missing, with scope and size.
        """
        known = tx.log.heads(heads)
        for scope in sorted(heads):
            size = known[scope].size if scope in known else 0
            if heads[scope] > size:
                self._forgotten.hear(caller.dev, scope, heads[scope], size)
                raise WireError("wire.lines_missing", scope=scope, size=size)

    # ------------------------------------------------------------ lines of a scope

    def lines(
        self, tx: Transaction, caller: Caller, call: ReturnedLines, turns: Turns
    ) -> ReturnedTo | Failure:
        """Put lines of a scope back into their places.

        Args:
            tx: a unit that writes and has the scopes of `moved_by`.
            caller: a session; without one a device, of policy alone.
            call: see ReturnedLines.
            turns: whose turn comes; what follows in the scope waits with its window.

        Returns:
            How far the scope has come; or why nothing is taken, and the finding that says so must
            be committed: centre_fork where these lines are not the history that is here, broken
            where the centre cannot judge the first of them.

        Raises:
            WireError: scope_forbidden; cursor where lines before the first are missing too.
            ReaderError, ProofError: a line or head that this centre never signed.
        """
        turns.at = None  # it may run more than once
        if call.scope not in self._pulling.scopes_of(caller):
            raise WireError("wire.scope_forbidden", scope=call.scope)
        put, now, dev = self.put(tx, call, turns), self._clock.now_ms(), caller.dev
        if isinstance(put, Forked):
            note_seldom(tx, "scope_forked", now, dev=dev, scope=f"device/{dev}", **put.said())
            log.error("two histories", code="centre.scope_forked", scope=call.scope, dev=dev)
            return ProofError("proof.centre_fork")
        if put.took:
            note(tx, "lines_back", now, dev=dev, scope=f"device/{dev}", **put.said())
            log.warning("lines came back", code="centre.lines_back", dev=dev, **put.said())
        if turns.bad is not None:
            entry = next(each for each in call.entries if each.n == put.size + 1)
            self._note_unjudged(tx, caller, Record(entry.jws, entry.body, entry.act))
            if not put.took:
                return WireError(BROKEN)
        return ReturnedTo(scope=call.scope, size=put.size, took=put.took)

    def put(self, tx: Transaction, call: ReturnedLines, turns: Turns | None = None) -> Put | Forked:
        """Put lines back into their places; who brings them is not looked at, nor noted.

        Args:
            tx: a unit that writes and has the scopes of `moved_by`.
            call: see ReturnedLines.
            turns: whose turn comes; None: every line's.

        Raises:
            as `lines`, but for scope_forbidden.
        """
        head, ended = self.signed(call.sth, call.scope)
        frontier, first = self._scopes.frontier(tx, call.scope), call.entries[0].n
        if first > frontier.size + 1:
            raise WireError("wire.cursor", scope=call.scope, size=frontier.size)
        fresh = list(call.entries[frontier.size + 1 - first :])
        if not fresh:
            return Put(call.scope, frontier.size + 1, frontier.size, 0)
        entries = _read(fresh, head.aud, call.scope, frontier.size)
        brought = (entry.outcome.recv for entry in entries)
        _require_of_then((*brought, *self._last(tx, call.scope, frontier.size)), ended)
        if not _leads(frontier, entries, call.tail, head):
            if self._scopes.had(tx, head):
                raise ProofError("proof.outcome_differs")  # the head is of what is here: no proof
            return Forked(head, frontier.size)
        now = self._clock.now_ms()
        self._reopening.proven(call.scope, head.size)
        size = frontier.size
        for entry in (turns or Turns(len(entries))).through(entries):
            size = self._putting.in_place(tx, entry, now).n
        self._forgotten.came(call.scope, size)
        return Put(call.scope, fresh[0].n, size, size - frontier.size)

    @staticmethod
    def moved_by(call: ReturnedLines) -> frozenset[str]:
        """Return the scopes that a call moves: its own, and the hall's whose books are in it."""
        beside = hall_scope("pay", call.scope) if call.scope.count("/") else None
        return frozenset(filter(None, (call.scope, beside if call.scope != POLICY else None)))

    def signed(self, sth: str, scope: str) -> tuple[TreeHead, int | None]:
        """Verify that a head is one of this centre's, by the log key of its time.

        A centre that has nothing left but its keys goes by the log key in its hands: the head over
        its policy is read by that one, and all others by policy.

        Returns:
            The head, and when its key ended, ms; None for one that serves.

        Raises:
            ReaderError: no log key of this centre signed it, or one that served no more at the
                head's time. ProofError: of another scope.
        """
        empty = self._policy.size == 0 and scope == POLICY
        if empty:
            head, ended = read_tree_head(sth, self._scopes.own_key), None
        else:
            head, ended = read_past_head(sth, self._policy.trust)
        if (head.aud, head.scope) != (head.aud if empty else self._policy.aud, scope):
            raise ProofError("proof.outcome_differs")
        return head, ended

    @staticmethod
    def _last(tx: Transaction, scope: str, here: int) -> tuple[int, ...]:
        """Return when the last line of a scope came, if there is one."""
        row = tx.log.at(scope, here) if here else None
        return () if row is None else (row.recv,)

    # ------------------------------------------------------------ a window's own steps

    def look(self, tx: Transaction, caller: Caller, call: ReturnedLook) -> list[str]:
        """Return which of a window's events are not here; know its lease again.

        Args:
            tx: a unit that writes.
            caller: a session.
            call: see ReturnedLook.
        """
        if call.lease is not None:
            self._know_lease(tx, caller, call.lease)
        tx.log.know(call.events, ())
        return [event for event in call.events if not tx.log.by_id(event)]

    def _know_lease(self, tx: Transaction, caller: Caller, text: str) -> None:
        """Keep a lease that this centre signed and lost, so that nobody else gets its numbers."""
        try:
            lease = read_lease(text, self._policy.trust.server("lease"))
        except Failure as failure:
            log.warning("lease not believed", dev=caller.dev, code=failure.code)
            return
        if (lease.dev, lease.inc) != (caller.dev, caller.inc):
            return
        if tx.leases.by_hash(hash_text(text)) is not None:
            return
        hall, now = self._policy.device(caller.dev, caller.inc).hall, self._clock.now_ms()
        tx.leases.give_back(lease.dev, lease.inc, lease.seq)
        for block in lease.blocks:
            held = tx.leases.held(block.kind, hall, block.first, block.last)
            others = sorted({each.dev for each in held} - {lease.dev})
            for other in others:
                said: dict[str, str | int] = {
                    "first": block.first,
                    "last": block.last,
                    "other": other,
                }
                note(tx, "numbers_twice", now, dev=lease.dev, scope=f"device/{lease.dev}", **said)
            if others:
                continue
            span = (block.kind, hall, block.first, block.last)
            tx.leases.add_block(BlockRow(*span, lease.dev, lease.inc, lease.id, lease.seq))
            tx.leases.pass_over(block.kind, hall, block.last)
        name = hash_text(text)
        row = LeaseRow(lease.id, name, lease.dev, lease.inc, text, lease.exp, live=True)
        tx.leases.replace(row)

    def steps(
        self, tx: Transaction, caller: Caller, steps: Sequence[ReturnedStep], turns: Turns
    ) -> list[Answer]:
        """Take a window's own answered events again, each by its receipt.

        Args:
            tx: a unit that writes.
            caller: whose device's events these are.
            steps: in device order.
            turns: whose turn comes; the others wait with their window.
        """
        answers: list[Answer] = []
        for step in turns.through(steps):
            try:
                proven = self._proven(caller, step)
            except Failure as failure:
                answers.append(Answer(None, "rejected", failure.code))
            else:
                turns.name = proven.read.core.id
                answers.append(self._step(tx, caller, step, proven))
        if turns.bad is not None:
            self._note_unjudged(tx, caller, steps[turns.bad].record)
        waiting = map(turns.code, range(turns.most, len(steps)))
        return [*answers, *(Answer(None, "rejected", code) for code in waiting)]

    def _note_unjudged(self, tx: Transaction, caller: Caller, record: Record) -> None:
        """Note whose event cannot be judged; where nothing of it can be read, who brought it."""
        dev, seq = caller.dev, 0
        try:
            core = read_logged_event(record).core
        except Exception:  # noqa: BLE001  # what breaks may be the reading
            log.warning("event not read", dev=dev)
        else:
            dev, seq = core.dev, core.seq
        now = self._clock.now_ms()
        note_seldom(tx, FINDING, now, dev=dev, scope=f"device/{dev}", seq=seq)

    def _proven(self, caller: Caller, step: ReturnedStep) -> _Proven:
        """Verify that this centre once answered an event so.

        Raises:
            ReaderError, ProofError: it is another device's, or the receipt proves nothing.
        """
        read = read_logged_event(step.record)
        if read.core.dev != caller.dev:
            raise ProofError("proof.device_foreign")
        head, ended = self.signed(step.receipt.sth, read.core.scope)
        outcome = verify_under(step.receipt, step.record, head).outcome
        _require_of_then((outcome.recv,), ended)
        return _Proven(read, head, ended, outcome)

    def _step(
        self,
        tx: Transaction,
        caller: Caller,
        step: ReturnedStep,
        proven: _Proven,
    ) -> Answer:
        read, head, outcome = proven.read, proven.head, proven.outcome
        core = read.core
        for key in tx.log.by_id(core.id):
            if key.hash == read.hash and (row := tx.log.at(key.scope, key.n)) is not None:
                return Answer(core.id, "duplicate", row.code, row)
        tx.log.take(filter(None, (core.scope, hall_scope(core.kind, core.scope))))
        frontier = self._scopes.frontier(tx, core.scope)
        now = self._clock.now_ms()
        if head.size > frontier.size:
            self._reopening.proven(core.scope, head.size)
        path = [b64u_decode(each) for each in step.receipt.path]
        same = peaks_in(step.receipt.index, head.size, path) == frontier.peaks
        if outcome.n == frontier.size + 1 and same:
            try:
                _require_of_then(self._last(tx, core.scope, frontier.size), proven.ended)
            except ReaderError as failure:
                return Answer(core.id, "rejected", failure.code)
            record = step.record
            entry = LogEntry(outcome.n, record.jws, record.body, record.act, step.receipt.outcome)
            line = read_entry(entry, self._policy.aud, core.scope, outcome.n)
            row = self._putting.in_place(tx, line, now)
            self._forgotten.came(core.scope, row.n)
            said = Put(core.scope, row.n, row.n, 1).said()
            note(tx, "lines_back", now, dev=caller.dev, scope=f"device/{caller.dev}", **said)
            return Answer(core.id, "duplicate", row.code, row)
        if self._reopening.closed:
            return Answer(core.id, "rejected", "wire.lines_missing")
        row, judged = self._putting.anew(tx, read, outcome, step.receipt, now)
        log.error("line moved", code="centre.line_moved", scope=core.scope, was=outcome.n, n=row.n)
        return Answer(core.id, judged.verdict, judged.code, row)


def _read(entries: Sequence[LogEntry], aud: str, scope: str, size: int) -> list[ReadEntry]:
    return [read_entry(each, aud, scope, n) for n, each in enumerate(entries, size + 1)]


def _require_of_then(came: Iterable[int], ended: int | None) -> None:
    """Take nothing by a key that ended where anything came when it served no more.

    Whoever has the key may date a head as he likes; what stands here he cannot.

    Args:
        came: when the lines that are brought came, and the one that they are to follow, ms.
        ended: when the key that signed over them ended, ms; None for one that serves.

    Raises:
        ReaderError: key_unknown.
    """
    if ended is not None and any(at >= ended for at in came):
        raise ReaderError("reader.key_unknown")


def _leads(
    frontier: Frontier, entries: Sequence[ReadEntry], tail: Sequence[str], head: TreeHead
) -> bool:
    """Say whether what is here, these lines, and the tail make the tree of a signed head."""
    for entry in entries:
        frontier = frontier.append(entry.leaf)
    if frontier.size > head.size:
        return False
    try:
        whole = frontier.extend((b64u_decode(each) for each in tail), head.size)
    except ValueError:
        return False
    return whole.root() == root_of(head)
