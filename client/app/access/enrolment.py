"""Join the centre: a device key, a store that a first card opens, and recovery slots.

The invitation comes from `chuangkou-centre enrol`; the centre's fingerprint is compared with what
the administrator reads out (ADR 003). Everything is made beside the window's place and moved there
at the very end: a try that fails leaves nothing (`client.host.premises`).

The centre takes a claim once. A try that broke off after it is therefore repeated with the same
key and the same record, which the centre knows again; they are kept in memory, and nowhere else,
until the window is enrolled or closed.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.x509.oid import NameOID

from client.app.access.opening import DEVICE_KEY, check_card
from client.app.access.trying import try_line
from client.app.failures import AppFailure
from client.app.ports.store import ChainHead
from client.app.session.policy_book import certificate_of, roster_event
from client.host.pinned import Pinned, PinnedRevocation
from sync.domain.failures import Failure, FailureKind
from sync.domain.fields import ms_of
from sync.engine.joining import Joining, Pins
from sync.engine.runner import Wiring
from sync.engine.session import CentreAddress
from sync.proof import enrolment as proof
from sync.proof.certificates import read_certificate
from sync.proof.checkcode import normalise
from sync.proof.keys import SoftwareKey
from sync.protocol.codec import b64u_decode
from sync.protocol.records import Enrolment as Claim

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from client.app.access.opening import Means
    from client.app.access.trying import LineTried
    from client.app.ports.card import StoreKeys
    from client.app.ports.store import CaseStore
    from client.host.premises import Premises
    from sync.domain.policy import PolicyBook
    from sync.domain.secret import Secret
    from sync.engine.transport import Transport

    Tell = Callable[[str], None]

#: What a try says of its way, in this order; words under enrol.progress.<name>.
PROGRESS = ("card", "claim", "policy", "recovery", "settle")
CODE_LENGTH = 24
#: Roots that came with an invitation's file, in the window's folder.
INVITED = "invited-ca.pem"
_LARGEST_FILE = 1 << 20


@dataclass(frozen=True, slots=True)
class Invitation:
    """What `chuangkou-centre enrol` prints for one window."""

    aud: str
    genesis: str
    dev: str
    inc: int
    code: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person says to enrol this window.

    Args:
        invitation: for this window.
        centre: https address of the centre; http on this machine alone.
        roots: file with the centre's root certificates, PEM.
    """

    invitation: Invitation
    centre: str
    roots: Path


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What came of it: where this window is, and how many pairs of administrators can recover."""

    hall_name: str
    counter: str
    pairs: int


@dataclass(slots=True)
class _Attempt:
    """A claim that may have reached the centre, for the same claim to be made again."""

    invitation: Invitation
    device: SoftwareKey
    claim: str


class Enrolment:
    """Enrol this window.

    Args:
        means: card, lanes, clock; vault and store of the place where it is made.
        transport: aimed at the centre that the person names.
        premises: this window's folder.
    """

    def __init__(self, means: Means, transport: Transport, premises: Premises) -> None:
        self._means = means
        self._transport = transport
        self._premises = premises
        self._attempt: _Attempt | None = None
        self._pairs = 0
        self._busy = asyncio.Lock()

    @property
    def needed(self) -> bool:
        """Say whether this window belongs to no centre yet."""
        return not self._premises.enrolled()

    async def invited(self, path: Path) -> dict[str, str]:
        """Read an invitation's file: what it would have somebody type, by field.

        Roots that came along are laid beside the settings, and named as if somebody had chosen
        them. Nothing is believed by that: people compare the fingerprint all the same.

        Raises:
            AppFailure: app.invitation_unreadable, app.roots_unreadable, settings.unwritten.
        """
        return await self._means.lanes.crunch.run(read_invited, path, self._premises.folder)

    async def try_line(self, centre: str, roots: Path) -> LineTried:
        """Ask a centre who it is, before anything is enrolled; seconds.

        Args:
            centre: its https address; http on this machine alone.
            roots: file with its root certificates, PEM.

        Raises:
            AppFailure: app.roots_unreadable.
            LineFailure: as for any request.
        """
        pem = await self._means.lanes.crunch.run(read_roots, roots)
        return await try_line(CentreAddress(centre, pem), self._means.clock)

    async def enrol(
        self, asked: Asked, pin: Secret[str], tell: Tell = lambda _name: None
    ) -> Enrolled:
        """Claim the invitation with the card in the reader; it gets the store's first slot.

        Args:
            asked: invitation and centre.
            pin: the card's; needed twice within the try and kept no longer.
            tell: told the names of PROGRESS as they begin.

        Raises:
            CardFailure: as for a login, before anything is sent.
            LineFailure: the centre refuses, or is not the one of the invitation.
            CertificateError: the card is not of this centre.
            VaultFailure: vault.recovery_needs_two: policy names too few who can recover.
            AppFailure: app.enrolled, app.roots_unreadable, app.unknown_person, app.card_unlisted.
        """
        async with self._busy:
            if not self.needed:
                raise AppFailure("app.enrolled")
            lanes, premises = self._means.lanes, self._premises
            roots = await lanes.store.run(read_roots, asked.roots)
            await lanes.store.run(premises.clear)
            try:
                pinned = await self._make(asked, roots, pin, tell)
                tell("settle")
                await lanes.store.run(premises.settle, pinned, asked.centre, roots)
            except BaseException:
                await lanes.store.run(premises.clear)
                raise
            finally:
                await self._transport.close()
            self._attempt = None
            return Enrolled(pinned.hall_name, pinned.counter, self._pairs)

    # ------------------------------------------------------------ inside

    async def _make(self, asked: Asked, roots: str, pin: Secret[str], tell: Tell) -> Pinned:
        lanes, invitation = self._means.lanes, asked.invitation
        tell("card")
        keys = await lanes.card.run(self._first_slot, invitation, pin)
        store = await lanes.store.run(self._means.open_store, keys)
        try:
            tell("claim")
            attempt = self._attempt_for(invitation)
            await lanes.store.run(store.put_meta, DEVICE_KEY, attempt.device.to_pkcs8())
            await self._transport.aim(CentreAddress(asked.centre, roots))
            await self._transport.open()
            joining = self._joining(store, attempt)
            answer = await joining.enrol(attempt.claim)
            head = ChainHead(answer.dev, answer.inc, 0, answer.prev)
            await lanes.store.run(store.start_chain, head)
            tell("policy")
            trust, _ = await joining.follow_policy()
            await joining.anchor(trust)  # every event cites one, the first too
            anchor = await lanes.store.run(store.anchor)
            if anchor is not None:
                self._means.seen.heard(anchor.t_ms)
            book = await lanes.store.run(store.policy_book)
            pinned = pinned_of(book, invitation)
            tell("recovery")
            await lanes.card.run(self._look_again, book, pinned)
            person = await lanes.card.run(self._person_in_reader)
            by = await lanes.store.run(roster_event, store, person)
            self._pairs = await lanes.card.run(self._confirm, book, by, pin)
        finally:
            await lanes.store.run(store.close)
        return pinned

    def _attempt_for(self, invitation: Invitation) -> _Attempt:
        if self._attempt is None or self._attempt.invitation != invitation:
            device = SoftwareKey.generate()
            self._attempt = _Attempt(invitation, device, self._claim(device, invitation))
        return self._attempt

    def _claim(self, device: SoftwareKey, invitation: Invitation) -> str:
        claim = Claim(
            aud=invitation.aud,
            dev=invitation.dev,
            inc=invitation.inc,
            code=normalise(invitation.code),
            jwk=device.jwk,
            at=ms_of(self._means.clock.wall()),
        )
        return proof.make_enrolment(claim, device)

    def _joining(self, store: CaseStore, attempt: _Attempt) -> Joining:
        means = self._means
        wiring = Wiring(store, means.lanes.store.run, self._transport, means.clock)
        pins = Pins(attempt.invitation.aud, attempt.invitation.genesis)
        return Joining(wiring, attempt.device, pins)

    # card lane

    def _first_slot(self, invitation: Invitation, pin: Secret[str]) -> StoreKeys:
        with self._means.card.open() as card:
            card.verify_pin(pin)
            der = card.certificate("9D")
            # `by` is put right as soon as policy can be read, in `_confirm`.
            vault = self._means.vault
            return vault.create(invitation.dev, person_of(der), der, invitation.genesis)

    def _look_again(self, book: PolicyBook, pinned: Pinned) -> None:
        """Hold the card against policy: it had to open the store before policy was known."""
        with self._means.card.open() as card:
            identity = check_card(card.certificate("9A"), pinned, self._means.seen)
            if certificate_of(book, identity.person, "9D") != card.certificate("9D"):
                raise AppFailure("app.card_unlisted", person=identity.person)

    def _person_in_reader(self) -> str:
        with self._means.card.open() as card:
            return person_of(card.certificate("9D"))

    def _confirm(self, book: PolicyBook, by: str, pin: Secret[str]) -> int:
        with self._means.card.open() as card:
            card.verify_pin(pin)
            administrators = tuple(b64u_decode(text) for text in book.recovery)
            return self._means.vault.confirm(card, by, administrators)


# ---------------------------------------------------------------- what a person brings


def read_invitation(text: str) -> Invitation:
    """Read what `chuangkou-centre enrol` printed, pasted as a whole.

    Raises:
        AppFailure: app.invitation_unreadable.
    """
    begin, end = text.find("{"), text.rfind("}")
    try:
        said = json.loads(text[begin : end + 1])
        invitation = Invitation(
            str(said["aud"]), str(said["genesis"]), str(said["dev"]), said["inc"], str(said["code"])
        )
    except (ValueError, KeyError, TypeError) as error:
        raise AppFailure("app.invitation_unreadable") from error
    if type(invitation.inc) is not int:
        raise AppFailure("app.invitation_unreadable")
    return invitation


def read_invited(path: Path, folder: Path) -> dict[str, str]:
    """Read a file with what `chuangkou-centre enrol` printed; as `Enrolment.invited`.

    Args:
        path: the file; besides the invitation it may hold `centre`, an address, and `roots`, PEM.
        folder: where the roots are laid.
    """
    try:
        with path.open("rb") as stream:
            text = stream.read(_LARGEST_FILE).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AppFailure("app.invitation_unreadable") from error
    said = read_invitation(text)
    more = json.loads(text[text.find("{") : text.rfind("}") + 1])
    typed = {name: str(getattr(said, name)) for name in ("aud", "genesis", "dev", "inc", "code")}
    if isinstance(more.get("centre"), str):
        typed["centre"] = more["centre"]
    if isinstance(more.get("roots"), str):
        typed["roots"] = str(_laid(more["roots"], folder))
    return typed


def _laid(pem: str, folder: Path) -> Path:
    """Lay roots that came with an invitation where a field can name them."""
    place = folder / INVITED
    try:
        x509.load_pem_x509_certificates(pem.encode("ascii"))
    except ValueError as error:
        raise AppFailure("app.roots_unreadable", name=INVITED) from error
    try:
        folder.mkdir(parents=True, exist_ok=True)
        place.write_text(pem, encoding="ascii")
    except OSError as error:
        raise AppFailure("settings.unwritten") from error
    return place


def is_code(typed: str) -> bool:
    """Say whether a one-time code is whole: 24 characters, however they were typed."""
    return len(normalise(typed)) == CODE_LENGTH


def fingerprint(genesis: str) -> str:
    """Return what the administrator reads out of this centre; "" while it is no genesis hash."""
    try:
        return proof.fingerprint(genesis)
    except Failure:
        return ""


def read_roots(path: Path) -> str:
    """Read a file of root certificates.

    Raises:
        AppFailure: app.roots_unreadable: no such file, or no certificate in it.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(_LARGEST_FILE)
        x509.load_pem_x509_certificates(data)
        return data.decode("ascii")
    except (OSError, ValueError) as error:
        raise AppFailure("app.roots_unreadable", name=path.name) from error


def person_of(der: bytes) -> str:
    """Return the roster id that a card's certificate names.

    Raises:
        AppFailure: app.unknown_person.
    """
    names = read_certificate(der).subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    if not names:
        raise AppFailure("app.unknown_person", person="-")
    return str(names[0].value)


# ---------------------------------------------------------------- what is pinned


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
