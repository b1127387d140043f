"""Policy at the centre: the scope `policy` followed and folded, and appended to.

A server key alone changes nothing here (proof.md §7): an event is taken when two administrators'
cards signed it, a device's claim when its code fits an invitation. What the centre goes by is
folded from the committed log alone; a unit that appends works on a copy of its own.
"""

from __future__ import annotations

import copy
import hashlib
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from cryptography.hazmat.primitives import serialization

from sync.domain.failures import Failure, FailureKind
from sync.domain.policy import PolicyBook
from sync.proof import certificates
from sync.proof.certificates import TrustAnchors
from sync.proof.failures import CertificateError
from sync.proof.jws import hash_text
from sync.proof.lease import lists_hash
from sync.proof.policy import SCOPE
from sync.proof.trust import Device, Trust
from sync.protocol.codec import b64u_decode, b64u_encode
from sync.protocol.errors import WireError
from sync.protocol.records import Record
from sync.server.clock import milliseconds, moment
from sync.server.services.record.scopes import Entry
from sync.server.services.rows.devices import DeviceHead

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from typing import Any

    from cryptography import x509

    from sync.domain.rules import Rules
    from sync.proof.anchors import Interval
    from sync.proof.certificates import CardIdentity
    from sync.proof.jws import Header
    from sync.proof.keys import PublicKey
    from sync.proof.policy import ReadPolicy
    from sync.proof.receipts import ReadEntry
    from sync.server.clock import Clock
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.ports.lists import Lists
    from sync.server.services.record.scopes import Scopes
    from sync.server.services.rows.log import LogRow

    _Fold = Callable[[PolicyBook, str, Mapping[str, Any], datetime], PolicyBook]

log = structlog.get_logger(__name__)

_PAGE = 500
_TIMING = frozenset({"calendar", "switch", "scheme", "catalogue", "catalogue.change"})


@dataclass(frozen=True, slots=True)
class _Held:
    """What certificates are held against, and what came of it.

    One value: what one thread found in it never stands under what another put in force meanwhile.
    """

    stamp: object  # of the lists
    anchors: TrustAnchors
    revoked: dict[str, int | None] = field(default_factory=dict)  # by x5t, as far as asked


@dataclass(slots=True)
class State:
    """Policy at one size of its scope; `frontier` tells two histories of one size apart.

    `timing`: the size at which due times moved last: by calendar, switch, scheme, catalogue.
    """

    size: int = 0
    timing: int = 0
    frontier: bytes = b""
    trust: Trust = field(default_factory=lambda: Trust(""))
    book: PolicyBook = field(default_factory=PolicyBook)
    rules: Rules | None = None
    held: _Held | None = None
    digest: tuple[TrustAnchors, str] | None = None  # of the lists, and of which anchors

    def copied(self) -> State:
        """Return a state that can be moved on without moving this one."""
        trust = copy.deepcopy(self.trust)
        return State(self.size, self.timing, self.frontier, trust, self.book)


