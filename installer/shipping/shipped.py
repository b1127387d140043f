"""Which distributions went into a frozen program; run by the environment that it was frozen in.

    python shipped.py FOLDER

prints their names as a JSON array: those of which a module is in the programs' archives, or a
library in their folder.
"""

from __future__ import annotations

import json
import sys
from importlib import metadata
from pathlib import Path


def modules_of(folder: Path) -> set[str]:
    """Return the top-level modules of a frozen folder."""
    from PyInstaller.archive.readers import CArchiveReader  # noqa: PLC0415

    found: set[str] = set()
    for program in folder.iterdir():
        if program.is_file():
            archive = CArchiveReader(str(program)).open_embedded_archive("PYZ.pyz")
            found |= {name.partition(".")[0] for name in archive.toc}
    for library in folder.glob("lib-*/*"):
        found.add(library.name.partition(".")[0])
    return found


def main(folder: Path) -> None:
    """Print the distributions."""
    owners = metadata.packages_distributions()
    names = {name for module in modules_of(folder) for name in owners.get(module, ())}
    print(json.dumps(sorted(names)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
