"""The window, as it was packaged, worked by keys in its practice hall, on a desk with real typing.

    python3 -m installer.shipping.practice METHOD [--wanted MODULE] [--pictures DIR] -- COMMAND …

It starts and paints, a clerk logs in, an applicant's name is typed as pinyin and read back from the
clipboard as Chinese, a case is registered, its slip is printed into a PDF. The window is killed as
by a fault in a library: its next start finds the store again, and has a report of the death, which
waits for a person's word. Nothing of the product is imported: what can be seen on the screen, on
the clipboard and on the disk is all there is. Standard library only, no newer than Python 3.9.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from installer.shipping.desk import NeverHappenedError, desk, until

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from installer.shipping.desk import Desk

NAME, PINYIN = "你好", "nihao"
PIN = "123456"  # of every practice card, as the practice hall says itself
#: A number that nobody has: its birthday is in the sample's, its check digit holds (GB 11643).
IDENTITY, PHONE, ITEM = "110105199001010010", "13900000000", "spjy"
_LOOKS = 60  # a screen rests when it showed two pictures at most so many looks: a caret blinks
_SIZE = "1366x768"
_KEY_MS = "70"  # slower than a scanner, which the window would take the keys for


class Clerk:
    """Somebody at the desk who presses keys and looks at the screen.

    Args:
        desktop: the desk.
        command: what starts the window.
        pictures: where pictures of the stages go; None takes none.
    """

    def __init__(self, desktop: Desk, command: Sequence[str], pictures: Path | None) -> None:
        self._desk, self._command, self._pictures = desktop, command, pictures
        self._hall = desktop.home / "data" / "chuangkou" / "training"
        self._store = self._hall / "store" / "store.db"
        self._shown = 0
        self._window: subprocess.Popen[str] | None = None

    # ------------------------------------------------------------ eyes

    def quiet(self) -> set[int]:
        """Wait until the screen moves no more; returns the pictures that it shows in turn."""
        return set(self._looks())

    def blinks(self) -> bool:
        """Say whether a caret blinks on the screen that rests: a page that is busy has none."""
        looks = self._looks()
        return sum(looks[n] != looks[n - 1] for n in range(1, len(looks))) >= 2

    def _looks(self) -> list[int]:
        looks: list[int] = []

        def still() -> bool:
            looks.append(zlib.crc32(self._desk.screen()))
            return len(looks) >= _LOOKS and len(set(looks[-_LOOKS:])) <= 2

        until(still, "the screen never came to rest")
        return looks[-_LOOKS:]

    def sees(self, what: str, act: Callable[[], object]) -> None:
        """Do something, and wait until the screen shows something else and rests.

        Raises:
            NeverHappenedError: nothing changed; says what was done.
        """
        before = self.quiet()
        act()
        until(lambda: zlib.crc32(self._desk.screen()) not in before, what, 1500)
        self.quiet()
        self.keep(what)

    def keep(self, what: str) -> None:
        """Keep a picture of the screen."""
        if self._pictures is not None:
            self._shown += 1
            name = f"{self._shown:02}-{what.replace(' ', '-')}.xwd"
            (self._pictures / name).write_bytes(self._desk.screen())

    def copied(self) -> str:
        """Return what stands in the field with the focus, by way of the clipboard."""
        self._desk.press("ctrl+a", "ctrl+c")
        return self._desk.said("xclip", "-o", "-selection", "clipboard")

    # ------------------------------------------------------------ hands

    def open(self) -> None:
        """Start the window and wait for its door; the store must be there behind it."""
        self._window = self._desk.run(*self._command, "--training")
        search = ("xdotool", "search", "--onlyvisible", "--class", "chuangkou")
        until(lambda: self._desk.said(*search), "a window on the screen", 4500)
        until(lambda: self._store.exists() and self._store.stat().st_size, "a store", 4500)
        self.quiet()
        self._desk.said("xdotool", "windowfocus", self._desk.said(*search).split()[-1])
        self.quiet()
        self.keep("door")

    def close(self) -> None:
        """End the window as a session's end does; it must still run."""
        window = self._window
        if window is None or window.poll() is not None:
            raise NeverHappenedError("the window ended by itself")
        window.terminate()
        window.wait()

    def die(self) -> None:
        """Have the window die as by a fault in a library: nothing of its own runs any more."""
        window = self._window
        if window is None or window.poll() is not None:
            raise NeverHappenedError("the window ended by itself")
        window.send_signal(signal.SIGSEGV)
        window.wait()

    def report(self) -> str:
        """Return what the one report of a death holds; it must wait, and know the way there."""
        reports = self._hall / "crashes"
        until(lambda: list(reports.glob("*.json")), "a report of the death")
        (file,) = reports.glob("*.json")
        kept = json.loads(file.read_bytes())
        report = kept["report"]
        said = (kept["state"], report["kind"], report["build"], report["raised"][0]["name"])
        places = report["raised"][0]["places"]
        if said != ("waits", "died", "package", "Segmentation fault") or not places:
            raise NeverHappenedError(f"the report says {said}, {places}")
        return f"{said[3]} in {places[0]}, {len(report['versions'])} versions told; it waits"

    def type(self, text: str) -> None:
        """Type Latin letters and digits into the field with the focus."""
        typing = ["xdotool", "type", "--delay", _KEY_MS, text]
        subprocess.run(typing, env=self._desk.environment, check=True)

    def log_in(self) -> None:
        """Put the first practice card in as soon as there is a reader, and enter its PIN."""

        def asked() -> bool:
            self._desk.press("alt+1")
            return self.blinks()

        until(asked, "a field for the PIN", 60)
        self.sees("pin", lambda: self.type(PIN))
        self.sees("workbench", lambda: self._desk.press("Return"))

    def register(self) -> str:
        """Register a case; returns what the field of the name held when pinyin had been typed."""
        self.sees("form", lambda: self._desk.press("F2"))
        self.type(IDENTITY)
        if self.copied() != IDENTITY:
            raise NeverHappenedError("the first field does not hold what was typed")
        self.sees("name", lambda: self._desk.press("Tab"))
        self._desk.choose()
        for key in PINYIN:
            self._desk.press(key)
            self.quiet()  # not every method shows what is composed in the field
            self.keep(f"pinyin {key}")
        self.sees("chosen", lambda: self._desk.press("space"))
        name = self.copied()
        self._desk.release()
        self._desk.press("Tab")
        self.type(PHONE)
        self._desk.press("Tab")
        self.sees("item", lambda: self.type(ITEM))
        self.sees("found", lambda: self._desk.press("Return"))
        self.sees("confirmed", lambda: self._desk.press("ctrl+Return"))
        until(lambda: not self.blinks(), "the result's page", 60)
        self.keep("registered")
        return name

    def print_slip(self) -> Path:
        """Print what is shown into a file, by the system's own dialog; returns the file."""
        before = set(self._desk.home.glob("*.pdf"))
        self.sees("dialog", lambda: self._desk.press("ctrl+p"))
        self._desk.press("Return")
        until(lambda: set(self._desk.home.glob("*.pdf")) - before, "a printed file")
        (printed,) = set(self._desk.home.glob("*.pdf")) - before
        until(lambda: printed.read_bytes().rstrip().endswith(b"%%EOF"), "the end of the PDF")
        return printed


