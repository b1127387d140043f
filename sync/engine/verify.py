"""The window watches the centre: one history per scope, or it says so (proof.md §6).

A window folds every leaf of the scopes that it follows into a frontier of its own and holds it
against each signed head at the moment at which it has as many leaves; heads of scopes that it does
not follow are tied together by consistency proofs. Two heads that contradict each other make the
scope distrusted, with both kept as evidence. Pure; the store lane alone uses it.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from sync.engine import faults
from sync.engine.faults import Fault, LineFailure
from sync.proof.events import read_body
from sync.proof.failures import ProofError
from sync.proof.jws import hash_text, read_logged_jws, typ_of
from sync.proof.outcomes import read_outcome, read_tree_head, root_of
from sync.proof.policy import SCOPE as POLICY
from sync.proof.policy import ReadPolicy, read_policy
from sync.proof.receipts import Answered, read_entry, verify_growth, verify_under
from sync.proof.tree import Frontier
from sync.proof.trust import Trust
from sync.protocol.records import ENROL, TREE_HEAD, PolicyEvent, TreeHead, read_form
from sync.protocol.records import POLICY as POLICY_EVENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.engine.ports import SyncStore
    from sync.proof.jws import Resolve
    from sync.protocol.messages import Consistency, PulledScope
    from sync.protocol.records import LogEntry, Outcome, Receipt, Record


EVIDENCE = "evidence/centre_fork/"  # + scope: two statements of the centre, as JSON
_STEP = 200  # leaves of the store read at a time


@dataclass(slots=True)
class _Scope:
    """What is known of one scope; `frontier` is None where it is not followed."""

    frontier: Frontier | None = None
    head: TreeHead | None = None
    sth: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Two statements of the centre that cannot both be true."""

    scope: str
    kept: str  # the signed head that was believed, or the packed frontier's root
    seen: str  # the signed head that contradicts it, or "" where it was only said


@dataclass(frozen=True, slots=True)
class VerifiedPage:
    """A page that holds, not yet taken."""

    scope: str
    entries: tuple[LogEntry, ...]
    frontier: Frontier
    head: TreeHead | None = None
    sth: str | None = None
    policy: tuple[ReadPolicy, ...] = field(default=(), repr=False)


