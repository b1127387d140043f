"""Lower centres' policy, followed from the pinned beginning: whom they believe, by what rules.

The upper one goes by nothing that a lower one merely says of itself: every policy event of it is
verified here as a window would (two administrators' signatures, one chain), and so are the centres
that it names below itself in turn.
"""

from __future__ import annotations

import copy
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from sync.domain.failures import Failure
from sync.domain.policy import PolicyBook
from sync.proof.keys import public_of, thumbprint
from sync.proof.policy import SCOPE
from sync.proof.trust import Trust
from sync.protocol.errors import WireError
from sync.protocol.records import Jwk, Record
from sync.server.clock import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sync.domain.lower_centres import Lower
    from sync.proof.tokens import Proven
    from sync.server.clock import Clock
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.levels import LowerLineRow, LowerScopeRow

_PAGE = 500

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Followed:
    """One lower centre's policy at a size of its scope."""

    trust: Trust
    book: PolicyBook
    size: int = 0

    def copied(self) -> Followed:
        """Return one that can be moved on without moving this one."""
        return Followed(copy.deepcopy(self.trust), self.book, self.size)

    def take(self, line: LowerLineRow) -> None:
        """Verify the next line of the policy scope, and go by it.

        Raises:
            ReaderError, CertificateError, ProofError: see proof.trust.Trust.verify.
            DataFailure: a body that the rules cannot read.
        """
        record = Record(line.jws, line.body, line.act)
        read = self.trust.verify(record, moment(line.recv))
        self.book = self.book.with_event(read.kind, read.body, moment(read.at))
        self.trust.apply(read)
        self.size += 1


class Following:
    """Every centre below this one, at whatever depth."""

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock
        self._known: dict[str, Followed] = {}
        self._ahead: dict[str, tuple[bytes, Followed]] = {}  # by the tree of what was verified
        self._lock = threading.Lock()

    def caller(self, proven: Proven) -> Lower:
        """Return the lower centre whose key proved a request.

        Raises:
            WireError: centre_unknown, centre_ended.
        """
        for lower in self._policy.book.lowers.values():
            if thumbprint(_jwk(lower.jwk)) == proven.jkt:
                if self._over(lower):
                    raise WireError("wire.centre_ended")
                return lower
        raise WireError("wire.centre_unknown")

    def below(self, tx: Transaction, lower: Lower) -> dict[str, Lower]:
        """Return a lower centre and all below it, by name: as their own policies introduce them."""
        found = {lower.aud: lower}
        waiting = [lower]
        while waiting:
            for each in self.of(tx, waiting.pop()).book.lowers.values():
                if each.aud not in found and not self._own(each.aud):
                    found[each.aud] = each
                    waiting.append(each)
        return found

    def _own(self, aud: str) -> bool:
        """Say whether a centre is this one, or was introduced here: then that introduction goes."""
        direct = self._policy.book.lowers.get(aud)
        return aud == self._policy.aud or (direct is not None and not self._over(direct))

    def _over(self, lower: Lower) -> bool:
        return lower.ended_at is not None and self._clock.now() >= lower.ended_at

    def all_below(self, tx: Transaction) -> Iterator[tuple[Lower, dict[str, Lower]]]:
        """Yield each direct lower centre with all below it."""
        for lower in self._policy.book.lowers.values():
            if not self._over(lower) or not self._elsewhere(tx, lower):
                yield lower, self.below(tx, lower)

    def _elsewhere(self, tx: Transaction, lower: Lower) -> bool:
        """Say whether one that reports here no more reports through another one now."""
        others = (o for o in self._policy.book.lowers.values() if not self._over(o))
        return any(lower.aud in self.below(tx, other) for other in others)

    def holds(self, tx: Transaction, lower: Lower) -> bool:
        """Say whether what is here of a centre's policy begins where it is pinned here."""
        row = tx.levels.scope(lower.aud, SCOPE)
        return row is None or self.of(tx, lower).size == row.proven

    def of(self, tx: Transaction, lower: Lower) -> Followed:
        """Return a lower centre's policy as far as it is proven here."""
        with self._lock:
            row = tx.levels.scope(lower.aud, SCOPE)
            proven = 0 if row is None else row.proven
            known = self._known.get(lower.aud)
            if known is None or known.size > proven or known.trust.genesis != lower.genesis:
                known = Followed(Trust(lower.genesis), PolicyBook())
            if known.size < proven:
                ahead = None if row is None else self._verified(lower, row.proven_frontier)
                known = ahead or self._caught_up(tx, lower, known.copied(), proven)
            self._known[lower.aud] = known
            return known

    def ahead(
        self,
        tx: Transaction,
        lower: Lower,
        begun: LowerScopeRow,
        lines: Iterable[LowerLineRow],
        tree: bytes,
    ) -> Followed:
        """Return a lower centre's policy with all that is here of it, proven or not, and more.

        A signed head may be long in coming. What waits for one is verified once, and known again
        by its tree: whatever else stood there would have another.

        Args:
            tx: a unit that writes.
            lower: whose policy it is.
            begun: how far its policy scope has come.
            lines: that follow.
            tree: what is there with them, packed.

        Raises:
            ReaderError, CertificateError, ProofError, DataFailure: see Followed.take.
        """
        with self._lock:
            waiting = self._verified(lower, begun.frontier)
        if waiting is None:
            waiting = self.of(tx, lower).copied()
            most = begun.size - begun.proven
            for line in tx.levels.lines(lower.aud, SCOPE, begun.proven, most) if most else ():
                waiting.take(line)
        ahead = waiting.copied()
        for line in lines:
            ahead.take(line)
        with self._lock:
            self._ahead[lower.aud] = (tree, ahead)
        return ahead

    def _verified(self, lower: Lower, tree: bytes) -> Followed | None:
        """Return the policy that was verified up to just this tree."""
        found = self._ahead.get(lower.aud)
        if found is None or found[0] != tree or found[1].trust.genesis != lower.genesis:
            return None
        return found[1]

    @staticmethod
    def _caught_up(tx: Transaction, lower: Lower, known: Followed, proven: int) -> Followed:
        try:
            while known.size < proven:
                most = min(_PAGE, proven - known.size)
                for line in tx.levels.lines(lower.aud, SCOPE, known.size, most):
                    known.take(line)
        except Failure as failure:
            # What is kept was proven from another beginning: nothing of it is gone by here.
            log.exception("lower policy does not hold", centre=lower.aud, failure=failure.code)
            return Followed(Trust(lower.genesis), PolicyBook())
        return known


def _jwk(said: Mapping[str, object]) -> Jwk:
    jwk = Jwk(**said)  # type: ignore[arg-type]  # texts, as the fold has seen to
    public_of(jwk)
    return jwk
