"""`tasks.py dist`: the window's package and what a release says of itself, in dist/.

    --twice   build it a second time elsewhere: every file must be the same to the bit
    --try     try it in a bare Debian (root, a Debian mirror; minutes), and write down what ran

Standard library only.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from installer.window import deb, evidence, freeze, trial

WORK = freeze.ROOT / "build" / "window"
OUT = freeze.ROOT / "dist"
INSTALLED_MAX = 320 * 2**20
PACKAGE_MAX = 125 * 2**20


def main(arguments: list[str] | None = None) -> int:
    """Build a release; returns the exit code."""
    parser = argparse.ArgumentParser(prog="tasks.py dist", description=__doc__)
    parser.add_argument("--twice", action="store_true")
    parser.add_argument("--try", action="store_true", dest="attempt")
    options = parser.parse_args(arguments)
    python = freeze.NEUTRAL if freeze.NEUTRAL.exists() else Path(sys.executable)
    OUT.mkdir(exist_ok=True)
    package = OUT / f"{deb.PACKAGE}_{freeze.version()}_amd64.deb"
    frozen, inside = _build(python, WORK / "one", package)
    tools = freeze.environment(python, WORK / "evidence", ("evidence.txt",))
    bill = evidence.parts_list(tools, inside, frozen)
    evidence.judge(bill["components"])
    glibc = evidence.newest_glibc(frozen)
    evidence.write(OUT, bill, glibc)
    size = sum(path.lstat().st_size for path in frozen.rglob("*") if path.is_file())
    for what, is_, most in (
        ("installed", size, INSTALLED_MAX),
        ("package", package.stat().st_size, PACKAGE_MAX),
    ):
        trial.console(f"{what}: {is_ / 2**20:.0f} MB (at most {most / 2**20:.0f})")
    trial.console(f"needs glibc {glibc}; {len(bill['components'])} parts, all licences allowed")
    if options.twice and not _same(python, frozen, package):
        return 1
    if options.attempt:
        _attempt(frozen, package)
    return 0


def _build(python: Path, work: Path, package: Path) -> tuple[Path, Path]:
    """Build the package from nothing; return the frozen folder and what it was frozen with."""
    source = work / "source"
    freeze.copy_source(source)
    inside = freeze.environment(python, work / "environment", freeze.PARTS)
    freeze.bring(inside, source)
    frozen = freeze.freeze(inside, source, work / "frozen")
    deb.tree(frozen, work / "tree", freeze.version())
    deb.build(work / "tree", package, freeze.moment())
    return frozen, inside


def _same(python: Path, frozen: Path, package: Path) -> bool:
    again = WORK / "again.deb"
    other, _ = _build(python, WORK / "two", again)
    differing = evidence.differences(frozen, other)
    for name in differing:
        trial.console(f"differs: {name}")
    same = not differing and again.read_bytes() == package.read_bytes()
    trial.console("built twice: the same to the bit" if same else "built twice: NOT the same")
    return same


def _attempt(frozen: Path, package: Path) -> None:
    newer = WORK / "newer.deb"
    deb.tree(frozen, WORK / "newer", f"{freeze.version()}+1")
    deb.build(WORK / "newer", newer, freeze.moment())
    log = OUT / "TRIAL.txt"
    with log.open("w", encoding="utf-8") as file:

        def tell(text: str) -> None:
            trial.console(text)
            file.write(text + "\n")
            file.flush()

        trial.attempt(WORK / "debian", package, newer, tell)


if __name__ == "__main__":
    sys.exit(main())
