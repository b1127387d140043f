"""The packages tried where nothing of ours is: a bare Debian 12 in a folder, made by debootstrap.

The window installs, looks at itself without a screen, paints under Xvfb, is replaced by a newer
package while its data stays, and goes without leaving a file; the centre makes its database and
answers. Needs root and a Debian mirror; what
ran and what came of it is written down as it happens. Standard library only.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from installer.shipping import centre, window

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
_APT = "apt-get -qq -o Dpkg::Use-Pty=0 --no-install-recommends -y"
_SERVED = r"""
cd /var/lib/chuangkou || exit 3
for name in ca one two; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null \
        -out $name.pem -days 9 -subj /CN=$name 2>/dev/null || exit 4
done
person() {
    printf '{"person":"p-%s","name":"%s","certificates":' $1 $1
    printf '{"9A":"%s.pem","9C":"%s.pem","9D":"%s.pem"}}' $1 $1 $1
}
printf '{"centre":"trial","name":"Trial","authorities":["ca.pem"],"administrators":[%s,%s]}' \
    "$(person one)" "$(person two)" > founding.json
chuangkou-centre found founding.json --data . --authority first.json || exit 5
chuangkou-centre serve --data . --port 8443 & centre=$!
for _ in $(seq 60); do
    curl --silent --fail --output page.html http://127.0.0.1:8443/public/items && break
    sleep 1
done
kill $centre; wait $centre
grep -o '<title>[^<]*' page.html
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
        self.tell = tell

    def files(self) -> set[str]:
        """Return the files of the system's own folders; people's homes are their own."""
        return {
            os.path.relpath(os.path.join(place, name), self._folder)  # noqa: PTH118  (so many)
            for top in ("usr", "opt", "etc", "var/lib")
            for place, _, names in os.walk(self._folder / top)
            for name in names
            if "var/lib/dpkg" not in place and "var/lib/apt" not in place
        }

    def make(self) -> None:
        """Fetch the system, and a person to work in it."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._done(["debootstrap", "--variant=minbase", SUITE, str(self._folder)])
        shutil.copy2("/etc/resolv.conf", self._folder / "etc" / "resolv.conf")
        self.inside(f"useradd --create-home {_USER}")
        self.inside("apt-get -qq update")

    def take(self, package: Path) -> str:
        """Bring a file in; returns its path inside."""
        shutil.copy2(package, self._folder / "tmp" / package.name)
        return f"/tmp/{package.name}"  # noqa: S108  (of a system that nobody else uses)

    def take_folder(self, folder: Path) -> str:
        """Bring a folder in; returns its path inside."""
        shutil.copytree(folder, self._folder / "tmp" / folder.name)
        return f"/tmp/{folder.name}"  # noqa: S108  (of a system that nobody else uses)

    def inside(self, command: str, *, user: str = "root", good: tuple[int, ...] = (0,)) -> str:
        """Run a shell command inside; returns what it printed.

        Raises:
            TrialFailedError: when it ends with a code that is not good.
        """
        whole = ["chroot", str(self._folder), "su", "-", user, "-c", command]
        return self._done(whole, said=f"{user}$ {command}", good=good)

    def _done(self, command: list[str], *, said: str = "", good: tuple[int, ...] = (0,)) -> str:
        self.tell(said or shlex.join(command))
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
            self.tell(answer.stdout[-2000:])
            raise TrialFailedError(f"{said or command[0]} ended with {answer.returncode}")
        return answer.stdout


def attempt_window(root: Root, package: Path, channel: Path) -> None:
    """Try the window's package, and its update by the channel, there and back.

    Args:
        root: the system.
        package: the package.
        channel: a channel of updates that offers a later version of the same program.

    Raises:
        TrialFailedError: at the first step that fails.
    """
    root.inside(f"{_APT} install xvfb xauth xdotool")
    before = root.files()
    root.inside(f"{_APT} install {root.take(package)}")
    examined = root.inside("chuangkou-doctor --lang en", user=_USER, good=(0, 1))
    root.tell("\n".join(examined.splitlines()[:4]))
    root.inside(f"xvfb-run -a sh -c {shlex.quote(_SHOWN)}", user=_USER)
    carried = root.take_folder(channel)
    update = f"--lang en --from {carried} --trusted {carried}/metadata/1.root.json"
    root.tell(root.inside(f"chuangkou-update install {update}").strip())
    root.inside(f"xvfb-run -a sh -c {shlex.quote(_SHOWN)}", user=_USER)
    root.tell(root.inside(f"chuangkou-update back {update}").strip())
    root.inside("chuangkou-doctor --lang en", user=_USER, good=(0, 1))
    root.inside(f"{_APT} purge {window.PACKAGE}")
    root.inside(f"test -s {_DATA}/training/store/store.db")
    _gone(root, before, window.PACKAGE)


def attempt_centre(root: Root, package: Path) -> None:
    """Try the centre's package: its user, its service's walls, a database made, an answer.

    The system in the folder has no manager of services running, so the service's own command is
    run as its user, and its unit is judged by systemd's own tool.

    Raises:
        TrialFailedError: at the first step that fails.
    """
    before = root.files()
    root.inside(f"{_APT} install python3 systemd curl ca-certificates")
    system = root.files()
    root.inside(f"{_APT} install {root.take(package)}")
    root.inside("systemd-analyze verify chuangkou-centre.service")
    judged = root.inside(
        "systemd-analyze security --offline=true --threshold=30 chuangkou-centre.service"
    )
    root.tell(judged.strip().splitlines()[-1])
    root.inside("install -d -o chuangkou -g chuangkou -m 700 /var/lib/chuangkou")
    served = f"su -s /bin/sh chuangkou -c {shlex.quote(_SERVED)}"
    root.tell(root.inside(served).strip())
    root.inside(f"{_APT} purge {centre.PACKAGE}")
    root.inside("test -s /var/lib/chuangkou/centre.db")
    _gone(root, system | before, centre.PACKAGE)


def _gone(root: Root, before: set[str], package: str) -> None:
    left = sorted(name for name in root.files() - before if package in name)
    root.tell("left behind: " + (", ".join(left) or "nothing of the program; the data stays"))
    if left:
        raise TrialFailedError("files were left behind")


def console(text: str) -> None:
    """Say what happens to the person at the terminal."""
    print(f"   {text}", file=sys.stderr, flush=True)
