"""What only this window holds, as one value, and its sealed form for the centre (docs/adr/037).

A backup is MARK ‖ length of the head (u32) ‖ head ‖ chunks. The head is plain and says whose backup
it is, of which generation of slots, its number and moment, and carries `slots.json` itself, so that
a card of then opens it when nothing else is left. The chunks are those of `client.store.sealing`,
each bound to the hash of mark and head: a backup under another window's, another number's or
another moment's head does not open. The key is this backup's alone: HKDF of K_backup and a salt.

No rows; of files only a sealed page is read.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import zstandard
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from client.app.ports.own_share import OwnShare, ShareHead, SharePage
from client.store.failures import StoreFailure, translated
from client.store.sealing import seal, unseal
from sync.typed import from_msgpack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from client.app.ports.own_share import PagePlace

MARK = b"hall-backup/v1\n"
SALT_BYTES = 32
_LENGTH_BYTES = 4
_HEAD_MAX = 4 * 1024 * 1024  # slots.json of a thousand cards
_PLAIN_MAX = 256 * 1024 * 1024  # what is unpacked at most
_LEVEL = 3
_HASH = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def backup_key(key: bytes, salt: bytes) -> bytes:
    """Return the key of the one backup that has this salt, from K_backup."""
    info = b"hall/backup-file/v1"
    return HKDF(hashes.SHA256(), length=32, salt=salt, info=info).derive(key)


def pages_named(share: OwnShare) -> frozenset[str]:
    """Return the hashes of pages that drafts name."""
    return frozenset(found for row in share.drafts for found in _HASH.findall(row.text))


def opened_page(place: PagePlace) -> SharePage:
    """Return a page as it lies sealed beside the store, whole; reads its file.

    Raises:
        StoreFailure: store.attachment_missing, store.attachment_damaged, store.disk_error.
    """
    with translated():
        try:
            sealed = Path(place.path).read_bytes()
        except FileNotFoundError as failure:
            raise StoreFailure("store.attachment_missing") from failure
    data = unseal(place.key, sealed)
    if hashlib.sha256(data).hexdigest() != place.sha256:
        raise StoreFailure("store.attachment_damaged")
    return SharePage(place.sha256, place.type, list(place.cases), data)


def digest_of(share: OwnShare) -> str:
    """Return the hash of what a window holds: the same for the same."""
    return hashlib.sha256(msgspec.msgpack.encode(share)).hexdigest()


def sealed_share(head: ShareHead, share: OwnShare, key: bytes) -> bytes:
    """Return the bytes of a backup, opened again from themselves and compared.

    Raises:
        StoreFailure: store.backup_damaged: what was made does not open as what it was made of.
    """
    data = b"".join(_pieces(head, share, key))
    if read_head(data) != head or opened_share(data, key) != share:
        raise StoreFailure("store.backup_damaged")
    return data


def read_head(data: bytes) -> ShareHead:
    """Return what a backup says of itself; nothing of it is believed before it is opened.

    Raises:
        StoreFailure: store.backup_damaged: this is no backup, or of a form that is not known here.
    """
    try:
        head = from_msgpack(_cut(data)[0], ShareHead)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreFailure("store.backup_damaged") from error
    if head.v != 1:
        raise StoreFailure("store.backup_damaged", version=head.v)
    return head


def opened_share(data: bytes, key: bytes) -> OwnShare:
    """Return what a backup holds; every page in it is what its hash says.

    Raises:
        StoreFailure: store.backup_damaged: altered, cut short, another key or another head's.
    """
    head, chunks = _cut(data)
    try:
        packed = unseal(key, chunks, _about(head))
        plain = zstandard.ZstdDecompressor().decompress(packed, max_output_size=_PLAIN_MAX)
        share = from_msgpack(plain, OwnShare)
    except (StoreFailure, zstandard.ZstdError, msgspec.DecodeError) as error:
        raise StoreFailure("store.backup_damaged") from error
    if any(hashlib.sha256(page.data).hexdigest() != page.sha256 for page in share.pages):
        raise StoreFailure("store.backup_damaged")
    return share


def _pieces(head: ShareHead, share: OwnShare, key: bytes) -> Iterator[bytes]:
    said = msgspec.msgpack.encode(head)
    plain = msgspec.msgpack.encode(share)
    yield MARK + len(said).to_bytes(_LENGTH_BYTES, "big") + said
    yield from seal(key, zstandard.ZstdCompressor(level=_LEVEL).compress(plain), _about(said))


def _about(head: bytes) -> bytes:
    return hashlib.sha256(MARK + head).digest()


def _cut(data: bytes) -> tuple[bytes, bytes]:
    """Return head and chunks."""
    start = len(MARK) + _LENGTH_BYTES
    length = int.from_bytes(data[len(MARK) : start], "big")
    if not data.startswith(MARK) or length > _HEAD_MAX or len(data) < start + length:
        raise StoreFailure("store.backup_damaged")
    return data[start : start + length], data[start + length :]
