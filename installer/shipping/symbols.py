"""Which versions of the system's libraries bundled files ask for, by objdump.

A program starts only where the C library has every symbol version that any of its files names, so
the newest of them decides which desktops it reaches: glibc 2.28 is UOS 20's, 2.31 Kylin V10 SP1's.
Standard library only.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SETS = ("GLIBC", "GLIBCXX", "CXXABI")
_NAMED = re.compile(r"\b(GLIBC|GLIBCXX|CXXABI)_([0-9]+(?:\.[0-9]+)+)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Need:
    """What one file asks for.

    Attributes:
        file: its path below the folder.
        newest: the newest version of each set that it names, by SETS' names.
    """

    file: str
    newest: dict[str, str]

    def above(self, floor: str) -> bool:
        """Say whether it would not load over a C library of this version."""
        return ordered(self.newest.get("GLIBC", "0")) > ordered(floor)


def ordered(version: str) -> tuple[int, ...]:
    """Return a version as it is compared: "2.5" comes before "2.28"."""
    return tuple(int(part) for part in version.split("."))


def newest_in(told: str) -> dict[str, str]:
    """Return the newest version of each set in what objdump -p told of one file; pure."""
    newest: dict[str, str] = {}
    for name, version in _NAMED.findall(told):
        if ordered(version) > ordered(newest.get(name, "0")):
            newest[name] = version
    return newest


def needs(folder: Path) -> list[Need]:
    """Look at every ELF file of a folder; those that ask for the newest C library come first.

    Raises:
        subprocess.CalledProcessError: objdump cannot read one.
    """
    found = []
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_file() or not _is_elf(path):
            continue
        told = subprocess.run(
            ["objdump", "-p", path], check=True, capture_output=True, text=True
        ).stdout
        found.append(Need(path.relative_to(folder).as_posix(), newest_in(told)))
    found.sort(key=lambda need: need.file)
    return sorted(found, key=lambda need: ordered(need.newest.get("GLIBC", "0")), reverse=True)


def newest(found: Sequence[Need], name: str = "GLIBC") -> str:
    """Return the newest version of a set that any file asks for; "" for none."""
    named = [need.newest[name] for need in found if name in need.newest]
    return max(named, key=ordered, default="")


def table(found: Sequence[Need]) -> str:
    """Return the files as lines: the newest version of each set that they ask for, and the name."""
    rows = [[need.newest.get(name, "-") for name in SETS] + [need.file] for need in found]
    return "".join(
        "  ".join(f"{cell:8}" for cell in row) + "\n" for row in [[*SETS, "file"], *rows]
    )


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"
