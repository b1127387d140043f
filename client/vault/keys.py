"""One root, many keys: every secret of the store is derived from 32 random bytes (proof.md §8)."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ROOT_BYTES = 32
STORE_BYTES = 16


@dataclass(frozen=True, slots=True)
class StoreKeys:
    """The keys of one generation of a store, 32 bytes each; none is ever printed.

    Args:
        db: SQLCipher's raw key.
        att: seals attachments' own keys.
        name: names attachment files.
        mac: authenticates slots.json.
        mark: authenticates the high-water mark.
        backup: seals what goes to the centre for the day the disk is gone.
    """

    db: bytes = field(repr=False)
    att: bytes = field(repr=False)
    name: bytes = field(repr=False)
    mac: bytes = field(repr=False)
    mark: bytes = field(repr=False)
    backup: bytes = field(repr=False)


def new_root() -> bytes:
    """Return a fresh root."""
    return os.urandom(ROOT_BYTES)


def new_store() -> bytes:
    """Return a fresh store id."""
    return os.urandom(STORE_BYTES)


def derive(root: bytes, store: bytes) -> StoreKeys:
    """Return K_x = HKDF-SHA256(ikm=root, salt=store, info="hall/x/v1") for every x."""
    return StoreKeys(**{key.name: _derived(root, store, key.name) for key in fields(StoreKeys)})


def _derived(root: bytes, store: bytes, use: str) -> bytes:
    info = f"hall/{use}/v1".encode()
    return HKDF(hashes.SHA256(), length=ROOT_BYTES, salt=store, info=info).derive(root)
