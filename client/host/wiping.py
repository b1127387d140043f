"""Overwrite secrets in memory: what is merely let go of stays readable until it is used again.

Python cannot promise it: whoever made a copy left it behind. What is known to hold a key is zeroed.
"""

from __future__ import annotations

import ctypes

_BEFORE = bytes.__basicsize__ - 1
"""How far into a `bytes` object of CPython its first byte is; the class counts the end mark too."""
_DIGITS = b"0123456789abcdef"


def wipe(*secrets: bytes) -> None:
    """Fill keys with zeros, in place; whoever still holds one of them holds zeros.

    Args:
        secrets: made at run time and longer than one byte: constants and single bytes are shared.
    """
    for secret in secrets:
        if len(secret) > 1:
            ctypes.memset(id(secret) + _BEFORE, 0, len(secret))


def hexadecimal(key: bytes, before: bytes, after: bytes) -> bytearray:
    """Return a key's digits between two texts in one buffer, which the caller fills with zeros."""
    # Of its full length at once: a buffer that grows leaves its former self behind.
    text = bytearray(len(before) + 2 * len(key) + len(after))
    text[: len(before)], text[len(text) - len(after) :] = before, after
    for place, byte in enumerate(key):
        at = len(before) + 2 * place
        text[at], text[at + 1] = _DIGITS[byte >> 4], _DIGITS[byte & 15]
    return text