class Watch:
    """Every scope's history as this window has seen it.

    Args:
        aud: the centre's id, pinned at enrolment.
        trust: the policy scope followed so far; pages of it move it on.
        frontiers: packed frontier of each followed scope, None at its beginning.
        heads: the newest verified signed head of each scope, as kept.
    """

    def __init__(
        self,
        aud: str,
        trust: Trust,
        frontiers: Mapping[str, bytes | None],
        heads: Mapping[str, str],
    ) -> None:
        self._aud = aud
        self.trust = trust
        self._scopes: dict[str, _Scope] = {}
        self.evidence: dict[str, Evidence] = {}
        self.follow_more(frontiers)
        for scope, sth in heads.items():
            # Kept after it was verified; its key may have ended since, so it is read, not judged.
            kept = self._scopes.setdefault(scope, _Scope())
            kept.head, kept.sth = read_kept(sth), sth

    @property
    def distrusted(self) -> tuple[str, ...]:
        """Return the scopes with two histories."""
        return tuple(sorted(self.evidence))

    def sizes(self, scopes: frozenset[str]) -> dict[str, int]:
        """Return the size of the kept head of each of these scopes that has one."""
        return {
            scope: kept.head.size
            for scope, kept in self._scopes.items()
            if scope in scopes and kept.head and scope not in self.evidence
        }

    @property
    def scopes(self) -> tuple[str, ...]:
        """Return every scope of which something is known."""
        return tuple(self._scopes)

    def follows(self, scope: str) -> bool:
        """Say whether every leaf of a scope is folded here."""
        place = self._scopes.get(scope)
        return place is not None and place.frontier is not None

    def follow_more(self, frontiers: Mapping[str, bytes | None]) -> None:
        """Follow scopes that were subscribed since, each from its packed frontier."""
        for scope, packed in frontiers.items():
            place = self._scopes.setdefault(scope, _Scope())
            if place.frontier is None:
                place.frontier = Frontier() if packed is None else Frontier.unpack(packed)

    # ------------------------------------------------------------ receipts

    def receipt(
        self,
        scope: str,
        record: Record,
        receipt: Receipt,
        proofs: Mapping[str, Consistency],
        heads: dict[str, TreeHead],
    ) -> Answered:
        """Verify a receipt and that its head follows from the last one known of the scope.

        Args:
            scope: the event's.
            record: the event.
            receipt: as received.
            proofs: of growth, as they came with the receipts of this answer.
            heads: signed heads of this answer that were verified so far; one more is noted here.

        Raises:
            ReaderError, ProofError: the receipt does not prove what it says; for centre_fork the
                scope is distrusted from now on.
            LineFailure: line.unproven when nothing shows that its head follows from the last: it
                may be true, and the pulled leaf will tell.
        """
        head = heads.get(receipt.sth)
        if head is None:
            head = heads[receipt.sth] = read_tree_head(receipt.sth, self.trust.server("log"))
        answered = verify_under(receipt, record, head)
        if (head.aud, head.scope) != (self._aud, scope):
            raise ProofError("proof.outcome_differs")
        if scope in self.evidence:
            raise ProofError("proof.centre_fork")
        place = self._scopes.setdefault(scope, _Scope())
        if place.frontier is not None and place.frontier.size == head.size:
            self._same_root(place.frontier, head, receipt.sth)
        elif place.head is not None:
            self._grown(place, place.head, head, receipt.sth, proofs.get(scope))
        if place.head is None or head.size > place.head.size:
            place.head, place.sth = head, receipt.sth
        return answered

    def head(self, scope: str) -> str | None:
        """Return the newest verified signed head of a scope."""
        place = self._scopes.get(scope)
        return None if place is None else place.sth

    def _grown(
        self, place: _Scope, last: TreeHead, head: TreeHead, sth: str, proof: Consistency | None
    ) -> None:
        sizes = tuple(sorted((last.size, head.size)))
        shown = proof is not None and (proof.first, proof.second) == sizes
        if sizes[0] != sizes[1] and sizes[0] and not shown:
            raise LineFailure(faults.UNPROVEN, Fault.UNABLE)
        try:
            verify_growth(last, head, proof)
        except ProofError:
            self._fork(head.scope, place.sth or "", sth)
            raise

    # ------------------------------------------------------------ pages

    def page(self, scope: str, pulled: PulledScope) -> VerifiedPage:
        """Verify the next page of a followed scope; nothing is taken yet.

        Raises:
            ReaderError, ProofError: a record, outcome, policy event or head that does not hold;
                for centre_fork the scope is distrusted from now on.
            LineFailure: line.nonsense when the page contradicts itself.
        """
        place = self._scopes[scope]
        frontier = place.frontier or Frontier()
        _check_numbers(pulled, frontier.size)
        trust, policy = self.trust, []
        if scope == POLICY:
            trust = copy.deepcopy(trust)
        for entry in pulled.entries:
            read = read_entry(entry, self._aud, scope, frontier.size + 1)
            if scope == POLICY and read.outcome.verdict == "accepted":
                policy.append(follow(trust, entry.record(), read.outcome))
            frontier = frontier.append(read.leaf)
            if place.head is not None and place.head.size == frontier.size:
                self._same_root(frontier, place.head, place.sth or "")
        head = self._page_head(scope, pulled, frontier, trust.server("log"))
        return VerifiedPage(scope, tuple(pulled.entries), frontier, head, pulled.sth, tuple(policy))

    def take(self, page: VerifiedPage) -> None:
        """Take a page that the store has applied."""
        place = self._scopes[page.scope]
        place.frontier = page.frontier
        if page.head is not None and (place.head is None or page.head.size >= place.head.size):
            place.head, place.sth = page.head, page.sth
        for read in page.policy:
            self.trust.apply(read)

    def _page_head(
        self, scope: str, pulled: PulledScope, frontier: Frontier, resolve: Resolve
    ) -> TreeHead | None:
        if pulled.sth is None:
            return None
        head = read_tree_head(pulled.sth, resolve)
        if (head.aud, head.scope) != (self._aud, scope) or head.size != frontier.size:
            raise ProofError("proof.outcome_differs")
        self._same_root(frontier, head, pulled.sth)
        return head

    def _same_root(self, frontier: Frontier, head: TreeHead, sth: str) -> None:
        """Hold our own root against a head over as many leaves."""
        if root_of(head) != frontier.root():
            self._fork(head.scope, frontier.root().hex(), sth)
            raise ProofError("proof.centre_fork")

    def hold(self, scope: str, sth: str) -> None:
        """Hold our own root of a followed scope against a head over as many leaves.

        Raises:
            ReaderError, ProofError: it is none that the centre signed; centre_fork.
        """
        head = read_tree_head(sth, self.trust.server("log"))
        frontier = self._scopes[scope].frontier or Frontier()
        if (head.aud, head.scope, head.size) != (self._aud, scope, frontier.size):
            raise ProofError("proof.outcome_differs")
        self._same_root(frontier, head, sth)

    def unsaid(self, scope: str) -> None:
        """Distrust a scope of which the centre no longer knows what it signed."""
        self._fork(scope, self.head(scope) or "", "")

    def _fork(self, scope: str, kept: str, seen: str) -> None:
        self.evidence.setdefault(scope, Evidence(scope, kept, seen))


