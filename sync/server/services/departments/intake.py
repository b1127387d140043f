"""Steps that a department's system sends: verified, judged, logged, answered, each once.

    form and signature → system and chain → act → rights and rules → leaf

as of a window's steps (services.line.ingest), without a session: a system's own key signs, and the
body names who made the step. What fails before the chain holds is `rejected` and gets no number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.domain.failures import Failure
from sync.domain.violations import Violation, violation
from sync.proof import chain
from sync.proof.acts import check_act_of, read_act
from sync.proof.anchors import interval
from sync.proof.events import check_system_event, read_event
from sync.proof.failures import ProofError
from sync.protocol.department_messages import StepResult
from sync.server.services.cases.casework import Judged, step_of
from sync.server.services.entry.callers import Caller
from sync.server.services.record.findings import note, note_event, note_seldom
from sync.server.services.record.scopes import Entry
from sync.server.services.record.unjudged import FINDING
from sync.server.services.rows.departments import SystemMessageRow
from sync.server.services.rows.devices import DeviceHead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.proof.anchors import Interval
    from sync.proof.events import ReadEvent
    from sync.protocol.records import Record
    from sync.server.services.cases.casework import Casework
    from sync.server.services.cases.numbers import Numbers
    from sync.server.services.departments.systems import Known, Systems
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.record.scopes import Scopes
    from sync.server.services.record.unjudged import Turns
    from sync.server.services.rows.log import LogRow

_NO_ID = "-"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one step; its receipt is made when the commit's tree heads are signed."""

    id: str | None
    verdict: str
    code: str | None = None
    row: LogRow | None = None
    expect: int | None = None