class Policy:
    """What the centre goes by.

    Args:
        scopes: how entries get their leaves.
        clock: the centre's.
        lists: the lists of revoked certificates that the centre has.
    """

    def __init__(self, scopes: Scopes, clock: Clock, lists: Lists) -> None:
        self._scopes = scopes
        self._clock = clock
        self._lists = lists
        self._now = State()
        self._draft: State | None = None
        self._lock = threading.Lock()
        self._good: list[bytes] | None = None

    # ------------------------------------------------------------ asking

    @property
    def size(self) -> int:
        """Return the size of the policy in force: `pol` of every outcome."""
        return self._now.size

    @property
    def aud(self) -> str:
        """Return the centre's id, "" before genesis."""
        if self._now.size == 0 and self._draft is not None:
            return self._draft.trust.aud  # the unit that logs genesis names the centre too
        return self._now.trust.aud

    @property
    def trust(self) -> Trust:
        """Return whom the centre believes."""
        return self._now.trust

    @property
    def book(self) -> PolicyBook:
        """Return the policy as the rules see it."""
        return self._now.book

    def rules(self) -> Rules:
        """Return the rules in force."""
        state = self._now
        if state.rules is None:
            state.rules = state.book.rules()
        return state.rules

    def anchors(self) -> TrustAnchors:
        """Return what certificates are held against now: revocations and lists included.

        A list that cannot be read leaves those in force that were read before it, until they are
        past their day; without any the failure is everybody's.

        Raises:
            CertificateError: crl_invalid.
        """
        return self._held().anchors

    def _held(self) -> _Held:
        state, stamp = self._now, self._lists.stamp()
        held = state.held
        if held is None or held.stamp != stamp:
            try:
                read = list(self._lists.read())
                full = state.trust.anchors(read)
                self._good = read
            except CertificateError as error:
                if self._good is None:
                    raise
                log.exception("revocation lists unreadable", failure=error.code)
                full = state.trust.anchors(self._good)
            held = state.held = _Held(stamp, full)
        return held

    def lists_hash(self) -> str | None:
        """Return one name for the lists in force; None while they cannot be read."""
        state = self._now
        try:
            full = self.anchors()
        except CertificateError:
            return None
        if state.digest is None or state.digest[0] is not full:
            ders = (crl.public_bytes(serialization.Encoding.DER) for crl in full.crls)
            state.digest = full, lists_hash(b64u_encode(hashlib.sha256(d).digest()) for d in ders)
        return state.digest[1]

    def look_at_lists(self) -> None:
        """Go by the lists of revoked certificates that are there now."""
        self._lists.look()

    def bare_anchors(self) -> TrustAnchors:
        """Return the same without revocations: those are judged by an event's interval."""
        full = self.anchors()
        return TrustAnchors(full.cas, (), (), full.roster)

    def certificates(self) -> tuple[x509.Certificate, ...]:
        """Return the certificates that policy knows: the authorities' and the cards'."""
        state = self._now
        cards = {der for person in state.book.roster.values() for der in person.certs.values()}
        known = (certificates.read_certificate(b64u_decode(der)) for der in sorted(cards))
        return (*self.bare_anchors().cas, *known)

    def device(self, dev: str, inc: int | None = None) -> Device:
        """Return an enrolled device.

        Raises:
            WireError: device_unknown, device_closed.
        """
        device = self._now.trust.device(dev, inc)
        if device is None:
            raise WireError("wire.device_unknown")
        if device.closed_at is not None:
            raise WireError("wire.device_closed")
        return device

    def signer(self, x5t: str, interval: Interval, counted: int) -> tuple[CardIdentity, str]:
        """Return whose card made an act, and how its certificate stood in the interval.

        Raises:
            CertificateError: not good at the counted time, or its list is past its day.
        """
        known = self._now.trust.certificate(x5t)
        if known is None:
            raise WireError("wire.person_unknown")
        identity = certificates.check([known.der], "sign", moment(counted), self.bare_anchors())
        standing = self.standing(identity, interval)
        if standing == "valid":
            certificates.check([known.der], "sign", moment(counted), self.anchors())
        return identity, standing

    def signing_key(self, header: Header) -> PublicKey | None:
        """Resolve the key of a roster's 9C certificate, for acts."""
        return self._now.trust.signer(header)

    def standing(self, card: CardIdentity, interval: Interval) -> str:
        """Judge a card's revocation by an event's interval (proof.md §5)."""
        held = self._held()
        if card.x5t not in held.revoked:
            revoked = certificates.revoked_at(card, held.anchors)
            held.revoked[card.x5t] = None if revoked is None else milliseconds(revoked)
        return interval.standing(held.revoked[card.x5t])

    def roles(self, person: str) -> dict[str, frozenset[str]]:
        """Return the roles that a person holds now, by every scope that he has any in."""
        authority, now = self.rules().authority, self._clock.now()
        held = {s: authority.roles_of(person, s, now) for s in self.scopes_known()}
        return {
            scope: frozenset(role.value for role in roles) for scope, roles in held.items() if roles
        }

    def scopes_known(self) -> tuple[str, ...]:
        """Return every scope that policy knows: policy, halls, departments, lower centres."""
        book = self._now.book
        halls = (f"hall/{code}" for code in book.halls)
        desks = (f"{d.hall}/{d.code}" for d in book.departments.values())
        lowers = (lower.scope for lower in book.lowers.values())
        return (SCOPE, *halls, *desks, *lowers)

    def may_see(self, person: str, device: Device) -> frozenset[str]:
        """Return the scopes that a person may pull on a device, now."""
        return frozenset((SCOPE, f"hall/{device.hall}", *self.roles(person)))

    # ------------------------------------------------------------ following

    def refresh(self, tx: Transaction) -> None:
        """Bring what the centre goes by up to the committed log; any thread, never back."""
        with self._lock:
            head, before, draft = tx.log.peek(SCOPE), self._now, self._draft
            if head is None or head.size <= before.size:
                return
            if draft is not None and (draft.size, draft.frontier) == (head.size, head.frontier):
                self._now, self._draft = draft, None
            else:
                self._now = self._follow(tx, before.copied(), head.size, head.frontier)

    @property
    def timing(self) -> int:
        """Return the size at which due times moved last: by calendar, switch, scheme, catalogue."""
        return self._now.timing

    def _follow(self, tx: Transaction, state: State, size: int, frontier: bytes) -> State:
        while state.size < size:
            rows = tx.log.after(SCOPE, state.size, _PAGE)
            if not rows:
                raise Failure("centre.policy_gap", FailureKind.BROKEN, n=state.size + 1)
            for row in rows:
                if state.size == 0:
                    state.trust = Trust(row.hash)
                read = state.trust.verify(Record(row.jws, row.body, row.act), moment(row.recv))
                _take(state, read)
        state.frontier = frontier
        return state

    # ------------------------------------------------------------ appending

    def append(self, tx: Transaction, record: Record) -> LogRow:
        """Verify a record against the policy as this unit sees it, and log it.

        It is in force when the unit is committed.

        Raises:
            ReaderError, CertificateError, ProofError: see proof.trust.Trust.verify.
            DataFailure: a body that the rules cannot read, or that may not come anew.
        """
        state, recv = self._working(tx), self._clock.now_ms()
        if state.size == 0:
            state.trust = Trust(hash_text(record.jws))
        read = state.trust.verify(record, moment(recv))
        _take(state, read, PolicyBook.with_new)
        self._draft = state
        return self._settle(tx, read, state, self._scopes.append(tx, _entry(read, state, recv)))

    def put_back(self, tx: Transaction, entry: ReadEntry) -> LogRow:
        """Log a record that was lost in its own place, under the outcome that it had.

        Args:
            tx: a unit that writes and has the scope.
            entry: the next line, as a head that this centre signed proves it.

        Raises:
            as `append`.
        """
        state, recv = self._working(tx), entry.outcome.recv
        if state.size == 0:
            state.trust = Trust(entry.outcome.eh)
        read = state.trust.verify(entry.entry.record(), moment(recv))
        _take(state, read)
        self._draft = state
        row = self._scopes.put_back(tx, _entry(read, state, recv), entry.entry.outcome)
        return self._settle(tx, read, state, row)

    @staticmethod
    def _settle(tx: Transaction, read: ReadPolicy, state: State, row: LogRow) -> LogRow:
        """Let a state stand where its line does; begin the chain of a claim."""
        head = tx.log.head(SCOPE)
        state.frontier = b"" if head is None else head.frontier
        if read.claim is not None:
            claim = read.claim
            tx.devices.save_head(DeviceHead(claim.dev, claim.inc, 0, read.hash))
        return row

    def _working(self, tx: Transaction) -> State:
        """Return a state of this unit's own: its draft, or a copy of what is in force."""
        head = tx.log.head(SCOPE)
        size, frontier = (0, b"") if head is None else (head.size, head.frontier)
        for state in (self._draft, self._now):
            if state is not None and (state.size, state.frontier) == (size, frontier):
                return state if state is self._draft else state.copied()
        return self._follow(tx, State(), size, frontier)

    def next_event(self, tx: Transaction) -> tuple[str, int, str | None]:
        """Return (aud, seq, prev) for the next event that administrators sign."""
        trust = self._working(tx).trust
        return trust.aud, trust.seq + 1, trust.head


