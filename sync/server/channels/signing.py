"""Who speaks at the channels' two ends: HMAC-SHA256 over time and body, with a shared secret."""

from __future__ import annotations

import hmac

HEADER = "X-Chuangkou-Signature"
SKEW_MS = 300_000


def signature(secret: bytes, at_ms: int, body: bytes) -> str:
    """Return the header's value: `t=<ms>,v1=<hex>`."""
    mac = hmac.digest(secret, b"%d." % at_ms + body, "sha256").hex()
    return f"t={at_ms},v1={mac}"


def is_signed(secret: bytes, header: str, body: bytes, now_ms: int) -> bool:
    """Say whether a body came from whoever has the secret, within five minutes; never without."""
    at, _, _ = header.removeprefix("t=").partition(",")
    if not secret or not at.isdecimal() or len(at) > 15 or abs(int(at) - now_ms) > SKEW_MS:
        return False
    wanted = signature(secret, int(at), body)
    return hmac.compare_digest(wanted.encode(), header.encode("utf-8", "replace"))
