"""What a window knows before any card is in: whom it trusts. Public, so outside the store.

Written at enrolment, refreshed whenever policy changes; a card is held against it before its PIN
is asked. What decides is still the policy in the store and the centre.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from sync.domain.failures import Failure, FailureKind
from sync.typed import from_json

if TYPE_CHECKING:
    from pathlib import Path

NAME = "pinned.json"


class PinnedFailure(Failure):
    """pinned.damaged: the file is there and cannot be read."""


class PinnedRevocation(msgspec.Struct, frozen=True):
    """One revoked certificate: issuer's hash base64url, serial hex, from when (ms UTC)."""

    ca: str
    serial: str
    at: int


class Pinned(msgspec.Struct, frozen=True, kw_only=True):
    """The centre that this window belongs to, and the authorities of its cards."""

    aud: str
    genesis: str
    dev: str
    inc: int
    hall: str
    hall_name: str
    counter: str
    cas: tuple[str, ...]  # base64url DER
    revoked: tuple[PinnedRevocation, ...] = ()
    practice: bool = False  # the practice hall's (client.practice): no line, a mark on every paper


def load_pinned(folder: Path) -> Pinned | None:
    """Return what is pinned; None before enrolment.

    Raises:
        PinnedFailure: pinned.damaged.
    """
    try:
        return from_json((folder / NAME).read_bytes(), Pinned)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError) as failure:
        raise PinnedFailure("pinned.damaged", FailureKind.BROKEN, name=NAME) from failure


def save_pinned(folder: Path, pinned: Pinned) -> None:
    """Write it so that a crash leaves either the old file or the new one."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / (NAME + ".part")
    with part.open("wb") as stream:
        stream.write(msgspec.json.encode(pinned))
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(folder / NAME)