def _take(state: State, read: ReadPolicy, fold: _Fold = PolicyBook.with_event) -> None:
    # The book first: it may refuse a body, and then nothing has moved.
    state.book = fold(state.book, read.kind, read.body, moment(read.at))
    state.trust.apply(read)
    state.rules, state.held = None, None
    state.size += 1
    if read.kind in _TIMING:
        state.timing = state.size


def _entry(read: ReadPolicy, state: State, recv: int) -> Entry:
    if read.claim is not None:
        claim = read.claim
        name, dev, seq, person = f"claim:{claim.dev}:{claim.inc}", claim.dev, 0, claim.dev
        inc = claim.inc
    else:
        event = read.event
        if event is None:
            raise Failure("centre.policy_form", FailureKind.BROKEN)
        known = [state.trust.certificate(x5t) for x5t in read.signers]
        persons = [each.person for each in known if each is not None]
        name, dev, inc, seq = event.id, SCOPE, 0, event.seq
        person = "+".join(persons) or SCOPE
    return Entry(
        scope=SCOPE,
        record=read.record,
        event=name,
        dev=dev,
        inc=inc,
        seq=seq,
        kind=read.kind,
        case_no=None,
        person=person,
        verdict="accepted",
        code=None,
        recv=recv,
        lo=recv,
        hi=recv,
        counted=recv,
        due=None,
        pol=state.size - 1,
    )
