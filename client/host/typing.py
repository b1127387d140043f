"""Whether Chinese can be typed: what Qt's ibus plugin can read of the file that names the bus.

ibus and fcitx5 write `<config>/ibus/bus/<machine>-<host>-<display>`: some lines of comment, the
address, the daemon's process number. WORKAROUND(Qt 6.11.3): the plugin reads the first 441 bytes
(measured), so below a home of more than some 70 characters the number is cut off, no bus is found,
and nothing but Latin letters can be typed, without a word.
"""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

READ = 441
_ADDRESS, _PID = b"IBUS_ADDRESS=", b"IBUS_DAEMON_PID="


class Typing(StrEnum):
    """How the way to the input method stands."""

    GOOD = "good"
    LONG = "long"  # the bus is named beyond what the plugin reads
    OWN = "own"  # the system's own way, not by a bus file
    UNTOLD = "untold"  # no daemon has written a bus file


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
    wanted = values.get("QT_IM_MODULE", "ibus")
    if not platform.startswith("linux") or "ibus" not in wanted or values.get("IBUS_USE_PORTAL"):
        return Typing.OWN
    home = Path(values.get("HOME") or "/")
    folder = Path(values.get("XDG_CONFIG_HOME") or home / ".config") / "ibus" / "bus"
    try:
        newest = max(folder.iterdir(), key=lambda each: each.stat().st_mtime)
        return judged(newest.read_bytes()[: 4 * READ])
    except (OSError, ValueError):
        return Typing.UNTOLD
