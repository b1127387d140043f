"""One lost event put into the log again, with everything that its line had moved (docs/adr/032).

What the centre signed once stands: a line that goes back into its own place has the outcome that it
had, byte for byte. The folded cases, books and chains follow it as they did then; where the rules
would judge otherwise today, that is found and the case stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import structlog

from sync.domain.events import BOOKKEEPING, Kind
from sync.domain.failures import Failure
from sync.domain.hall_steps import HALL_KINDS
from sync.domain.violations import Violation
from sync.proof.anchors import Interval
from sync.proof.delegations import Login
from sync.proof.policy import SCOPE as POLICY
from sync.server.services.cases.casework import Judged, step_of
from sync.server.services.cases.numbers import (
    CASE,
    CERTIFICATE,
    OPENING,
    case_serial,
    certificate_serial,
)
from sync.server.services.record.findings import note, note_event
from sync.server.services.record.scopes import Entry
from sync.server.services.rows.devices import DeviceHead
from sync.server.services.rows.findings import FindingRow

if TYPE_CHECKING:
    from sync.domain.events import Step
    from sync.proof.events import ReadEvent
    from sync.proof.receipts import ReadEntry
    from sync.protocol.records import Outcome, Receipt
    from sync.server.services.cases.casework import Casework
    from sync.server.services.cases.money import Money
    from sync.server.services.entry.sessions import Sessions
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.record.scopes import Scopes
    from sync.server.services.rows.log import LogRow

log = structlog.get_logger(__name__)

_FORK, _ORDER = "proof.fork", "proof.session_order"


class PuttingBack:
    """Writes lines that were lost; whoever calls has verified that this centre had signed them."""

    def __init__(
        self,
        policy: Policy,
        sessions: Sessions,
        scopes: Scopes,
        casework: Casework,
        money: Money,
    ) -> None:
        self._policy = policy
        self._sessions = sessions
        self._scopes = scopes
        self._casework = casework
        self._money = money

    def in_place(self, tx: Transaction, entry: ReadEntry, now: int) -> LogRow:
        """Put the next line of a scope back under its old outcome.

        Args:
            tx: a unit that writes; it has the scope, and the hall's where books are moved.
            entry: the line, proven to be the next one.
            now: ms.

        Raises:
            Failure: policy that does not follow: a defect, since it followed once.
        """
        outcome = entry.outcome
        if outcome.scope == POLICY:
            return self._policy.put_back(tx, entry)
        read = entry.event()
        judged = self._judge(tx, read, outcome)
        others = tx.log.by_seq(read.core.dev, read.core.inc, read.core.seq)
        row = self._scopes.put_back(tx, _entry(read, outcome, outcome.pol), entry.entry.outcome)
        if outcome.code != _FORK and any(key.hash != read.hash for key in others):
            # Both were signed: the centre's own chain went on before this came back.
            where = f"device/{read.core.dev}"
            said: dict[str, str | int] = {"seq": read.core.seq, "hash": read.hash}
            note(tx, "device_fork", now, dev=read.core.dev, scope=where, **said)
        self._follow(tx, read, outcome, row, judged, now)
        return row

    def anew(
        self, tx: Transaction, read: ReadEvent, outcome: Outcome, receipt: Receipt, now: int
    ) -> tuple[LogRow, Judged]:
        """Give a lost event a new place: its own is another event's by now.

        Its times are those that the old outcome proves. The old receipt is kept with the finding.

        Args:
            tx: as in `in_place`.
            read: the event.
            outcome: what the centre had answered.
            receipt: which proves that.
            now: ms.

        Returns:
            Its line, and what it was judged: a step that was accepted may be refused by what has
            happened to its case meanwhile; that is found.
        """
        judged = self._judge(tx, read, outcome)
        others = tx.log.by_seq(read.core.dev, read.core.inc, read.core.seq)
        if any(key.hash != read.hash for key in others):
            judged = Judged("refused", (Violation(_FORK),))
        entry = _entry(read, outcome, self._policy.size)
        row = self._scopes.append(
            tx,
            msgspec.structs.replace(
                entry, verdict=judged.verdict, code=judged.code, recv=now, due=outcome.due
            ),
        )
        answered = msgspec.structs.replace(outcome, verdict=judged.verdict, code=judged.code)
        self._follow(tx, read, answered, row, judged, now)
        said: dict[str, str | int] = {
            "was": outcome.n,
            "line": row.n,
            "receipt": msgspec.json.encode(receipt).decode(),
        }
        self._found(tx, read, outcome.person, "line_moved", said, now)
        if judged.verdict != outcome.verdict:
            told: dict[str, str | int] = {
                "was": outcome.verdict,
                "now": judged.verdict,
                "why": judged.code or "",
            }
            self._found(tx, read, outcome.person, "line_judged_otherwise", told, now)
        return row, judged

    # ------------------------------------------------------------ inside

    def _judge(self, tx: Transaction, read: ReadEvent, outcome: Outcome) -> Judged:
        """Ask the rules what an accepted step does; of any other the old answer is all."""
        core = read.core
        if outcome.verdict != "accepted":
            code = outcome.code
            return Judged(outcome.verdict, () if code is None else (Violation(code),))
        if core.kind in BOOKKEEPING:
            return Judged("accepted")
        cited = None if core.cprev is None else tx.log.by_hash(core.cprev)
        knew = self._casework.knew_latest(tx, read, cited)
        interval, card = Interval(outcome.lo, outcome.hi), read.record.act is not None
        step = step_of(read, outcome.person, interval, knew_latest=knew, card=card)
        if core.kind in HALL_KINDS:
            return self._money.judge(tx, step)
        judged = self._casework.judge(tx, step)
        if judged.verdict != "accepted":
            return judged
        return self._money.judge_payment(tx, step, judged)

    def _follow(
        self,
        tx: Transaction,
        read: ReadEvent,
        outcome: Outcome,
        row: LogRow,
        judged: Judged,
        now: int,
    ) -> None:
        self._move(tx, read, outcome)
        if outcome.verdict == "accepted" and judged.verdict != "accepted":
            said: dict[str, str | int] = {
                "was": "accepted",
                "now": judged.verdict,
                "why": judged.code or "",
            }
            self._found(tx, read, outcome.person, "line_judged_otherwise", said, now)
            return
        note_event(tx, read, outcome.person, judged.violations, now)
        if outcome.verdict != "accepted":
            return
        self._spend(tx, read)
        if read.core.kind in HALL_KINDS or judged.after is not None:
            self._money.keep(tx, self._step(read, outcome), judged.after)
        if judged.after is not None:
            self._casework.settle(tx, judged.after, row, outcome.lo, now)

    @staticmethod
    def _step(read: ReadEvent, outcome: Outcome) -> Step:
        interval, card = Interval(outcome.lo, outcome.hi), read.record.act is not None
        return step_of(read, outcome.person, interval, knew_latest=True, card=card)

    def _move(self, tx: Transaction, read: ReadEvent, outcome: Outcome) -> None:
        """Move the device's chain to its farthest event, and keep whose session it was."""
        core = read.core
        if outcome.code == _FORK:
            return
        if core.kind == Kind.SESSION_OPEN:
            self._keep_session(tx, read, outcome)
        if core.kind == Kind.SESSION_CLOSE:
            tx.sessions.drop_tokens(read.kid)
        head = tx.devices.head(core.dev, core.inc)
        if head is None:
            head = tx.devices.begin(DeviceHead(core.dev, core.inc, 0, core.prev))
        if core.seq <= head.seq:
            return
        session = None if core.kind == Kind.SESSION_CLOSE else read.kid
        refused = outcome.verdict != "accepted"
        ended = refused and (core.kind == Kind.SESSION_OPEN or outcome.code == _ORDER)
        code = outcome.code if ended else None
        tx.devices.save_head(DeviceHead(core.dev, core.inc, core.seq, read.hash, session, code))

    def _keep_session(self, tx: Transaction, read: ReadEvent, outcome: Outcome) -> None:
        try:
            login = Login.of_body(read.body)
            self._sessions.keep(tx, self._sessions.verify(login, outcome.recv), login)
        except Failure as failure:
            # Its later events are proven by their own receipts; fresh ones need a fresh login.
            log.warning("session not known again", dev=read.core.dev, code=failure.code)

    def _spend(self, tx: Transaction, read: ReadEvent) -> None:
        """Note that a number is used, so that it is never lent again."""
        core = read.core
        if core.kind in OPENING and core.case is not None:
            tx.leases.use_number(CASE, core.case, core.dev, core.id)
            drawn, kind = case_serial(core.case), CASE
        elif core.kind == Kind.MAKE:
            tx.leases.use_number(CERTIFICATE, str(read.body.get("serial")), core.dev, core.id)
            drawn, kind = certificate_serial(read.body), CERTIFICATE
        else:
            return
        if drawn is not None:
            tx.leases.pass_over(kind, *drawn)

    @staticmethod
    def _found(
        tx: Transaction,
        read: ReadEvent,
        person: str,
        code: str,
        args: dict[str, str | int],
        now: int,
    ) -> None:
        core, body = read.core, msgspec.json.encode(args).decode()
        tx.cases.add_finding(
            FindingRow(core.scope, core.case, core.id, core.dev, person, code, body, now)
        )


def _entry(read: ReadEvent, outcome: Outcome, pol: int) -> Entry:
    return Entry.of(
        read,
        outcome.person,
        verdict=outcome.verdict,
        code=outcome.code,
        recv=outcome.recv,
        bounds=Interval(outcome.lo, outcome.hi),
        counted=outcome.counted,
        due=outcome.due,
        pol=pol,
    )