def keep_evidence(store: SyncStore, watch: Watch) -> None:
    """Keep both statements of each fork where no pull and no rebuild removes them. Store lane."""
    for scope, evidence in watch.evidence.items():
        store.put_meta(f"{EVIDENCE}{scope}", msgspec.json.encode(evidence))


def follow(trust: Trust, record: Record, outcome: Outcome) -> ReadPolicy:
    """Verify the next policy record as of its arrival at the centre, and take it in.

    Raises:
        Failure: as `Trust.verify`: not two administrators, not the next, not from the beginning
            that was pinned.
    """
    read = trust.verify(record, datetime.fromtimestamp(outcome.recv / 1000, UTC))
    trust.apply(read)
    return read


def load_trust(store: SyncStore, genesis: str, *, thorough: bool = False) -> Trust:
    """Follow the policy scope as the store has it (store lane): at each opening, before anything.

    Every record was verified when it was pulled. Here the pinned beginning is verified again, and
    that the rest is what was pulled: each record bound to its outcome, to the one before it, and
    all of them to the frontier. Signatures cost 3 ms a record; `thorough` asks for them too.

    Args:
        store: the open store.
        genesis: pinned hash of the genesis policy event.
        thorough: verify both administrators' signatures of every record again.

    Raises:
        Failure: as `Trust.verify`, log_gap, outcome_differs, policy_chain: the store was changed
            behind our back.
    """
    trust, frontier = Trust(genesis), Frontier()
    while entries := store.entries(POLICY, frontier.size, _STEP):
        for entry in entries:
            aud = trust.aud or read_outcome(entry.outcome).aud
            read = read_entry(entry, aud, POLICY, frontier.size + 1)
            frontier = frontier.append(read.leaf)
            if read.outcome.verdict != "accepted":
                continue
            if thorough or trust.size == 0:
                follow(trust, entry.record(), read.outcome)
            else:
                trust.apply(_read_pulled(entry.record(), trust))
    if frontier.pack() != (store.frontier(POLICY) or Frontier().pack()):
        raise ProofError("proof.policy_chain")
    return trust


def _read_pulled(record: Record, trust: Trust) -> ReadPolicy:
    """Read a policy record that was verified before, and hold it to the one before it."""
    if typ_of(record.jws) == ENROL:
        return read_policy(record, trust.signer)
    event = read_form(read_logged_jws(record.jws, POLICY_EVENT).payload, PolicyEvent)
    if (event.seq, event.prev) != (trust.seq + 1, trust.head) or event.aud != trust.aud:
        raise ProofError("proof.policy_chain", expect=trust.seq + 1)
    body = read_body(record.body.encode("utf-8", "surrogatepass"))
    return ReadPolicy(event.kind, body, event.at, hash_text(record.jws), record, event)


def read_kept(sth: str) -> TreeHead:
    """Read a head that was verified when it was kept."""
    return read_form(read_logged_jws(sth, TREE_HEAD).payload, TreeHead)


def _check_numbers(pulled: PulledScope, size: int) -> None:
    """Refuse a page whose own numbers do not fit together."""
    follows = pulled.next == size + len(pulled.entries)
    whole = pulled.more == (pulled.next < pulled.size) and pulled.next <= pulled.size
    if not (follows and whole and (pulled.more or pulled.sth is not None)):
        raise LineFailure(faults.NONSENSE, Fault.UNABLE)
