"""The engine's half that touches the store: what is asked, what an answer changes.

Every method runs on the store lane, as one turn of it; no two run at once. Nothing that the centre
says reaches the store before it is verified here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from sync.domain.failures import Failure
from sync.engine import faults, signals
from sync.engine.faults import Fault, LineFailure
from sync.engine.follower import Follower, Taken
from sync.engine.heard import answers
from sync.engine.ports import ChangeSet, Settled
from sync.engine.timing import Asking, Timekeeper
from sync.engine.verify import Watch, keep_evidence, load_trust
from sync.proof import lease
from sync.proof.jws import read_logged_jws
from sync.protocol import messages
from sync.protocol.records import EVENT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sync.engine.heard import Heard
    from sync.engine.pace import Pace
    from sync.engine.ports import Clock, SyncStore
    from sync.engine.session import LineSession
    from sync.proof.trust import Trust
    from sync.protocol.records import Outcome, Record, TreeHead

log = structlog.get_logger(__name__)

_UPLOADS_COUNTED = 500
# Receipts that are asked for again: the pulled leaf, or the key that policy brings, will tell.
_MAY_STILL_HOLD = frozenset({faults.UNPROVEN, "reader.key_unknown"})


@dataclass(frozen=True, slots=True)
class Batch:
    """What a push takes along."""

    places: tuple[tuple[str, str], ...]  # (event, scope) of each
    request: messages.PushRequest
    asking: Asking | None


@dataclass(frozen=True, slots=True)
class Proven:
    """A batch with its answer, and what its receipts prove; `code` says what they do not."""

    batch: Batch
    answer: messages.PushAnswer
    settled: tuple[Settled, ...]
    code: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """What a pull asks; no request when nothing is followed."""

    request: messages.PullRequest | None
    asking: Asking | None = None


class Ledger:
    """Open a session's books, ask from them, enter answers.

    Args:
        store: the open store; used on the store lane only, as this object is.
        session: whose requests these are.
        clock: this machine's clocks.
        pace: batch and page sizes.
        trust: the policy followed so far, if somebody has it; else it is read from the store.
    """

    def __init__(
        self,
        store: SyncStore,
        session: LineSession,
        clock: Clock,
        pace: Pace,
        trust: Trust | None = None,
    ) -> None:
        self._store = store
        self._session = session
        self._pace = pace
        aud = session.delegation.aud
        trust = trust or load_trust(store, session.genesis)
        frontiers = {scope: store.frontier(scope) for scope in store.cursors()}
        self._watch = Watch(aud, trust, frontiers, store.tree_heads())
        self._time = Timekeeper(store, clock, aud, session.kid, session.key)
        self._follower = Follower(store, self._watch, pace.page)
        self._kept: set[str] = set()  # scopes whose evidence is in the store
        self._held: set[str] = set()  # answered by receipts that prove nothing
        self._unsendable: set[tuple[str, str]] = set()  # attachments refused for good
        self._ended: tuple[str, str] | None = None  # the attachment that was dealt with last

    @property
    def watch(self) -> Watch:
        """Return every scope's history as seen; store lane."""
        return self._watch

    @property
    def trust(self) -> Trust:
        """Return the policy as followed."""
        return self._watch.trust

    # ------------------------------------------------------------ opening

    def opened(self, token_ms: int | None) -> signals.Opened:
        """Say where this session begins."""
        refresh, until = 0, None
        kept = self._store.lease()
        if kept is not None:
            try:
                found = lease.read_lease(kept[0], self.trust.server("lease"))
            except Failure as failure:
                log.warning("lease kept is not believed", code=failure.code)
            else:
                until = found.exp
                refresh = (found.t + found.exp) // 2 - self._time.centre_now()
        return signals.Opened(self._store.cursors(), token_ms, max(0, refresh), until)

    def measure(self) -> signals.Measured:
        """Count what waits."""
        uploads = self._store.uploads(_UPLOADS_COUNTED + len(self._unsendable))
        waiting = sum(1 for case, sha256, _, _ in uploads if (case, sha256) not in self._unsendable)
        return signals.Measured(self._store.outbox_size(), waiting, len(self._held))

    def asking(self) -> Asking:
        """Ask for the time over the own chain's head."""
        return self._time.asking()

    # ------------------------------------------------------------ pushing

    def batch(self, limit: int, *, anchor: bool, beside: Collection[str] = ()) -> Batch | None:
        """Return the oldest pending events, as many as fit; None when none waits.

        The bytes are those that were stored when the step was made: a batch whose answer was lost
        goes out again as it was.

        Args:
            limit: events.
            anchor: whether an anchor is asked for too.
            beside: events that were answered and stand in the outbox until that is kept.
        """
        passed = self._held.union(beside)
        records: list[Record] = []
        places: list[tuple[str, str]] = []
        size = 0
        for record in self._store.outbox(limit + len(passed)):
            core = read_logged_jws(record.jws, EVENT).payload
            if core["id"] in passed:
                continue
            size += len(record.jws) + len(record.body.encode()) + len(record.act or "") + 64
            if len(records) == limit or (records and size > self._pace.batch_bytes):
                break
            records.append(record)
            places.append((core["id"], core["scope"]))
        if not records:
            return None
        asking = self.asking() if anchor else None
        request = messages.PushRequest(
            events=records,
            ancreq=None if asking is None else asking.jws,
            heads=self._watch.sizes(frozenset(scope for _, scope in places)),
        )
        return Batch(tuple(places), request, asking)

    def settle(self, batch: Batch, answer: messages.PushAnswer) -> Taken[signals.Pushed]:
        """Verify every receipt; settle what is proven.

        Raises:
            LineFailure: as `prove`.
        """
        return self.keep(self.prove(batch, answer))

    def prove(self, batch: Batch, answer: messages.PushAnswer) -> Proven:
        """Verify every receipt; nothing is kept yet, but the next batch may go out.

        Raises:
            LineFailure: line.nonsense when the results are not those of this batch.
        """
        if len(answer.results) != len(batch.places):
            raise LineFailure(faults.NONSENSE, Fault.UNABLE)
        settled: list[Settled] = []
        heads: dict[str, TreeHead] = {}
        code = None
        for place, record, result in zip(
            batch.places, batch.request.events, answer.results, strict=True
        ):
            if result.receipt is None:
                gap = faults.GAP if result.expect is not None else faults.REJECTED
                code = code or result.code or gap
                continue
            try:
                outcome = self._watch.receipt(
                    place[1], record, result.receipt, answer.consistency, heads
                ).outcome
                _same_verdict(result.verdict, outcome)
                settled.append(Settled(place[0], outcome.verdict, outcome.code, result.receipt))
            except Failure as failure:
                log.warning("receipt not believed", own=place[0], code=failure.code)
                code = code or failure.code
                if failure.code not in _MAY_STILL_HOLD:
                    self._held.add(place[0])
        return Proven(batch, answer, tuple(settled), code)

    def keep(self, proven: Proven) -> Taken[signals.Pushed]:
        """Settle what was proven: durable when it returns."""
        settled, answer = proven.settled, proven.answer
        heads = self._heads_brought(answer.results)
        change = self._store.settle(settled, heads) if settled or heads else ChangeSet()
        self._keep_evidence()
        self._time.take(proven.batch.asking, answer.anchor, self.trust)
        told = signals.Pushed(len(settled), self.measure(), proven.code, self._watch.distrusted)
        return Taken(told, change)

    def follow_up(
        self, batch: Batch, answer: messages.PushAnswer, limit: int, *, anchor: bool
    ) -> tuple[Proven, Batch | None]:
        """Verify every receipt; return the next batch too where all of this one were proven.

        Raises:
            LineFailure: as `prove`.
        """
        proven = self.prove(batch, answer)
        if len(proven.settled) < len(batch.places):
            return proven, None
        beside = frozenset(event for event, _ in batch.places)
        return proven, self.batch(limit, anchor=anchor, beside=beside)

    def _heads_brought(self, results: Iterable[messages.PushResult]) -> dict[str, str]:
        """Return the newest heads, as far as these receipts brought them, by scope."""
        brought = {result.receipt.sth for result in results if result.receipt is not None}
        heads = {scope: self._watch.head(scope) for scope in self._watch.scopes}
        return {
            scope: head
            for scope, head in heads.items()
            if head is not None and head in brought and scope not in self._watch.evidence
        }

    def _keep_evidence(self) -> None:
        """Keep both statements of a fork where no pull and no rebuild removes them."""
        for scope in self._watch.evidence.keys() - self._kept:
            self._kept.add(scope)
            log.error("centre_fork", scope=scope)
            keep_evidence(self._store, self._watch)

    # ------------------------------------------------------------ pulling

    def question(self, scopes: Sequence[str] | None, *, anchor: bool) -> Question:
        """Return what to ask; no request when nothing is followed."""
        asking = self.asking() if anchor else None
        jws = None if asking is None else asking.jws
        return Question(self._follower.request(scopes, jws), asking)

    def leave_out(self, scope: str, code: str) -> None:
        """Ask no more in a scope that the centre refuses, so that the others go on."""
        self._follower.leave_out(scope, code)
        self._keep_evidence()

    def take(self, question: Question, answer: messages.PullAnswer) -> Taken[signals.Pulled]:
        """Verify and apply what was pulled, then its anchor: its key may have come with it."""
        asked = {} if question.request is None else question.request.cursors
        taken = self._follower.take(frozenset(asked), answer)
        self._keep_evidence()
        self._time.take(question.asking, answer.anchor, self.trust)
        return taken

    def take_heard(self, heard: Heard) -> Taken[signals.Pulled] | None:
        """Verify and apply pages that came unasked; None where the line has to be asked after all.

        One that does not hold is no answer yet: its scope is asked for, and that answer counts.
        """
        question = self.question(tuple(heard), anchor=False)
        scopes = None if question.request is None else answers(heard, question.request.cursors)
        if scopes is None:
            return None
        taken = self.take(question, messages.PullAnswer(scopes=scopes))
        told = taken.event
        if told.code is None:
            return taken
        behind = {scope for scope, page in scopes.items() if told.cursors.get(scope) != page.next}
        return Taken(replace(told, code=None, more=told.more | behind), taken.change)

    # ------------------------------------------------------------ lease

    def take_lease(self, asking: Asking, jws: str) -> Taken[signals.Leased]:
        """Verify a lease and keep it with its check-code key.

        Raises:
            Failure: it is not ours, or not for this request; the former one stays.
        """
        device = self._session.device
        found = lease.accept_lease(
            jws, self.trust.server("lease"), asking.request, device.thumbprint
        )
        self._store.keep_lease(jws, lease.open_kcc(found, device))
        return Taken(signals.Leased((found.exp - found.t) // 2, found.exp))

    # ------------------------------------------------------------ uploads

    def parcel(self) -> messages.UploadRequest | None:
        """Return the next attachment to announce; None when none waits."""
        some = self._store.uploads(1 + len(self._unsendable), unsent=False)
        for case, sha256, size, type_ in some:
            if (case, sha256) not in self._unsendable:
                return messages.UploadRequest(case=case, sha256=sha256, size=size, type=type_)
        return None

    def uploaded(self, parcel: messages.UploadRequest) -> Taken[signals.Uploaded]:
        """Mark an attachment as with the centre."""
        change = self._store.uploaded(parcel.case, parcel.sha256)
        return self._dealt_with(parcel, None, change)

    def unsendable(self, parcel: messages.UploadRequest, code: str) -> Taken[signals.Uploaded]:
        """Leave out an attachment that the centre will never take, or that cannot be read here."""
        log.warning("attachment left out", sha256=parcel.sha256, code=code)
        self._unsendable.add((parcel.case, parcel.sha256))
        return self._dealt_with(parcel, code, ChangeSet())

    def _dealt_with(
        self, parcel: messages.UploadRequest, code: str | None, change: ChangeSet
    ) -> Taken[signals.Uploaded]:
        """Say that an attachment came to its end; the same one again would be going in circles."""
        before, self._ended = self._ended, (parcel.case, parcel.sha256)
        moved = self._ended != before
        return Taken(signals.Uploaded(self.measure().uploads, code, moved), change)


def _same_verdict(said: str, outcome: Outcome) -> None:
    """Refuse an answer that says otherwise than its own outcome."""
    if said not in {"duplicate", outcome.verdict}:
        raise LineFailure(faults.NONSENSE, Fault.UNABLE)
