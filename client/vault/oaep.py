"""Taking RSA-OAEP off by hand, for cards that know raw RSA only (RFC 8017 §7.1.2, SHA-256).

The card does the private operation; the padding that comes out is undone here. One answer for
whatever is wrong, though nobody but the holder of card and PIN could ask twice.
"""

from __future__ import annotations

import hashlib
import hmac

from client.vault.failures import VaultFailure, VaultProblem

_HASH_BYTES = 32


def unpad(block: bytes, label: bytes) -> bytes:
    """Return the message of a block EM = 0x00 ‖ masked seed ‖ masked data.

    Raises:
        VaultFailure: SLOT_ALTERED.
    """
    if len(block) < 2 * _HASH_BYTES + 2:
        raise VaultFailure(VaultProblem.SLOT_ALTERED)
    masked_seed, masked_data = block[1 : 1 + _HASH_BYTES], block[1 + _HASH_BYTES :]
    seed = _xor(masked_seed, _mask(masked_data, _HASH_BYTES))
    data = _xor(masked_data, _mask(seed, len(masked_data)))
    zeros, mark, message = data[_HASH_BYTES:].partition(b"\x01")
    right_label = hmac.compare_digest(data[:_HASH_BYTES], hashlib.sha256(label).digest())
    if not (right_label & (block[0] == 0) & bool(mark) & (not zeros.strip(b"\0"))):
        raise VaultFailure(VaultProblem.SLOT_ALTERED)
    return message


def _mask(seed: bytes, length: int) -> bytes:
    """Return MGF1 with SHA-256 (RFC 8017 §B.2.1)."""
    count = -(-length // _HASH_BYTES)
    blocks = (hashlib.sha256(seed + number.to_bytes(4, "big")).digest() for number in range(count))
    return b"".join(blocks)[:length]


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
