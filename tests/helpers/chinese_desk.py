"""A desktop with one input method: screen, bus, home and method of its own, all ended together.

Each stage is begun when the one before can be seen to stand; nothing waits for a length of time.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
_TRIES = 2500
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


class ChineseDesk:
    """One desktop; make it by `chinese_desk`.

    Args:
        method: "fcitx5" or "ibus".
        wanted: what the desktop says in QT_IM_MODULE.
        home: an empty folder with a short path: Qt's plugin (6.11.3) reads the first 441 bytes of
            the file that holds the bus's address, and finds no bus where a home of more than some
            70 characters pushes the daemon's process number beyond them.
    """

    def __init__(self, method: str, wanted: str, home: Path) -> None:
        self._method, self._home = method, home
        self._started: list[subprocess.Popen[str]] = []
        self._told: list[str] = []
        folders = {f"XDG_{n}_HOME": str(home / n.lower()) for n in ("CONFIG", "CACHE", "DATA")}
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self._env = {
            **kept,
            **folders,
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={home}/bus",
            "GSETTINGS_BACKEND": "memory",
            "NO_AT_BRIDGE": "1",
            "QT_QPA_PLATFORM": "xcb",
            "QT_IM_MODULE": wanted,
            "PYTHONPATH": str(ROOT),
        }

    def start(self) -> None:
        """Bring everything up: at the end the field has the focus and the method listens to it."""
        read, write = os.pipe()
        screen = [
            "Xvfb",
            "-displayfd",
            str(write),
            "-screen",
            "0",
            "800x600x24",
            "-nolisten",
            "tcp",
        ]
        self._run(*screen, pass_fds=(write,))
        os.close(write)
        with os.fdopen(read) as number:
            self._env["DISPLAY"] = f":{number.readline().strip()}"
        rules = self._home / "bus.conf"
        rules.write_text(_BUS.format(home=self._home))
        self._run("dbus-daemon", f"--config-file={rules}", "--nofork", "--nopidfile")
        until((self._home / "bus").exists, _TRIES)
        {"fcitx5": self._start_fcitx5, "ibus": self._start_ibus}[self._method]()
        field = self._run(sys.executable, "-m", "tests.helpers.typing_app", stdout=subprocess.PIPE)
        threading.Thread(target=self._listen, args=(field,), daemon=True).start()
        self.wait_for("focus")
        {"fcitx5": self._choose_fcitx5, "ibus": self._choose_ibus}[self._method]()

    def press(self, *keys: str) -> None:
        """Press keys, as the keyboard would."""
        subprocess.run(["xdotool", "key", *keys], env=self._env, check=True)

    def wait_for(self, line: str, times: int = 1) -> None:
        """Return once the field has told a line that begins like this so many times.

        Raises:
            AssertionError: it never did; with everything that it told.
        """
        try:
            until(lambda: sum(told.startswith(line) for told in self._told) >= times, _TRIES)
        except AssertionError:
            raise AssertionError((line, times, self._told)) from None

    def end(self) -> None:
        """End all that was started here, and what those started; wait until it is gone."""
        for each in reversed(self._started):
            each.terminate()
        left = [each for each in psutil.process_iter() if self._is_ours(each)]
        for each in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.terminate()
        _, stubborn = psutil.wait_procs(left, timeout=10)
        for each in stubborn:
            each.kill()
        for each in self._started:
            each.wait()
            if each.stdout is not None:
                each.stdout.close()

    # ------------------------------------------------------------ methods

    def _start_fcitx5(self) -> None:
        profile = self._home / "config" / "fcitx5" / "profile"
        profile.parent.mkdir(parents=True)
        profile.write_text(_FCITX5)
        self._run("fcitx5", "--disable", "notificationitem,kimpanel,classicui")
        until(lambda: self._said("fcitx5-remote") in {"0", "1", "2"}, _TRIES)

    def _choose_fcitx5(self) -> None:
        def on() -> bool:
            self._said("fcitx5-remote", "-s", "pinyin")
            return self._said("fcitx5-remote", "-n") == "pinyin"

        until(on, _TRIES)

    def _start_ibus(self) -> None:
        off = ["--panel", "disable", "--emoji-extension", "disable"]
        self._run("ibus-daemon", *off)
        until(lambda: "libpinyin" in self._said("ibus", "list-engine", "--name-only"), _TRIES)

    def _choose_ibus(self) -> None:
        """The bus must know the field's context before it is given the engine."""
        until(lambda: "InputContext_" in self._asked_ibus("CurrentInputContext"), _TRIES)

        def on() -> bool:
            self._said("ibus", "engine", "libpinyin")
            return '"libpinyin"' in self._asked_ibus("GlobalEngine")

        until(on, _TRIES)

    def _asked_ibus(self, name: str) -> str:
        address = self._said("ibus", "address")
        return self._said(
            *("dbus-send", f"--bus={address}", "--print-reply", "--dest=org.freedesktop.IBus"),
            *("/org/freedesktop/IBus", "org.freedesktop.DBus.Properties.Get"),
            *("string:org.freedesktop.IBus", f"string:{name}"),
        )

    # ------------------------------------------------------------ processes

    def _run(self, *command: str, **more: object) -> subprocess.Popen[str]:
        log = (self._home / f"{Path(command[0]).name}.log").open("w")
        with log:
            started = subprocess.Popen(
                command,
                **{
                    "stdout": log,
                    "stderr": log,
                    "cwd": ROOT,
                    "env": self._env,
                    "text": True,
                    **more,
                },
            )
        self._started.append(started)
        return started

    def _said(self, *command: str) -> str:
        answer = subprocess.run(command, env=self._env, capture_output=True, text=True, check=False)
        return answer.stdout.strip()

    def _listen(self, field: subprocess.Popen[str]) -> None:
        for line in field.stdout:
            self._told.append(line.strip())

    def _is_ours(self, process: psutil.Process) -> bool:
        with contextlib.suppress(psutil.Error):
            return process.environ().get("HOME") == str(self._home)
        return False


@contextlib.contextmanager
def chinese_desk(method: str, wanted: str) -> Iterator[ChineseDesk]:
    """Give a desktop with this method, its field ready to be typed into."""
    with tempfile.TemporaryDirectory(prefix="ck", dir="/tmp") as home:
        desk = ChineseDesk(method, wanted, Path(home))
        try:
            desk.start()
            yield desk
        finally:
            desk.end()
