"""Join the centre: a device key, a store that a first card opens, and colleagues' cards.

The invitation's code comes from `chuangkou-centre enrol`; the centre's id and genesis hash are
compared with what the administrator reads out (ADR 003). Nothing is left behind by a failed try:
the store is made only once the card is in hand, and the claim can be made once only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.x509.oid import NameOID

from client.app.failures import AppFailure
from client.app.opening import DEVICE_KEY
from client.app.ports import ChainHead
from client.host.pinned import Pinned, PinnedRevocation
from sync.domain.failures import FailureKind
from sync.domain.fields import ms_of
from sync.engine.joining import Joining, Pins
from sync.engine.runner import Wiring
from sync.proof.certificates import read_certificate
from sync.proof.checkcode import normalise
from sync.proof.enrolment import make_enrolment
from sync.proof.events import read_body
from sync.proof.jws import hash_text, read_logged_jws
from sync.proof.keys import SoftwareKey
from sync.proof.policy import SCOPE as POLICY
from sync.protocol.codec import b64u_decode
from sync.protocol.records import POLICY as POLICY_EVENT
from sync.protocol.records import Enrolment, PolicyEvent, read_form

POLICY_MOST = 100_000  # entries of the policy scope that are looked through

if TYPE_CHECKING:
    from client.app.card_port import StoreKeys
    from client.app.opening import Means
    from client.app.ports import CaseStore
    from sync.domain.policy import PolicyBook
    from sync.domain.secret import Secret
    from sync.engine.transport import Transport


@dataclass(frozen=True, slots=True)
class Invitation:
    """What `chuangkou-centre enrol` prints for one window."""

    aud: str
    genesis: str
    dev: str
    inc: int
    code: str


class Joiner:
    """Enrol this window, and add colleagues' cards to it.

    Args:
        means: card, vault, lanes, clock, store.
        transport: the line, with the centre's address and roots.
    """

    def __init__(self, means: Means, transport: Transport) -> None:
        self._means = means
        self._transport = transport

    async def enrol(self, invitation: Invitation, pin: Secret[str]) -> Pinned:
        """Claim the invitation with the card in the reader; it gets the store's first slot.

        Raises:
            LineFailure: the centre refuses, or is not the one of the invitation.
            CardFailure: as for a login. AppFailure: app.unknown_person.
        """
        lanes = self._means.lanes
        device = SoftwareKey.generate()
        keys = await lanes.card.run(self._first_slot, invitation, pin)
        store = await lanes.store.run(self._means.open_store, keys)
        try:
            await lanes.store.run(store.put_meta, DEVICE_KEY, device.to_pkcs8())
            joining = self._joining(store, device, invitation)
            await self._transport.open()
            answer = await joining.enrol(self._claim(device, invitation))
            head = ChainHead(answer.dev, answer.inc, 0, answer.prev)
            await lanes.store.run(store.start_chain, head)
            trust, _ = await joining.follow_policy()
            await joining.anchor(trust)  # every event cites one, the first too
            book = await lanes.store.run(store.policy_book)
            return pinned_of(book, invitation)
        finally:
            await lanes.store.run(store.close)

    async def add_colleague(self, opener: Secret[str], person: str) -> None:
        """Give a colleague's card its slot, with an enrolled card and its PIN in the reader.

        The 9D certificate is the one of the signed policy (proof.md §8); the colleague's own PIN
        is asked at his first login.

        Raises:
            AppFailure: app.unknown_person. VaultFailure: the card has a slot already.
        """
        lanes = self._means.lanes
        keys = await lanes.card.run(self._unwrap, opener)
        store = await lanes.store.run(self._means.open_store, keys)
        try:
            book = await lanes.store.run(store.policy_book)
            by = await lanes.store.run(roster_event, store, person)
        finally:
            await lanes.store.run(store.close)
        await lanes.card.run(self._add, opener, person, certificate_of(book, person, "9D"), by)

    def _unwrap(self, opener: Secret[str]) -> StoreKeys:
        with self._means.card.open() as card:
            card.verify_pin(opener)
            return self._means.vault.open(card)

    def _add(self, opener: Secret[str], person: str, certificate: bytes, by: str) -> None:
        with self._means.card.open() as card:
            card.verify_pin(opener)
            self._means.vault.add(card, person, certificate, by)

    def _claim(self, device: SoftwareKey, invitation: Invitation) -> str:
        claim = Enrolment(
            aud=invitation.aud,
            dev=invitation.dev,
            inc=invitation.inc,
            code=normalise(invitation.code),
            jwk=device.jwk,
            at=ms_of(self._means.clock.wall()),
        )
        return make_enrolment(claim, device)

    def _joining(self, store: CaseStore, device: SoftwareKey, invitation: Invitation) -> Joining:
        means = self._means
        wiring = Wiring(store, means.lanes.store.run, self._transport, means.clock)
        return Joining(wiring, device, Pins(invitation.aud, invitation.genesis))

    def _first_slot(self, invitation: Invitation, pin: Secret[str]) -> StoreKeys:
        with self._means.card.open() as card:
            card.verify_pin(pin)
            der = card.certificate("9D")
            person = _person_of(der)
            return self._means.vault.create(invitation.dev, person, der, invitation.genesis)


def pinned_of(book: PolicyBook, invitation: Invitation) -> Pinned:
    """Return what this window trusts, from the policy that it has verified."""
    device = book.devices.get(invitation.dev)
    if device is None:
        raise AppFailure("app.not_enrolled", FailureKind.BROKEN)
    hall = book.halls.get(device.hall)
    return Pinned(
        aud=invitation.aud,
        genesis=invitation.genesis,
        dev=invitation.dev,
        inc=invitation.inc,
        hall=device.hall,
        hall_name=hall.name if hall else device.hall,
        counter=device.counter,
        cas=book.cas,
        revoked=revocations_of(book),
    )


def revocations_of(book: PolicyBook) -> tuple[PinnedRevocation, ...]:
    """Return the policy's revoked certificates as they are pinned."""
    return tuple(PinnedRevocation(r.ca, r.serial, ms_of(r.at)) for r in book.revoked)


def certificate_of(book: PolicyBook, person: str, slot: str) -> bytes:
    """Return a person's certificate of the roster, DER.

    Raises:
        AppFailure: app.unknown_person.
    """
    known = book.roster.get(person)
    if known is None or slot not in known.certs:
        raise AppFailure("app.unknown_person", person=person)
    return b64u_decode(known.certs[slot])


def roster_event(store: CaseStore, person: str) -> str:
    """Return the hash of the policy event that named a person's cards last (slots' `by`).

    Raises:
        AppFailure: app.unknown_person.
    """
    found = ""
    for entry in store.entries(POLICY, 0, POLICY_MOST):
        if entry.act is None:
            continue  # a device's claim: signed by no card
        event = read_form(read_logged_jws(entry.jws, POLICY_EVENT).payload, PolicyEvent)
        if event.kind == "roster" and read_body(entry.body.encode())["person"] == person:
            found = hash_text(entry.jws)
    if not found:
        raise AppFailure("app.unknown_person", person=person)
    return found


def _person_of(der: bytes) -> str:
    names = read_certificate(der).subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    if not names:
        raise AppFailure("app.unknown_person", person="-")
    return str(names[0].value)
