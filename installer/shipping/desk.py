"""A desktop with one input method: screen, bus, home and method of its own, all ended together.

Chinese typing is proved on it, from source by the tests and of the package in a bare system. Each
stage is begun when the one before can be seen to stand; nothing waits for a length of time.
Standard library only, and no newer than Python 3.9: it runs on old desktops too.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_STEP_S = 0.02
_TRIES = 2500
_END_TRIES = 500
#: Nobody is started by this bus: no accessibility, no settings' service, no second input method.
_BUS = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={home}/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
"""
_FCITX5 = """\
[Groups/0]
Name=Default
Default Layout=us
DefaultIM=pinyin
[Groups/0/Items/0]
Name=keyboard-us
Layout=
[Groups/0/Items/1]
Name=pinyin
Layout=
[GroupOrder]
0=Default
"""


class NeverHappenedError(AssertionError):
    """What was waited for did not come; says what."""


def until(happened: Callable[[], object], what: str, tries: int = _TRIES) -> None:
    """Return as soon as something is so.

    Raises:
        NeverHappenedError: it was not, asked that many times, a fiftieth of a second apart.
    """
    idle = threading.Event()
    for _ in range(tries):
        if happened():
            return
        idle.wait(_STEP_S)
    raise NeverHappenedError(what)


