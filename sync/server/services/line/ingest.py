"""What a window pushes: verified, judged, logged, answered (architecture.md §8, proof.md §2–§6).

One event after the other, in device order, inside one unit that writes:

    form and signature → session → device and chain → act → interval → rights and rules → leaf

What fails before the chain holds is `rejected`: no number, no leaf. What fails after is `refused`:
it consumes its number, so that nothing behind it waits. What the centre itself cannot judge waits
with its window, and all behind it (services.record.unjudged).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sync.domain.events import BOOKKEEPING, Kind
from sync.domain.failures import Failure
from sync.domain.hall_steps import HALL_KINDS
from sync.domain.violations import Violation
from sync.proof import chain
from sync.proof.acts import check_act, read_act
from sync.proof.delegations import Login, Session
from sync.proof.events import check_event, read_body, read_event
from sync.proof.failures import ProofError
from sync.protocol.errors import WireError
from sync.protocol.messages import PushResult
from sync.server.services.cases.casework import Judged, step_of
from sync.server.services.cases.money import hall_scope
from sync.server.services.cases.numbers import CASE, OPENING
from sync.server.services.line.intervals import Anchored
from sync.server.services.record.findings import note, note_event, note_seldom
from sync.server.services.record.scopes import Entry
from sync.server.services.record.unjudged import FINDING
from sync.server.services.rows.devices import DeviceHead

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sync.domain.events import Step
    from sync.proof.anchors import Interval
    from sync.proof.events import ReadEvent
    from sync.proof.jws import Header
    from sync.proof.keys import PublicKey
    from sync.protocol.records import Record
    from sync.server.services.cases.casework import Casework
    from sync.server.services.cases.money import Money
    from sync.server.services.cases.numbers import Numbers
    from sync.server.services.entry.callers import Caller
    from sync.server.services.entry.sessions import Sessions
    from sync.server.services.own_steps.hand import Hand
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.doubts import Doubts
    from sync.server.services.record.policy import Policy
    from sync.server.services.record.scopes import Scopes
    from sync.server.services.record.unjudged import Turns
    from sync.server.services.rows.log import LogRow


class Answer(Struct, frozen=True, gc=False):
    """One event's answer; its receipt is made when the commit's tree heads are signed."""

    id: str | None
    verdict: str
    code: str | None = None
    row: LogRow | None = None
    expect: int | None = None


@dataclass(slots=True, kw_only=True)
class _Look:
    """What the looks at one push's signatures share."""

    tx: Transaction
    caller: Caller
    recv: int
    opened: dict[str, tuple[Session, Login]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _Push(_Look):
    """One push under way."""

    head: DeviceHead
    anchored: Anchored
    turns: Turns


@dataclass(frozen=True, slots=True)
class Brought:
    """A push whose signatures were verified before its unit began, beside the writer.

    What did not verify then stands as None and is looked at again: its session may have been
    logged in meanwhile. What did, does for ever: records and delegations do not change.
    """

    records: Sequence[Record]
    verified: Sequence[tuple[ReadEvent, Session] | None]
    opened: Mapping[str, tuple[Session, Login]]

    @property
    def scopes(self) -> frozenset[str]:
        """Return the scopes that the events name, and those of the halls whose books they move."""
        named = [each[0].core for each in self.verified if each is not None]
        halls = (hall_scope(core.kind, core.scope) for core in named)
        return frozenset({*(core.scope for core in named), *filter(None, halls)})

    @property
    def each(self) -> list[tuple[Record, tuple[ReadEvent, Session] | None]]:
        """Return each record with what was verified of it."""
        return list(zip(self.records, self.verified, strict=True))


class Ingest:
    """Takes events in."""

    def __init__(  # noqa: PLR0913, PLR0917  (all that one event is looked at by)
        self,
        policy: Policy,
        sessions: Sessions,
        scopes: Scopes,
        casework: Casework,
        numbers: Numbers,
        hand: Hand,
        money: Money,
        doubts: Doubts,
    ) -> None:
        self._policy = policy
        self._sessions = sessions
        self._scopes = scopes
        self._casework = casework
        self._numbers = numbers
        self._hand = hand
        self._money = money
        self._doubts = doubts

    def bring(
        self, tx: Transaction, caller: Caller, records: Sequence[Record], recv: int
    ) -> Brought:
        """Verify signatures, which needs no writer.

        Args:
            tx: a unit that reads.
            caller: as in `push`.
            records: as received.
            recv: when they arrived, ms.
        """
        look = _Look(tx=tx, caller=caller, recv=recv)
        verified: list[tuple[ReadEvent, Session] | None] = []
        for record in records:
            try:
                verified.append(self._verify(look, record))
            except Exception:  # noqa: BLE001  # whatever it is, it is met again in its turn
                verified.append(None)
        return Brought(records, verified, look.opened)

    def push(
        self, tx: Transaction, caller: Caller, brought: Brought, turns: Turns, recv: int
    ) -> list[Answer]:
        """Take one device's events, in order.

        Args:
            tx: a unit that writes, and that has the scopes of what was brought.
            caller: whose token this is; its device is the only one whose events are taken.
            brought: as received, and as far as it was verified.
            turns: whose turn comes; the others wait with their window.
            recv: when they arrived, ms.
        """
        head = tx.devices.head(caller.dev, caller.inc)
        if head is None:
            raise WireError("wire.device_unknown")
        push = _Push(
            tx=tx,
            caller=caller,
            recv=recv,
            opened=dict(brought.opened),
            head=head,
            anchored=Anchored(tx, caller.dev, caller.inc, head.seq),
            turns=turns,
        )
        self._look_up(tx, brought)
        answers = [
            self._take(push, record, verified) for record, verified in turns.through(brought.each)
        ]
        answers += self._later(push, brought)
        if push.head != head:
            tx.devices.save_head(push.head)
        return answers

    @staticmethod
    def _look_up(tx: Transaction, brought: Brought) -> None:
        """Ask at once for everything that the events will be asked about one after the other."""
        reads = [each[0] for each in brought.verified if each is not None]
        cited = (r.core.cprev for r in reads if r.core.cprev is not None)
        tx.log.know((r.core.id for r in reads), (*(r.hash for r in reads), *cited))
        tx.cases.know(r.core.case for r in reads if r.core.case is not None)
        opening = (r.core.case for r in reads if r.core.kind in OPENING)
        tx.leases.know_numbers(CASE, (number for number in opening if number is not None))

    def results(self, tx: Transaction, answers: Sequence[Answer]) -> list[PushResult]:
        """Turn answers into what is sent, with their receipts."""
        rows = [answer.row for answer in answers if answer.row is not None]
        receipts = self._scopes.receipts(tx, rows)
        return [
            PushResult(
                id=answer.id,
                verdict=answer.verdict,  # type: ignore[arg-type]  # one of its literals
                code=answer.code,
                receipt=None if answer.row is None else receipts[answer.row.scope, answer.row.n],
                expect=answer.expect,
            )
            for answer in answers
        ]

    def _later(self, push: _Push, brought: Brought) -> Iterator[Answer]:
        """Answer the events whose turn does not come; nothing of them is logged."""
        expect, turns = push.head.seq + 1, push.turns
        if turns.bad is not None:
            self._note_seldom(push, FINDING, seq=expect)
        for place, known in enumerate(brought.verified[turns.most :], turns.most):
            name = None if known is None else known[0].core.id
            yield Answer(name, "rejected", turns.code(place), expect=expect)

    # ------------------------------------------------------------ one event

    def _take(
        self, push: _Push, record: Record, verified: tuple[ReadEvent, Session] | None
    ) -> Answer:
        try:
            read, session = verified or self._verify(push, record)
            push.turns.name = read.core.id
            if verified is None:
                beside = hall_scope(read.core.kind, read.core.scope)
                taken = filter(None, (read.core.scope, beside))
                push.tx.log.take(taken)  # before anything of its case is read
        except Failure as failure:
            return Answer(None, "rejected", failure.code, expect=push.head.seq + 1)
        keys = push.tx.log.by_id(read.core.id)
        for key in keys:
            if key.hash == read.hash:
                return self._again(push, key.scope, key.n)
        return self._place(push, read, session, used=bool(keys))

    def _again(self, push: _Push, scope: str, n: int) -> Answer:
        row = push.tx.log.at(scope, n)
        if row is None:
            raise KeyError(scope, n)
        return Answer(row.event, "duplicate", row.code, row)

    def _verify(self, push: _Look, record: Record) -> tuple[ReadEvent, Session]:
        """Verify form, signature, session and device.

        Raises:
            Failure: whatever was wrong; nothing is recorded.
        """

        def resolve(header: Header) -> PublicKey | None:
            session = self._session(push, header.kid or "", record)
            return None if session is None else session.key

        read = read_event(record, resolve)
        session = self._session(push, read.kid, record)
        if session is None:
            raise WireError("wire.session_ended")
        check_event(read, session)
        if (read.core.dev, read.core.inc) != (push.caller.dev, push.caller.inc):
            raise ProofError("proof.device_foreign")
        return read, session

    def _session(self, push: _Look, kid: str, record: Record) -> Session | None:
        if kid in push.opened:
            return push.opened[kid][0]
        if (session := self._sessions.find(push.tx, kid)) is not None:
            return session
        body = read_body(record.body.encode("utf-8", "surrogatepass"))
        if "dlg" not in body:
            return None
        login = Login.of_body(body)
        session = self._sessions.opening(push.tx, login, kid, push.recv)
        push.opened[kid] = (session, login)
        return session

    def _place(self, push: _Push, read: ReadEvent, session: Session, *, used: bool) -> Answer:
        head = push.head
        where = chain.place(read, chain.Head(head.dev, head.inc, head.seq, head.hash), None)
        expect = head.seq + 1
        if where is chain.Place.GAP:
            self._note_seldom(push, "chain_gap", seq=read.core.seq, expect=expect)
            return Answer(read.core.id, "rejected", "proof.chain_gap", expect=expect)
        if where is chain.Place.BROKEN:
            self._note_seldom(push, "chain_broken", seq=read.core.seq, hash=read.hash)
            return Answer(read.core.id, "rejected", "proof.chain_broken", expect=expect)
        if where is not chain.Place.NEXT:
            self._note(push, "device_fork", seq=read.core.seq, hash=read.hash)
            return self._log(push, read, session, self._whole(push, read), _refused("proof.fork"))
        opens = read.core.kind == Kind.SESSION_OPEN
        if not opens and read.kid != head.session:
            return Answer(read.core.id, "rejected", "proof.session_order", expect=expect)
        return self._next(push, read, session, used=used)

    def _next(self, push: _Push, read: ReadEvent, session: Session, *, used: bool) -> Answer:
        """Take an event that follows its chain: from here on it has a number and a leaf."""
        anchor = push.anchored.contradicted(read.core.seq, read.hash)
        if anchor is not None:
            self._note(push, "anchor_fork", seq=read.core.seq, hash=anchor.head)
        interval = self._whole(push, read)
        if used:
            self._note(push, "id_conflict", seq=read.core.seq, hash=read.hash)
            judged = _refused("wire.id_conflict")
        else:
            judged = self._judge(push, read, session, interval)
        answer = self._log(push, read, session, interval, judged)
        if not push.anchored.issued(read.core.anc):
            unknown = (Violation("anchor_unknown"),)
            note_event(push.tx, read, session.delegation.person, unknown, push.recv)
        self._doubts.look(push.tx, read, interval, push.recv)
        self._move(push, read, judged)
        return answer

    def _whole(self, push: _Push, read: ReadEvent) -> Interval:
        cited = None if read.core.cprev is None else push.tx.log.by_hash(read.core.cprev)
        same = cited is not None and cited.case_no == read.core.case
        after = cited.lo if same and cited is not None else None
        return push.anchored.interval(read.core.seq, push.recv, after)

    def _move(self, push: _Push, read: ReadEvent, judged: Judged) -> None:
        was = push.head
        head = DeviceHead(was.dev, was.inc, read.core.seq, read.hash, was.session, was.session_code)
        if read.core.kind == Kind.SESSION_OPEN:
            if read.kid in push.opened:
                self._sessions.keep(push.tx, *push.opened[read.kid])
            code = judged.code if judged.verdict != "accepted" else None
            head = replace(head, session=read.kid, session_code=code)
        elif read.core.kind == Kind.SESSION_CLOSE:
            push.tx.sessions.drop_tokens(read.kid)
            head = replace(head, session=None, session_code=None)
        push.head = head

    # ------------------------------------------------------------ judging

    def _judge(self, push: _Push, read: ReadEvent, session: Session, interval: Interval) -> Judged:
        core, counted = read.core, interval.counted(read.core.at)
        try:
            standing = self._standing(push, read, session, interval, counted)
            card = self._act(read, session, interval, counted)
        except Failure as failure:
            return _refused(failure.code)
        if core.kind in BOOKKEEPING:
            wrong = core.case is not None or core.scope != self._hall(push.caller)
            return _refused("proof.scope_outside") if wrong else Judged("accepted")
        knew = self._knew(push, read)
        step = step_of(read, session.delegation.person, interval, knew_latest=knew, card=bool(card))
        judged = self._by_rules(push, step)
        if judged.verdict == "accepted":
            wrong_number = self._numbers.spend(push.tx, push.caller, core, read.body)
            if wrong_number is not None:
                return _refused(wrong_number)
            if "disputed" in (standing, card):
                return Judged("disputed", ())
            self._money.keep(push.tx, step, judged.after)
        return judged

    def _by_rules(self, push: _Push, step: Step) -> Judged:
        """Ask the rules of a hall's steps, or of cases and then those of its receipts."""
        if step.kind in HALL_KINDS:
            if step.scope != self._hall(push.caller):
                return _refused("proof.scope_outside")
            return self._money.judge(push.tx, step)
        judged = self._casework.judge(push.tx, step)
        if judged.verdict != "accepted":
            return judged
        return self._money.judge_payment(push.tx, step, judged)

    def _knew(self, push: _Push, read: ReadEvent) -> bool:
        cited = None if read.core.cprev is None else push.tx.log.by_hash(read.core.cprev)
        return self._casework.knew_latest(push.tx, read, cited)

    def _standing(
        self, push: _Push, read: ReadEvent, session: Session, interval: Interval, counted: int
    ) -> str:
        """Judge session and card by the interval in which the event was made.

        Raises:
            Failure: the session was over, or its card revoked, before the event; or the session
                was opened without the line, and the line was back before the event.
        """
        opens = read.core.kind == Kind.SESSION_OPEN
        if not opens and push.head.session_code is not None:
            raise ProofError("proof.session_order")
        if counted >= session.delegation.exp:
            raise WireError("wire.session_ended")
        contact = self._sessions.contact(push.tx, session)
        if contact is not None and interval.lo > contact and read.core.kind not in BOOKKEEPING:
            # Provably made after the line was back: new work needs a fresh card login.
            raise WireError("wire.fresh_login")
        standing = self._policy.standing(session.card, interval)
        if standing == "refused":
            raise WireError("wire.session_ended")
        return standing

    def _act(
        self, read: ReadEvent, session: Session, interval: Interval, counted: int
    ) -> str | None:
        """Verify the card's own signature; return how its certificate stood, None without act.

        Raises:
            Failure: the act is not this event's, or not by a card that was good.
        """
        if read.record.act is None:
            return None
        act, x5t = read_act(read.record.act, self._policy.signing_key)
        card, standing = self._policy.signer(x5t, interval, counted)
        check_act(act, read, session.delegation, card)
        if standing == "refused":
            raise ProofError("proof.act_foreign")
        return standing

    def _hall(self, caller: Caller) -> str:
        return f"hall/{self._policy.device(caller.dev, caller.inc).hall}"

    # ------------------------------------------------------------ writing

    def _log(
        self,
        push: _Push,
        read: ReadEvent,
        session: Session,
        interval: Interval,
        judged: Judged,
    ) -> Answer:
        person = session.delegation.person
        row = self._scopes.append(
            push.tx,
            Entry.of(
                read,
                person,
                verdict=judged.verdict,
                code=judged.code,
                recv=push.recv,
                bounds=interval,
                counted=interval.counted(read.core.at),
                due=judged.due,
                pol=self._policy.size,
            ),
        )
        note_event(push.tx, read, person, judged.violations, push.recv)
        if judged.after is not None:
            self._casework.settle(push.tx, judged.after, row, interval.lo, push.recv)
        elif judged.verdict == "refused" and judged.paper:
            self._owe_cure(push, read)
        return _answer(row)

    def _owe_cure(self, push: _Push, read: ReadEvent) -> None:
        """A paper in an applicant's hands is not unmade by a verdict: somebody must mend it."""
        case = None if read.core.case is None else push.tx.cases.get(read.core.case)
        if case is not None and case.scope == read.core.scope and not case.closed:
            content = {"code": "cure_needed", "step": read.core.id}
            self._hand.write(push.tx, case, Kind.FINDING, content, push.recv)

    @staticmethod
    def _note_seldom(push: _Push, code: str, **args: str | int) -> None:
        """Note what nothing is logged of: a window tries it again and again."""
        dev = push.caller.dev
        note_seldom(push.tx, code, push.recv, dev=dev, scope=f"device/{dev}", **args)

    @staticmethod
    def _note(push: _Push, code: str, **args: str | int) -> None:
        hall = f"device/{push.caller.dev}"
        note(push.tx, code, push.recv, dev=push.caller.dev, scope=hall, **args)


def _answer(row: LogRow) -> Answer:
    return Answer(row.event, row.verdict, row.code, row)


def _refused(code: str) -> Judged:
    return Judged("refused", (Violation(code),))
