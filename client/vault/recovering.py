"""One recovery from the request to the new slot; see client.app.ports.card.StoreRecovery.

Runs on the card lane, as the vault does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from client.vault.failures import VaultFailure, VaultProblem
from client.vault.recovery import RecoveryRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.vault.keys import StoreKeys
    from client.vault.recovery import Share
    from client.vault.slots import KeyCard, RecoverySlot

    Rekey = Callable[[StoreKeys, StoreKeys], None]


class Slots(Protocol):
    """What a recovery asks of the vault; see there."""

    def generation(self) -> int:
        """Return the generation of the slots."""

    def recovery_slots(self) -> tuple[RecoverySlot, ...]:
        """Return the pairs of administrators."""

    def shares(self, card: KeyCard, point: bytes) -> tuple[Share, ...]:
        """Return an administrator's share of every pair that he is of."""

    def recovered(self, request: RecoveryRequest, shares: tuple[Share, Share]) -> StoreKeys:
        """Return the keys that two shares give."""

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
        """Open with two shares, and give a card a slot of the next generation."""


class StoreRecovery:
    """Collects two administrators' shares of one pair.

    Args:
        vault: whose store is to be opened; its file must not change meanwhile.
    """

    def __init__(self, vault: Slots) -> None:
        self._vault = vault
        self._request = RecoveryRequest()
        self._shares: dict[tuple[str, int], Share] = {}
        self._cards: set[bytes] = set()
        self.gen = vault.generation()
        if not vault.recovery_slots():
            raise VaultFailure(VaultProblem.RECOVERY_NEEDS_TWO)

    @property
    def point(self) -> bytes:
        """Return the one-time public key, 65 bytes."""
        return self._request.point

    @property
    def collected(self) -> int:
        """Return how many administrators have handed over."""
        return len(self._cards)

    def take(self, card: KeyCard) -> None:
        """Take an administrator's shares; twice the same one counts once.

        Raises:
            VaultFailure: NO_SLOT when he is of no pair; SLOT_ALTERED.
        """
        for share in self._vault.shares(card, self._request.point):
            self._shares[share.slot, share.place] = share
        self._cards.add(card.certificate("9D"))

    def keys(self) -> StoreKeys:
        """Return the keys that the shares give; nothing is changed.

        Raises:
            VaultFailure: RECOVERY_NEEDS_TWO while there are not two of one pair; BAD_SHARES.
        """
        return self._vault.recovered(self._request, self._pair())

    def renew(
        self,
        newcomer: tuple[str, bytes, str],
        rekey: Rekey,
        listed: frozenset[bytes],
        administrators: tuple[bytes, ...],
    ) -> None:
        """Give the newcomer's card a slot, under a new root; see Vault.recover."""
        self._vault.recover(
            self._request,
            self._pair(),
            newcomer,
            rekey,
            listed=listed,
            administrators=administrators,
        )

    def _pair(self) -> tuple[Share, Share]:
        for (slot, place), share in self._shares.items():
            other = self._shares.get((slot, 1 - place))
            if other is not None:
                return share, other
        raise VaultFailure(VaultProblem.RECOVERY_NEEDS_TWO)
