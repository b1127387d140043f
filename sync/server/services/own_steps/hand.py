"""The centre's own steps: events like any other, on a chain of its own, signed by its event key.

Nobody's card stands behind them, so they carry no act; the rules allow the centre only what the
table gives to C (rules.md §2, §4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from sync.domain.events import CENTRE_DEVICE, Kind, Step
from sync.proof.events import Draft, make_event, write_body
from sync.proof.jws import hash_text
from sync.proof.keys import new_bytes, new_id
from sync.server.clock import moment
from sync.server.services.record.scopes import Entry
from sync.server.services.rows.devices import DeviceHead
from sync.server.services.rows.findings import FindingRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.proof.keys import SoftwareKey
    from sync.protocol.records import Record
    from sync.server.services.cases.casework import Casework, Judged
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.record.scopes import Scopes
    from sync.server.services.rows.cases import CaseRow
    from sync.server.services.rows.log import LogRow

PERSON = "centre"
_INCARNATION = 1

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a step goes: scope, case, hash of the case's newest step (None: it opens the case)."""

    scope: str
    number: str
    last: str | None


class Hand:
    """Makes the centre's own events."""

    def __init__(
        self, policy: Policy, scopes: Scopes, casework: Casework, key: SoftwareKey
    ) -> None:
        self._policy = policy
        self._scopes = scopes
        self._casework = casework
        self._key = key

    def write(
        self, tx: Transaction, case: CaseRow, kind: str, content: Mapping[str, Any], now: int
    ) -> LogRow | None:
        """Make one step of a case, if the rules let the centre make it now.

        Returns:
            Its line, or None: nothing was written.
        """
        return self._make(tx, _Place(case.scope, case.number, case.last_hash), kind, content, now)

    def open(
        self,
        tx: Transaction,
        scope: str,
        number: str,
        content: Mapping[str, Any],
        now: int,
    ) -> LogRow | None:
        """Open a child case of a joint one by `preregister`, if the rules let the centre do it.

        Args:
            tx: a unit that writes and has the scope.
            scope: the helper department's.
            number: one that nobody else has.
            content: the step's body.
            now: ms.

        Returns:
            Its line, or None: nothing was written.
        """
        return self._make(tx, _Place(scope, number, None), Kind.PREREGISTER, content, now)

    def _make(
        self, tx: Transaction, place: _Place, kind: str, content: Mapping[str, Any], now: int
    ) -> LogRow | None:
        head = self._head(tx)
        draft = self._draft(head, place, kind, content, now)
        judged = self._judge(tx, draft, content, now)
        if judged.verdict != "accepted" or judged.after is None:
            log.debug("own step not made", kind=kind, scope=place.scope, code=judged.code)
            return None
        record = make_event(draft, self._key.thumbprint, self._key)
        row = self._append(tx, draft, record, judged, now)
        tx.devices.save_head(DeviceHead(head.dev, head.inc, draft.seq, hash_text(record.jws)))
        self._casework.settle(tx, judged.after, row, now, now)
        log.info("own step", kind=kind, scope=place.scope, n=row.n)
        return row

    def _head(self, tx: Transaction) -> DeviceHead:
        dev = f"{CENTRE_DEVICE}{self._policy.aud}"
        start = DeviceHead(dev, _INCARNATION, 0, self._policy.trust.genesis)
        return tx.devices.head(dev, _INCARNATION) or tx.devices.begin(start)

    def _draft(
        self, head: DeviceHead, place: _Place, kind: str, content: Mapping[str, Any], now: int
    ) -> Draft:
        return Draft(
            aud=self._policy.aud,
            id=new_id(),
            dev=head.dev,
            inc=head.inc,
            seq=head.seq + 1,
            prev=head.hash,
            scope=place.scope,
            case=place.number,
            cprev=place.last,
            kind=kind,
            body=write_body(content, new_bytes(16)),
            anc=None,
            dt=None,
            boot="",
            at=now,
        )

    def _judge(self, tx: Transaction, draft: Draft, content: Mapping[str, Any], now: int) -> Judged:
        step = Step(
            id=draft.id,
            kind=draft.kind,
            case=draft.case,
            scope=draft.scope,
            person=PERSON,
            device=draft.dev,
            at=moment(now),
            body=content,
        )
        return self._casework.judge(tx, step)

    def _append(
        self, tx: Transaction, draft: Draft, record: Record, judged: Judged, now: int
    ) -> LogRow:
        row = self._scopes.append(
            tx,
            Entry(
                scope=draft.scope,
                record=record,
                event=draft.id,
                dev=draft.dev,
                inc=draft.inc,
                seq=draft.seq,
                kind=draft.kind,
                case_no=draft.case,
                person=PERSON,
                verdict=judged.verdict,
                code=judged.code,
                recv=now,
                lo=now,
                hi=now,
                counted=now,
                due=judged.due,
                pol=self._policy.size,
            ),
        )
        for found in judged.violations:
            tx.cases.add_finding(
                FindingRow(row.scope, row.case_no, row.event, row.dev, None, found.code, "{}", now)
            )
        return row