class DepartmentIntake:
    """Takes steps of departments' systems in."""

    def __init__(
        self,
        policy: Policy,
        systems: Systems,
        scopes: Scopes,
        casework: Casework,
        numbers: Numbers,
    ) -> None:
        self._policy = policy
        self._systems = systems
        self._scopes = scopes
        self._casework = casework
        self._numbers = numbers

    def take(
        self, tx: Transaction, known: Known, records: Sequence[Record], turns: Turns, recv: int
    ) -> list[Taken]:
        """Take one system's steps, in order.

        Args:
            tx: a unit that writes and has the system's scope.
            known: whose key proved the request.
            records: as received.
            turns: whose turn comes; the others wait with their system.
            recv: when they arrived, ms.
        """
        head = self._systems.head(tx, known.system)
        answers = []
        for record in turns.through(records):
            read, wrong = self._read(known, record)
            if read is not None:
                turns.name = read.core.id
            if read is None or wrong is not None:
                answer = Taken(None, "rejected", wrong, expect=head.seq + 1)
            else:
                head, answer = self._one(tx, known, read, recv, head)
            self._keep(tx, known, read, answer, recv)
            answers.append(answer)
        expect = head.seq + 1
        if turns.bad is not None:
            scope = known.system.scope
            note_seldom(tx, FINDING, recv, dev=head.dev, scope=scope, seq=expect)
        later = map(turns.code, range(turns.most, len(records)))
        return [*answers, *(Taken(None, "rejected", code, expect=expect) for code in later)]

    def results(self, tx: Transaction, taken: Sequence[Taken]) -> list[StepResult]:
        """Turn answers into what is sent, with their receipts."""
        rows = [each.row for each in taken if each.row is not None]
        receipts = self._scopes.receipts(tx, rows)
        return [
            StepResult(
                id=each.id,
                verdict=each.verdict,  # type: ignore[arg-type]  # one of its literals
                code=each.code,
                receipt=None if each.row is None else receipts[each.row.scope, each.row.n],
                expect=each.expect,
                last=self._last(tx, each.row),
            )
            for each in taken
        ]

    @staticmethod
    def _last(tx: Transaction, row: LogRow | None) -> str | None:
        case = None if row is None or row.case_no is None else tx.cases.get(row.case_no)
        return None if case is None else case.last_hash

    # ------------------------------------------------------------ one step

    def _read(self, known: Known, record: Record) -> tuple[ReadEvent | None, str | None]:
        """Return a step as far as it can be read, and the code of what is wrong with it."""
        read = None
        try:
            read = read_event(record, lambda h: known.key if h.kid == known.kid else None)
            check_system_event(read, self._policy.aud, known.system.dev, known.system.inc)
            if read.core.scope != known.system.scope:
                raise ProofError("proof.scope_outside")
        except Failure as failure:
            return read, failure.code
        return read, None

    def _one(
        self, tx: Transaction, known: Known, read: ReadEvent, recv: int, head: DeviceHead
    ) -> tuple[DeviceHead, Taken]:
        core, expect = read.core, head.seq + 1
        keys = tx.log.by_id(core.id)
        for key in keys:
            if key.hash == read.hash and (row := tx.log.at(key.scope, key.n)) is not None:
                return head, Taken(core.id, "duplicate", row.code, row)
        where = chain.place(read, chain.Head(head.dev, head.inc, head.seq, head.hash), None)
        if where is chain.Place.GAP:
            return head, Taken(core.id, "rejected", "proof.chain_gap", expect=expect)
        if where is chain.Place.BROKEN:
            note_seldom(tx, "chain_broken", recv, dev=head.dev, scope=core.scope, seq=core.seq)
            return head, Taken(core.id, "rejected", "proof.chain_broken", expect=expect)
        bounds = interval(core.seq, (), recv, self._after(tx, read))
        if where is not chain.Place.NEXT:
            note(tx, "device_fork", recv, dev=head.dev, scope=core.scope, seq=core.seq)
            return head, self._log(tx, known, read, bounds, _refused("proof.fork"), recv)
        if keys:
            note(tx, "id_conflict", recv, dev=head.dev, scope=core.scope, seq=core.seq)
            judged = _refused("wire.id_conflict")
        else:
            judged = self._judge(tx, known, read, bounds)
        answer = self._log(tx, known, read, bounds, judged, recv)
        head = DeviceHead(head.dev, head.inc, core.seq, read.hash)
        tx.devices.save_head(head)
        return head, answer

    @staticmethod
    def _after(tx: Transaction, read: ReadEvent) -> int | None:
        cited = None if read.core.cprev is None else tx.log.by_hash(read.core.cprev)
        return cited.lo if cited is not None and cited.case_no == read.core.case else None

    def _judge(self, tx: Transaction, known: Known, read: ReadEvent, bounds: Interval) -> Judged:
        core, person = read.core, read.body.get("by")
        if not known.system.sends(core.kind):
            return Judged("refused", (violation("system_kind", kind=core.kind),))
        if not isinstance(person, str) or person not in self._policy.book.roster:
            return Judged("refused", (violation("system_person"),))
        try:
            card = self._act(read, person, bounds)
        except Failure as failure:
            return _refused(failure.code)
        cited = None if core.cprev is None else tx.log.by_hash(core.cprev)
        knew = self._casework.knew_latest(tx, read, cited)
        step = step_of(read, person, bounds, knew_latest=knew, card=card is not None)
        judged = self._casework.judge(tx, step)
        if judged.verdict != "accepted":
            return judged
        system = known.system
        caller = Caller(system.dev, system.inc, system.hall, known.kid, person)
        wrong_number = self._numbers.spend(tx, caller, core, read.body)
        if wrong_number is not None:
            return _refused(wrong_number)
        return Judged("disputed") if card == "disputed" else judged

    def _act(self, read: ReadEvent, person: str, bounds: Interval) -> str | None:
        """Verify a card's own signature; return how its certificate stood, None without one.

        Raises:
            Failure: the act is not this step's, or not by a card of this person that was good.
        """
        if read.record.act is None:
            return None
        act, x5t = read_act(read.record.act, self._policy.signing_key)
        card, standing = self._policy.signer(x5t, bounds, bounds.counted(read.core.at))
        check_act_of(act, read, person, card)
        if standing == "refused":
            raise ProofError("proof.act_foreign")
        return standing

    # ------------------------------------------------------------ writing

    def _log(
        self,
        tx: Transaction,
        known: Known,
        read: ReadEvent,
        bounds: Interval,
        judged: Judged,
        recv: int,
    ) -> Taken:
        by = read.body.get("by")
        # A name that policy does not know is nobody's: the step is the system's own then.
        person = by if isinstance(by, str) and by in self._policy.book.roster else known.system.dev
        row = self._scopes.append(
            tx,
            Entry.of(
                read,
                person,
                verdict=judged.verdict,
                code=judged.code,
                recv=recv,
                bounds=bounds,
                counted=bounds.counted(read.core.at),
                due=judged.due,
                pol=self._policy.size,
            ),
        )
        note_event(tx, read, person, judged.violations, recv)
        if judged.after is not None:
            self._casework.settle(tx, judged.after, row, bounds.lo, recv)
        return Taken(row.event, row.verdict, row.code, row)

    @staticmethod
    def _keep(
        tx: Transaction, known: Known, read: ReadEvent | None, answer: Taken, recv: int
    ) -> None:
        """Keep what a message was worth, for the department's figures."""
        if answer.verdict == "duplicate":
            return
        core = None if read is None else read.core
        tx.departments.keep(
            SystemMessageRow(
                dev=known.system.dev,
                scope=known.system.scope,
                recv=recv,
                event=_NO_ID if core is None else core.id,
                kind=_NO_ID if core is None else core.kind,
                at=recv if core is None else core.at,
                verdict=answer.verdict,
                code=answer.code or "",
            )
        )


def _refused(code: str) -> Judged:
    return Judged("refused", (Violation(code),))
