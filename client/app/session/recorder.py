"""Make this window's own events: judge, sign, append. Store lane only.

A step is first a draft: the exact body bytes and everything that its signature will cover. A
session step is committed at once. For a decisive step the card signs an act over the draft in
between (proof.md §3); if the case has moved meanwhile the draft is void, and the person is shown
the case again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from client.app.failures import AppFailure
from client.app.ports.store import NO_META
from client.app.session.centre_time import centre_time
from client.app.session.hall_books import stock_of
from sync.domain.events import BOOKKEEPING, Kind, Late, Step
from sync.domain.failures import FailureKind
from sync.domain.fields import moment_of, ms_of
from sync.domain.hall_steps import HALL_KINDS, SCOPE, judge_hall, judge_payment
from sync.domain.violations import refusals
from sync.domain.workflow import held_against, stands_for
from sync.engine.ports import NONE
from sync.proof import events as proof
from sync.proof.keys import new_bytes, new_id
from sync.protocol.records import LateClaim

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from client.app.ports.store import CaseStore, ChainHead, NumberUse
    from client.app.session.leave import Leave
    from client.host.clock import Clock
    from sync.domain.case import Case
    from sync.domain.violations import Violation
    from sync.engine.ports import ChangeSet
    from sync.proof.keys import SigningKey


@dataclass(frozen=True, slots=True)
class Mandate:
    """What lets this session make events: who, on which device, where, by which delegated key."""

    aud: str
    person: str
    dev: str
    inc: int
    scopes: tuple[str, ...]
    delegation: str  # hash of the delegation, base64url: the events' kid
    key: SigningKey


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before its signature; `body` is exact, `shown` the text that a card signs for."""

    id: str
    kind: str
    scope: str
    case: str | None
    cprev: str | None
    body: str
    members: Mapping[str, Any]
    anc: str | None
    at: int
    shown: str = ""
    late: LateClaim | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event that is durable, with the findings that the rules will hold against it."""

    event: str
    change: ChangeSet
    findings: tuple[Violation, ...]


Named = Callable[["Violation", "Case | None"], "Violation"]
"""Gives a violation the names of what the policy knows by code: a screen shows no code."""


class Recorder:
    """The only maker of own events.

    Args:
        store: the open store.
        clock: this machine's clocks: claims, never proof.
        mandate: the session's right to sign.
        leave: whether anything may be recorded at this moment.
        named: names what a violation knows by code.
    """

    def __init__(
        self, store: CaseStore, clock: Clock, mandate: Mandate, leave: Leave, named: Named
    ) -> None:
        self._store = store
        self._clock = clock
        self._leave = leave
        self.mandate = mandate
        self.named = named

    def draft(
        self, kind: str, scope: str, case: str | None, members: Mapping[str, Any], shown: str = ""
    ) -> Draft:
        """Fix everything about a step but its place in the chain.

        The salt comes first, so that an export can stay verifiable without the content
        (proof.md §2).
        """
        content = dict(members)
        absent = self.acting_for(kind, scope, case, members)
        if absent is not None:
            content["acting_for"] = absent
        if shown:
            content["shown"] = shown
        anchor = self._store.anchor()
        return Draft(
            id=new_id(),
            kind=kind,
            scope=scope,
            case=case,
            cprev=self._store.case_head(case) if case else None,
            body=proof.write_body(content, new_bytes(proof.SALT_BYTES)),
            members=content,
            anc=anchor.hash if anchor else None,
            at=ms_of(self._clock.wall()),
            shown=shown,
            late=_late(kind, content),
        )

    def acting_for(
        self, kind: str, scope: str, case: str | None, members: Mapping[str, Any]
    ) -> str | None:
        """Return for whom this session's person makes a step as deputy (AB岗): the record says so.

        None where it is his own post, and for whoever deputises for nobody.
        """
        rules = self._store.policy_book().rules()
        grants = rules.authority.grants.get(self.mandate.person, ())
        alone = kind in BOOKKEEPING or kind in HALL_KINDS
        if alone or not any(grant.deputy_of for grant in grants):
            return None
        step = Step(
            id="",
            kind=kind,
            case=case,
            scope=scope,
            person=self.mandate.person,
            device=self.mandate.dev,
            at=centre_time(self._clock, self._store.anchor()),
            body=members,
        )
        return stands_for(self._store.case(case) if case else None, step, rules)

    def to_sign(self, draft: Draft) -> proof.Draft:
        """Return the draft as `sync.proof.acts.make_act` takes it.

        An act does not cover the place in the device's chain, so other steps may go between.
        """
        return self._chained(draft, self._head())

    def judge(self, draft: Draft, *, signed_by_card: bool) -> tuple[Violation, ...]:
        """Ask the rules that the centre will ask; return findings.

        Raises:
            AppFailure: the first violation's code, when the rules refuse the step; what `Leave`
                says when there is no leave to record it now.
        """
        self._leave.check(draft.kind)
        if draft.kind in BOOKKEEPING:
            return ()
        step = self._step(draft, signed_by_card=signed_by_card)
        if draft.kind in HALL_KINDS:
            stock = stock_of(self._store, draft.scope.removeprefix(SCOPE))
            return self._found(judge_hall(step, stock, self._store.policy_book().rules()), None)
        rules = self._store.policy_book().rules()
        case = self._case(draft)
        found = self._found(held_against(case, step, rules), case)
        if draft.kind == Kind.PAY:
            stock = stock_of(self._store, draft.scope.partition("/")[0])
            found = (*found, *self._found(judge_payment(step, stock), case))
        return found

    def commit(
        self,
        draft: Draft,
        act: str | None = None,
        uses: Sequence[NumberUse] = (),
        pages: Sequence[tuple[str, str]] = (),
        drafts: Mapping[str, str] = NONE,
        *,
        meta: Mapping[str, bytes] = NO_META,
    ) -> Recorded:
        """Sign and append; durable when this returns.

        Args:
            draft: the step.
            act: the card's own signature over it.
            uses: numbers that it spends.
            pages: (hash, type) of attachments that it names: the centre gets them from now on,
                and none of a step that was not made.
            drafts: texts by key that are kept when, and only when, it is made.
            meta: small values of this window's, likewise.

        Raises:
            AppFailure: app.case_moved when the case has a newer event than the act was signed
                over; a violation's code when the rules refuse the step.
        """
        if draft.case and self._store.case_head(draft.case) != draft.cprev:
            raise AppFailure("app.case_moved", FailureKind.RETRIABLE, case=draft.case)
        findings = self.judge(draft, signed_by_card=act is not None)
        chained = self._chained(draft, self._head())
        record = proof.make_event(chained, self.mandate.delegation, self.mandate.key, act)
        change = self._store.append([record], uses, pages, drafts, meta)
        return Recorded(draft.id, change, findings)

    def _found(self, found: Iterable[Violation], case: Case | None) -> tuple[Violation, ...]:
        """Return findings, with names.

        Raises:
            AppFailure: the first refusal's code.
        """
        named = tuple(self.named(each, case) for each in found)
        if refused := refusals(named):
            raise AppFailure.of(refused[0])
        return named

    def _head(self) -> ChainHead:
        head = self._store.head()
        if head is None:
            raise AppFailure("app.not_enrolled", FailureKind.BROKEN)
        return head

    def _chained(self, draft: Draft, head: ChainHead) -> proof.Draft:
        """Give the draft its place in the device's chain."""
        anchor = self._store.anchor()
        same_boot = anchor is not None and anchor.boot_id == self._clock.boot_id()
        return proof.Draft(
            aud=self.mandate.aud,
            id=draft.id,
            dev=self.mandate.dev,
            inc=self.mandate.inc,
            seq=head.seq + 1,
            prev=head.hash,
            scope=draft.scope,
            case=draft.case,
            cprev=draft.cprev,
            kind=draft.kind,
            body=draft.body,
            anc=draft.anc,
            dt=self._clock.boot_ms() - anchor.boot_ms if anchor and same_boot else None,
            boot=self._clock.boot_id(),
            at=draft.at,
            late=draft.late,
        )

    def _step(self, draft: Draft, *, signed_by_card: bool) -> Step:
        # A PC's clock that somebody set costs no work: the step is judged at the centre's time
        # where this start of the machine has an anchor, as the centre will (proof.md §5).
        now, late = centre_time(self._clock, self._store.anchor()), draft.late
        return Step(
            id=draft.id,
            kind=draft.kind,
            case=draft.case,
            scope=draft.scope,
            person=self.mandate.person,
            device=self.mandate.dev,
            at=moment_of(draft.at) + (now - self._clock.wall()),
            body=draft.members,
            late=Late(moment_of(late.happened_at), late.reason) if late else None,
            signed_by_card=signed_by_card,
        )

    def _case(self, draft: Draft) -> Case | None:
        return self._store.case(draft.case) if draft.case else None


def _late(kind: str, members: Mapping[str, Any]) -> LateClaim | None:
    """Say of a note of what happened earlier that it is one: the centre counts it (ST19)."""
    happened = members.get("happened_at")
    if kind != Kind.NOTE_LATE or not isinstance(happened, int):
        return None
    return LateClaim(happened, kind)
