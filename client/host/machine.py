"""What this machine is and has: versions, room on the disk, printers. Asked by the doctor only.

Nothing here names a person; printers are named by their owners and so never leave the machine.
"""

from __future__ import annotations

import os
import platform
import shutil
import stat
import subprocess
import sys
from functools import cache
from importlib import metadata
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGES = (
    "chuangkou",
    "PySide6-Essentials",
    "qasync",
    "httpx",
    "sqlcipher3",
    "cryptography",
    "pyscard",
    "typst",
    "pyHanko",
    "pypdfium2",
)
_PATIENCE_S = 5.0


@cache
def versions() -> Mapping[str, str]:
    """Return what runs here: system, Python, and our packages; "" for one that is not here.

    Reads the packages' papers once: 20 ms, so never first on the screen's lane.
    """
    found = {"system": f"{platform.system()} {platform.release()}", "machine": platform.machine()}
    found["python"] = platform.python_version()
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = ""
    return found


def free_bytes(folder: Path) -> int:
    """Return how much room is left where a folder is, or will be; raises OSError."""
    here = folder
    while not here.exists() and here != here.parent:
        here = here.parent
    return shutil.disk_usage(here).free


def printers() -> tuple[str, ...] | None:
    """Return the names of the printers that this system knows; None where nobody can be asked.

    Takes up to five seconds where a network is asked: never on the screen's lane.
    """
    command = _ASK_WINDOWS if sys.platform == "win32" else _ASK_CUPS
    program = shutil.which(command[0])
    if program is None:
        return None
    try:
        answer = subprocess.run(  # noqa: S603  a program of the system, nothing of anybody's in it
            [program, *command[1:]],
            capture_output=True,
            timeout=_PATIENCE_S,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    text = answer.stdout.decode(errors="replace")
    return tuple(line.strip() for line in text.splitlines() if line.strip())


_ASK_CUPS = ("lpstat", "-e")
# Without the first words names come in the console's code page, and Chinese ones as question marks.
_ASK_WINDOWS = (
    "powershell",
    "-NoProfile",
    "-Command",
    "[Console]::OutputEncoding = [Text.Encoding]::UTF8; Get-Printer | ForEach-Object Name",
)


def kept_by_administrator(path: Path) -> bool:
    """Say whether only this machine's administrator can have put a file there; raises OSError.

    Whoever may write there could have the window load whatever he likes. POSIX: the file, and every
    folder above it, is root's and nobody else may write. Windows: below the folders of programs or
    of the system, where the system lets only administrators write.
    """
    whole = path.resolve(strict=True)
    if sys.platform == "win32":
        return below_program_folders(str(whole), os.environ)
    return all(_only_roots(part.stat()) for part in (whole, *whole.parents))


def below_program_folders(path: str, environment: Mapping[str, str]) -> bool:
    """Say whether a whole Windows path lies below a folder that holds programs."""
    tops = (environment.get(name, "") for name in _PROGRAM_FOLDERS)
    return any(top and PureWindowsPath(path).is_relative_to(PureWindowsPath(top)) for top in tops)


def _only_roots(found: os.stat_result) -> bool:
    return found.st_uid == 0 and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


_PROGRAM_FOLDERS = ("ProgramFiles", "ProgramFiles(x86)", "ProgramW6432", "SystemRoot")
