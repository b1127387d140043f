"""`tasks.py dist`: the packages of window and centre, and what a release says of itself, in dist/.

    --twice   build it a second time elsewhere: every file must be the same to the bit
    --try     try it in a bare Debian (root, a Debian mirror; minutes), and write down what ran

Standard library only.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from installer.shipping import centre, deb, evidence, freeze, trial, window

WORK = freeze.ROOT / "build" / "shipping"
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
    frozen, inside = _build(python, WORK / "one", OUT)
    tools = freeze.environment(python, WORK / "evidence", ("evidence.txt",))
    bill = evidence.parts_list(tools, inside, frozen)
    evidence.judge(bill["components"])
    glibc = evidence.newest_glibc(frozen)
    evidence.write(OUT, bill, glibc)
    size = sum(path.lstat().st_size for path in frozen.rglob("*") if path.is_file())
    packed = (OUT / _name(window.PACKAGE)).stat().st_size
    for what, is_, most in (("installed", size, INSTALLED_MAX), ("package", packed, PACKAGE_MAX)):
        trial.console(f"the window, {what}: {is_ / 2**20:.0f} MB (at most {most / 2**20:.0f})")
    trial.console(f"needs glibc {glibc}; {len(bill['components'])} parts, all licences allowed")
    if options.twice and not _same(python, frozen):
        return 1
    if options.attempt:
        _attempt(frozen, inside)
    return 0


def _name(package: str, version: str = "") -> str:
    return f"{package}_{version or freeze.version()}_amd64.deb"


def _build(python: Path, work: Path, out: Path) -> tuple[Path, Path]:
    """Build both packages from nothing; return the frozen window and what it was frozen with."""
    source = work / "source"
    freeze.copy_source(source)
    inside = freeze.environment(python, work / "environment", freeze.PARTS)
    freeze.bring(inside, source)
    frozen = freeze.freeze(inside, source, work / "frozen")
    window.tree(frozen, work / "window")
    centre.tree(python, work / "centre")
    for folder, control in (
        (work / "window", window.control(freeze.version())),
        (work / "centre", centre.control(freeze.version())),
    ):
        deb.build(folder, control, out / _name(control.name), freeze.moment())
    return frozen, inside


def _same(python: Path, frozen: Path) -> bool:
    again = WORK / "again"
    again.mkdir(exist_ok=True)
    other, _ = _build(python, WORK / "two", again)
    differing = evidence.differences(frozen, other)
    differing += [
        name
        for name in (_name(window.PACKAGE), _name(centre.PACKAGE))
        if (again / name).read_bytes() != (OUT / name).read_bytes()
    ]
    for name in differing:
        trial.console(f"differs: {name}")
    trial.console("built twice: " + ("NOT the same" if differing else "the same to the bit"))
    return not differing


def _attempt(frozen: Path, inside: Path) -> None:
    later = f"{freeze.version()}.1"
    newer = WORK / _name(window.PACKAGE, later)
    window.tree(frozen, WORK / "newer")
    deb.build(WORK / "newer", window.control(later), newer, freeze.moment())
    with (OUT / "TRIAL.txt").open("w", encoding="utf-8") as file:

        def tell(text: str) -> None:
            trial.console(text)
            file.write(text + "\n")
            file.flush()

        root = trial.Root(WORK / "debian", tell)
        root.make()
        trial.attempt_centre(root, OUT / _name(centre.PACKAGE))
        package = OUT / _name(window.PACKAGE)
        channel = _channel(inside, WORK / "channel", (package, newer))
        trial.attempt_window(root, package, channel)


def _channel(inside: Path, folder: Path, packages: tuple[Path, ...]) -> Path:
    """Publish packages as a publisher does, with keys that are thrown away; return the channel."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    keys = {name: folder / f"{name}.pem" for name in ("one", "two", "three", "targets", "online")}

    def publish(*words: str | Path) -> None:
        """Run the publisher's command in the environment that has what it needs."""
        open_keys = {**os.environ, "CHUANGKOU_KEY_PASSPHRASE": ""}
        command = [inside, "-m", "installer.updates", *words]
        subprocess.run(command, cwd=freeze.ROOT, env=open_keys, check=True)

    for file in keys.values():
        publish("key", file)
    made = folder / "channel"
    hands = ("--targets", keys["targets"], "--online", keys["online"])
    publish("found", made, "--root", keys["one"], keys["two"], keys["three"], *hands)
    for package in packages:
        publish("add", made, package, *hands)
    return made


if __name__ == "__main__":
    sys.exit(main())
