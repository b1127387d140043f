"""A vault in a folder, cards with software inside, and a store that remembers its key."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from client.vault.vault import Vault
from tests.helpers.keycards import SoftCard


@dataclass
class KeptStore:
    """Stands for the store: opens with one key, and can be rekeyed."""

    db: bytes = b""
    fail_before: bool = False
    fail_after: bool = False
    rekeyed: list = field(default_factory=list)

    def fits(self, keys) -> bool:
        return keys.db == self.db

    def rekey(self, old, new) -> None:
        if self.fail_before:
            raise OSError
        assert old.db == self.db
        self.db = new.db
        self.rekeyed.append((old, new))
        if self.fail_after:
            raise OSError


class Window:
    """One window's folder with its vault and store."""

    def __init__(self, folder) -> None:
        self.folder = folder
        self.store = KeptStore()
        self.vault = Vault(folder, fits=self.store.fits)
        self.path = folder / "slots.json"
        self.next = folder / "slots.next"

    def enrol(self, card: SoftCard):
        keys = self.vault.create("d-339901-03", card.person, card.certificate("9D"), "by-hash")
        self.store.db = keys.db
        return keys

    def add(self, opener: SoftCard, card: SoftCard) -> None:
        self.vault.add(opener, card.person, card.certificate("9D"), "by-hash")


@pytest.fixture
def window(tmp_path) -> Window:
    return Window(tmp_path)


@pytest.fixture
def clerk() -> SoftCard:
    return SoftCard("p0102")


@pytest.fixture
def handler() -> SoftCard:
    return SoftCard("p0103")


@pytest.fixture
def administrators() -> tuple[SoftCard, SoftCard, SoftCard]:
    return SoftCard("p0107"), SoftCard("p0108"), SoftCard("p0109")
