"""The practice hall's folder: made when it is first wanted, given new leave at each start.

    FOLDER/practice/cards/     the cards of the practice hall, with their PINs, open to read
    FOLDER/practice/keys.json  the keys of the centre that there is not
    FOLDER/…                   a window's own: see client.host.premises

Everything in it may be read by whoever reads the folder: nothing of it is trusted anywhere else,
and no real person's data belong in it. It is a folder of its own beside the real one's, and the
pins say that it is for practice, so a window that opens it knows, however it was started.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec

from client.app.access.opening import DEVICE_KEY
from client.app.ports.store import ChainHead
from client.card.cardfile import SLOTS, CardFile, SlotFile
from client.card.deck import NAME as DECK
from client.host.pinned import NAME as PINNED
from client.host.pinned import Pinned, load_pinned, save_pinned
from client.host.premises import ENROLLING, STORE
from client.host.settings import Settings, save_settings
from client.practice.hall import AUDIENCE, USES, Learner, PracticePolicy, told
from client.practice.issuer import Holder, Issuer, cert_der, cert_pem, key_pem, new_key
from client.store.store import open_store
from client.vault.vault import Vault
from sync.domain.fields import ms_of
from sync.domain.ids import MOST_CASES
from sync.engine.ports import PulledPage, StoredAnchor
from sync.proof import anchors
from sync.proof.certificates import x5t_of
from sync.proof.checkcode import block_key
from sync.proof.jws import hash_text
from sync.proof.keys import SoftwareKey, new_bytes, new_id
from sync.proof.lease import make_lease, seal_kcc
from sync.proof.policy import SCOPE
from sync.proof.tree import Frontier
from sync.protocol.codec import b64u_decode, b64u_encode
from sync.protocol.limits import LEASE_MS
from sync.protocol.records import (
    AnchorRequest,
    Block,
    Lease,
    LeasePerson,
    Maxima,
    PolicySize,
)

if TYPE_CHECKING:
    from pathlib import Path

    from client.host.clock import Clock
    from client.store.store import SqlCipherStore
    from sync.domain.policy import PolicyBook

_OWN, _CARDS, _KEYS = "practice", "cards", "keys.json"
_ORGANISATION = "窗口通练习"
_MANY = 10_000  # of anything that practice may do in one sitting


@dataclass(frozen=True, slots=True)
class _FileCard:
    """A practice card's 9D key as the vault asks for it."""

    agreeing: ec.EllipticCurvePrivateKey
    der: bytes

    def certificate(self, slot: str) -> bytes:
        """Return the certificate of 9D, the only slot there is."""
        if slot != "9D":
            raise KeyError(slot)
        return self.der

    def agree(self, point: bytes) -> bytes:
        """Return the ECDH secret with a point."""
        peer = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        return self.agreeing.exchange(ec.ECDH(), peer)

    def decipher(self, block: bytes) -> bytes:
        """Refuse: no practice card has an RSA key."""
        message = f"a practice card has no RSA key ({len(block)} bytes)"
        raise ValueError(message)


