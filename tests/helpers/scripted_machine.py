"""This machine, scripted: two printers, a scanner, a serial line; settings kept in memory."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from msgspec.structs import replace

from client.app.machine.checking import checked
from client.app.machine.settings import AT_START
from client.app.ports.counter import SerialLine
from client.app.ports.scan import ScanDevice
from client.app.rows.machine import MachineFound
from client.host.settings import Settings

if TYPE_CHECKING:
    from sync.domain.failures import Failure

FOUND = MachineFound(
    printers=("窗口三号 A4", "小票机"),
    lines=(SerialLine("/dev/ttyUSB0", "USB Serial"), SerialLine("/dev/ttyUSB1", "")),
    scanners=(ScanDevice("sane fi", "馈纸扫描仪", feeder=True),),
)


class ScriptedMachine:
    """Checks as the real one does, all but the disk."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.has = FOUND
        self.fail: Failure | None = None

    @property
    def waiting(self) -> tuple[str, ...]:
        return tuple(name for name in AT_START if getattr(self.settings, name))

    async def found(self) -> MachineFound:
        return self.has

    async def change(self, name: str, value: str) -> str:
        if self.fail is not None:
            raise self.fail
        kept = checked(name, value, sys.platform)
        self.settings = replace(self.settings, **{name: kept})
        return kept

    async def set_desktop_notice(self, *, on: bool) -> None:
        self.settings = replace(self.settings, desktop_notice=on)
