"""Rows of sessions: what a card vouched for, and the tokens bound to it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DelegationRow:
    """A session key that a card vouched for, by the hash of the delegation."""

    hash: str
    jws: str = field(repr=False)
    chain: str = field(repr=False)
    person: str
    x5t: str
    dev: str
    inc: int
    seq0: int
    head0: str
    spk: str
    card: str = field(repr=False)
    iat: int
    exp: int
    seen: int


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token by the hash of its text; `jkt` is the thumbprint of the key it is bound to."""

    hash: str = field(repr=False)
    dev: str
    inc: int
    jkt: str
    dlg: str
    person: str
    exp: int