class PracticePlace:
    """One practice hall on this machine. Crunch lane: about two seconds when it is made.

    Args:
        folder: its own, never a real window's.
        clock: this machine's clocks.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    @property
    def stands(self) -> bool:
        """Say whether there is a whole practice hall."""
        pinned = load_pinned(self._folder)
        return pinned is not None and pinned.practice and (self._folder / STORE).exists()

    def prepare(self) -> None:
        """Make the hall if it does not stand; give its window leave to work from now on.

        Raises:
            OSError, StoreFailure: the folder cannot be written.
        """
        if not self.stands:
            clear(self._folder)
            self._make()
        self._renew()

    # ------------------------------------------------------------ making

    def _make(self) -> None:
        now = self._clock.wall()
        issuer = Issuer("练习证书机构", _ORGANISATION, now)
        learners = tuple(_learner(issuer, entry) for entry in told()["people"])
        first, second = (_learner(issuer, entry) for entry in told()["administrators"])
        keys = {use: SoftwareKey.generate() for use in USES}
        policy = PracticePolicy(issuer, learners, (first, second), keys, now)
        self._save_cards(learners)
        self._save_keys(keys)
        self._fill(learners, policy)
        cards = self._folder / _OWN / _CARDS
        save_settings(self._folder, Settings(reader="simulator", cards=str(cards)))
        pinned = Pinned(
            aud=AUDIENCE,
            genesis=policy.genesis,
            dev=told()["device"],
            inc=0,
            hall=told()["hall"],
            hall_name=told()["centre"],
            counter=told()["counter"],
            cas=(b64u_encode(cert_der(issuer.certificate)),),
            practice=True,
        )
        save_pinned(self._folder, pinned)
        (self._folder / ENROLLING).rename(self._folder / STORE)

    def _fill(self, learners: tuple[Learner, ...], policy: PracticePolicy) -> None:
        """Make the store, with a slot for each card and the policy in it."""
        place, (first, *others) = self._folder / ENROLLING, learners
        vault = Vault(place, fits=lambda _keys: True)
        certificates = {each.person: cert_der(each.certs["9D"]) for each in learners}
        keys = vault.create(
            told()["device"], first.person, certificates[first.person], policy.genesis
        )
        opener = _FileCard(first.keys["9D"].private, certificates[first.person])
        for other in others:
            vault.add(opener, other.person, certificates[other.person], policy.genesis)
        store = open_store(place, keys, self._clock)
        try:
            store.put_meta(DEVICE_KEY, policy.device.to_pkcs8())
            store.start_chain(ChainHead(told()["device"], 0, 0, policy.start))
            store.subscribe([SCOPE])
            store.apply_pull(
                PulledPage(
                    SCOPE,
                    policy.entries,
                    len(policy.entries),
                    policy.frontier.pack(),
                    policy.head(),
                )
            )
        finally:
            store.close()

    def _save_cards(self, learners: tuple[Learner, ...]) -> None:
        cards = self._folder / _OWN / _CARDS
        cards.mkdir(parents=True, exist_ok=True)
        for learner in learners:
            slots = {
                slot: SlotFile(key_pem(key.private), cert_pem(learner.certs[slot]))
                for slot, key in learner.keys.items()
            }
            pin = told()["pin"]
            path = cards / f"{learner.card}.json"
            CardFile(learner.name, learner.person, pin, pin + "78", slots, path=path).save()
        order = [{"name": each.card, "role": each.roles[0]} for each in learners]
        (cards / DECK).write_text(json.dumps(order, indent=1), "utf-8")

    def _save_keys(self, keys: dict[str, SoftwareKey]) -> None:
        path = self._folder / _OWN / _KEYS
        kept = {use: b64u_encode(key.to_pkcs8()) for use, key in keys.items()}
        path.write_text(json.dumps(kept, indent=1), "utf-8")
        path.chmod(0o600)

    # ------------------------------------------------------------ leave to work

    def _renew(self) -> None:
        """Give the window a fresh anchor and lease, as a centre would at each login."""
        keys = {
            use: SoftwareKey.from_pkcs8(b64u_decode(text))
            for use, text in json.loads((self._folder / _OWN / _KEYS).read_text("utf-8")).items()
        }
        place = self._folder / STORE
        vault = Vault(place, fits=lambda _keys: True)
        store = open_store(place, vault.open(self._first_card()), self._clock)
        try:
            head = store.head()
            device = SoftwareKey.from_pkcs8(store.get_meta(DEVICE_KEY) or b"")
            if head is None:
                return
            self._anchor(store, head, keys["anchor"])
            self._lend(store, head, keys["lease"], device)
        finally:
            store.close()

    def _first_card(self) -> _FileCard:
        name = told()["people"][0]["card"]
        slot = CardFile.load(self._folder / _OWN / _CARDS / f"{name}.json").keys["9D"]
        private = SoftwareKey.from_pkcs8(slot.key.encode()).private
        from cryptography import x509  # noqa: PLC0415  one certificate

        return _FileCard(private, cert_der(x509.load_pem_x509_certificate(slot.cert.encode())))

    def _now_ms(self, store: SqlCipherStore) -> int:
        """Return this machine's time, never before one seen here."""
        largest = store.largest_time(self._clock.wall())
        return ms_of(self._clock.wall() if largest is None else largest)

    def _anchor(self, store: SqlCipherStore, head: ChainHead, key: SoftwareKey) -> None:
        boot, boot_ms = self._clock.boot_id(), self._clock.boot_ms()
        asked = AnchorRequest(
            aud=AUDIENCE,
            n=b64u_encode(new_bytes(16)),
            dev=head.dev,
            inc=head.inc,
            seq=head.seq,
            head=head.hash,
            boot=boot,
            dt=None,
        )
        now = self._now_ms(store)
        jws = anchors.answer(asked, now, key, key.thumbprint)
        store.keep_anchor(StoredAnchor(jws, hash_text(jws), now, boot_ms, boot))

    def _lend(
        self, store: SqlCipherStore, head: ChainHead, key: SoftwareKey, device: SoftwareKey
    ) -> None:
        now, name, book = self._now_ms(store), new_id(), store.policy_book()
        code_key = block_key(new_bytes(32), name)
        packed = store.frontier(SCOPE)
        frontier = Frontier() if packed is None else Frontier.unpack(packed)
        calendar = book.rules().calendars.of_hall(told()["hall"])
        lease = Lease(
            aud=AUDIENCE,
            id=name,
            prev=None,
            dev=head.dev,
            inc=head.inc,
            djk=device.thumbprint,
            seq=head.seq,
            head=head.hash,
            t=now,
            nbf=now,
            exp=now + LEASE_MS,
            persons=_persons(book, now),
            # Numbers that wait to be sent stay spent, and here all wait for ever: one block lasts.
            blocks=[Block("case", 1, MOST_CASES), Block("certificate", 1, MOST_CASES)],
            max=Maxima(accept=_MANY, decide=_MANY, certificate=_MANY),
            pol=PolicySize(frontier.size, b64u_encode(frontier.root())),
            cat=str(book.catalogue.version),
            cal=f"{calendar.id}@{calendar.version}",
            crl=[],
            revoked=[],
            kcc=seal_kcc(code_key, device.private.public_key(), AUDIENCE, name, head.dev),
            n=b64u_encode(new_bytes(16)),
        )
        store.keep_lease(make_lease(lease, key, key.thumbprint), code_key)


