"""The window as a program that needs no Python on its machine: PyInstaller, a clean environment.

Standard library only: it makes the environment that everything else of the build runs in. Twice
the same source and the same locks give the same bytes: one moment for all dates, no random hashes,
no path of the checkout in what is made.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = ROOT / "installer" / "locks"
NEUTRAL = Path("/usr/bin/python3.11")  # its path in the libraries is the same on every machine
_ROOMS = ("client", "ui", "resources", "sync")
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "*.po", "*.pot", "server", "web")
PARTS = ("window.txt", "card-build.txt", "card.txt", "freeze.txt")  # of what is frozen
_MOMENT = 1_764_547_200  # for a source that no commit dates


def version() -> str:
    """Return the product's version, as pyproject.toml says it."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def moment() -> int:
    """Return the second that all dates of a build are set to: its commit's."""
    if shutil.which("git") is None:
        return _MOMENT
    answer = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    said = answer.stdout.strip()
    return int(said) if answer.returncode == 0 and said.isdecimal() else _MOMENT


def same_everywhere(**said: str) -> dict[str, str]:
    """Return the environment of a tool whose output is the same wherever it runs.

    None of the machine's own settings of Python: one of them had byte code written elsewhere, and
    a package went without.
    """
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    fixed = {"SOURCE_DATE_EPOCH": str(moment()), "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}
    return plain | fixed | said


def copy_source(folder: Path) -> None:
    """Copy what the window is made of, and nothing else that lies in the checkout."""
    shutil.rmtree(folder, ignore_errors=True)
    for room in _ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=_LEFT_OUT)
    shutil.copytree(ROOT / "installer" / "shipping", folder / "shipping", ignore=_LEFT_OUT)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy2(ROOT / name, folder / name)


def environment(python: str | Path, folder: Path, locks: Sequence[str]) -> Path:
    """Return the interpreter of an environment with the locked parts and no more.

    Args:
        python: the interpreter to make it with.
        folder: where it lies; made anew when a lock changed.
        locks: the lock files' names, in their order: one may need the one before to be built.
    """
    files = [LOCKS / name for name in locks]
    wanted = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    stamp, inside = folder / "locks.sha256", folder / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != wanted:
        subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
        for file in files:
            _install(inside, "--require-hashes", "-r", file)
        stamp.write_text(wanted)
    return inside


def bring(inside: Path, source: Path) -> None:
    """Install what `copy_source` made into an environment, in the place of what was there."""
    _install(inside, "--force-reinstall", source)


def freeze(inside: Path, source: Path, work: Path) -> Path:
    """Freeze the window; return the folder that holds its programs.

    Args:
        inside: the environment's interpreter.
        source: what `copy_source` made.
        work: where to build; emptied first.
    """
    shutil.rmtree(work, ignore_errors=True)
    fixed = same_everywhere(CHUANGKOU_ROOT=str(source), CHUANGKOU_VERSION=version())
    command: list[str | Path] = [inside, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    command += ["--distpath", work / "out", "--workpath", work / "parts"]
    subprocess.run(
        [*command, source / "shipping" / "window.spec"], env=fixed, cwd=source, check=True
    )
    return work / "out" / "chuangkou"


def _install(inside: Path, *what: str | Path) -> None:
    pip: list[str | Path] = [
        inside,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    pip += ["--no-deps"]
    tools = {
        **os.environ,
        "PATH": f"{inside.parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "CFLAGS": "-O2 -g0",  # else the folder that pip builds in stands in what the linker hashes
        "LDFLAGS": "-Wl,--build-id=none",
    }
    subprocess.run([*pip, "--no-build-isolation", *what], env=tools, check=True)
