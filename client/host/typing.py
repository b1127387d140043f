"""Whether Chinese can be typed: which of Qt's plugins is asked, and whether it finds its bus.

ibus and fcitx5 write `<config>/ibus/bus/<machine>-<host>-<display>`: some lines of comment, the
address, the daemon's process number. WORKAROUND(Qt 6.11.3): the plugin reads the first 441 bytes
(measured), so below a home of more than some 70 characters the number is cut off, no bus is found,
and nothing but Latin letters can be typed, without a word. A file whose
daemon has ended counts for nothing.
"""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

READ = 441
BUNDLED = ("libcompose", "libibus")  # what PySide6's wheels bring, and so the package
_ADDRESS, _PID = b"IBUS_ADDRESS=", b"IBUS_DAEMON_PID="
_METHODS = frozenset({"fcitx", "fcitx5", "ibus"})


class Typing(StrEnum):
    """How the way to the input method stands."""

    GOOD = "good"
    LONG = "long"  # the bus is named beyond what the plugin reads
    OWN = "own"  # the system's own way, not by a bus file
    UNTOLD = "untold"  # no daemon that runs has written a bus file, or the desktop names no method


def input_module(
    wanted: str | None,
    bundled: Iterable[str] = BUNDLED,
    platform: str = "linux",
    modifiers: str = "",
) -> str | None:
    """Say what QT_IM_MODULE must become, None to leave it alone.

    PySide6 bundles only the compose, ibus and virtual keyboard plugins. With "fcitx" wanted, as
    its documentation advises, no Chinese could be typed at all; fcitx5 answers through its ibus
    front end (measured). A plugin of the system is never copied in: Qt's private ABI differs.
    On X11 Qt asks the compose plugin where nothing is wanted, and leaves XMODIFIERS unread, by
    which desktops name their method too.

    Args:
        wanted: the variable's value now.
        bundled: file stems found in plugins/platforminputcontexts.
        platform: `sys.platform`; other systems have input methods of their own.
        modifiers: XMODIFIERS of a session on X11, "" on any other.
    """
    if not platform.startswith("linux"):
        return None
    stems = " ".join(bundled)
    ibus = "ibus" if "ibus" in stems else None
    if not wanted:
        return ibus if modifiers.rpartition("@im=")[2] in _METHODS else None
    known = [name for name in wanted.split(";") if name in {"none", "xim"} or name in stems]
    return None if known else ibus


def modifiers_of(environment: Mapping[str, str]) -> str:
    """Return XMODIFIERS of a session on X11; a Wayland compositor has a way of its own: ""."""
    asked = environment.get("QT_QPA_PLATFORM", "")
    wayland = environment.get("WAYLAND_DISPLAY") and not asked.startswith("xcb")
    return "" if wayland else environment.get("XMODIFIERS", "")


def judged(written: bytes) -> Typing:
    """Judge a bus file by its bytes; pure.

    Returns:
        UNTOLD where it names no bus at all, LONG where address and process number do not both
        end within the first READ bytes, else GOOD.
    """
    named = {_ADDRESS: False, _PID: False}
    end, within = 0, True
    for line in written.splitlines(keepends=True):
        end += len(line)
        for key in named:
            if line.startswith(key):
                named[key] = True
                within = within and end - (len(line) - len(line.rstrip())) <= READ
    if not all(named.values()):
        return Typing.UNTOLD
    return Typing.GOOD if within else Typing.LONG


def typing_now(
    environment: Mapping[str, str] | None = None, platform: str = sys.platform
) -> Typing:
    """Look at the newest bus file of this user; blocking, never raises.

    Args:
        environment: variables, `os.environ` where None.
        platform: `sys.platform`.
    """
    values = os.environ if environment is None else environment
    if not platform.startswith("linux") or values.get("IBUS_USE_PORTAL"):
        return Typing.OWN
    wanted = values.get("QT_IM_MODULE")
    used = input_module(wanted, platform=platform, modifiers=modifiers_of(values)) or wanted
    if not used:
        return Typing.OWN if values.get("WAYLAND_DISPLAY") else Typing.UNTOLD
    if "ibus" not in used:
        return Typing.OWN
    home = Path(values.get("HOME") or "/")
    folder = Path(values.get("XDG_CONFIG_HOME") or home / ".config") / "ibus" / "bus"
    try:
        newest = max(folder.iterdir(), key=lambda each: each.stat().st_mtime)
        written = newest.read_bytes()[: 4 * READ]
        return judged(written) if _runs(written) else Typing.UNTOLD
    except (OSError, ValueError):
        return Typing.UNTOLD


def _runs(written: bytes) -> bool:
    """Say whether the daemon that wrote a bus file is still there, as the plugin asks too."""
    number = written.partition(_PID)[2].split(b"\n")[0].strip()
    return number.isdigit() and Path("/proc", number.decode()).exists()
