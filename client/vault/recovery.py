"""Two administrators of three open a store that no card opens any more (proof.md §8).

No recovery private key exists outside cards. Each pair of administrators has a slot of its own
with the root split by XOR; each unwraps his share with his card and reseals it to a key that the
requesting window made for this one time. Neither share says anything of the root by itself.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from client.vault.failures import VaultFailure, VaultProblem
from client.vault.keys import ROOT_BYTES
from client.vault.slots import RECOVERY, KeyCard, RecoverySlot, Slots
from sync.domain.failures import Failure
from sync.proof import sealing
from sync.proof.keys import SoftwareKey, new_id

if TYPE_CHECKING:
    from collections.abc import Sequence


def make(slots: Slots, root: bytes, certificates: Sequence[bytes]) -> tuple[RecoverySlot, ...]:
    """Split the root anew for every pair: three slots for three administrators.

    Args:
        slots: the file that they are for: store and generation bind them.
        root: what is split.
        certificates: the administrators' 9D certificates, DER.

    Raises:
        VaultFailure: RECOVERY_NEEDS_TWO; KEY_UNSUITABLE.
    """
    if len(set(certificates)) < 2:
        raise VaultFailure(VaultProblem.RECOVERY_NEEDS_TWO)
    return tuple(_split(slots, root, pair) for pair in combinations(dict.fromkeys(certificates), 2))


def _split(slots: Slots, root: bytes, pair: tuple[bytes, bytes]) -> RecoverySlot:
    share = os.urandom(ROOT_BYTES)
    sealed = [
        slots.sealed(part, RECOVERY, certificate)[1]
        for part, certificate in zip((share, _xor(share, root)), pair, strict=True)
    ]
    return RecoverySlot(new_id(), pair, (sealed[0], sealed[1]))


def people(slots: Slots) -> tuple[bytes, ...]:
    """Return the certificates of every administrator who can help, each once."""
    return tuple(dict.fromkeys(cert for slot in slots.recovery for cert in slot.certs))


class RecoveryRequest:
    """What a window asks with: a key for this one time, and the point that both seal to."""

    def __init__(self) -> None:
        self._key = SoftwareKey.generate()

    @property
    def point(self) -> bytes:
        """Return the public key, 65 bytes uncompressed: carried to each administrator."""
        return self._key.public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def root(self, slots: Slots, slot: RecoverySlot, shares: tuple[bytes, bytes]) -> bytes:
        """Put the two shares together, in the order of the slot's certificates.

        Raises:
            VaultFailure: BAD_SHARES when one does not open, for whatever reason.
        """
        try:
            one, other = (
                sealing.unseal(share, self._key, share_info(slots, slot, place))
                for place, share in enumerate(shares)
            )
            return _xor(one, other)
        except (Failure, ValueError) as error:
            raise VaultFailure(VaultProblem.BAD_SHARES) from error


@dataclass(frozen=True, slots=True)
class Share:
    """One administrator's share on its way: his place in the slot, and the share, sealed."""

    slot: str
    place: int
    sealed: bytes


def hand_over(slots: Slots, slot: RecoverySlot, card: KeyCard, point: bytes) -> Share:
    """Unwrap an administrator's share with his card and reseal it for the requesting window.

    Args:
        slots: the store's file.
        slot: one of its recovery slots.
        card: the administrator's, PIN verified.
        point: the request's.

    Raises:
        VaultFailure: NO_SLOT when the card is none of the pair's; BAD_POINT; SLOT_ALTERED.
    """
    certificate = card.certificate("9D")
    if certificate not in slot.certs:
        raise VaultFailure(VaultProblem.NO_SLOT)
    place = slot.certs.index(certificate)
    try:
        to = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as error:
        raise VaultFailure(VaultProblem.BAD_POINT) from error
    share = slots.unsealed(slot.ct[place], RECOVERY, certificate, card)
    return Share(slot.id, place, sealing.seal(share, to, share_info(slots, slot, place)))


def share_info(slots: Slots, slot: RecoverySlot, place: int) -> bytes:
    """Return what a share on its way is bound to: store, generation, slot, whose it is."""
    gen = slots.gen.to_bytes(4, "big")
    return b"hall-share-v1\0" + slots.store + gen + bytes((place,)) + slot.id.encode()


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
