"""Giving back what the centre lost: from this window's journal, in order, under the centre's heads.

A centre whose database was brought back from a backup, or whose second site had not received
everything, lacks lines that it had signed (docs/adr/032). The window has them: whole scopes as far
as it follows them, its own events with their receipts, its lease. It sends them again, byte for
byte; the centre verifies its own signature and puts them back into their places. What had its place
given to another gets a new one, and both receipts are kept here as evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import structlog

from sync.domain.failures import Failure
from sync.engine import faults
from sync.engine.faults import Fault, LineFailure
from sync.engine.follower import UNSAID
from sync.engine.tails import Tail, came, runs
from sync.engine.verify import read_kept
from sync.proof.outcomes import outcome_leaf, read_outcome, read_tree_head
from sync.proof.receipts import verify_under
from sync.proof.tree import Subtrees
from sync.protocol.codec import b64u_encode
from sync.protocol.messages import PullRequest
from sync.protocol.returned_messages import (
    LINES_MAX,
    LOOK_MAX,
    STEPS_MAX,
    ReturnedLines,
    ReturnedLook,
    ReturnedMissing,
    ReturnedResults,
    ReturnedStep,
    ReturnedSteps,
    ReturnedTo,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.engine.ports import LaneRun, OwnAnswered, SyncStore
    from sync.engine.session import Speaker
    from sync.engine.transport import Transport
    from sync.engine.verify import Watch
    from sync.protocol.messages import PushResult
    from sync.protocol.records import LogEntry

log = structlog.get_logger(__name__)

MOVED = "evidence/moved/"  # + event: its two receipts, as JSON
_BYTES = 1_500_000  # of one request, before it is packed
# What the centre's own program breaks at, and what waits behind it; what waits for other lines.
_STUCK = frozenset({"wire.broken", "wire.unavailable"})
_LATER = _STUCK | {faults.LINES_MISSING}
_LINES, _LOOK, _STEPS = "/v1/returned/lines", "/v1/returned/look", "/v1/returned/steps"


@dataclass(frozen=True, slots=True)
class Given:
    """What came of giving back.

    Attributes:
        back: lines and events that stand in their old places again.
        moved: own events that got a new place, or another verdict.
        waiting: own events that the centre will take later.
        stuck: at one of them its program breaks: what follows it waits here, in its order.
    """

    back: int = 0
    moved: int = 0
    waiting: int = 0
    stuck: bool = False

    def __or__(self, other: Given) -> Given:
        """Return both together."""
        waiting, stuck = self.waiting + other.waiting, self.stuck or other.stuck
        return Given(self.back + other.back, self.moved + other.moved, waiting, stuck)


class Returning:
    """Gives back for one session.

    Args:
        store, on_store: the open store and its lane.
        transport: the line.
        watch: every scope's history as this window has seen it; used on the store lane only.
    """

    def __init__(
        self, store: SyncStore, on_store: LaneRun, transport: Transport, watch: Watch
    ) -> None:
        self._store = store
        self._on_store = on_store
        self._transport = transport
        self._watch = watch
        self._began: dict[str, int] = {}  # scope: from where on attachments are to be offered again

    # ------------------------------------------------------------ lines of a scope

    async def lines(self, scope: str, here: int, speaker: Speaker | None = None) -> int | None:
        """Give back the lines of a scope after those that the centre has.

        In a session the other scopes are looked at too: what they lost goes back with it, in the
        order in which the centre had answered it.

        Args:
            scope: which.
            here: how many lines the centre says it has.
            speaker: the device's key, for policy before a login.

        Returns:
            How many of it were taken; None where this window has no proven ones, or the centre has
            two histories of the scope.

        Raises:
            LineFailure: the line; the centre cannot now.
        """
        tail: Tail | None = await self._on_store(self._tail, scope, here)
        if tail is None:
            return None
        tails = [tail]
        if speaker is None:
            tails += await self._others(scope)
        for each in tails:
            # An earlier try may have ended before its time.
            self._began[each.scope] = min(each.here, self._began.get(each.scope, each.here))
        return (await self._give_lines(tails, speaker)).get(scope)

    async def _give_lines(self, tails: Sequence[Tail], speaker: Speaker | None) -> dict[str, int]:
        """Give back lines of several scopes in order; returns how many of each were taken."""
        by_scope = {tail.scope: tail for tail in tails}
        at = {tail.scope: tail.here for tail in tails}
        took = dict.fromkeys(at, 0)
        for scope, upto in runs(tails):
            while scope in by_scope and at[scope] < upto:
                request = await self._on_store(self._page, by_scope[scope], at[scope], upto)
                try:
                    answer = await self._transport.hall(_LINES, ReturnedTo, request, speaker)
                except LineFailure as failure:
                    if failure.fault is not Fault.REFUSED:
                        raise
                    log.warning("lines not taken", scope=scope, code=failure.code)
                    del by_scope[scope], took[scope]
                    break
                if answer.size <= at[scope]:
                    del by_scope[scope]  # it goes no further now
                at[scope], took[scope] = answer.size, took[scope] + answer.took
        for scope, lines in took.items():
            await self._on_store(self._store.offer_again, scope, self._began.pop(scope))
            log.warning("lines given back", code=faults.GIVEN_BACK, scope=scope, lines=lines)
        return took

    async def _others(self, but: str) -> list[Tail]:
        """Ask which other scopes lack lines, by a pull from where this window stands."""
        cursors, found = await self._on_store(self._known), []
        cursors.pop(but, None)
        while cursors:
            try:
                await self._transport.pull(PullRequest(cursors=cursors, limit=1))
            except LineFailure as failure:
                scope, here = failure.details.get("scope"), failure.details.get("size")
                if failure.fault is not Fault.REFUSED or scope not in cursors:
                    raise
                del cursors[scope]
                if failure.code == UNSAID and isinstance(here, int):
                    tail = await self._on_store(self._tail, scope, here)
                    found += [] if tail is None else [tail]
            else:
                break
        return found

    def _known(self) -> dict[str, int]:
        """Return how many lines of each scope this window knows the centre to have signed."""
        known = self._store.cursors()
        for scope, sth in self._store.tree_heads().items():
            known[scope] = max(known.get(scope, 0), read_kept(sth).size)
        return known

    def _tail(self, scope: str, here: int) -> Tail | None:
        """Find the lines after a number up to the newest signed head that they reach."""
        leaves: list[bytes] = []
        moments: list[int | None] = []
        while entries := self._store.answered(scope, here + len(leaves), LINES_MAX):
            for entry in entries:
                if entry.n != here + len(leaves) + 1:
                    break
                leaves.append(outcome_leaf(entry.outcome))
                moments.append(came(entry))
            else:
                continue
            break
        kept = [(read_kept(sth).size, sth) for sth in self._store.heads_over(scope, here)]
        reached = [each for each in kept if here < each[0] <= here + len(leaves)]
        if not reached:
            return None
        size, sth = max(reached)
        return Tail(scope, here, size, sth, Subtrees(leaves[: size - here], here), moments)

    def _page(self, tail: Tail, after: int, upto: int) -> ReturnedLines:
        most = min(LINES_MAX, upto - after)
        entries: list[LogEntry] = []
        size = 0
        for entry in self._store.answered(tail.scope, after, most):
            size += len(entry.jws) + len(entry.body.encode()) + len(entry.outcome)
            size += len(entry.act or "")
            if entries and size > _BYTES:
                break
            entries.append(entry)
        texts = [b64u_encode(root) for root in tail.trees.roots(after + len(entries))]
        return ReturnedLines(scope=tail.scope, entries=entries, tail=texts, sth=tail.sth)

    # ------------------------------------------------------------ own events

    async def steps(self) -> Given:
        """Give back every own answered event that the centre does not have.

        Returns:
            What came of it; nothing where an older centre does not take events back.

        Raises:
            LineFailure: the line; the centre cannot now.
        """
        try:
            return await self._steps()
        except LineFailure as failure:
            if failure.fault is not Fault.REFUSED:
                raise
            log.warning("own steps not taken", code=failure.code)
            return Given()

    async def _steps(self) -> Given:
        given, pos, first = Given(), 0, True
        while rows := await self._on_store(self._store.own_answered, pos, LOOK_MAX):
            pos = rows[-1].pos
            kept = await self._on_store(self._store.lease) if first else None
            first = False
            asked = ReturnedLook(
                events=[row.event for row in rows], lease=None if kept is None else kept[0]
            )
            answer = await self._transport.hall(_LOOK, ReturnedMissing, asked)
            missing = set(answer.missing)
            lost = [row for row in rows if row.event in missing]
            for some in _parcels(lost):
                given |= await self._give(some)
                if given.stuck:
                    break
            if given.stuck:
                break
        if given != Given():
            log.warning(
                "own steps given back",
                code=faults.GIVEN_BACK,
                back=given.back,
                moved=given.moved,
                waiting=given.waiting,
            )
        return given

    async def _give(self, rows: Sequence[OwnAnswered]) -> Given:
        proven = [row for row in rows if row.receipt is not None]
        if not proven:
            return Given(waiting=len(rows))
        request = ReturnedSteps(
            steps=[
                ReturnedStep(record=row.record, receipt=row.receipt)
                for row in proven
                if row.receipt is not None
            ]
        )
        answer = await self._transport.hall(_STEPS, ReturnedResults, request)
        if len(answer.results) != len(proven):
            raise LineFailure(faults.NONSENSE, Fault.UNABLE)
        given: Given = await self._on_store(self._take, proven, answer.results)
        return given

    def _take(self, rows: Sequence[OwnAnswered], results: Sequence[PushResult]) -> Given:
        """Verify what the centre says of each, and keep both receipts of what was moved."""
        back = moved = waiting = 0
        stuck = False
        first: dict[str, int] = {}
        for row, result in zip(rows, results, strict=True):
            if result.receipt is None:
                waiting += result.code in _LATER
                stuck = stuck or result.code in _STUCK
                log.warning("own step not taken", own=row.event, code=result.code)
                continue
            try:
                head = read_tree_head(result.receipt.sth, self._watch.trust.server("log"))
                verify_under(result.receipt, row.record, head)
            except Failure as failure:
                log.warning("receipt not believed", own=row.event, code=failure.code)
                continue
            was = read_outcome(row.receipt.outcome if row.receipt else result.receipt.outcome)
            first[was.scope] = min(was.n, first.get(was.scope, was.n))
            if row.receipt is not None and result.receipt.outcome == row.receipt.outcome:
                back += 1
                continue
            moved += 1
            both = msgspec.json.encode({"was": row.receipt, "now": result.receipt})
            self._store.put_meta(f"{MOVED}{row.event}", both)
        for scope, n in first.items():
            self._store.offer_again(scope, n - 1)
        return Given(back, moved, waiting, stuck)


def _parcels(rows: Sequence[OwnAnswered]) -> list[list[OwnAnswered]]:
    """Divide events into what fits one request, in their order."""
    parcels: list[list[OwnAnswered]] = []
    size = 0
    for row in rows:
        weight = len(row.record.jws) + len(row.record.body.encode()) + len(row.record.act or "")
        if not parcels or len(parcels[-1]) == STEPS_MAX or size + weight > _BYTES:
            parcels.append([])
            size = 0
        parcels[-1].append(row)
        size += weight
    return parcels
