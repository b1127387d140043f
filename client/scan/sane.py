"""Scanners by SANE on Linux, through its own program `scanimage`.

A process of its own, rather than python-sane in ours: a driver that crashes or hangs, and many do,
takes no window with it, and is ended by a signal. Pages lie for a moment in a folder that only this
person may read, in memory where the system has such a place, and are deleted as they are read.
"""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from client.app.ports.scan import ScanAsk, ScanDevice, ScanFailure
from sync.domain.failures import FailureKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_LIST_S = 30  # a network is asked for its scanners
_SILENCE_S = 90  # a lamp warms up for a minute
_END_S = 5
_PIPE = 65_536
_A4 = {"x": 210, "y": 297}
# SANE_Status as `scanimage` ends with it; 1 is its own word for a device that it cannot open.
_ENDS = {
    1: "scan.gone",
    3: "scan.busy",
    6: "scan.jammed",
    8: "scan.cover_open",
    9: "scan.gone",
    11: "scan.denied",
}
_THROUGH = (0, 7)  # the stack is through; with no page it was empty
_ABORTED = b"received signal"
_PERCENT = re.compile(rb"Progress: (\d+)")
_OPTION = re.compile(r"^\s+--?(source|mode|resolution|x|y) (.+?) (?:\[|\()", re.MULTILINE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_FEEDER = re.compile("feeder|adf", re.IGNORECASE)


class SaneScanners:
    """Implements `Scanners`.

    Args:
        program: the name or path of `scanimage`.
        env: its environment beside our own, e.g. SANE_CONFIG_DIR.
        silence_s: a scanner from which nothing comes for so long is given up.
    """

    def __init__(
        self,
        program: str = "scanimage",
        env: Mapping[str, str] | None = None,
        silence_s: float = _SILENCE_S,
    ) -> None:
        self._program = program
        self._silence_s = silence_s
        self._env = {**os.environ, "LC_ALL": "C", **(env or {})}
        self._guard = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._cancelled = threading.Event()

    def devices(self) -> tuple[ScanDevice, ...]:
        """Return what is there, each asked whether it has a feeder."""
        lines = self._answer("-f", "%d%t%v %m%n".replace("%t", "\t")).splitlines()
        found = []
        for line in lines:
            name, _, label = line.partition("\t")
            if name:
                sources = self._sources(name)
                feeder = any(_FEEDER.search(source) for source in sources)
                found.append(ScanDevice(name, label.strip() or name, feeder=feeder))
        return tuple(found)

    def scan(self, ask: ScanAsk, tell: Callable[[int], None]) -> Iterator[bytes]:
        """Give the pages one by one."""
        self._cancelled.clear()
        return self._through(ask, tell)

    def _through(self, ask: ScanAsk, tell: Callable[[int], None]) -> Iterator[bytes]:
        command = [self._program, *self._wanted(ask)]
        folder = Path(tempfile.mkdtemp(prefix="scan-", dir=_memory()))
        try:
            batch = [f"--batch={folder}/%06d.tif", "--batch-print", "--progress", "--format=tiff"]
            yield from self._pages([*command, *batch], tell)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def cancel(self) -> None:
        """End the scan; `scanimage` tells the device, and is killed if it does not end soon."""
        with self._guard:
            self._cancelled.set()
            process = self._process
        if process is not None and process.poll() is None:
            process.terminate()

    # ------------------------------------------------------------ inside

    def _pages(self, command: list[str], tell: Callable[[int], None]) -> Iterator[bytes]:
        process = self._started(command)
        count, said = 0, _Said(tell)
        try:
            if self._cancelled.is_set():  # while the device was asked what it can
                return
            for name in self._names(process, said):
                count += 1
                yield _taken(Path(os.fsdecode(name)))
            code = -1 if said.aborted else process.wait()
        finally:
            _end(process)
        if self._cancelled.is_set() or (count and code in _THROUGH):
            return
        told = (
            "scan.empty"
            if code in _THROUGH
            else _ENDS.get(code, "scan.gone" if code < 0 else "scan.broken")
        )
        raise ScanFailure(told, FailureKind.RETRIABLE)

    def _names(self, process: subprocess.Popen[bytes], said: _Said) -> Iterator[bytes]:
        """Give the names of the pages' files as `scanimage` prints them."""
        names = b""
        with selectors.DefaultSelector() as ready:
            for pipe in (process.stdout, process.stderr):
                if pipe is not None:
                    ready.register(pipe, selectors.EVENT_READ)
            while ready.get_map():
                events = ready.select(self._silence_s)
                if not events:
                    _end(process)
                    raise ScanFailure("scan.silent", FailureKind.RETRIABLE)
                for key, _ in events:
                    data = os.read(key.fd, _PIPE)
                    if not data:
                        ready.unregister(key.fileobj)
                    elif key.fileobj is process.stderr:
                        said.hear(data)
                    else:
                        *whole, names = (names + data).split(b"\n")
                        yield from whole

    def _started(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self._guard:
            try:
                self._process = subprocess.Popen(  # noqa: S603  our own arguments, no shell
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env=self._env,
                )
            except OSError as cause:
                raise ScanFailure("scan.no_program", program=self._program) from cause
            return self._process

    def _answer(self, *arguments: str) -> str:
        try:
            done = subprocess.run(  # noqa: S603  our own arguments, no shell
                [self._program, *arguments],
                capture_output=True,
                stdin=subprocess.DEVNULL,
                env=self._env,
                timeout=_LIST_S,
                check=False,
            )
        except subprocess.TimeoutExpired as cause:
            raise ScanFailure("scan.silent", FailureKind.RETRIABLE) from cause
        except OSError as cause:
            raise ScanFailure("scan.no_program", program=self._program) from cause
        return done.stdout.decode("utf-8", "replace")

    def _sources(self, device: str) -> tuple[str, ...]:
        """Return what a device takes pages from; () of one that does not answer.

        One that hangs hides no other; whoever scans with it is told.
        """
        try:
            return self._options(device).get("source", ())
        except ScanFailure:
            return ()

    def _options(self, device: str) -> dict[str, tuple[str, ...]]:
        """Return the values that a device offers for what we set; others are left to it."""
        text = self._answer("-d", device, "-A")
        return {name: tuple(values.split("|")) for name, values in _OPTION.findall(text)}

    def _wanted(self, ask: ScanAsk) -> list[str]:
        options = self._options(ask.device)
        wanted = ["-d", ask.device]
        sources = options.get("source", ())
        source = next((s for s in sources if bool(_FEEDER.search(s)) is ask.feeder), None)
        if source is not None:
            wanted.append(f"--source={source}")
        modes = options.get("mode", ())
        mode = next((m for m in modes if m.startswith("Color" if ask.colour else "Gray")), None)
        if mode is not None:
            wanted.append(f"--mode={mode}")
        if "resolution" in options:
            wanted.append(f"--resolution={_nearest(options['resolution'], ask.dpi)}")
        for side, millimetres in _A4.items():
            if side in options:
                wanted.extend((f"-{side}", str(_nearest(options[side], millimetres))))
        if not (ask.feeder and source is not None):
            wanted.append("--batch-count=1")
        return wanted


class _Said:
    """What `scanimage` says beside its pages: how far the present one is, and that it gives up.

    Ended by a signal of its own driver it still ends with 0, as if the stack were through.
    """

    def __init__(self, tell: Callable[[int], None]) -> None:
        self._tell = tell
        self._last = b""

    @property
    def aborted(self) -> bool:
        return _ABORTED in self._last

    def hear(self, data: bytes) -> None:
        self._last = (self._last + data)[-_PIPE:]
        for percent in _PERCENT.findall(data)[-1:]:
            self._tell(int(percent))


def _end(process: subprocess.Popen[bytes]) -> None:
    """See to it that a process is gone, with its pipes; quickly if it listens."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def _nearest(offered: tuple[str, ...], wanted: int) -> int:
    """Return the whole number that comes nearest: of a list, or of a range like 0..215.9mm."""
    numbers = [int(float(number)) for value in offered for number in _NUMBER.findall(value)]
    if not numbers:
        return wanted
    if len(offered) == 1 and ".." in offered[0]:
        return max(min(numbers), min(max(numbers), wanted))
    return min(numbers, key=lambda number: abs(number - wanted))


def _memory() -> str | None:
    """Return a folder of this person that lies in memory, or None for the system's own choice."""
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    return folder if folder and Path(folder).is_dir() else None


def _taken(path: Path) -> bytes:
    """Read a page and delete it; one that cannot be read is a page of nothing."""
    data = b""
    with contextlib.suppress(OSError):
        data = path.read_bytes()
        path.unlink()
    return data