class Desk:
    """One desktop; make it by `desk`.

    Args:
        method: "fcitx5", "ibus", or "" for a desktop without one.
        wanted: what the desktop says in QT_IM_MODULE; None says nothing.
        home: an empty folder with a short path: Qt's plugin (6.11.3) reads the first 441 bytes of
            the file that holds the bus's address, and finds no bus where a home of more than some
            70 characters pushes the daemon's process number beyond them.
    """

    def __init__(self, method: str, wanted: str | None, home: Path) -> None:
        self._method, self.home = method, home
        self._started: list[subprocess.Popen[str]] = []
        folders = {f"XDG_{n}_HOME": str(home / n.lower()) for n in ("CONFIG", "CACHE", "DATA")}
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self.environment = {
            **kept,
            **folders,
            **({} if wanted is None else {"QT_IM_MODULE": wanted}),
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={home}/bus",
            "GSETTINGS_BACKEND": "memory",
            "NO_AT_BRIDGE": "1",
            "QT_QPA_PLATFORM": "xcb",
            "XMODIFIERS": f"@im={'fcitx' if method == 'fcitx5' else method or 'none'}",
        }

    def start(self, size: str = "800x600") -> None:
        """Bring up screen, bus and method; `choose` turns the method on."""
        read, write = os.pipe()
        screen = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24"]
        self.run(*screen, "-nolisten", "tcp", "-fbdir", str(self.home), pass_fds=(write,))
        os.close(write)
        with os.fdopen(read) as number:
            self.environment["DISPLAY"] = f":{number.readline().strip()}"
        rules = self.home / "bus.conf"
        rules.write_text(_BUS.format(home=self.home))
        self.run("dbus-daemon", f"--config-file={rules}", "--nofork", "--nopidfile")
        until((self.home / "bus").exists, "a session bus")
        if self._method:
            {"fcitx5": self._start_fcitx5, "ibus": self._start_ibus}[self._method]()

    def choose(self) -> None:
        """Turn pinyin on; the field to be typed into must have the focus."""
        {"fcitx5": self._choose_fcitx5, "ibus": self._choose_ibus}[self._method]()

    def release(self) -> None:
        """Turn pinyin off again."""
        off = {"fcitx5": ("fcitx5-remote", "-c"), "ibus": ("ibus", "engine", "xkb:us::eng")}
        self.said(*off[self._method])

    def screen(self) -> bytes:
        """Return what the screen shows: an X window dump (xwd)."""
        return (self.home / "Xvfb_screen0").read_bytes()

    def press(self, *keys: str) -> None:
        """Press keys, as the keyboard would."""
        subprocess.run(["xdotool", "key", *keys], env=self.environment, check=True)

    def said(self, *command: str) -> str:
        """Return what a command on this desktop printed."""
        answer = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False
        )
        return answer.stdout.strip()

    def run(
        self,
        *command: str,
        pass_fds: tuple[int, ...] = (),
        listened: bool = False,
        folder: Path | None = None,
        more: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[str]:
        """Start a program on this desktop; what it says goes to a file of its name in the home.

        Args:
            command: its name and words.
            pass_fds: open files that it inherits.
            listened: its output can be read from what is returned.
            folder: where it runs; the home where None.
            more: variables besides the desktop's.
        """
        with (self.home / f"{Path(command[0]).name}.log").open("w") as log:
            started = subprocess.Popen(
                command,
                stdout=subprocess.PIPE if listened else log,
                stderr=log,
                cwd=folder or self.home,
                env={**self.environment, **(more or {})},
                text=True,
                pass_fds=pass_fds,
            )
        self._started.append(started)
        return started

    def end(self) -> None:
        """End all that was started here, and what those started; wait until it is gone."""
        for each in reversed(self._started):
            each.terminate()
        for number in self._left():
            with contextlib.suppress(OSError):
                os.kill(number, signal.SIGTERM)
        try:
            until(lambda: not self._left(), "the desktop's end", _END_TRIES)
        except NeverHappenedError:
            for number in self._left():
                with contextlib.suppress(OSError):
                    os.kill(number, signal.SIGKILL)
        for each in self._started:
            each.wait()
            if each.stdout is not None:
                each.stdout.close()

    # ------------------------------------------------------------ methods

    def _start_fcitx5(self) -> None:
        profile = self.home / "config" / "fcitx5" / "profile"
        profile.parent.mkdir(parents=True)
        profile.write_text(_FCITX5)
        self.run("fcitx5", "--disable", "notificationitem,kimpanel,classicui")
        until(lambda: self.said("fcitx5-remote") in {"0", "1", "2"}, "fcitx5")

    def _choose_fcitx5(self) -> None:
        def on() -> bool:
            self.said("fcitx5-remote", "-s", "pinyin")
            named = self.said("fcitx5-remote", "-n")  # older ones (5.0) cannot say which
            return named == "pinyin" or (not named and self.said("fcitx5-remote") == "2")

        until(on, "pinyin of fcitx5")

    def _start_ibus(self) -> None:
        self.run("ibus-daemon", "--panel", "disable", "--emoji-extension", "disable")
        until(lambda: "libpinyin" in self.said("ibus", "list-engine", "--name-only"), "ibus")

    def _choose_ibus(self) -> None:
        """The bus must know the field's context before it is given the engine."""
        until(
            lambda: "InputContext_" in self._asked_ibus("CurrentInputContext"),
            "ibus knows of no field: the window did not reach it",
        )

        def on() -> bool:
            self.said("ibus", "engine", "libpinyin")
            return '"libpinyin"' in self._asked_ibus("GlobalEngine")

        until(on, "libpinyin of ibus")

    def _asked_ibus(self, name: str) -> str:
        address = self.said("ibus", "address")
        return self.said(
            *("dbus-send", f"--bus={address}", "--print-reply", "--dest=org.freedesktop.IBus"),
            *("/org/freedesktop/IBus", "org.freedesktop.DBus.Properties.Get"),
            *("string:org.freedesktop.IBus", f"string:{name}"),
        )

    # ------------------------------------------------------------ processes

    def _left(self) -> list[int]:
        """Return the processes whose home is this desktop's: those that daemons left, too."""
        for each in self._started:
            each.poll()
        ours = f"HOME={self.home}".encode()
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdecimal():
                with contextlib.suppress(OSError):
                    if ours in (folder / "environ").read_bytes().split(b"\0"):
                        found.append(int(folder.name))
        return found


@contextlib.contextmanager
def desk(method: str, wanted: str | None, size: str = "800x600") -> Iterator[Desk]:
    """Give a desktop with this method; all of it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="ck", dir="/tmp") as home:  # short
        made = Desk(method, wanted, Path(home))
        try:
            made.start(size)
            yield made
        finally:
            made.end()
