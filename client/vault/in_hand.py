"""Slots that came as bytes, of a machine that is no more: they open, and are never changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from client.vault.slots import decoded
from client.vault.vault import Vault

if TYPE_CHECKING:
    from client.vault.keys import StoreKeys
    from client.vault.slots import KeyCard, ReadSlots, Slots


class VaultInHand(Vault):
    """A vault of one file that lies nowhere; only what reads may be asked of it.

    Args:
        slots: the bytes of a `slots.json`, authenticated by whatever opens it.
    """

    def __init__(self, slots: bytes) -> None:
        super().__init__(Path(), fits=lambda _keys: True)
        self._slots = slots

    def file(self) -> bytes:
        """Return the bytes as they came."""
        return self._slots

    def _opened(self, card: KeyCard) -> tuple[Slots, bytes, StoreKeys]:
        return self._unwrapped("", card)

    def _read(self, _name: str) -> ReadSlots:
        return decoded(self._slots)
