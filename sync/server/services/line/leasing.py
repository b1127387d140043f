"""Leases: leave to work without the line, with persons, numbers, lists and an end (proof.md §7)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import structlog
from cryptography.hazmat.primitives import serialization

from sync.domain.hall_steps import hall_of
from sync.domain.ids import MOST_CASES, MOST_SERIALS
from sync.domain.policy_entries import Offline
from sync.proof.certificates import number_of, x5t_of
from sync.proof.checkcode import block_key, check_code
from sync.proof.jws import hash_text
from sync.proof.keys import new_id
from sync.proof.lease import make_lease, seal_kcc
from sync.proof.policy import SCOPE
from sync.proof.tree import Frontier
from sync.protocol.codec import b64u_decode, b64u_encode
from sync.protocol.errors import WireError
from sync.protocol.limits import LEASE_MS
from sync.protocol.records import (
    Block,
    CrlDigest,
    Lease,
    LeasePerson,
    Maxima,
    PolicySize,
    Revoked,
)
from sync.server.clock import milliseconds
from sync.server.services.cases.numbers import CASE, CERTIFICATE
from sync.server.services.rows.leases import BlockRow, LeaseRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cryptography import x509

    from sync.domain.authority import Grant
    from sync.proof.trust import Device
    from sync.protocol.records import AnchorRequest
    from sync.server.clock import Clock
    from sync.server.services.entry.callers import Caller
    from sync.server.services.line.anchoring import Anchoring
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.keys import ServerKeys
    from sync.server.services.record.policy import Policy

log = structlog.get_logger(__name__)

_HIGHEST = {CASE: MOST_CASES, CERTIFICATE: MOST_SERIALS}
_HOUR_MS = 3_600_000


class Leasing:
    """Gives out leases; one is live for each device.

    Args:
        policy: what the centre goes by.
        anchoring: verifies the request and keeps its anchor.
        keys: the lease key, and the secret of check codes.
        clock: the centre's.
        hours: how long a lease lasts, unless policy says otherwise of the hall.
        sizes: how many numbers of each kind it brings, likewise.
    """

    def __init__(
        self,
        policy: Policy,
        anchoring: Anchoring,
        keys: ServerKeys,
        clock: Clock,
        *,
        hours: int,
        sizes: Mapping[str, int],
    ) -> None:
        self._policy = policy
        self._anchoring = anchoring
        self._keys = keys
        self._clock = clock
        self._hours = hours
        self._sizes = sizes

    def lend(self, tx: Transaction, caller: Caller, text: str) -> str:
        """Sign a lease for the caller's device as its request says it stands.

        Raises:
            ReaderError, ProofError: the request. WireError: lease_refused, device_unknown.
        """
        # The device's head first: of two leases at once, by whichever processes, the second knows
        # the first, so that one is live and its numbers are counted once.
        if tx.devices.head(caller.dev, caller.inc) is None:
            raise WireError("wire.device_unknown")
        request = self._anchoring.read(tx, caller, text)
        self._anchoring.answer(tx, caller, text)
        device = self._policy.device(caller.dev, caller.inc)
        persons = list(self._persons(device))
        if not persons:
            raise WireError("wire.lease_refused")
        lease = self._lease(tx, request, device, persons)
        jws = make_lease(lease, self._keys.lease, self._keys.lease.thumbprint)
        row = LeaseRow(lease.id, hash_text(jws), device.dev, device.inc, jws, lease.exp, live=True)
        tx.leases.replace(row)
        return jws

    def check_code(self, tx: Transaction, case_no: str, hall: str, serial: int) -> str | None:
        """Return the check code of a case, from the block that its number was drawn from."""
        block = tx.leases.block_of(CASE, hall, serial)
        if block is None:
            return None
        return check_code(block_key(self._keys.check, block.lease), case_no)

    def _lease(
        self, tx: Transaction, request: AnchorRequest, device: Device, persons: list[LeasePerson]
    ) -> Lease:
        now, name = self._clock.now_ms(), new_id()
        former = tx.leases.live(device.dev, device.inc)
        tx.leases.give_back(device.dev, device.inc, request.seq)
        blocks = self._blocks(tx, device, name, request.seq)
        counts: dict[str, int] = {block.kind: block.last - block.first + 1 for block in blocks}
        kcc = block_key(self._keys.check, name)
        book = self._policy.book
        return Lease(
            aud=self._policy.aud,
            id=name,
            prev=None if former is None else former.hash,
            dev=device.dev,
            inc=device.inc,
            djk=device.djk,
            seq=request.seq,
            head=request.head,
            t=now,
            nbf=now,
            exp=now + self._span(device),
            persons=persons,
            blocks=blocks,
            max=Maxima(
                accept=counts.get(CASE, 0),
                decide=counts.get(CASE, 0),
                certificate=counts.get(CERTIFICATE, 0),
            ),
            pol=self._policy_size(tx),
            cat=str(book.catalogue.version),
            cal=self._calendar(device),
            crl=list(self._lists()),
            revoked=self._revoked(),
            kcc=seal_kcc(kcc, device.public, self._policy.aud, name, device.dev),
            n=request.n,
        )

    def _policy_size(self, tx: Transaction) -> PolicySize:
        head = tx.log.peek(SCOPE)
        frontier = Frontier() if head is None else Frontier.unpack(head.frontier)
        return PolicySize(frontier.size, b64u_encode(frontier.root()))

    def _calendar(self, device: Device) -> str:
        calendar = self._policy.rules().calendars.of_hall(device.hall)
        return f"{calendar.id}@{calendar.version}"

    def _blocks(self, tx: Transaction, device: Device, lease: str, seq: int) -> list[Block]:
        """Draw fresh numbers of the device's hall; no two blocks of a pool share one."""
        blocks = []
        for kind in (CASE, CERTIFICATE):
            size = self._size(device, kind)
            if size <= 0:
                continue
            now = self._clock.now_ms()
            drawn = tx.leases.reserve(kind, device.hall, size, _HIGHEST[kind], now)
            if drawn is None:
                log.error("no numbers left", code="centre.numbers_out", hall=device.hall, kind=kind)
                continue
            first, last = drawn
            tx.leases.add_block(
                BlockRow(kind, device.hall, first, last, device.dev, device.inc, lease, seq)
            )
            blocks.append(Block(kind, first, last))  # type: ignore[arg-type]  # one of its literals
        return blocks

    def _offline(self, device: Device) -> Offline:
        hall = self._policy.book.halls.get(device.hall)
        return Offline() if hall is None else hall.offline

    def _span(self, device: Device) -> int:
        """Return how long a lease of this device lasts, ms."""
        return min((self._offline(device).hours or self._hours) * _HOUR_MS, LEASE_MS)

    def _size(self, device: Device, kind: str) -> int:
        """Return how many numbers of a kind a lease of this device brings."""
        offline = self._offline(device)
        told = {CASE: offline.cases, CERTIFICATE: offline.certificates}[kind]
        return self._sizes.get(kind, 0) if told is None else min(told, _HIGHEST[kind])

    def _persons(self, device: Device) -> Iterator[LeasePerson]:
        """Return everybody with a right in the device's hall, with the cards that prove him."""
        now = self._clock.now()
        for person in self._policy.book.roster.values():
            # What he may elsewhere, and until when, is nothing that this hall's windows go by.
            grants = [
                grant
                for grant in self._policy.rules().authority.grants.get(person.person, ())
                if grant.starts <= now and (grant.over_at is None or now < grant.over_at)
                if any(_is_in(scope, device.hall) for scope in grant.scopes)
            ]
            scopes = {s for g in grants for s in g.scopes if s != "*" and _is_in(s, device.hall)}
            cards = [x5t_of(b64u_decode(der)) for der in person.certs.values()]
            if grants and cards:
                yield LeasePerson(
                    person=person.person,
                    x5t=cards,
                    roles=sorted({role.value for grant in grants for role in grant.roles}),
                    scopes=sorted(scopes),
                    items=_items(grants),
                    until=self._until(grants, device),
                )

    def _until(self, grants: list[Grant], device: Device) -> int:
        ends = [grant.over_at for grant in grants]
        end = self._clock.now_ms() + self._span(device)
        known = [milliseconds(each) for each in ends if each is not None]
        return min(end, max(known)) if known and len(known) == len(ends) else end

    def _lists(self) -> Iterator[CrlDigest]:
        anchors = self._policy.anchors()
        for crl in anchors.crls:
            issuer = next((ca for ca in anchors.cas if ca.subject == crl.issuer), None)
            if issuer is None or crl.next_update_utc is None:
                continue
            der = crl.public_bytes(serialization.Encoding.DER)
            yield CrlDigest(
                ca=_ca_name(issuer),
                number=format(number_of(crl), "x"),
                this=milliseconds(crl.last_update_utc),
                next=milliseconds(crl.next_update_utc),
                sha256=b64u_encode(hashlib.sha256(der).digest()),
            )

    def _revoked(self) -> list[Revoked]:
        anchors = self._policy.anchors()
        found = {(r.ca, r.serial): milliseconds(r.at) for r in anchors.revoked}
        for crl in anchors.crls:
            issuer = next((ca for ca in anchors.cas if ca.subject == crl.issuer), None)
            if issuer is None:
                continue
            for entry in crl:
                key = (_ca_name(issuer), format(entry.serial_number, "x"))
                at = milliseconds(entry.revocation_date_utc)
                found[key] = min(at, found.get(key, at))
        return [Revoked(ca=ca, serial=serial, t=t) for (ca, serial), t in sorted(found.items())]


def _is_in(scope: str, hall: str) -> bool:
    return scope == "*" or hall_of(scope) == hall


def _items(grants: list[Grant]) -> list[str] | None:
    items = {item for grant in grants for item in grant.items}
    return None if "*" in items else sorted(items)


def _ca_name(issuer: x509.Certificate) -> str:
    return x5t_of(issuer.public_bytes(serialization.Encoding.DER))
