"""`tasks.py dist`: the packages of window and centre, and what a release says of itself, in dist/.

    --twice   build it a second time elsewhere: every file must be the same to the bit
    --try     try it in a bare Debian (root, a Debian mirror; minutes), and write down what ran
    --older   the window's package for desktops with glibc 2.28 instead, into dist/glibc-2.28/
    --python  the interpreter that is frozen; for --older one that was built on such a system

Standard library only.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from installer.shipping import centre, deb, evidence, freeze, older, symbols, trial, window

WORK = freeze.ROOT / "build" / "shipping"
OUT = freeze.ROOT / "dist"
INSTALLED_MAX = 320 * 2**20
PACKAGE_MAX = 125 * 2**20
_SHOWN = 12
_SCHEMA = "sync/server/db/migrations/versions"


def main(arguments: list[str] | None = None) -> int:
    """Build a release; returns the exit code."""
    parser = argparse.ArgumentParser(prog="tasks.py dist", description=__doc__)
    parser.add_argument("--twice", action="store_true")
    parser.add_argument("--try", action="store_true", dest="attempt")
    parser.add_argument("--older", action="store_true")
    parser.add_argument("--python", type=Path)
    options = parser.parse_args(arguments)
    OUT.mkdir(exist_ok=True)
    if options.older:
        return _older(options.python)
    python = options.python or _system()
    frozen, inside = _build(python, WORK / "one", OUT)
    tools = freeze.environment(python, WORK / "evidence", ("evidence.txt",))
    bill = evidence.parts_list(tools, inside, frozen)
    evidence.judge(bill["components"])
    glibc = _symbols(frozen, OUT)
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


def _system() -> Path:
    return freeze.NEUTRAL if freeze.NEUTRAL.exists() else Path(sys.executable)


def _symbols(frozen: Path, out: Path) -> str:
    """Write down which file asks for which C library; return the newest."""
    found = symbols.needs(frozen)
    (out / "symbols.txt").write_text(symbols.table(found), "utf-8")
    above = older.hindering(found)
    trial.console(f"{len(found)} ELF files; newer than glibc {older.FLOOR}: {len(above)}")
    for need in above[:_SHOWN]:
        trial.console(f"  glibc {need.newest['GLIBC']}  {need.file}")
    return symbols.newest(found)


def _older(given: Path | None) -> int:
    """Build the window for older desktops; without a Python of theirs only say what hinders."""
    python = given or older.vendored(WORK / "vendored")
    work, out = WORK / "older", OUT / f"glibc-{older.FLOOR}"
    frozen, _ = _frozen(python or _system(), work, older.PARTS)
    out.mkdir(exist_ok=True)
    glibc = _symbols(frozen, out)
    if symbols.ordered(glibc) > symbols.ordered(older.FLOOR):
        trial.console(f"no package: it asks for glibc {glibc}")
        if python is None:
            trial.console(older.missing())
        return 1
    window.tree(frozen, work / "window")
    control = window.control(freeze.version(), older.LIBC)
    deb.build(work / "window", control, out / _name(window.PACKAGE), freeze.moment())
    trial.console(f"{out / _name(window.PACKAGE)} for glibc {older.FLOOR} and newer")
    return 0


def _name(package: str, version: str = "") -> str:
    return f"{package}_{version or freeze.version()}_amd64.deb"


def _build(python: Path, work: Path, out: Path) -> tuple[Path, Path]:
    """Build both packages from nothing; return the frozen window and what it was frozen with."""
    frozen, inside = _frozen(python, work, freeze.PARTS)
    window.tree(frozen, work / "window")
    centre.tree(python, work / "centre")
    for folder, control in (
        (work / "window", window.control(freeze.version())),
        (work / "centre", centre.control(freeze.version())),
    ):
        deb.build(folder, control, out / _name(control.name), freeze.moment())
    return frozen, inside


def _frozen(python: Path, work: Path, parts: tuple[str, ...]) -> tuple[Path, Path]:
    """Freeze the window with the parts of these locks; return it and what it was frozen with."""
    source = work / "source"
    freeze.copy_source(source)
    inside = freeze.environment(python, work / "environment", parts)
    freeze.bring(inside, source)
    return freeze.freeze(inside, source, work / "frozen"), inside


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
    said, moment = window.control(later), freeze.moment()
    deb.build(WORK / "newer", said, newer, moment, level=deb.UNPRESSED)
    former = _former(WORK / "former")
    with (OUT / "TRIAL.txt").open("w", encoding="utf-8") as file:

        def tell(text: str) -> None:
            trial.console(text)
            file.write(text + "\n")
            file.flush()

        package = OUT / _name(window.PACKAGE)
        channel = _channel(inside, WORK / "channel", (package, newer))
        root = trial.Root(WORK / "debian", tell)
        try:
            root.make()
            trial.attempt_centre(root, former, OUT / _name(centre.PACKAGE))
            trial.attempt_window(root, package, channel)
        finally:
            root.end()


def _former(work: Path) -> Path:
    """Make the centre's package of the commit before the newest change of the schema."""
    said = ["git", "-C", str(freeze.ROOT)]
    adding = [*said, "log", "--diff-filter=A", "-1", "--format=%H", "--", _SCHEMA]
    commit = subprocess.run(adding, check=True, capture_output=True, text=True).stdout.strip()
    shutil.rmtree(work, ignore_errors=True)
    source = work / "source"
    source.mkdir(parents=True)
    packed = subprocess.run([*said, "archive", f"{commit}^"], check=True, capture_output=True)
    subprocess.run(["tar", "-x", "-C", source], input=packed.stdout, check=True)
    version = f"{freeze.version()}~former"
    centre.tree(_system(), work / "centre", source)
    package = work / _name(centre.PACKAGE, version)
    control, moment = centre.control(version), freeze.moment()
    deb.build(work / "centre", control, package, moment, level=deb.UNPRESSED)
    return package


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
