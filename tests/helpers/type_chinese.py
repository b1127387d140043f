"""Type pinyin with a real input method on a screen of its own; the last line is what came of it.

python -m tests.helpers.type_chinese fcitx5|ibus   (inside xvfb-run and dbus-run-session,
with a home of its own and the method named in QT_IM_MODULE)
"""

import contextlib
import queue
import subprocess
import sys
import threading
from pathlib import Path

from tests.helpers.waiting import until

PINYIN = "nihao"
TRIES = 2000
PATIENCE_S = 8
ATTEMPTS = 4
PROFILE = """\
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


def said(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def fcitx5(home):
    profile = home / ".config" / "fcitx5" / "profile"
    profile.parent.mkdir(parents=True)
    profile.write_text(PROFILE)

    def start():  # the first word to it starts it, by D-Bus
        until(lambda: said("fcitx5-remote") in {"0", "1", "2"}, TRIES)

    def switch():
        def on():
            subprocess.run(["fcitx5-remote", "-o"], check=True)
            subprocess.run(["fcitx5-remote", "-s", "pinyin"], check=True)
            return said("fcitx5-remote", "-n") == "pinyin"

        until(on, TRIES)

    return start, switch, ["fcitx5-remote", "-e"]


def ibus(_home):
    def start():
        subprocess.run(["ibus-daemon", "--daemonize", "--panel", "disable"], check=True)
        until(lambda: "libpinyin" in said("ibus", "list-engine", "--name-only"), TRIES)

    def switch():
        def on():
            subprocess.run(["ibus", "engine", "libpinyin"], check=False)
            return said("ibus", "engine") == "libpinyin"

        until(on, TRIES)

    return start, switch, ["ibus", "exit"]


def composed(told):
    """How many keys of the word were composed before it was quiet."""
    keys = 0
    with contextlib.suppress(queue.Empty):
        while keys < len(PINYIN):
            line = told.get(timeout=PATIENCE_S)
            keys += line.startswith("composing ") and line != "composing \n"
    return keys


def main(method):
    home = Path.home()
    start, switch, end = {"fcitx5": fcitx5, "ibus": ibus}[method](home)
    start()
    app = subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.typing_app"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert app.stdout.readline() == "ready\n"
        until(lambda: said("xdotool", "getwindowfocus") not in {"", "1"}, TRIES)
        switch()
        told = queue.Queue()
        reader = threading.Thread(target=lambda: [told.put(line) for line in app.stdout])
        reader.start()
        for _ in range(ATTEMPTS):  # a method that has only begun lets keys through
            subprocess.run(["xdotool", "key", "Escape", "ctrl+a", "Delete"], check=True)
            subprocess.run(["xdotool", "type", "--delay", "150", PINYIN], check=True)
            if composed(told) == len(PINYIN):
                break
        subprocess.run(["xdotool", "key", "space"], check=True)
        line = told.get(timeout=PATIENCE_S)
        while line.isascii() or not line.startswith("typed"):
            line = told.get(timeout=PATIENCE_S)
        sys.stdout.write(line)
    finally:
        app.terminate()
        app.wait()
        subprocess.run(end, check=False)


if __name__ == "__main__":
    main(sys.argv[1])
