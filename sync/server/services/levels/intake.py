"""What lower centres report: lines of their log as they stand, verified again, never edited.

Each line is held against its outcome, folded into the scope's tree, and counts once a head that the
lower centre's log key signed stands over it. A history that does not fit what was proven before is
kept out, and found.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from sync.proof.failures import ProofError
from sync.proof.outcomes import read_tree_head
from sync.proof.policy import SCOPE
from sync.proof.receipts import check_page, read_entry
from sync.proof.tree import Frontier
from sync.protocol.errors import WireError
from sync.protocol.level_messages import Mark, MarksAnswer
from sync.server.services.record.findings import note_seldom
from sync.server.services.rows.levels import LowerLineRow, LowerScopeRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sync.domain.lower_centres import Lower
    from sync.proof.receipts import ReadEntry
    from sync.protocol.level_messages import ReportCall
    from sync.server.clock import Clock
    from sync.server.services.levels.cases import LowerCases
    from sync.server.services.levels.following import Followed, Following
    from sync.server.services.ports.ledger import Transaction

FOLD_MOST = 500
LATER_S = 600

log = structlog.get_logger(__name__)


class LevelIntake:
    """Takes reports in.

    Args:
        following: lower centres' policy.
        cases: folds what is proven.
        clock: the centre's.
        waiting: lines that may wait for a signed head, of one reporting centre and all below it.
    """

    def __init__(self, following: Following, cases: LowerCases, clock: Clock, waiting: int) -> None:
        self._following = following
        self._cases = cases
        self._clock = clock
        self._waiting = waiting

    def marks(self, tx: Transaction, caller: Lower) -> MarksAnswer:
        """Tell a lower centre how far its scopes, and those below it, have arrived."""
        below = tuple(self._following.below(tx, caller))
        held = tx.levels.first_held(below)
        return MarksAnswer(marks=[_mark(row, held) for row in tx.levels.scopes(below)])

    def report(self, tx: Transaction, caller: Lower, call: ReportCall) -> Mark | ProofError:
        """Take lines of one scope; needs a writing unit that has the caller's scope.

        Returns:
            How far the scope has come; or what the lines did not prove: then nothing of them is
            kept, and the finding that is must be committed.

        Raises:
            WireError: scope_forbidden; cursor where `after` is not how far the scope has come;
                rate_limited where too many lines wait for a head, and these bring none.
            ReaderError, ProofError, CertificateError, DataFailure: a line that does not hold.
        """
        below = self._following.below(tx, caller)
        lower = below.get(call.centre)
        if lower is None:
            raise WireError("wire.scope_forbidden", scope=call.scope)
        row = tx.levels.scope(call.centre, call.scope) or _empty(call)
        if call.after != row.size:
            raise WireError("wire.cursor", scope=call.scope, size=row.size)
        if call.entries and call.sth is None:
            self._require_room(tx, tuple(below), len(call.entries))
        frontier = Frontier.unpack(row.frontier)
        lines = []
        for entry in call.entries:
            read = read_entry(entry, call.centre, call.scope, frontier.size + 1)
            lines.append(_line(call, read))
            frontier = frontier.append(read.leaf)
        now, begun = self._clock.now_ms(), row
        row = replace(row, size=frontier.size, frontier=frontier.pack(), at=now)
        if call.scope == SCOPE:
            followed = self._following.ahead(tx, lower, begun, lines, row.frontier)
        else:
            followed = self._following.of(tx, lower)
        if call.sth is not None and row.size > row.proven:
            try:
                self._prove(call, followed, frontier, call.sth)
            except ProofError as failure:
                return self._cut(tx, caller, row, failure, now)
            packed = frontier.pack()
            row = replace(row, proven=row.size, proven_frontier=packed, sth=call.sth)
        tx.levels.add_lines(lines)
        row = self._fold(tx, caller, followed, row)
        tx.levels.save_scope(row)
        return _mark(row, tx.levels.first_held((row.centre,)))

    def _require_room(self, tx: Transaction, centres: Sequence[str], more: int) -> None:
        """Take no more lines that nobody has signed for than somebody may be made to keep."""
        wait = tx.levels.waiting(centres)
        if wait + more > self._waiting:
            log.warning("report put off: too many lines wait for a head", waiting=wait)
            raise WireError("wire.rate_limited", retry_after=LATER_S)

    @staticmethod
    def _prove(call: ReportCall, followed: Followed, frontier: Frontier, sth: str) -> None:
        head = read_tree_head(sth, followed.trust.server("log"))
        check_page(frontier, head, call.centre, call.scope)

    @staticmethod
    def _cut(
        tx: Transaction, caller: Lower, row: LowerScopeRow, failure: ProofError, now: int
    ) -> ProofError:
        """Throw away what was waiting for a head that it does not fit, and write that down."""
        tx.levels.drop_lines(row.centre, row.scope, row.proven)
        back = replace(row, size=row.proven, frontier=row.proven_frontier)
        tx.levels.save_scope(back)
        said: dict[str, str | int] = {"place": f"{row.centre} {row.scope}", "size": row.size}
        note_seldom(tx, "lower_fork", now, dev=row.centre, scope=caller.scope, **said)
        log.error("two histories", code="centre.lower_fork", by=caller.aud, **said)
        return failure

    def _fold(
        self, tx: Transaction, caller: Lower, followed: Followed, row: LowerScopeRow
    ) -> LowerScopeRow:
        """Count proven lines into cases, some at a time: a report is answered within moments."""
        if row.scope == SCOPE:
            return replace(row, folded=row.proven)
        most = min(FOLD_MOST, row.proven - row.folded)
        lines = tx.levels.lines(row.centre, row.scope, row.folded, most) if most else []
        self._cases.fold(tx, caller, followed, lines)
        row = replace(row, folded=row.folded + len(lines))
        self._cases.again(tx, caller, followed, row)
        return row


def _mark(row: LowerScopeRow, held: Mapping[tuple[str, str], int]) -> Mark:
    """Say how far a scope has come: where a case waits for a line, its reporter is to ask again."""
    folded = row.folded
    if folded == row.proven:  # else it asks again anyway, and is told how that goes on
        folded = min(folded, held.get((row.centre, row.scope), folded + 1) - 1)
    return Mark(centre=row.centre, scope=row.scope, size=row.size, folded=folded)


def _empty(call: ReportCall) -> LowerScopeRow:
    nothing = Frontier().pack()
    return LowerScopeRow(call.centre, call.scope, 0, nothing, 0, nothing, "", 0, 0)


def _line(call: ReportCall, read: ReadEntry) -> LowerLineRow:
    entry, outcome = read.entry, read.outcome
    event, kind, case_no = f"{SCOPE}:{entry.n}", SCOPE, ""
    if call.scope != SCOPE:
        core = read.event().core
        event, kind, case_no = core.id, core.kind, core.case or ""
    return LowerLineRow(
        centre=call.centre,
        scope=call.scope,
        n=entry.n,
        event=event,
        kind=kind,
        case_no=case_no,
        person=outcome.person,
        verdict=outcome.verdict,
        recv=outcome.recv,
        jws=entry.jws,
        body=entry.body,
        act=entry.act,
        outcome=entry.outcome,
    )
