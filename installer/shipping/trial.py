"""The packages tried where nothing of ours is: a bare Debian 12 in a folder, made by debootstrap.

The system is booted, so that services start and stop as maintainers' scripts say. The window
installs, looks at itself without a screen, is worked by keys with both input methods, is replaced
by a newer package while its data stays, and goes without leaving a file; the centre of a former
version makes its database and is upgraded in its place. Needs root and a Debian mirror; what ran
and what came of it is written down as it happens. Standard library only.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from installer.shipping import centre, window

if TYPE_CHECKING:
    from collections.abc import Callable

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
_FOUNDED = r"""
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
"""
_ANSWERS = r"""
rm -f /tmp/page.html
for _ in $(seq 120); do
    curl --silent --fail --output /tmp/page.html http://127.0.0.1:8443/public/items && break
    sleep 1
done
grep -o '<title>[^<]*' /tmp/page.html
"""
_SCHEMA = (
    "python3 -c \"import sqlite3; print(*sqlite3.connect('/var/lib/chuangkou/centre.db')"
    ".execute('SELECT version_num FROM alembic_version').fetchone())\""
)
_PID = "systemctl show --property MainPID --value chuangkou-centre"
_TYPING = "dbus fcitx5 fcitx5-pinyin ibus ibus-libpinyin xclip"  # what a desktop brings
_DESKS = (("fcitx5", "fcitx"), ("fcitx5", ""), ("ibus", "ibus"))  # method, QT_IM_MODULE
_PLACE = "/srv/trial"  # what is brought in: the booted system has a /tmp of its own
_QUIET = """\
APT::Get::Assume-Yes "true";
APT::Install-Recommends "false";
Dpkg::Use-Pty "false";
quiet "2";
"""
_SOURCE = """\
{"source": "/media/stick", "trusted": "/media/stick/metadata/1.root.json"}
"""
#: What stands in docs/INSTALL.md and is typed here as it stands, by its section.
WINDOW = ("apt install ./chuangkou_0.1.0_amd64.deb", "chuangkou-doctor", "chuangkou")
UPDATES = (
    "chuangkou-update look",
    "chuangkou-update install",
    "chuangkou-update back",
    "chuangkou-update install --from /media/stick",
    "systemctl enable --now chuangkou-update.timer",
)
GOING = "apt purge chuangkou"
CENTRE = (
    "apt install ./chuangkou-centre_0.1.0_amd64.deb",
    "su -s /bin/sh chuangkou",
    "systemctl enable --now chuangkou-centre",
)
_HANDS = tuple(f"installer/shipping/{name}.py" for name in ("__init__", "desk", "practice"))
_BOOT_TRIES = 300
_UP = ("running", "degraded")


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
        self._booted: subprocess.Popen[bytes] | None = None

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
        """Fetch the system, boot it, and make a person to work in it."""
        shutil.rmtree(self._folder, ignore_errors=True)
        brings = "--include=systemd,systemd-sysv,dbus"
        self._done(["debootstrap", "--variant=minbase", brings, SUITE, str(self._folder)])
        shutil.copy2("/etc/resolv.conf", self._folder / "etc" / "resolv.conf")
        self.boot()
        self.inside(f"useradd --create-home {_USER}")
        self._write("etc/apt/apt.conf.d/90trial", _QUIET)
        self._write("etc/profile.d/trial.sh", "export LANG=en_US.UTF-8 LC_ALL=C.UTF-8\n")
        self.inside("apt update")

    def boot(self) -> None:
        """Boot the system; it shares this machine's network, and nothing else.

        Raises:
            TrialFailedError: its services are not up after a minute.
        """
        command = ["systemd-nspawn", "--register=no", "--keep-unit", "--resolv-conf=off", "--quiet"]
        with Path(f"{self._folder}.boot").open("wb") as said:
            self._booted = subprocess.Popen(
                [*command, "--directory", str(self._folder), "--boot"],
                stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
            )  # fmt: skip
        idle = threading.Event()
        for _ in range(_BOOT_TRIES):
            if self._first() and self._asked("systemctl", "is-system-running") in _UP:
                return
            idle.wait(0.2)
        self.end()
        raise TrialFailedError("the system did not boot")

    def end(self) -> None:
        """Power the system off."""
        if self._booted is None:
            return
        self._asked("systemctl", "poweroff")
        try:
            self._booted.wait(60)
        except subprocess.TimeoutExpired:
            self._booted.kill()
            self._booted.wait()
        self._booted = None

    def _first(self) -> str:
        """Return the number of the system's first process; "" before there is one."""
        number = "" if self._booted is None else str(self._booted.pid)
        try:
            return Path(f"/proc/{number}/task/{number}/children").read_text().split()[0]
        except (OSError, IndexError):
            return ""

    def _enter(self) -> list[str]:
        return ["nsenter", "--target", self._first(), "--mount", "--uts", "--ipc", "--pid", "--"]

    def _asked(self, *command: str) -> str:
        answer = subprocess.run(
            [*self._enter(), *command], capture_output=True, text=True, check=False
        )
        return answer.stdout.strip()

    def take(self, package: Path) -> str:
        """Bring a file in; returns its path inside."""
        place = self._folder / _PLACE[1:]
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy2(package, place / package.name)
        return f"{_PLACE}/{package.name}"

    def take_modules(self, *names: str) -> str:
        """Bring modules of this checkout in; returns the folder to import them from."""
        for name in names:
            there = self._folder / _PLACE[1:] / name
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(Path(__file__).resolve().parents[2] / name, there)
        return _PLACE

    def take_folder(self, folder: Path, place: str) -> None:
        """Bring a folder in, to an absolute place inside."""
        shutil.copytree(folder, self._folder / place[1:])

    def _write(self, name: str, text: str) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def settle(self, name: str, text: str) -> None:
        """Write a file of settings, as an administrator does by hand."""
        self.tell(f"root$ editor {name}")
        self._write(name[1:], text)

    def inside(self, command: str, *, user: str = "root", good: tuple[int, ...] = (0,)) -> str:
        """Run a shell command inside; returns what it printed.

        Raises:
            TrialFailedError: when it ends with a code that is not good.
        """
        whole = [*self._enter(), "su", "-", user, "-c", command]
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
    install, doctor, program = WINDOW
    look, update, back, from_stick, timer = UPDATES
    root.inside(f"apt install xvfb xauth xdotool {_TYPING}")
    hands = root.take_modules("installer/__init__.py", *_HANDS)
    before = root.files()
    root.take(package)
    root.inside(f"cd {_PLACE} && {install}")
    examined = root.inside(doctor, user=_USER, good=(0, 1))
    root.tell("\n".join(examined.splitlines()[:4]))
    shown = f"xvfb-run -a sh -c {shlex.quote(_SHOWN)}"
    root.inside(shown, user=_USER)
    for method, wanted in _DESKS:
        said = f" --wanted {wanted}" if wanted else ""
        worked = f"PYTHONPATH={hands} python3 -m installer.shipping.practice {method}{said}"
        root.tell(root.inside(f"{worked} -- {program}", user=_USER).strip())
    root.take_folder(channel, "/media/stick")
    root.settle("/etc/chuangkou/update.json", _SOURCE)
    root.tell(root.inside(look).strip())
    root.tell(root.inside(update).strip())
    root.inside(shown, user=_USER)
    root.tell(root.inside(back).strip())
    root.inside(doctor, user=_USER, good=(0, 1))
    root.tell(root.inside(from_stick).strip())
    root.inside(timer)
    root.inside(GOING)
    root.inside("systemctl is-active chuangkou-update.timer", good=(3, 4))
    root.inside(f"test -s {_DATA}/training/store/store.db")
    _gone(root, before, window.PACKAGE)


