"""The package tried where nothing of ours is: a bare Debian 12 in a folder, made by debootstrap.

Installs, looks at itself without a screen, paints its window under Xvfb, is replaced by a newer
package while its data stays, and goes without leaving a file. Needs root and a Debian mirror; what
ran and what came of it is written down as it happens. Standard library only.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from installer.window.deb import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SUITE = "bookworm"
_USER = "clerk"
_DATA = f"/home/{_USER}/.local/share/chuangkou"
_PAINT_S = 90
_SHOWN = f"""\
export QT_QPA_PLATFORM=xcb
chuangkou --training & window=$!
timeout {_PAINT_S} xdotool search --sync --onlyvisible --class chuangkou >/dev/null || exit 3
for _ in $(seq {_PAINT_S}); do
    test -s {_DATA}/training/store/store.db && break
    sleep 1
done
test -s {_DATA}/training/store/store.db || exit 4
kill -0 $window || exit 5
kill $window; wait $window; exit 0
"""


class TrialFailedError(Exception):
    """A step did not do what it should; the log says which."""


class Root:
    """A bare system in a folder.

    Args:
        folder: where it lies; emptied first.
        tell: told every command and what came of it.
    """

    def __init__(self, folder: Path, tell: Callable[[str], None]) -> None:
        self._folder = folder
        self._tell = tell

    def make(self) -> None:
        """Fetch the system, and a person to work in it."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._done(["debootstrap", "--variant=minbase", SUITE, str(self._folder)])
        shutil.copy2("/etc/resolv.conf", self._folder / "etc" / "resolv.conf")
        self.inside(f"useradd --create-home {_USER}")

    def take(self, package: Path) -> str:
        """Bring a file in; returns its path inside."""
        shutil.copy2(package, self._folder / "tmp" / package.name)
        return f"/tmp/{package.name}"  # noqa: S108  (of a system that nobody else uses)

    def inside(self, command: str, *, user: str = "root", good: tuple[int, ...] = (0,)) -> str:
        """Run a shell command inside; returns what it printed.

        Raises:
            TrialFailedError: when it ends with a code that is not good.
        """
        whole = ["chroot", str(self._folder), "su", "-", user, "-c", command]
        return self._done(whole, said=f"{user}$ {command}", good=good)

    def _done(self, command: list[str], *, said: str = "", good: tuple[int, ...] = (0,)) -> str:
        self._tell(said or shlex.join(command))
        bare = {"PATH": os.environ["PATH"], "DEBIAN_FRONTEND": "noninteractive"}
        answer = subprocess.run(
            command,
            env=bare,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if answer.returncode not in good:
            self._tell(answer.stdout[-2000:])
            raise TrialFailedError(f"{said or command[0]} ended with {answer.returncode}")
        return answer.stdout


def attempt(folder: Path, package: Path, newer: Path, tell: Callable[[str], None]) -> None:
    """Try a package and the one that replaces it.

    Args:
        folder: for the system.
        package: the package.
        newer: the same program under a later version.
        tell: told what happens.

    Raises:
        TrialFailedError: at the first step that fails.
    """
    root = Root(folder, tell)
    root.make()
    quiet = "apt-get -qq -o Dpkg::Use-Pty=0 --no-install-recommends -y"
    root.inside(f"apt-get -qq update && {quiet} install xvfb xauth xdotool")
    before = _files(folder)
    root.inside(f"{quiet} install {root.take(package)}")
    tell(_first_lines(root.inside("chuangkou-doctor --lang en", user=_USER, good=(0, 1))))
    root.inside(f"xvfb-run -a sh -c {shlex.quote(_SHOWN)}", user=_USER)
    root.inside(f"{quiet} install {root.take(newer)}")
    root.inside(f"xvfb-run -a sh -c {shlex.quote(_SHOWN)}", user=_USER)
    root.inside(f"apt-get -qq -y purge {PACKAGE}")
    root.inside(f"test -s {_DATA}/training/store/store.db")
    left = sorted(name for name in _files(folder) - before if PACKAGE in name)
    tell("left behind: " + (", ".join(left) or "nothing of the program; the clerk's data stays"))
    if left:
        raise TrialFailedError("files were left behind")


def _files(folder: Path) -> set[str]:
    """Return the files of the system's own folders; people's homes are their own."""
    return {
        os.path.relpath(os.path.join(place, name), folder)  # noqa: PTH118  (a hundred thousand)
        for top in ("usr", "opt", "etc", "var/lib")
        for place, _, names in os.walk(folder / top)
        for name in names
        if "var/lib/dpkg" not in place and "var/lib/apt" not in place
    }


def _first_lines(text: str, most: int = 4) -> str:
    return "\n".join(text.splitlines()[:most])


def console(text: str) -> None:
    """Say what happens to the person at the terminal."""
    print(f"   {text}", file=sys.stderr, flush=True)
