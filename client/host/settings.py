"""What this machine is set to: known before any card is in, so nothing here may be secret.

What is known only with the store open (the device's identity, a person's drafts) is in the store.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from sync.domain.failures import Failure, FailureKind

if TYPE_CHECKING:
    from pathlib import Path

NAME = "window.json"


class SettingsFailure(Failure):
    """settings.damaged: the file is there and is not ours to guess at."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One machine's settings; an unknown member of the file is left alone by this version."""

    centre: str = ""
    """Base address of the centre, https; empty before enrolment."""
    centre_ca: str = ""
    """Path of the pinned root certificates, PEM; empty before enrolment."""
    genesis: str = ""
    """Hash of the pinned genesis policy event, base64url; empty before enrolment."""
    language: Literal["zh_CN", "en"] = "zh_CN"
    scale_percent: Annotated[int, msgspec.Meta(ge=80, le=200)] = 100
    idle_lock_minutes: Annotated[int, msgspec.Meta(ge=1, le=60)] = 10
    reader: Literal["pcsc", "simulator"] = "pcsc"
    token_library: str = ""
    """Full path of a maker's PKCS#11 library for USB keys; empty for none. No other is loaded."""
    cards: str = ""
    """Folder of simulated cards; demonstration only."""
    camera_folder: str = ""
    """Folder into which a document camera's own program saves its pictures; empty for none."""
    id_reader: str = ""
    """Serial line of an identity card reader (COM3, /dev/ttyUSB0); empty for none."""
    barcode_scanner: str = ""
    """Serial line of a barcode scanner; empty for none, and for one that types like a keyboard."""
    clock_file: str = ""
    """Clock offset file; demonstration only."""


def load_settings(folder: Path) -> Settings:
    """Read the settings; a missing file means those of a new machine.

    Raises:
        SettingsFailure: settings.damaged.
    """
    try:
        return msgspec.json.decode((folder / NAME).read_bytes(), type=Settings)
    except FileNotFoundError:
        return Settings()
    except (msgspec.DecodeError, UnicodeDecodeError) as failure:
        raise SettingsFailure("settings.damaged", FailureKind.BROKEN, name=NAME) from failure


def save_settings(folder: Path, settings: Settings) -> None:
    """Write the settings so that a crash leaves either the old file or the new one."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / (NAME + ".part")
    with part.open("wb") as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(settings)))
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(folder / NAME)
