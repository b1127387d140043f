"""Following scopes: what is asked, and how a page gets into the store. Store lane only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

import structlog

from sync.domain.failures import Failure
from sync.engine import faults, signals
from sync.engine.faults import Fault, LineFailure
from sync.engine.ports import ChangeSet, PulledPage
from sync.proof.policy import SCOPE as POLICY
from sync.protocol.messages import PullRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.engine.ports import SyncStore
    from sync.engine.verify import Watch
    from sync.protocol.messages import PullAnswer, PulledScope

log = structlog.get_logger(__name__)

FORBIDDEN = "wire.scope_forbidden"
UNSAID = "wire.cursor"


E_co = TypeVar("E_co", bound=signals.Event, covariant=True)


@dataclass(frozen=True, slots=True)
class Taken(Generic[E_co]):
    """What an answer changed, and what the machine is told of it."""

    event: E_co
    change: ChangeSet = field(default_factory=ChangeSet)


def following(request: PullRequest, answer: PullAnswer) -> PullRequest | None:
    """Return what will be asked after this answer, should all of it hold; None if nothing is.

    Scopes with more go on where their page ends; scopes whose turn did not come are asked again.
    """
    more = {scope: page.next for scope, page in answer.scopes.items() if page.more}
    if not more:
        return None
    full = sum(len(page.entries) for page in answer.scopes.values()) >= request.limit
    waiting = {s: n for s, n in request.cursors.items() if full and s not in answer.scopes}
    return PullRequest(cursors=waiting | more, limit=request.limit)


class Follower:
    """Ask in the followed scopes; verify each page before the store has it.

    Args:
        store: the open store.
        watch: every scope's history as seen so far.
        page: leaves that one answer may hold, of all scopes together.
    """

    def __init__(self, store: SyncStore, watch: Watch, page: int) -> None:
        self._store = store
        self._watch = watch
        self._page = page
        self._left_out: set[str] = set()

    def leave_out(self, scope: str, code: str) -> None:
        """Ask no more in a scope that the centre will not speak of, or not from where we stand.

        A centre that has not reached the number that we took, under its own signature, has
        unsaid a part of its history.
        """
        log.warning("scope left out", scope=scope, code=code)
        self._left_out.add(scope)
        if code == UNSAID:
            self._watch.unsaid(scope)

    def request(self, scopes: Sequence[str] | None, ancreq: str | None) -> PullRequest | None:
        """Ask on in these scopes, or in all, as far as they are followed and trusted."""
        cursors = self._cursors(scopes)
        if not cursors:
            return None
        return PullRequest(cursors=cursors, limit=self._page, ancreq=ancreq)

    def _cursors(self, scopes: Sequence[str] | None) -> dict[str, int]:
        cursors = self._store.cursors()
        new = [scope for scope in cursors if not self._watch.follows(scope)]
        self._watch.follow_more({scope: self._store.frontier(scope) for scope in new})
        return {
            scope: n
            for scope, n in cursors.items()
            if (scopes is None or scope in scopes)
            and scope not in self._watch.evidence
            and scope not in self._left_out
        }

    def take(self, asked: frozenset[str], answer: PullAnswer) -> Taken[signals.Pulled]:
        """Verify and apply pages, policy first: it may bring the keys that the others need.

        A page that does not hold keeps its own scope back and no other.
        """
        moved, more, code, change = 0, set(), None, ChangeSet()
        for scope in sorted(answer.scopes, key=lambda name: (name != POLICY, name)):
            pulled = answer.scopes[scope]
            try:
                change |= self._apply(scope, pulled, asked)
            except Failure as failure:
                log.warning("page not believed", scope=scope, code=failure.code)
                code = code or failure.code
                continue
            moved += len(pulled.entries)
            if pulled.more:
                more.add(scope)
        full = moved >= self._page
        told = signals.Pulled(
            self._store.cursors(),
            moved,
            frozenset(more),
            asked - frozenset(answer.scopes) if full else frozenset(),
            code,
            self._watch.distrusted,
        )
        return Taken(told, change)

    def _apply(self, scope: str, pulled: PulledScope, asked: frozenset[str]) -> ChangeSet:
        if scope not in asked:
            raise LineFailure(faults.NONSENSE, Fault.UNABLE)
        page = self._watch.page(scope, pulled)
        change = self._store.apply_pull(
            PulledPage(scope, page.entries, page.frontier.size, page.frontier.pack(), page.sth)
        )
        self._watch.take(page)
        return change