def clear(folder: Path) -> None:
    """Throw a practice hall away; a folder that is no practice hall's is left alone.

    Raises:
        OSError: the folder cannot be emptied.
    """
    pinned = load_pinned(folder)
    if pinned is not None and not pinned.practice:
        return
    for part in (_OWN, STORE, ENROLLING):
        shutil.rmtree(folder / part, ignore_errors=True)
    (folder / PINNED).unlink(missing_ok=True)


def _persons(book: PolicyBook, now: int) -> list[LeasePerson]:
    return [
        LeasePerson(
            person=person.person,
            x5t=[x5t_of(b64u_decode(der)) for der in person.certs.values()],
            roles=sorted({role.value for grant in mine for role in grant.roles}),
            scopes=sorted({scope for grant in mine for scope in grant.scopes}),
            items=None,
            until=now + LEASE_MS,
        )
        for person in book.roster.values()
        if (mine := [grant for grant in book.grants.values() if grant.person == person.person])
    ]


def _learner(issuer: Issuer, entry: dict[str, object]) -> Learner:
    name, person = str(entry["name"]), str(entry["person"])
    keys = {slot: SoftwareKey(new_key()) for slot in SLOTS}
    holder = Holder(name, person, told()["office"]["name"])
    certs = {slot: issuer.card_certificate(key.private, slot, holder) for slot, key in keys.items()}
    roles, powers = entry["roles"], entry.get("powers", ())
    return Learner(str(entry["card"]), person, name, _texts(roles), _texts(powers), keys, certs)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list | tuple) else ()
