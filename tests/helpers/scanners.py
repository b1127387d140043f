"""Devices without hardware: SANE's test backend, a program in PowerShell's place, a folder."""

from __future__ import annotations

import base64
import io
import sys
import textwrap
import threading
from typing import TYPE_CHECKING

from PIL import Image

from client.scan.sane import SaneScanners
from client.scan.watched import WatchedFolder
from client.scan.wia import WiaScanners

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAGES = 10  # as many sheets lie in the test backend's feeder


def jpeg(number: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (800, 1131), (number * 20 % 255, 200, 200)).save(out, "JPEG")
    return out.getvalue()


class Sane:
    """The real `scanimage` with SANE's test backend: feeder and faults without hardware."""

    stack = PAGES

    def __init__(self, folder: Path, **options: str) -> None:
        self.folder = folder
        config = folder / "sane.d"
        config.mkdir()
        (config / "dll.conf").write_text("test\n")
        lines = {"test-picture": '"Color pattern"', **options}
        (config / "test.conf").write_text("".join(f"{k} {v}\n" for k, v in lines.items()))
        self.memory = folder / "memory"
        self.memory.mkdir()
        self.env = {"SANE_CONFIG_DIR": str(config)}
        self.scanners = SaneScanners(env=self.env)

    def left_behind(self) -> list[Path]:
        return list(self.memory.iterdir())

    def slow(self) -> None:
        """Let every page take its time."""
        with (self.folder / "sane.d" / "test.conf").open("a") as conf:
            conf.write("read-delay true\nread-delay-duration 20000\n")


WIA = """
import base64, sys, time
script = base64.b64decode(sys.argv[-1]).decode("utf-16-le")
if "DeviceInfos)" in script and "Transfer" not in script:
    text = lambda words: base64.b64encode(words.encode()).decode()
    print("device", text("{6BDD1FC6}\\\\0001"), text("窗口扫描仪"), 1)
    print("end 0")
    sys.exit()
pages = open(PAGES).read().split()
if base64.b64encode("{6BDD1FC6}\\\\0001".encode()).decode() not in script:
    print("end 80210005")
    sys.exit()
count = len(pages) if "-eq 1)" in script and "while (1 -eq 1)" in script else 1
for page in pages[:count]:
    print("page", page, flush=True)
    time.sleep(float(open(SLOW).read()))
print(open(END).read() if count > 1 else "end 0")
"""


class Wia:
    """A program that reads the script and speaks its lines: WIA itself is on Windows only."""

    stack = PAGES

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        names = {name: folder / name.lower() for name in ("PAGES", "SLOW", "END")}
        names["PAGES"].write_text(
            "\n".join(base64.b64encode(jpeg(number)).decode() for number in range(PAGES))
        )
        names["SLOW"].write_text("0")
        names["END"].write_text("end 80210003")
        head = "".join(f"{name} = {str(path)!r}\n" for name, path in names.items())
        (folder / "shell.py").write_text(head + textwrap.dedent(WIA))
        self.scanners = WiaScanners((sys.executable, str(folder / "shell.py")))

    def left_behind(self) -> list[Path]:
        return []

    def slow(self) -> None:
        (self.folder / "slow").write_text("0.2")


class Camera:
    """A folder that a camera fills, picture by picture."""

    stack = 3

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "高拍仪"
        self.folder.mkdir()
        (self.folder / "昨天.jpg").write_bytes(jpeg(9))
        self.scanners = WatchedFolder(self.folder, look_s=0.02)
        self._number = 0

    def press(self) -> None:
        """Take a picture, written in two goes as slow programs do."""
        self._number += 1
        data, path = jpeg(self._number), self.folder / f"IMG_{self._number}.jpg"
        path.write_bytes(data)

    def left_behind(self) -> list[Path]:
        return []

    def slow(self) -> None:
        """It is as slow as the hand that presses."""


class Later:
    """Does something from another thread, as the screen's lane does."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._thread = threading.Thread(target=act, daemon=True)
        self._thread.start()

    def join(self) -> None:
        self._thread.join(60)
        assert not self._thread.is_alive()
