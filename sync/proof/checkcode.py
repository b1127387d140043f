"""Check codes on slips (proof.md §7): who holds the paper may ask how the case stands.

The first ten characters, in Crockford's base 32, of HMAC-SHA256 over the case number. The key comes
with the lease, so a slip prints without the line; fifty bits, five tries an hour.
"""

from __future__ import annotations

import hmac

#: Crockford's alphabet: no I, L, O, U, so that nobody misreads or swears.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
KEY_BYTES = 32
_READ_BYTES = 7  # that ten characters of five bits are read from

_READ = str.maketrans("OIL", "011", " -")


def crockford(data: bytes) -> str:
    """Return bytes in Crockford's base 32, five bits a character from the front, rest padded."""
    bits = len(data) * 8
    count = -(-bits // 5)
    number = int.from_bytes(data, "big") << (count * 5 - bits)
    return "".join(ALPHABET[number >> 5 * (count - 1 - at) & 31] for at in range(count))


def normalise(typed: str) -> str:
    """Return what a person typed as it was printed: capitals, O as 0, I and L as 1, no gaps."""
    return typed.upper().translate(_READ)


def block_key(master: bytes, lease: str) -> bytes:
    """Return K_cc of one lease's blocks from the centre's own secret (HMAC as a PRF)."""
    return hmac.digest(master, b"hall-kcc-v1\0" + lease.encode("utf-8"), "sha256")


def check_code(key: bytes, case: str) -> str:
    """Return a case's check code."""
    return crockford(hmac.digest(key, case.encode("utf-8"), "sha256")[:_READ_BYTES])[:LENGTH]


def is_check_code(key: bytes, case: str, typed: str) -> bool:
    """Say whether a person typed the right code; takes the same time whatever he typed."""
    wanted, given = (
        check_code(key, case).encode("ascii"),
        normalise(typed).encode("utf-8", "replace"),
    )
    return hmac.compare_digest(wanted, given)
