"""The engine's side of the store: own events out, answers and other people's events in.

What it acknowledges is durable; every method is one transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.ports.store import NO_META
from client.store.bookkeeping import BEHIND
from client.store.failures import StoreFailure
from client.store.log import ACCEPTED, EXCEPTIONAL, Answer, Given
from client.store.opening import OpenStore
from client.store.reading import (
    POLICY_SCOPE,
    SESSION_OPEN,
    Facts,
    delegate_of,
    read_facts,
    read_logged_policy,
)
from client.store.touching import Touched
from sync.engine.ports import NONE, ChangeSet
from sync.proof.outcomes import read_outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from client.app.ports.store import ChainHead, NumberUse
    from sync.engine.ports import OwnAnswered, PulledPage, Settled, StoredAnchor
    from sync.protocol.records import LogEntry, Record

MESSAGES = frozenset({"urge", "order", "escalate", "finding"})
_FORK = "proof.fork"


class SyncSide(OpenStore):
    """A SyncStore, and the own chain that feeds it."""

    # ------------------------------------------------------------ own chain

    def head(self) -> ChainHead | None:
        """Return where the own chain stands; None before enrolment."""
        with self._open():
            return self._log.head()

    def start_chain(self, head: ChainHead) -> None:
        """Set the chain's beginning at enrolment."""
        with self._change():
            self._log.start_chain(head)
            self._state.drop(BEHIND)
            self._rebuilder.mark()

    def made_since(self, seq: int, kinds: Sequence[str]) -> int:
        """Count own events of these kinds after a number of the own chain."""
        with self._open():
            return self._log.made_since(seq, kinds)

    def append(
        self,
        records: Sequence[Record],
        uses: Sequence[NumberUse] = (),
        pages: Sequence[tuple[str, str]] = (),
        drafts: Mapping[str, str] = NONE,
        meta: Mapping[str, bytes] = NO_META,
    ) -> ChangeSet:
        """Append own events in one durable transaction.

        Args:
            records: in their order.
            uses: numbers that the last of them spends.
            pages: (hash, type) of attachments that become the last one's case's.
            drafts: texts by key, kept with them.
            meta: small values by key, kept with them.

        Raises:
            StoreFailure: store.chain_moved, no_chain, no_session, number_spent, behind_centre,
                attachment_missing, disk_full.
            ReaderError, ProofError: a record that is none: our defect. Nothing was kept.
        """
        with self._change():
            self.check_not_behind()
            touched: dict[str, list[tuple[Facts, str]]] = {}
            pos, case = 0, None
            for record in records:
                facts = read_facts(record)
                pos, case = self._log.append(facts), facts.case
                person = self._person(facts)
                if case is not None:
                    touched.setdefault(case, []).append((facts, person))
            self._numbers.spend(uses, pos)
            if case is not None:
                for sha256, type_ in pages:
                    self._attachments.bind(sha256, type_, case)
            for number, steps in touched.items():
                self._projections.extend(number, steps)
            for key, text in drafts.items():
                self._drafts.save(key, text, self._clock.wall())
            for key, value in meta.items():
                self._state.put_meta(key, value)
        return ChangeSet(frozenset(touched))

    def _person(self, facts: Facts) -> str:
        """Return who made an own event; note who works in a session that opens."""
        if facts.kind == SESSION_OPEN and facts.event is not None:
            self._projections.add_delegate(*delegate_of(facts.event.body))
        person = self._projections.delegate(facts.kid)
        if person is None:
            raise StoreFailure("store.no_session")
        return person

    def check_not_behind(self) -> None:
        """Let nothing be added to a chain that the centre knows to be longer: it would be a fork.

        Raises:
            StoreFailure: store.behind_centre.
        """
        with self._open():
            known = self._state.get(BEHIND)
        if known is not None:
            raise StoreFailure("store.behind_centre", known=int(known))

    # ------------------------------------------------------------ engine

    def entries(self, scope: str, after: int, limit: int) -> list[LogEntry]:
        """Return the leaves of a scope that follow a number, in order, as they were pulled."""
        with self._open():
            return self._log.leaves(scope, after, self._scopes.cursor(scope), limit)

    def outbox(self, limit: int) -> list[Record]:
        """Return pending own events in device order."""
        with self._open():
            return self._log.outbox(limit)

    def outbox_size(self) -> int:
        """Count pending own events."""
        with self._open():
            return self._log.outbox_size()

    def settle(self, answers: Sequence[Settled], heads: Mapping[str, str] = NONE) -> ChangeSet:
        """Write verdicts and receipts; without a receipt nothing is answered (proof.md §6)."""
        with self._change():
            proven = [settled for settled in answers if settled.receipt is not None]
            found = self._log.find_all_own([settled.event for settled in proven])
            given, cases = [], []
            for settled in proven:
                if settled.receipt is None or settled.event not in found:
                    continue
                pos, case = found[settled.event]
                text = settled.receipt.outcome
                given.append(Given(pos, Answer.of(read_outcome(text), text), settled.receipt))
                cases.append(case)
            touched = Touched(self._projections.folds)
            for each, case, news in zip(given, cases, self._log.answer(given), strict=True):
                if news:
                    self._answered(each, case, touched, own=True)
            self._projections.refresh(touched.cases)
            for scope, sth in heads.items():
                self._scopes.keep_head(scope, sth)
        return touched.change

    def _answered(self, given: Given, case: str | None, touched: Touched, *, own: bool) -> None:
        """Note what one new answer means; `touched` gathers it."""
        touched.note(case, given.answer)
        if own and given.answer.verdict in EXCEPTIONAL:
            self._db.run("INSERT INTO exception (pos) VALUES (?)", given.pos)
            touched.exceptions = True

    def cursors(self) -> dict[str, int]:
        """Return the last number taken of each subscribed scope."""
        with self._open():
            return self._scopes.cursors()

    def frontier(self, scope: str) -> bytes | None:
        """Return the packed tree frontier of a scope at its cursor."""
        with self._open():
            return self._scopes.frontier(scope)

    def tree_heads(self) -> dict[str, str]:
        """Return the newest verified signed tree head of each scope."""
        with self._open():
            return self._scopes.heads()

    def apply_pull(self, page: PulledPage) -> ChangeSet:
        """Apply one verified page and move its cursor in the same transaction.

        Entries up to the cursor are passed over: a page may come twice. An event of this window
        that its store does not hold shows that the store was put back: `append` says so from then
        on.

        Raises:
            StoreFailure: store.pull_gap, store.pull_differs; nothing of the page was kept.
        """
        with self._change():
            before = self._scopes.cursor(page.scope)
            entries = _beyond(page, before)
            said = [read_outcome(entry.outcome) for entry in entries]
            leaves = [
                read_facts(entry.record(), page.scope, outcome)
                for entry, outcome in zip(entries, said, strict=True)
            ]
            places = self._log.add_pulled(leaves)
            given = [
                Given(place.pos, Answer.of(outcome, entry.outcome), None)
                for place, outcome, entry in zip(places, said, entries, strict=True)
            ]
            touched = Touched(self._projections.folds)
            policies: list[Record] = []
            chain = self._log.head()
            news = self._log.answer(given)
            for facts, place, each, new in zip(leaves, places, given, news, strict=True):
                if not new:
                    continue  # its receipt was here before
                answer = each.answer
                if chain is not None and (facts.dev, facts.inc) == (chain.dev, chain.inc):
                    self._note_own(facts, known=place.own or answer.code == _FORK)
                self._answered(each, facts.case, touched, own=place.own)
                if answer.verdict == ACCEPTED and facts.kind in MESSAGES:
                    self._note_message(each.pos, answer)
                    touched.messages = True
                if answer.verdict == ACCEPTED and page.scope == POLICY_SCOPE:
                    policies.append(facts.record)
            change = self._apply_policy(policies)
            self._projections.refresh(touched.cases)
            self._move(page, before + len(entries))
        return change | touched.change

    def _note_own(self, facts: Facts, *, known: bool) -> None:
        """Note an event of this very window that it does not know: its store was put back.

        A folder that was put back with its mark is noticed by this and nothing else here. What the
        centre refused as a fork is a copied window's: the chain that it goes on with is ours.
        """
        if not known:
            longest = int(self._state.get(BEHIND) or 0)
            self._state.put(BEHIND, b"%d" % max(longest, facts.seq))

    def _note_message(self, pos: int, answer: Answer) -> None:
        self._db.run("INSERT INTO message (pos, at_ms) VALUES (?, ?)", pos, answer.counted_ms)

    def _apply_policy(self, records: Sequence[Record]) -> ChangeSet:
        if not records:
            return ChangeSet()
        touches = self._projections.add_policy(read_logged_policy(record) for record in records)
        cases = self._projections.refresh_lines() if touches else frozenset()
        return ChangeSet(cases, policy=True)

    def _move(self, page: PulledPage, cursor: int) -> None:
        if page.cursor != cursor:
            raise StoreFailure("store.pull_gap", scope=page.scope, expected=cursor)
        self._scopes.move(page.scope, page.cursor, page.frontier)
        if page.sth is not None:
            self._scopes.keep_head(page.scope, page.sth)
        self._rebuilder.mark()

    def subscribe(self, scopes: Sequence[str]) -> None:
        """Set which scopes are pulled; known cursors stay."""
        with self._change():
            self._scopes.subscribe(scopes)

    # ------------------------------------------------------------ what a centre lost

    def answered(self, scope: str, after: int, limit: int) -> list[LogEntry]:
        """Return answered events of a scope after a number, in order, own ones not pulled too."""
        with self._open():
            return self._log.leaves(scope, after, after + limit, limit)

    def heads_over(self, scope: str, after: int) -> list[str]:
        """Return verified signed heads of a scope: the newest, and those of later receipts."""
        with self._open():
            newest = self._scopes.heads().get(scope)
            return [*self._log.heads_over(scope, after), *([] if newest is None else [newest])]

    def own_answered(self, after: int, limit: int) -> list[OwnAnswered]:
        """Return own answered events after a place of the log, in device order."""
        with self._open():
            return self._log.own_answered(after, limit)

    def offer_again(self, scope: str, after: int) -> None:
        """Offer the attachments of cases with lines after a number to the centre again."""
        with self._change():
            self._attachments.offer_again(scope, after)

    # ------------------------------------------------------------ anchors

    def keep_anchor(self, anchor: StoredAnchor) -> None:
        """Keep the newest anchor; its time counts as seen."""
        with self._change():
            self._state.keep_anchor(anchor)

    def anchor(self) -> StoredAnchor | None:
        """Return the newest anchor."""
        with self._open():
            return self._state.anchor()

    # ------------------------------------------------------------ lease

    def keep_lease(self, lease: str, kcc: bytes) -> None:
        """Keep the newest lease, verified by the engine.

        Raises:
            ReaderError: it is none.
        """
        with self._change():
            self._numbers.keep(lease, kcc)

    def lease(self) -> tuple[str, bytes] | None:
        """Return the newest lease with its check-code key."""
        with self._open():
            return self._numbers.lease()

    # ------------------------------------------------------------ attachments

    def uploads(self, limit: int, *, unsent: bool = True) -> list[tuple[str, str, int, str]]:
        """Return (case, sha256, size, type) of attachments that the centre lacks."""
        with self._open():
            return self._attachments.uploads(limit, unsent=unsent)

    def uploaded(self, case: str, sha256: str) -> ChangeSet:
        """Mark one attachment as with the centre."""
        with self._change():
            self._attachments.uploaded(case, sha256)
        return ChangeSet(frozenset({case}))

    def attachment(self, sha256: str) -> bytes:
        """Return an attachment's bytes.

        Raises:
            StoreFailure: store.attachment_missing, store.attachment_damaged.
        """
        with self._open():
            return self._attachments.get(sha256)


def _beyond(page: PulledPage, cursor: int) -> Sequence[LogEntry]:
    """Return the entries of a page that lie beyond the cursor, without a gap.

    Raises:
        StoreFailure: store.pull_gap.
    """
    entries = [entry for entry in page.entries if entry.n > cursor]
    for expected, entry in enumerate(entries, cursor + 1):
        if entry.n != expected:
            raise StoreFailure("store.pull_gap", scope=page.scope, expected=expected)
    return entries
