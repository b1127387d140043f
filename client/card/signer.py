"""A card's key as the proof sees it: something that signs, wherever it lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from client.card.piv import PivCard
    from sync.domain.secret import Secret


class CardKey:
    """A card's 9A or 9C as sync.proof's SigningKey, within one open session.

    Args:
        card: the session; the key is useless after it.
        slot: "9A" or "9C".
        pin: verified anew before each signature, which 9C demands; None for a 9A whose session
            has verified it already. Dropped with this object; make one per act.
    """

    def __init__(self, card: PivCard, slot: str, pin: Secret[str] | None = None) -> None:
        self._card = card
        self._slot = slot
        self._pin = pin

    def sign_es256(self, data: bytes) -> bytes:
        """Return 64 bytes r‖s with low s over SHA-256 of data.

        Raises:
            CardFailure: as PivCard.verify_pin and PivCard.sign_es256.
        """
        if self._pin is not None:
            self._card.verify_pin(self._pin)
        return self._card.sign_es256(self._slot, data)