def practise(desktop: Desk, command: Sequence[str], pictures: Path | None) -> list[str]:
    """Work a window from its start to a printed slip; returns what was seen, a line each.

    Raises:
        NeverHappenedError: at the first thing that was not as it should be.
    """
    clerk = Clerk(desktop, command, pictures)
    clerk.open()
    clerk.log_in()
    clerk.sees("tour left", lambda: desktop.press("Escape"))
    seen = ["started, painted, logged in by a practice card"]
    name = clerk.register()
    if name != NAME:
        raise NeverHappenedError(f"{PINYIN} and a space became {name!r}, not {NAME}")
    seen.append(f"{PINYIN} and a space became {name}; a case was registered for it")
    printed = clerk.print_slip()
    seen.append(f"its slip was printed: {printed.name}, {printed.stat().st_size:,} bytes")
    clerk.die()
    clerk.open()
    seen.append(f"killed; the next start's report: {clerk.report()}")
    clerk.log_in()
    clerk.close()
    return [*seen, "started again: the store was opened"]


def main() -> int:
    """Read the command line and work; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("method", choices=("fcitx5", "ibus"))
    parser.add_argument("--wanted", help="what QT_IM_MODULE says; nothing where it is not given")
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    if options.pictures is not None:
        options.pictures.mkdir(parents=True, exist_ok=True)
    print(f"{options.method}, QT_IM_MODULE={options.wanted or '(not set)'}", flush=True)
    with desk(options.method, options.wanted, _SIZE) as desktop:
        try:
            for line in practise(desktop, options.command, options.pictures):
                print(line)
            doctor = shutil.which("chuangkou-doctor")
            if doctor is not None:
                print(*_of_typing(desktop.said(doctor, "--lang", "en")), sep="\n")
        except NeverHappenedError as error:
            print(f"failed: {error}")
            for log in sorted(desktop.home.glob("*.log")):
                print(f"{log.name}: {log.read_text(errors='replace')[-800:]}")
            if options.pictures is not None:
                (options.pictures / "failed.xwd").write_bytes(desktop.screen())
            return 1
    return 0


def _of_typing(told: str) -> list[str]:
    return [line for line in told.splitlines() if "Typing Chinese" in line]


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
