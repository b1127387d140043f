"""Where a machine's updates come from: what its administrator wrote down."""

from __future__ import annotations

from pathlib import Path

import msgspec

from client.updates.failures import UpdateFailure
from sync.typed import from_json

SETTINGS = Path("/etc/chuangkou/update.json")


class Source(msgspec.Struct, frozen=True):
    """Where updates come from; what `SETTINGS` holds.

    Attributes:
        source: https address of the channel, or a folder.
        trusted: path of the publisher's first root metadata.
        roots: path of the root certificates of the channel's server, PEM; "" for a folder.
    """

    source: str
    trusted: str
    roots: str = ""


def read_source(file: Path) -> Source:
    """Return what is written down; a source without an address where nothing is.

    Raises:
        UpdateFailure: update.settings.
    """
    try:
        return from_json(file.read_bytes(), Source)
    except FileNotFoundError:
        return Source(source="", trusted="")
    except (msgspec.DecodeError, UnicodeDecodeError) as error:  # or written as GBK
        raise UpdateFailure("update.settings", file=str(file)) from error
