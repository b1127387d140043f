"""Compile the message catalogues: every .po under resources/i18n gets its .mo beside it.

The handbook's table of codes is written from them, so running this module writes it too.
"""

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


def main() -> None:
    """Compile, and write the handbook anew: its table of codes says what the catalogues say."""
    written = compile_all()
    from installer import handbook  # noqa: PLC0415  (reads what was just compiled)

    for path in (*written, *handbook.write_all()):
        print(path.relative_to(FOLDER.parent.parent))


if __name__ == "__main__":
    main()