def attempt_centre(root: Root, former: Path, package: Path) -> None:
    """Try the centre's package: a former version serves, and this one takes its place.

    Its user, its service's walls, a database made; then dpkg alone stops the service, replaces it,
    has the schema changed and starts it again, and at the end takes it away but not the record.

    Args:
        root: the system.
        former: the package of a version before the newest change of the schema.
        package: this version's.

    Raises:
        TrialFailedError: at the first step that fails.
    """
    install, become, enable = CENTRE
    root.inside("apt install python3 curl ca-certificates openssl")
    before = root.files()
    root.inside(f"apt install {root.take(former)}")
    root.inside("systemd-analyze verify chuangkou-centre.service")
    judged = root.inside(
        "systemd-analyze security --offline=true --threshold=30 chuangkou-centre.service"
    )
    root.tell(judged.strip().splitlines()[-1])
    root.tell(root.inside(f"{become} -c {shlex.quote(_FOUNDED)}").strip())
    root.inside(enable)
    root.tell(root.inside(_ANSWERS).strip())
    served, schema = root.inside(_PID).strip(), root.inside(_SCHEMA).strip()
    root.take(package)
    root.inside(f"cd {_PLACE} && {install}")
    root.tell(root.inside(_ANSWERS).strip())
    serves, newer = root.inside(_PID).strip(), root.inside(_SCHEMA).strip()
    root.tell(f"the service: process {served}, then {serves}; the schema: {schema}, then {newer}")
    if serves in {"0", served} or newer <= schema:
        raise TrialFailedError("the service was not replaced, or its schema not changed")
    root.inside(f"apt purge {centre.PACKAGE}")
    root.inside("systemctl is-active chuangkou-centre", good=(3, 4))
    root.inside("test -s /var/lib/chuangkou/centre.db")
    _gone(root, before, centre.PACKAGE)


def _gone(root: Root, before: set[str], package: str) -> None:
    left = sorted(name for name in root.files() - before if package in name)
    root.tell("left behind: " + (", ".join(left) or "nothing of the program; the data stays"))
    if left:
        raise TrialFailedError("files were left behind")


def console(text: str) -> None:
    """Say what happens to the person at the terminal."""
    print(f"   {text}", file=sys.stderr, flush=True)
