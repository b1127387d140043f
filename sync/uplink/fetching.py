"""Fetches back from the upper centre what this one lost, before it serves again (docs/adr/032).

The upper centre is believed no more than a window that gives back: what it hands out goes into the
log where a head that this centre's own log key signed stands over everything that is here, these
lines, and what follows them. Killed anywhere, the next run goes on from what is here.

Lines go in as they were answered, across all scopes: a payment draws a receipt that the hall's
stock must have first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Protocol, TypeVar

import structlog

from sync.domain.failures import Failure
from sync.domain.hall_steps import SCOPE as HALL
from sync.proof.failures import CertificateError, ProofError
from sync.proof.policy import SCOPE
from sync.proof.receipts import read_entry
from sync.proof.tree import Subtrees
from sync.protocol.codec import b64u_decode, b64u_encode
from sync.protocol.errors import ReaderError
from sync.protocol.level_messages import KeptCall
from sync.protocol.returned_messages import ReturnedLines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sync.proof.receipts import ReadEntry
    from sync.server.services.line.getting_back import GettingBack, Got
    from sync.server.services.ports.ledger import Transaction
    from sync.uplink.upper import Upper

R = TypeVar("R")
UNIT_MAX = 500  # lines that one commit puts back

log = structlog.get_logger(__name__)


class Contradiction(Failure):
    """What the upper centre hands out is not what this one signed, or not what it said before."""

    def __init__(self, scope: str) -> None:
        super().__init__("uplink.other_lines", scope=scope)


class ElseWritten(Failure):
    """What it keeps does not follow what is here: the lost places were given to others."""

    def __init__(self, scope: str, there: int, here: int) -> None:
        super().__init__("uplink.forked", scope=scope, there=there, here=here)


class Units(Protocol):
    """Runs units of this centre's database, and waits for them."""

    def read_now(self, work: Callable[[Transaction], R]) -> R:
        """Run a unit that reads."""

    def write_now(self, work: Callable[[Transaction], R], scopes: Iterable[str] = ()) -> R:
        """Run a unit that writes."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """How many lines came back; what kept those of some scopes away."""

    lines: int
    failed: tuple[Failure, ...]


@dataclass(slots=True)
class _Tail:
    """What is missing of one scope: `at` lines are here, `size` stand under `sth`.

    `ahead`: those of them that were fetched, the first being line `at` + 1, each with its time:
    when it came, or the one before it if that came later.
    """

    scope: str
    aud: str
    first: int
    at: int
    size: int
    sth: str
    leaves: Sequence[bytes]
    trees: Subtrees
    ahead: list[tuple[int, ReadEntry]] = field(default_factory=list)

    @property
    def reached(self) -> int:
        """Return up to where lines were fetched."""
        return self.at + len(self.ahead)

    def take(self, read: ReadEntry) -> None:
        """Take the next line that was fetched."""
        before = self.ahead[-1][0] if self.ahead else 0
        self.ahead.append((max(before, read.outcome.recv), read))

    def moved(self, size: int) -> None:
        """Forget what is here by now."""
        del self.ahead[: size - self.at]
        self.at = size


class Fetching:
    """Fetches.

    Args:
        getting: puts lines into their places.
        units: this centre's database.
        upper: the upper centre.
    """

    def __init__(self, getting: GettingBack, units: Units, upper: Upper) -> None:
        self._getting = getting
        self._units = units
        self._upper = upper
        self._lines = 0
        self._failed: list[Failure] = []

    def run(self) -> Fetched:
        """Fetch everything back that the upper centre has under this one's heads.

        Returns:
            What came back. What is wrong with one scope leaves the others their turn.

        Raises:
            Away: not now; what is back stays.
            Contradiction: policy; nothing else is asked for then.
            Failure: what the upper centre refuses.
        """
        self._lines, self._failed = 0, []
        self._fetch([SCOPE])  # whose keys signed the rest
        for failure in self._failed:
            if isinstance(failure, Contradiction):
                raise failure  # the rest would be judged by less than the policy of its day
        own = {scope for centre, scope in self._upper.marks() if centre == self._getting.aud}
        self._fetch(sorted(own - {SCOPE}))
        return Fetched(self._lines, tuple(self._failed))

    def _fetch(self, scopes: Iterable[str]) -> None:
        tails = []
        for scope in scopes:
            try:
                tail = self._tail(scope)
            except (Contradiction, ElseWritten) as failure:
                self._give_up(failure)
            else:
                tails += [] if tail is None else [tail]
        while tails := [tail for tail in tails if tail.at < tail.size]:
            for tail in tuple(tails):
                try:
                    self._fill(tail)
                except Contradiction as failure:
                    self._give_up(failure)
                    tails.remove(tail)
            if (refused := self._put(tails)) is not None:
                tails.remove(refused)

    def _give_up(self, failure: Failure) -> None:
        log.error("not fetched", code=failure.code, **failure.details)
        self._failed.append(failure)

    # ------------------------------------------------------------ asking

    def _tail(self, scope: str) -> _Tail | None:
        """Ask which leaves follow; None where nothing that was signed is missing here."""
        here = self._units.read_now(lambda tx: self._getting.size(tx, scope))
        kept = self._upper.leaves(KeptCall(scope=scope, after=here))
        sth = kept.sth
        if sth is None or kept.size <= here:
            return None
        try:
            aud, size = self._getting.signed(scope, sth)
        except (ReaderError, ProofError) as failure:
            raise Contradiction(scope) from failure
        # As many as this centre signed: not as many as somebody says.
        leaves = [b64u_decode(leaf) for leaf in kept.leaves]
        while here + len(leaves) < size:
            if not kept.leaves:
                raise Contradiction(scope)
            kept = self._upper.leaves(KeptCall(scope=scope, after=here + len(leaves)))
            leaves += (b64u_decode(leaf) for leaf in kept.leaves)
        if size <= here:
            return None
        del leaves[size - here :]
        upper = self._upper.name
        forked = self._units.write_now(
            lambda tx: self._getting.leads(tx, upper, scope, sth, leaves), (scope,)
        )
        if forked is not None:
            raise ElseWritten(scope, size, forked.here)
        return _Tail(scope, aud, here, here, size, sth, leaves, Subtrees(leaves, here))

    def _fill(self, tail: _Tail) -> None:
        """Fetch the next lines of a scope, where none are ahead; hold each against its leaf."""
        if tail.ahead:
            return
        entries = self._upper.lines(KeptCall(scope=tail.scope, after=tail.at)).entries
        if not entries or tail.at + len(entries) > tail.size:
            raise Contradiction(tail.scope)
        try:
            for n, entry in enumerate(entries, tail.at + 1):
                read = read_entry(entry, tail.aud, tail.scope, n)
                if tail.scope != SCOPE:
                    read.event()
                if read.leaf != tail.leaves[n - 1 - tail.first]:
                    raise Contradiction(tail.scope)
                tail.take(read)
        except (ReaderError, ProofError) as failure:
            raise Contradiction(tail.scope) from failure

    # ------------------------------------------------------------ putting back

    def _put(self, tails: Sequence[_Tail]) -> _Tail | None:
        """Put back what is sure to come next; return the scope that went no further, if one did."""
        by_scope = {tail.scope: tail for tail in tails}
        due = _in_order(tails)
        for start in range(0, len(due), UNIT_MAX):
            calls = [_call(*some) for some in _slices(due[start : start + UNIT_MAX])]
            try:
                got = self._unit(calls)
            except (ReaderError, ProofError, CertificateError) as failure:
                if len(tails) > 1:  # each was read before: a defect
                    raise
                # Of policy a second signature goes along that no outcome binds.
                log.warning("not taken", failure=failure.code)
                self._give_up(Contradiction(tails[0].scope))
                return tails[0]
            self._lines += got.took
            for scope, size in got.sizes.items():
                by_scope[scope].moved(size)
            if got.forked is not None:
                tail = by_scope[got.forked.head.scope]
                self._give_up(ElseWritten(tail.scope, tail.size, got.forked.here))
                return tail
        return None

    def _unit(self, calls: Sequence[ReturnedLines]) -> Got:
        upper, getting = self._upper.name, self._getting
        return self._units.write_now(
            lambda tx: getting.lines(tx, upper, calls), getting.moved_by(calls)
        )


def _in_order(tails: Sequence[_Tail]) -> list[tuple[_Tail, ReadEntry]]:
    """Return the fetched lines up to where one not fetched may come, as they were answered.

    Of one moment a hall's own come first, and then by scope and number.
    """
    ends = [tail.ahead[-1][0] for tail in tails if tail.reached < tail.size]
    end = min(ends, default=None)
    due = [
        ((at, not tail.scope.startswith(HALL), tail.scope, read.outcome.n), tail, read)
        for tail in tails
        for at, read in tail.ahead
        if end is None or at <= end
    ]
    due.sort(key=itemgetter(0))
    return [(tail, read) for _, tail, read in due]


def _slices(due: Sequence[tuple[_Tail, ReadEntry]]) -> Iterable[tuple[_Tail, list[ReadEntry]]]:
    for _, some in groupby(due, key=lambda each: each[0].scope):
        own = list(some)
        yield own[0][0], [read for _, read in own]


def _call(tail: _Tail, reads: Sequence[ReadEntry]) -> ReturnedLines:
    rest = [b64u_encode(root) for root in tail.trees.roots(reads[-1].outcome.n)]
    entries = [read.entry for read in reads]
    return ReturnedLines(scope=tail.scope, entries=entries, tail=rest, sth=tail.sth)
