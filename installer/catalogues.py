"""Compile the message catalogues: every .po under resources/i18n gets its .mo beside it."""

from __future__ import annotations

from pathlib import Path

import polib

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "i18n"


def compile_all(folder: Path = FOLDER) -> list[Path]:
    """Write each .mo whose bytes would change; return those written."""
    written = []
    for source in sorted(folder.rglob("*.po")):
        target = source.with_suffix(".mo")
        compiled = polib.pofile(str(source)).to_binary()
        if not target.exists() or target.read_bytes() != compiled:
            target.write_bytes(compiled)
            written.append(target)
    return written


if __name__ == "__main__":
    for path in compile_all():
        print(path.relative_to(FOLDER))
