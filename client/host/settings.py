"""What this machine is set to: known before any card is in, so nothing here may be secret.

What is known only with the store open (the device's identity, a person's drafts) is in the store.
A hall that sets its machines alike lays a file of the same form where none but administrators write
(`PRESET`); what a machine's own file says stands above it.
"""

from __future__ import annotations

import codecs
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from sync.domain.failures import Failure, FailureKind
from sync.typed import from_json, from_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "window.json"


def _preset() -> Path:
    """Return where the hall's file lies; on Windows the installer noted it (`/CONFIG=`)."""
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415  (there is none elsewhere)

        view = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"Software\Chuangkou", 0, view) as key:
                return Path(winreg.QueryValueEx(key, "Settings")[0])
        except OSError:  # it was not installed: beside its Python
            return Path(sys.executable).parent / NAME
    return Path("/etc/chuangkou") / NAME


PRESET = _preset()
"""What the hall's administrators set for all of a machine's windows; none need be there."""


class SettingsFailure(Failure):
    """settings.damaged: the file is there and is not ours to guess at; settings.no_roots."""


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
    printer_a4: str = ""
    """Printer that is chosen beforehand for A4; empty for the system's own choice."""
    printer_roll: str = ""
    """Printer that is chosen beforehand for slips of 80 mm; empty for the system's own choice."""
    scanner: str = ""
    """Scanner that is chosen beforehand; empty for the one that was used last."""
    desktop_notice: bool = True
    """Whether the desktop's own notice tells of an urge while the window is behind."""
    crash_notice: bool = True
    """Whether a report of a fault is offered; it is never sent unasked."""
    clock_file: str = ""
    """Clock offset file; demonstration only."""
    answered: tuple[str, ...] = ()
    """Steps of the first run that the hall has answered for all its machines: not asked."""


def load_settings(folder: Path, preset: Path = PRESET) -> Settings:
    """Read the settings; a missing file means those of a new machine.

    Args:
        folder: the window's own.
        preset: the hall's file; what the window's own says stands above it.

    Raises:
        SettingsFailure: settings.damaged, which of the two as `name`.
    """
    members = _members(preset) | _members(folder / NAME)
    try:
        return from_plain(members, Settings)
    except msgspec.ValidationError as failure:
        raise SettingsFailure("settings.damaged", FailureKind.BROKEN, name=NAME) from failure


def named_settings(folder: Path, preset: Path = PRESET) -> frozenset[str]:
    """Return the names of what either file says anything of, be it that there is none.

    Raises:
        SettingsFailure: settings.damaged.
    """
    return frozenset(_members(preset) | _members(folder / NAME))


def roots_of(settings: Settings) -> str:
    """Return the pinned root certificates, PEM; "" where no file of them is named.

    Raises:
        SettingsFailure: settings.no_roots: the file is not there, is let nobody read, or is no text
            of certificates.
    """
    if not settings.centre_ca:
        return ""
    file = Path(settings.centre_ca)
    try:
        return file.read_text("ascii")
    except (OSError, UnicodeDecodeError) as failure:
        raise SettingsFailure("settings.no_roots", FailureKind.BROKEN, name=file.name) from failure


def save_settings(folder: Path, settings: Settings) -> None:
    """Write the settings so that a crash leaves either the old file or the new one."""
    _write(folder, msgspec.json.encode(settings))


def change_settings(folder: Path, changes: Mapping[str, str | bool]) -> Settings:
    """Change members of the file and return what it says now; a newer version's members stay.

    What the command line says besides is not in the file, and so never gets there.

    Raises:
        SettingsFailure: settings.damaged.
        msgspec.ValidationError: a member does not take such a value.
        OSError: the file cannot be written.
    """
    load_settings(folder)
    members = _members(folder / NAME)
    members.update(changes)
    made = from_plain(members, Settings)
    _write(folder, msgspec.json.encode(members))
    return made


def _members(file: Path) -> dict[str, object]:
    """Return what a file of settings says, nothing where there is none."""
    try:
        # Windows' own editor sets a mark before the text, which is none of JSON's.
        written = file.read_bytes().removeprefix(codecs.BOM_UTF8)
        return from_json(written, dict[str, object])
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (msgspec.DecodeError, UnicodeDecodeError) as failure:
        raise SettingsFailure("settings.damaged", FailureKind.BROKEN, name=file.name) from failure


def _write(folder: Path, encoded: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / (NAME + ".part")
    with part.open("wb") as stream:
        stream.write(msgspec.json.format(encoded))
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(folder / NAME)
