"""Draw every screen: `python -m tests.helpers.gallery FOLDER [--language …] [--scale …] …`.

Without choices: Chinese, light, 100 %, straight into the folder. With several looks each gets a
folder of its own, named after it. Each look is drawn in a process of its own, since Qt takes the
screen's scale at its start.
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
from pathlib import Path

from tests.helpers.gallery.index import write_index
from tests.helpers.gallery.looks import Look, draw, sheets


def main() -> None:
    """Read the choices and draw."""
    options = _options()
    looks = [
        Look(language, mode, size, scale, screen)
        for language, mode, size, scale, screen in itertools.product(
            options.language, options.mode, options.size, options.scale, options.screen
        )
    ]
    if len(looks) == 1 and os.environ.get("QT_SCALE_FACTOR") == _factor(looks[0]):
        taken = draw(looks[0], options.folder, options.only, once=options.once, kind=options.kind)
        if options.sheets:
            across, down = (int(number) for number in options.sheets.split("x"))
            sheets(taken, options.folder, "sheet", across, down)
        return
    for look in looks:
        folder = options.folder if len(looks) == 1 else options.folder / look.name
        command = [sys.executable, "-m", "tests.helpers.gallery", str(folder)]
        command += ["--language", look.language, "--mode", look.mode, "--size", look.size]
        command += ["--scale", str(look.scale), "--screen", "x".join(map(str, look.screen))]
        command += ["--only", *options.only] if options.only else []
        command += ["--once"] if options.once else []
        command += ["--kind", options.kind]
        command += ["--sheets", options.sheets] if options.sheets else []
        scaled = {"QT_SCALE_FACTOR": _factor(look), "QT_QPA_PLATFORM": "offscreen"}
        subprocess.run(command, check=True, env={**os.environ, **scaled})
    if options.index:
        write_index(options.folder)


def _factor(look: Look) -> str:
    return str(look.scale / 100)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="gallery", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", nargs="+", default=["zh_CN"], choices=["zh_CN", "en"])
    parser.add_argument("--mode", nargs="+", default=["light"], choices=["light", "dark"])
    parser.add_argument(
        "--size", nargs="+", default=["normal"], choices=["normal", "large", "largest"]
    )
    parser.add_argument("--scale", nargs="+", type=int, default=[100], help="e.g. 100 150 200")
    parser.add_argument("--screen", nargs="+", type=_pixels, default=[(1366, 768)])
    parser.add_argument("--only", nargs="+", default=[], help="beginnings of screens' names")
    parser.add_argument("--once", action="store_true", help="each page once")
    parser.add_argument("--index", action="store_true", help="README.md beside the folder")
    parser.add_argument("--kind", default="png", choices=["png", "webp"])
    parser.add_argument("--sheets", default="", help="e.g. 2x3: sheets beside the pictures")
    return parser.parse_args()


def _pixels(written: str) -> tuple[int, int]:
    width, height = written.split("x")
    return int(width), int(height)


if __name__ == "__main__":
    main()
