"""How this window ended last time: in order, with its machine, or by itself.

A mark lies in the window's folder while it runs. Found at a start, it was left by a program that
did not end in order: with its machine when that was started anew since, else by itself. Where the
interpreter itself died, Python's faulthandler wrote down the places; those in our own files count.
What kind of page was open is noted beside it as the window goes, so that it is known afterwards.
Whoever asks a process to end (a desktop that logs out: SIGTERM, SIGHUP) ended it in order.
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import re
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from typing import TYPE_CHECKING, Literal

import msgspec

from client.host.bundle import places_in
from sync.typed import from_json

if TYPE_CHECKING:
    from io import TextIOWrapper
    from pathlib import Path

MARK, TRACE, TRAIL = "running.json", "died.txt", "where.txt"
_TRACE_LARGEST = 64 * 1024
_TRAIL_BYTES = 256
PAGE = re.compile(r"[a-z_]{0,32}(?:/[a-z_]{1,32})?")
"""A kind of page, and of step; nothing that names a case."""
_ASKED = ("SIGTERM", "SIGHUP")
_CAUSE = re.compile(r"(?:Fatal Python error|Windows fatal exception): ([A-Za-z0-9_ ]{1,60})")


class _Mark(msgspec.Struct, frozen=True):
    pid: int
    boot: str


@dataclass(frozen=True, slots=True)
class Ended:
    """An end that was not in order.

    Attributes:
        how: "machine": power cut or switched off; "program": it died by itself.
        places: where in our own files it was, the innermost first; () where nothing was written.
        cause: what the interpreter called it; "" where it was killed from outside.
        page: the kind of page that was open; "" where none was.
        said: Qt's last sentence, where that ended it.
    """

    how: Literal["machine", "program"]
    places: tuple[str, ...] = ()
    cause: str = ""
    page: str = ""
    said: str = ""


class Life:
    """One run of the window in its folder, from its start to its `close`.

    Args:
        folder: the window's own; made if absent.
        boot: names this start of the machine.

    Attributes:
        before: how the run before ended; None when in order, or when there was none.
    """

    def __init__(self, folder: Path, boot: str) -> None:
        self._mark = folder / MARK
        self._trace: TextIOWrapper | None = None
        self._trail: FileIO | None = None
        self._page = ""
        self._own = False
        self.before: Ended | None = None
        folder.mkdir(parents=True, exist_ok=True)
        found = _read(self._mark)
        if found is not None and found.boot == boot and _runs(found.pid):
            return  # another window over this folder: the mark is its own
        if found is not None:
            self.before = _ended(folder, "program" if found.boot == boot else "machine")
        with suppress(OSError):  # nobody is kept from work because the disk is full
            self._own = True
            self._mark.write_bytes(msgspec.json.encode(_Mark(os.getpid(), boot)))
            self._trace = (folder / TRACE).open("w", encoding="utf-8")
            faulthandler.enable(self._trace, all_threads=False)
            _on_asking(self._trace)
            self._trail = FileIO(folder / TRAIL, "w")

    def at(self, page: str) -> None:
        """Note the kind of page that is open, for a report of a death. Microseconds; any lane.

        Args:
            page: no more than its kind: whatever else it says is not written.
        """
        self._page = page if PAGE.fullmatch(page) else ""
        self._note("")

    def last_words(self, said: str) -> None:
        """Note why the process is about to end itself.

        Args:
            said: starred already (`client.host.bundle.plain`).
        """
        self._note(said)

    def _note(self, said: str) -> None:
        # One small write into the system's cache: it outlives the process, if not the machine.
        if self._trail is not None:
            words = f"{self._page}\n{said}".encode("ascii", "replace")[:_TRAIL_BYTES]
            with suppress(OSError, ValueError):
                self._trail.seek(0)
                self._trail.write(words.ljust(_TRAIL_BYTES))

    def close(self) -> None:
        """Say that this end is in order."""
        if not self._own:
            return
        self._own = False
        if self._trace is not None:
            faulthandler.disable()
            _on_asking(None)
            self._trace.close()
            self._trace = None
        if self._trail is not None:
            self._trail.close()
            self._trail = None
        with suppress(OSError):
            self._mark.unlink(missing_ok=True)


def _on_asking(trace: TextIOWrapper | None) -> None:
    """Have a request to end write where the process was, without a cause; None: no more."""
    if sys.platform != "win32":  # there windows are asked to close, and do
        for name in _ASKED:
            if trace is not None:
                faulthandler.register(
                    getattr(signal, name), file=trace, all_threads=False, chain=True
                )
            else:
                faulthandler.unregister(getattr(signal, name))


def _ended(folder: Path, how: Literal["machine", "program"]) -> Ended | None:
    trace = _text(folder / TRACE)
    causes = _CAUSE.findall(trace)  # Windows tells of some that it got over: the last ended it
    if how == "program" and trace.strip() and not causes:
        return None  # it was asked to
    page, _, said = _text(folder / TRAIL).partition("\n")
    return Ended(
        how,
        places_in(trace),
        causes[-1].strip() if causes else "",
        page if PAGE.fullmatch(page) else "",
        said.strip(),
    )


def _read(mark: Path) -> _Mark | None:
    try:
        return from_json(mark.read_bytes(), _Mark)
    except FileNotFoundError:
        return None
    except (OSError, ValueError):  # not JSON, or bytes that are no text
        return _Mark(0, "")  # cut short: the machine's end


def _runs(pid: int) -> bool:
    return pid not in {0, os.getpid()} and _alive(pid)


if sys.platform == "win32":
    _MAY_ASK, _DENIED, _STILL_ACTIVE = 0x1000, 5, 259  # winnt.h, winerror.h

    def _alive(pid: int) -> bool:
        """Ask the process: `os.kill(pid, 0)` would send it Ctrl-C there."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = ctypes.c_void_p
        found = ctypes.c_void_p(kernel.OpenProcess(_MAY_ASK, 0, pid))
        if found.value is None:
            return ctypes.get_last_error() == _DENIED
        code = ctypes.c_ulong()
        kernel.GetExitCodeProcess(found, ctypes.byref(code))
        kernel.CloseHandle(found)
        return code.value == _STILL_ACTIVE
else:

    def _alive(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except OSError:
            return True
        return True


def _text(trace: Path) -> str:
    try:
        with trace.open(encoding="utf-8", errors="replace") as stream:
            return stream.read(_TRACE_LARGEST)
    except OSError:
        return ""
