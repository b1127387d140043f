"""The vault: who may open this window's store, kept in `slots.json` beside it (proof.md §8).

Every change is written to a temporary file, synced and renamed. A change of the root goes through
`slots.next`: it is written first, then the store is rekeyed, then it becomes `slots.json`; whatever
moment the power fails, one of the two files fits the store, and open() finds out which.
Runs on the card lane, for it converses with cards.
"""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from client.vault import recovery
from client.vault.failures import VaultFailure, VaultProblem
from client.vault.keys import StoreKeys, derive, new_root, new_store
from client.vault.recovering import StoreRecovery
from client.vault.slots import CARD, CardSlot, KeyCard, ReadSlots, RecoverySlot, Slots, decoded
from sync.domain.failures import Failure, FailureKind
from sync.proof.keys import new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from client.vault.recovery import RecoveryRequest, Share

    Rekey = Callable[[StoreKeys, StoreKeys], None]

_FILE, _NEXT, _FRESH = "slots.json", "slots.next", "slots.fresh"
_AGREE = "9D"


class Vault:
    """See client.app.ports.card.VaultPort.

    Args:
        folder: the store's folder.
        fits: says whether keys open the store that lies there; asked only after a crash in the
            middle of a rekey, when two generations of slots are there.
    """

    def __init__(self, folder: Path, *, fits: Callable[[StoreKeys], bool]) -> None:
        self._folder = folder
        self._fits = fits

    # ------------------------------------------------------------ what needs no card

    def device(self) -> str | None:
        """Return the device that this window is enrolled as, None before enrolment.

        Unauthenticated until open(): fit for a greeting and for choosing files, nothing else.
        """
        return self._read(_FILE).slots.dev if (self._folder / _FILE).exists() else None

    def file(self) -> bytes:
        """Return the bytes of `slots.json` as they are: who reads them authenticates them.

        Raises:
            VaultFailure: MISSING.
        """
        return self._bytes(_FILE)

    def generation(self) -> int:
        """Return how often the root was changed, counted from 1; unauthenticated as device()."""
        return self._read(_FILE).slots.gen

    def people(self) -> tuple[str, ...]:
        """Return the persons who have a card slot; unauthenticated as device()."""
        return tuple(slot.person for slot in self._read(_FILE).slots.cards)

    def certificates(self) -> tuple[bytes, ...]:
        """Return the 9D certificates that have a card slot; unauthenticated as device().

        After a crash in the middle of a rekey those of both generations: open() finds out which.
        """
        names = [name for name in (_FILE, _NEXT) if (self._folder / name).exists()]
        slots = [slot for name in names for slot in self._read(name).slots.cards]
        return tuple(dict.fromkeys(slot.cert for slot in slots))

    def recovery_slots(self) -> tuple[RecoverySlot, ...]:
        """Return the pairs of administrators who can recover; unauthenticated as device()."""
        return self._read(_FILE).slots.recovery

    def create(self, device: str, person: str, certificate: bytes, by: str) -> StoreKeys:
        """Make a new store's root and its first slot, for a 9D certificate (DER).

        The folder is made if it is missing.

        Args:
            device: the id that the centre gave this window.
            person: roster id of the card's holder.
            certificate: to be found in the signed policy by the caller.
            by: hash of the policy event that enrolled the card, base64url.

        Raises:
            VaultFailure: EXISTS; KEY_UNSUITABLE.
        """
        if (self._folder / _FILE).exists():
            raise VaultFailure(VaultProblem.EXISTS)
        self._folder.mkdir(parents=True, exist_ok=True)
        root = new_root()
        slots = Slots(new_store(), device, 1)
        slots = slots.with_card(_card_slot(slots, root, person, certificate, by))
        keys = derive(root, slots.store)
        self._write(_FILE, slots, keys)
        return keys

    # ------------------------------------------------------------ with an enrolled card in hand

    def open(self, card: KeyCard) -> StoreKeys:
        """Unwrap the store's keys; finishes or undoes a rekey that a crash cut short.

        Raises:
            VaultFailure: MISSING, MALFORMED, NO_SLOT, SLOT_ALTERED, BAD_POINT, ALTERED; NO_FIT
                when neither generation opens the store.
            Failure: whatever the card says (PIN needed, removed, …).
        """
        return self._opened(card)[2]

    def add(self, card: KeyCard, person: str, certificate: bytes, by: str) -> None:
        """Give a colleague's card a slot.

        Raises:
            VaultFailure: as open(); SLOT_TAKEN; KEY_UNSUITABLE.
        """
        slots, root, keys = self._opened(card)
        if any(slot.cert == certificate for slot in slots.cards):
            raise VaultFailure(VaultProblem.SLOT_TAKEN)
        fresh = _card_slot(slots, root, person, certificate, by)
        self._write(_FILE, slots.with_card(fresh), keys)

    def add_recovery(self, card: KeyCard, certificates: tuple[bytes, ...]) -> None:
        """Make the recovery slots anew for these administrators, one for each pair.

        Raises:
            VaultFailure: as open(); RECOVERY_NEEDS_TWO; KEY_UNSUITABLE.
        """
        slots, root, keys = self._opened(card)
        made = recovery.make(slots, root, certificates)
        self._write(_FILE, replace(slots, recovery=made), keys)

    def keep_recovery(self, card: KeyCard, certificates: tuple[bytes, ...]) -> bool:
        """Make the recovery slots anew if they are for others than these; return whether.

        Fewer than two certificates change nothing: the slots of before are better than none.

        Raises:
            VaultFailure: as open(); KEY_UNSUITABLE.
        """
        there = recovery.people(self._read(_FILE).slots)
        if len(set(certificates)) < 2 or set(there) == set(certificates):
            return False
        self.add_recovery(card, certificates)
        return True

    def confirm(self, card: KeyCard, by: str, administrators: tuple[bytes, ...]) -> int:
        """Complete a store's first slot by the signed policy; return how many pairs can recover.

        At enrolment the slot is made before policy can be read: the store is where it is kept.

        Args:
            card: the first one.
            by: hash of the policy event that enrolled it, base64url.
            administrators: 9D certificates of those who can recover.

        Raises:
            VaultFailure: as open(); RECOVERY_NEEDS_TWO; KEY_UNSUITABLE.
        """
        slots, root, keys = self._opened(card)
        made = recovery.make(slots, root, administrators)
        cards = tuple(replace(slot, by=by) for slot in slots.cards)
        self._write(_FILE, replace(slots, cards=cards, recovery=made), keys)
        return len(made)

    def remove(self, card: KeyCard, person: str, rekey: Rekey) -> StoreKeys:
        """Take a person's slots away: new root, next generation, store rekeyed.

        Args:
            card: an enrolled card that stays.
            person: whose slots go.
            rekey: changes the store and re-wraps attachment keys, from old keys to new ones,
                durably, before it returns.

        Raises:
            VaultFailure: as open(); NO_SLOT for a person without one; LAST_SLOT.
        """
        slots, _, old = self._opened(card)
        staying = tuple(slot for slot in slots.cards if slot.person != person)
        if staying == slots.cards:
            raise VaultFailure(VaultProblem.NO_SLOT)
        if not any(slot.cert == card.certificate(_AGREE) for slot in staying):
            raise VaultFailure(VaultProblem.LAST_SLOT)
        return self._renew(replace(slots, cards=staying), old, rekey)

    # ------------------------------------------------------------ recovery

    def recovery(self) -> StoreRecovery:
        """Begin a recovery with a key for this one time.

        Raises:
            VaultFailure: MISSING, MALFORMED; RECOVERY_NEEDS_TWO without recovery slots.
        """
        return StoreRecovery(self)

    def hand_over(self, card: KeyCard, slot_id: str, point: bytes) -> Share:
        """Give an administrator's share for a recovery that two of them signed for.

        Raises:
            VaultFailure: MISSING, MALFORMED, NO_SLOT, SLOT_ALTERED, BAD_POINT.
        """
        slots = self._read(_FILE).slots
        return recovery.hand_over(slots, _recovery_slot(slots, slot_id), card, point)

    def shares(self, card: KeyCard, point: bytes) -> tuple[Share, ...]:
        """Give an administrator's share of every pair that he is of: who comes second is open.

        Raises:
            VaultFailure: as hand_over(); NO_SLOT when he is of none.
        """
        certificate = card.certificate(_AGREE)
        mine = [slot for slot in self.recovery_slots() if certificate in slot.certs]
        if not mine:
            raise VaultFailure(VaultProblem.NO_SLOT)
        return tuple(self.hand_over(card, slot.id, point) for slot in mine)

    def recovered(self, request: RecoveryRequest, shares: tuple[Share, Share]) -> StoreKeys:
        """Return the store's keys that two shares give; nothing is changed.

        Raises:
            VaultFailure: BAD_SHARES; ALTERED; MISSING, MALFORMED, NO_SLOT.
        """
        return self._joined(request, shares)[1]

    def recover(
        self,
        request: RecoveryRequest,
        shares: tuple[Share, Share],
        newcomer: tuple[str, bytes, str],
        rekey: Rekey,
        *,
        listed: frozenset[bytes] | None = None,
        administrators: tuple[bytes, ...] = (),
    ) -> StoreKeys:
        """Open with two shares, and give a card a slot of the next generation.

        Args:
            request: whose point the shares were sealed to.
            shares: of both administrators of one slot, in any order.
            newcomer: person, 9D certificate and enrolling event of the card that is to open it.
            rekey: as in remove(): recovery always changes the root.
            listed: certificates that may keep their slots, for a lost card must not; None: all.
            administrators: who can recover from now on; as before when empty.

        Raises:
            VaultFailure: BAD_SHARES; ALTERED; MISSING, MALFORMED, NO_SLOT; KEY_UNSUITABLE;
                RECOVERY_NEEDS_TWO.
        """
        slots, old = self._joined(request, shares)
        person, certificate, by = newcomer
        others = tuple(
            slot
            for slot in slots.cards
            if slot.cert != certificate and (listed is None or slot.cert in listed)
        )
        placeholder = CardSlot(new_id(), person, certificate, by, "", b"")
        renewed = replace(slots, cards=(*others, placeholder))
        return self._renew(renewed, old, rekey, administrators)

    # ------------------------------------------------------------ inside

    def _opened(self, card: KeyCard) -> tuple[Slots, bytes, StoreKeys]:
        if not (self._folder / _NEXT).exists():
            return self._unwrapped(_FILE, card)
        failure = VaultFailure(VaultProblem.NO_FIT)
        for name in (_FILE, _NEXT):
            try:
                opened = self._unwrapped(name, card)
            except VaultFailure as error:
                if error.what is not VaultProblem.NO_SLOT:
                    raise
                failure = error  # a card that came or went with the change is in one of the two
                continue
            if self._fits(opened[2]):
                self._settle(name)
                return opened
        raise failure

    def _settle(self, name: str) -> None:
        """Keep the generation that fits the store, and only it."""
        if name == _NEXT:
            self._rename(_NEXT)
        else:
            (self._folder / _NEXT).unlink()

    def _unwrapped(self, name: str, card: KeyCard) -> tuple[Slots, bytes, StoreKeys]:
        read = self._read(name)
        slots = read.slots
        slot = slots.slot_of(card.certificate(_AGREE))
        root = slots.unsealed(slot.ct, CARD, slot.cert, card)
        keys = derive(root, slots.store)
        read.check(keys.mac)
        return slots, root, keys

    def _joined(
        self, request: RecoveryRequest, shares: tuple[Share, Share]
    ) -> tuple[Slots, StoreKeys]:
        read = self._read(_FILE)
        first, second = sorted(shares, key=lambda share: share.place)
        if first.slot != second.slot or (first.place, second.place) != (0, 1):
            raise VaultFailure(VaultProblem.BAD_SHARES)
        slot = _recovery_slot(read.slots, first.slot)
        root = request.root(read.slots, slot, (first.sealed, second.sealed))
        keys = derive(root, read.slots.store)
        read.check(keys.mac)
        return read.slots, keys

    def _renew(
        self, slots: Slots, old: StoreKeys, rekey: Rekey, administrators: tuple[bytes, ...] = ()
    ) -> StoreKeys:
        """Wrap a new root for everyone who is in `slots`, and have the store follow."""
        root = new_root()
        bare = replace(slots, gen=slots.gen + 1, cards=(), recovery=())
        cards = tuple(_card_slot(bare, root, s.person, s.cert, s.by) for s in slots.cards)
        helpers = administrators or recovery.people(slots)
        pairs = recovery.make(bare, root, helpers) if helpers else ()
        keys = derive(root, slots.store)
        self._write(_NEXT, replace(bare, cards=cards, recovery=pairs), keys)
        rekey(old, keys)
        self._rename(_NEXT)
        return keys

    def _read(self, name: str) -> ReadSlots:
        return decoded(self._bytes(name))

    def _bytes(self, name: str) -> bytes:
        with _on_disk():
            try:
                return (self._folder / name).read_bytes()
            except FileNotFoundError as error:
                raise VaultFailure(VaultProblem.MISSING) from error

    def _write(self, name: str, slots: Slots, keys: StoreKeys) -> None:
        fresh = self._folder / _FRESH
        # O_BINARY: else Windows would write two bytes for each line's end.
        how = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
        with _on_disk():
            with os.fdopen(os.open(fresh, how, 0o600), "wb") as file:
                file.write(slots.encoded(keys.mac))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._folder / name)
            self._sync_folder()

    def _rename(self, name: str) -> None:
        with _on_disk():
            (self._folder / name).replace(self._folder / _FILE)
            self._sync_folder()

    def _sync_folder(self) -> None:
        """Make a rename durable; Windows does it by itself and opens no folders."""
        if os.name == "nt":
            return
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _on_disk() -> Iterator[None]:
    """Tell what the disk says no with by the store's own codes: the slots lie beside it.

    Raises:
        Failure: store.disk_full, store.disk_error.
    """
    try:
        yield
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        code = "store.disk_full" if full else "store.disk_error"
        raise Failure(code, FailureKind.RETRIABLE) from error


def _card_slot(slots: Slots, root: bytes, person: str, certificate: bytes, by: str) -> CardSlot:
    suite, ct = slots.sealed(root, CARD, certificate)
    return CardSlot(new_id(), person, certificate, by, suite, ct)


def _recovery_slot(slots: Slots, slot_id: str) -> RecoverySlot:
    for slot in slots.recovery:
        if slot.id == slot_id:
            return slot
    raise VaultFailure(VaultProblem.NO_SLOT)
