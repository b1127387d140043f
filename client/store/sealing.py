"""Bytes sealed in chunks, and the small key of each file wrapped (proof.md §8). Pure.

File = mark ‖ chunk ‖ chunk …; each chunk is AES-256-GCM of 64 KiB (the last: of what is left, 0 to
64 KiB) with its tag. Nonce = chunk number, which is safe because no two files share a key. The
associated data are chunk number ‖ last flag: a chunk moved, dropped, doubled or a file cut short
does not open.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from client.store.failures import StoreFailure

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = b"hall-att/v1\n"
CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
NONCE_BYTES = 12


def new_file_key() -> bytes:
    """Return a fresh key for one file."""
    return AESGCM.generate_key(256)


def file_name(name_key: bytes, sha256: bytes) -> str:
    """Return under which name the bytes of a hash are kept: nothing can be told from it."""
    return hmac.digest(name_key, sha256, "sha256").hex()


def wrap(att_key: bytes, file_key: bytes, sha256: bytes, nonce: bytes) -> bytes:
    """Wrap a file's key under the store's attachment key, bound to the content's hash.

    Args:
        att_key: K_att.
        file_key: the file's own key.
        sha256: hash of the content; a wrapped key moved to another row does not open.
        nonce: 12 fresh random bytes.
    """
    return nonce + AESGCM(att_key).encrypt(nonce, file_key, sha256)


def unwrap(att_key: bytes, wrapped: bytes, sha256: bytes) -> bytes:
    """Return a file's key.

    Raises:
        StoreFailure: store.attachment_damaged.
    """
    try:
        return AESGCM(att_key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], sha256)
    except (InvalidTag, ValueError) as failure:
        raise StoreFailure("store.attachment_damaged") from failure


def seal(file_key: bytes, data: bytes, about: bytes = b"") -> Iterator[bytes]:
    """Yield the pieces of the sealed file, one chunk at a time.

    Args:
        file_key: fresh; no two files share one.
        data: what is sealed.
        about: what every chunk is bound to besides its place.
    """
    cipher = AESGCM(file_key)
    yield MARK
    view = memoryview(data)
    last = max(0, (len(data) - 1) // CHUNK_BYTES)
    for number in range(last + 1):
        piece = view[number * CHUNK_BYTES : (number + 1) * CHUNK_BYTES]
        bound = _bound(number, about, last=number == last)
        yield cipher.encrypt(_nonce(number), piece, bound)


def unseal(file_key: bytes, sealed: bytes, about: bytes = b"") -> bytes:
    """Return what was sealed, `about` as it was then.

    Raises:
        StoreFailure: store.attachment_damaged: altered, cut short, put together anew.
    """
    cipher = AESGCM(file_key)
    view = memoryview(sealed)[len(MARK) :]
    whole = CHUNK_BYTES + TAG_BYTES
    last = (len(view) - 1) // whole
    if sealed[: len(MARK)] != MARK or last < 0:
        raise StoreFailure("store.attachment_damaged")
    try:
        return b"".join(
            cipher.decrypt(
                _nonce(number),
                view[number * whole : (number + 1) * whole],
                _bound(number, about, last=number == last),
            )
            for number in range(last + 1)
        )
    except InvalidTag as failure:
        raise StoreFailure("store.attachment_damaged") from failure


def _nonce(number: int) -> bytes:
    return number.to_bytes(NONCE_BYTES, "big")


def _bound(number: int, about: bytes, *, last: bool) -> bytes:
    return number.to_bytes(8, "big") + (b"\x01" if last else b"\x00") + about
