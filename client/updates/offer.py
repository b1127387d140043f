"""What a publisher says of a release; signed as a whole, so only its bounds are checked here."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec

from client.updates.failures import UpdateFailure
from sync.domain.failures import FailureKind
from sync.typed import from_json

CHANNEL = "linux-amd64.json"
"""The signed file in which a channel's releases stand."""

_VERSION = r"^\d{1,4}(\.\d{1,4}){1,3}$"
_DAY = r"^\d{4}-\d\d-\d\d$"
_FILE = r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,120}\.deb$"


class Reads(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a version can read of what another one left behind.

    Attributes:
        store: the newest number of the store's tables (PRAGMA user_version) that it opens. Older
            ones it brings forward.
        oldest, newest: the wire of waiting events that it sends; see sync.protocol.version.
    """

    store: Annotated[int, msgspec.Meta(ge=1)]
    oldest: Annotated[str, msgspec.Meta(pattern=_DAY)]
    newest: Annotated[str, msgspec.Meta(pattern=_DAY)]


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version on offer.

    Attributes:
        version: numbers with dots; a greater one is newer.
        package: the file's name in the channel.
        share: of a hundred machines so many may take it yet (a staged roll-out).
        reads: what of the present version's data it understands.
        notes: what is new, by language.
    """

    version: Annotated[str, msgspec.Meta(pattern=_VERSION)]
    package: Annotated[str, msgspec.Meta(pattern=_FILE)]
    share: Annotated[int, msgspec.Meta(ge=0, le=100)]
    reads: Reads
    notes: dict[str, Annotated[str, msgspec.Meta(max_length=4000)]] = {}


class Channel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All releases that are on offer, in any order."""

    releases: Annotated[tuple[Release, ...], msgspec.Meta(max_length=200)]

    def newest(self) -> Release | None:
        """Return the release of the greatest version, if there is one."""
        return max(self.releases, key=lambda release: order(release.version), default=None)


def read_channel(content: bytes) -> Channel:
    """Read a channel file whose signature was verified.

    Raises:
        UpdateFailure: update.unreadable.
    """
    try:
        return from_json(content, Channel)
    except msgspec.DecodeError as error:
        raise UpdateFailure("update.unreadable", FailureKind.BROKEN) from error


def order(version: str) -> tuple[int, ...]:
    """Return what versions are compared by; whatever follows the numbers (+1) is left out."""
    numbers = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(map(int, numbers.group().split("."))) if numbers else ()
