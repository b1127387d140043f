"""SHA256SUMS of a folder that is shipped: written at the build, held against what is unpacked.

The installer's script holds the same file against what it wrote on the disk (window.nsi), so names
are ASCII with Windows' strokes, and lines end as Windows' do.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NAME = "SHA256SUMS"
LONGEST = 150
"""Of a name in the folder: with the program's own folder it stays below Windows' 260."""


class ManifestError(Exception):
    """A folder is not what its manifest says; names every file in question."""


def files_of(folder: Path) -> dict[str, Path]:
    """Return a folder's files by their names in it, with strokes forward, sorted; no manifest."""
    found = {
        path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()
    }
    found.pop(NAME, None)
    return dict(sorted(found.items()))


def write(folder: Path) -> None:
    """Write a folder's manifest into it.

    Raises:
        ManifestError: names that the installer's script cannot read, or Windows cannot hold.
    """
    files = files_of(folder)
    unfit = [name for name in files if not name.isascii() or len(name) > LONGEST or "$" in name]
    if unfit:
        raise ManifestError(f"names that cannot be installed: {', '.join(unfit)}")
    lines = [f"{_sha256(path)} *{name.replace('/', chr(92))}\r\n" for name, path in files.items()]
    (folder / NAME).write_text("".join(lines), "ascii", newline="")


def check(folder: Path) -> int:
    """Hold a folder against its manifest; return how many files it holds.

    Raises:
        ManifestError: what is missing, other than it was, or too much.
    """
    said = {}
    for line in (folder / NAME).read_text("ascii").splitlines():
        said[line[66:].replace("\\", "/")] = line[:64]
    files = files_of(folder)
    wrong = [f"missing: {name}" for name in said.keys() - files.keys()]
    wrong += [f"too much: {name}" for name in files.keys() - said.keys()]
    wrong += [
        f"changed: {name}"
        for name, path in files.items()
        if name in said and _sha256(path) != said[name]
    ]
    if wrong:
        raise ManifestError("; ".join(sorted(wrong)))
    return len(said)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
