"""Make this window's own events: judge, sign, append. Store lane only.

A step is first a draft: the exact body bytes and everything that its signature will cover. A
session step is committed at once. For a decisive step the card signs an act over the draft in
between (proof.md §3); if the case has moved meanwhile the draft is void, and the person is shown
the case again.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import uuid_utils

from client.app.failures import AppFailure
from sync.domain.events import BOOKKEEPING, Step
from sync.domain.failures import FailureKind
from sync.domain.workflow import Refused, judge
from sync.proof.events import make_event
from sync.proof.keys import digest
from sync.protocol.codec import b64u_encode, write_json
from sync.protocol.records import Act, Core, LateClaim

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from client.app.ports import CaseStore, ChainHead, NumberUse
    from client.host.clock import Clock
    from sync.domain.case import Case
    from sync.domain.violations import Violation
    from sync.engine.ports import ChangeSet
    from sync.proof.keys import SigningKey


@dataclass(frozen=True, slots=True)
class Mandate:
    """What lets this session make events: who, on which device, by which delegated key."""

    aud: str
    person: str
    dev: str
    inc: int
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
    body: bytes
    members: Mapping[str, Any]
    anc: str | None
    at: int
    late: LateClaim | None = None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event that is durable, with the findings that the rules will hold against it."""

    event: str
    change: ChangeSet
    findings: tuple[Violation, ...]


class Recorder:
    """The only maker of own events.

    Args:
        store: the open store.
        clock: this machine's clocks: claims, never proof.
        mandate: the session's right to sign.
    """

    def __init__(self, store: CaseStore, clock: Clock, mandate: Mandate) -> None:
        self._store = store
        self._clock = clock
        self.mandate = mandate

    def draft(
        self, kind: str, scope: str, case: str | None, members: Mapping[str, Any], shown: str = ""
    ) -> Draft:
        """Fix everything about a step but its place in the chain.

        The salt comes first, so that an export can stay verifiable without the content
        (proof.md §2).
        """
        body = {"salt": b64u_encode(os.urandom(16)), **members}
        if shown:
            body["shown"] = shown
        anchor = self._store.anchor()
        return Draft(
            id=str(uuid_utils.uuid7()),
            kind=kind,
            scope=scope,
            case=case,
            cprev=self._store.case_head(case) if case else None,
            body=write_json(body),
            members=body,
            anc=anchor.hash if anchor else None,
            at=self._now_ms(),
            shown=shown,
        )

    def act_for(self, draft: Draft) -> Act:
        """Return the form that the card signs for a decisive step (proof.md §3)."""
        return Act(
            aud=self.mandate.aud,
            id=draft.id,
            dev=self.mandate.dev,
            inc=self.mandate.inc,
            scope=draft.scope,
            case=draft.case,
            cprev=draft.cprev,
            kind=draft.kind,
            body=b64u_encode(digest(draft.body)),
            dlg=self.mandate.delegation,
            anc=draft.anc,
            at=draft.at,
            sum=b64u_encode(digest(draft.shown.encode())),
        )

    def judge(self, draft: Draft, *, signed_by_card: bool) -> tuple[Violation, ...]:
        """Ask the rules that the centre will ask; return findings.

        Raises:
            AppFailure: the first violation's code, when the rules refuse the step.
        """
        if draft.kind in BOOKKEEPING:
            return ()
        verdict = judge(self._case(draft), self._step(draft, signed_by_card), self._rules())
        if isinstance(verdict, Refused):
            raise AppFailure.of(verdict.violations[0])
        return tuple(getattr(verdict, "findings", ()))

    def commit(
        self, draft: Draft, act: str | None = None, uses: Sequence[NumberUse] = ()
    ) -> Recorded:
        """Sign and append; durable when this returns.

        Raises:
            AppFailure: app.case_moved when the case has a newer event than the act was signed
                over; a violation's code when the rules refuse the step.
        """
        if draft.case and self._store.case_head(draft.case) != draft.cprev:
            raise AppFailure("app.case_moved", FailureKind.RETRIABLE, case=draft.case)
        findings = self.judge(draft, signed_by_card=act is not None)
        head = self._store.head()
        if head is None:
            raise AppFailure("app.not_enrolled", FailureKind.BROKEN)
        record = make_event(
            self._core(draft, head),
            body=draft.body,
            act=act,
            key=self.mandate.key,
            kid=self.mandate.delegation,
        )
        return Recorded(draft.id, self._store.append([record], uses), findings)

    def _core(self, draft: Draft, head: ChainHead) -> Core:
        anchor = self._store.anchor()
        same_boot = anchor is not None and anchor.boot_id == self._clock.boot_id()
        return Core(
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
            body=b64u_encode(digest(draft.body)),
            act=None,
            anc=draft.anc,
            dt=self._clock.boot_ms() - anchor.boot_ms if anchor and same_boot else None,
            boot=self._clock.boot_id(),
            at=draft.at,
            late=draft.late,
            crit=[],
        )

    def _step(self, draft: Draft, signed_by_card: bool) -> Step:  # noqa: FBT001  private
        return Step(
            id=draft.id,
            kind=draft.kind,
            case=draft.case,
            scope=draft.scope,
            person=self.mandate.person,
            device=self.mandate.dev,
            at=moment(draft.at),
            body=draft.members,
            signed_by_card=signed_by_card,
        )

    def _case(self, draft: Draft) -> Case | None:
        return self._store.case(draft.case) if draft.case else None

    def _rules(self) -> Any:
        return self._store.policy_book().rules()

    def _now_ms(self) -> int:
        return int(self._clock.wall().timestamp() * 1000)
