"""Scanners by WIA on Windows, through its automation objects in a PowerShell of their own.

Never run on Windows: here it is held to the same contract as SANE with a program in PowerShell's
place that speaks the script's side of the lines below. The script itself is untested. Makers that
offer TWAIN only are reached by the folder of their own program (`client.scan.watched`): their
drivers are 32-bit and no 64-bit process can load them.

Lines of the script, UTF-8: `device <id in base64> <name in base64> <1 with feeder>`,
`page <bytes in base64>`, `end <hexadecimal HRESULT>`.
"""

from __future__ import annotations

import base64
import binascii
import subprocess
import threading
from typing import TYPE_CHECKING

from client.app.ports.scan import ScanAsk, ScanDevice, ScanFailure
from sync.domain.failures import FailureKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

POWERSHELL = ("powershell.exe", "-NoProfile", "-NonInteractive", "-EncodedCommand")
SILENCE_S = 90  # a lamp warms up for a minute

# Property 3088 chooses the feeder (1) or the glass (2), 6147/6148 the resolution, 6146 the intent
# (1 colour, 2 grey); the long name is JPEG's format.
_HEAD = r"""
$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = [Text.Encoding]::ASCII
function Tell($line) { [Console]::Out.WriteLine($line) }
function B64($text) { [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($text)) }
$manager = New-Object -ComObject WIA.DeviceManager
"""
_LIST = (
    _HEAD
    + r"""
foreach ($info in $manager.DeviceInfos) {
  if ($info.Type -ne 1) { continue }
  $feeder = 0
  try { if ($info.Connect().Properties.Item('3086').Value -band 1) { $feeder = 1 } } catch {}
  $name = $info.Properties.Item('Name').Value
  Tell ('device {0} {1} {2}' -f (B64 $info.DeviceID), (B64 $name), $feeder)
}
Tell 'end 0'
"""
)
_SCAN = (
    _HEAD
    + r"""
$id = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('%(device)s'))
try {
  $found = @($manager.DeviceInfos | Where-Object { $_.DeviceID -eq $id })
  if ($found.Count -eq 0) { Tell 'end 80210005'; exit }
  $device = $found[0].Connect()
  try { $device.Properties.Item('3088').Value = %(source)d } catch {}
  do {
    $item = $device.Items(1)
    foreach ($pair in @(@('6146', %(intent)d), @('6147', %(dpi)d), @('6148', %(dpi)d))) {
      try { $item.Properties.Item($pair[0]).Value = $pair[1] } catch {}
    }
    $image = $item.Transfer('{B96B3CAE-0728-11D3-9D7B-0000F81EF32E}')
    Tell ('page ' + [Convert]::ToBase64String($image.FileData.BinaryData))
  } while (%(source)d -eq 1)
  Tell 'end 0'
} catch [Runtime.InteropServices.COMException] {
  Tell ('end {0:x8}' -f $_.Exception.ErrorCode)
} catch { Tell 'end 80210001' }
"""
)
# HRESULTs of WIA (wiadef.h).
_EMPTY = "80210003"
_ENDS = {
    _EMPTY: "scan.empty",
    "80210002": "scan.jammed",
    "80210004": "scan.jammed",
    "80210005": "scan.gone",
    "80210006": "scan.busy",
    "8021000a": "scan.gone",
    "8021000d": "scan.busy",
    "80210016": "scan.cover_open",
    "80070005": "scan.denied",
}


class WiaScanners:
    """Implements `Scanners`.

    Args:
        shell: PowerShell, to which a script in base64 is added.
        silence_s: a scanner from which nothing comes for so long is given up.
    """

    def __init__(self, shell: tuple[str, ...] = POWERSHELL, silence_s: float = SILENCE_S) -> None:
        self._shell = shell
        self._silence_s = silence_s
        self._guard = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._cancelled = False

    def devices(self) -> tuple[ScanDevice, ...]:
        """Return the scanners that WIA knows."""
        found = []
        for word, rest in self._lines(_LIST):
            if word == "device":
                name, label, feeder = rest.split(" ")
                found.append(ScanDevice(_text(name), _text(label), feeder=feeder == "1"))
        return tuple(found)

    def scan(self, ask: ScanAsk, tell: Callable[[int], None]) -> Iterator[bytes]:
        """Give the pages one by one; WIA's automation tells of no progress within a page."""
        self._cancelled = False
        return self._through(ask, tell)

    def _through(self, ask: ScanAsk, tell: Callable[[int], None]) -> Iterator[bytes]:
        script = _SCAN % {
            "device": base64.b64encode(ask.device.encode()).decode(),
            "source": 1 if ask.feeder else 2,
            "intent": 1 if ask.colour else 2,
            "dpi": ask.dpi,
        }
        count, end = 0, ""
        for word, rest in self._lines(script):
            if word == "page":
                count += 1
                tell(100)
                yield _bytes(rest)
            elif word == "end":
                end = rest.lower()
        if self._cancelled or end == "0" or (end == _EMPTY and count):
            return
        code = _ENDS.get(end, "scan.broken" if end else "scan.gone")
        raise ScanFailure(code, FailureKind.RETRIABLE)

    def cancel(self) -> None:
        """End the scan: WIA lets the device go with the process."""
        with self._guard:
            self._cancelled = True
            process = self._process
            self._process = None
        if process is not None:
            process.kill()

    def _lines(self, script: str) -> Iterator[tuple[str, str]]:
        with self._guard:
            try:
                process = self._process = subprocess.Popen(  # noqa: S603  our own script, no shell
                    [*self._shell, base64.b64encode(script.encode("utf-16-le")).decode()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    encoding="utf-8",
                    errors="replace",
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
            except OSError as cause:
                raise ScanFailure("scan.no_program", program=self._shell[0]) from cause
        silent = threading.Event()

        def give_up() -> None:
            silent.set()
            process.kill()

        try:
            with process:
                lines = iter(process.stdout or ())
                while (line := _next(lines, self._silence_s, give_up)) is not None:
                    word, _, rest = line.strip().partition(" ")
                    yield word, rest
            if silent.is_set():
                raise ScanFailure("scan.silent", FailureKind.RETRIABLE)
        except (OSError, ValueError) as cause:
            if not self._cancelled:
                raise ScanFailure("scan.gone", FailureKind.RETRIABLE) from cause
        finally:
            process.kill()
            with self._guard:
                self._process = None


def _next(lines: Iterator[str], limit_s: float, late: Callable[[], None]) -> str | None:
    """Return the next line, None at the end; a driver that hangs must not hold its lane for good.

    Args:
        lines: of a process.
        limit_s: seconds for which it may say nothing.
        late: called when they are over; it ends the process, and so the lines.
    """
    timer = threading.Timer(limit_s, late)
    timer.daemon = True
    timer.start()
    try:
        return next(lines, None)
    finally:
        timer.cancel()


def _text(word: str) -> str:
    return _bytes(word).decode("utf-8", "replace")


def _bytes(word: str) -> bytes:
    try:
        return base64.b64decode(word, validate=True)
    except (binascii.Error, ValueError):
        return b""
