"""What a setting of this machine may say. Pure: whether a file is there is asked elsewhere.

A system is named as `sys.platform` names it.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final

from client.app.failures import AppFailure

NAMES: Final = ("printer_a4", "printer_roll", "scanner")
LINES: Final = ("id_reader", "barcode_scanner")
PATHS: Final = ("camera_folder", "token_library")
TEXTS: Final = (*NAMES, *LINES, *PATHS)
LONGEST: Final = 400

_COM = re.compile(r"COM[1-9][0-9]{0,2}")
_DEV = re.compile(r"/dev(/[\w.:+-]+)+", re.ASCII)
_LIBRARY = re.compile(r"\.(so(\.[0-9]+)*|dylib)")
_DLL = re.compile(r"\.dll", re.IGNORECASE)


def checked(name: str, text: str, platform: str) -> str:
    """Return a setting as it is kept; "" means that there is none.

    Args:
        name: one of TEXTS.
        text: as typed or chosen.
        platform: of the machine that it is for.

    Raises:
        AppFailure: settings.unclear, settings.too_long, settings.not_a_line, settings.not_whole,
            settings.not_a_library.
    """
    kept = text.strip()
    if any(unicodedata.category(char).startswith("C") for char in kept):
        raise AppFailure("settings.unclear")
    if len(kept) > LONGEST:
        raise AppFailure("settings.too_long", longest=LONGEST)
    if not kept or name in NAMES:
        return kept
    if name in LINES:
        return _line(kept, platform)
    return _path(kept, platform, library=name == "token_library")


def _line(text: str, platform: str) -> str:
    """A serial line: COM3, or a device file below /dev."""
    windows = platform == "win32"
    text = text.upper() if windows else text
    climbs = ".." in PurePosixPath(text).parts
    if climbs or not (_COM if windows else _DEV).fullmatch(text):
        raise AppFailure("settings.not_a_line", example="COM3" if windows else "/dev/ttyUSB0")
    return text


def _path(text: str, platform: str, *, library: bool) -> str:
    """A whole path on this machine; a library is none that another machine holds."""
    windows = platform == "win32"
    path = PureWindowsPath(text) if windows else PurePosixPath(text)
    if not path.is_absolute() or ".." in path.parts:
        raise AppFailure("settings.not_whole")
    if not library:
        return str(path)
    ending = "".join(path.suffixes)
    fits = _DLL.search(path.suffix) if windows else _LIBRARY.search(ending)
    if path.drive.startswith("\\\\") or fits is None:
        raise AppFailure("settings.not_a_library")
    return str(path)
