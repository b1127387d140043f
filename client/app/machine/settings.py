"""The settings of this machine as they stand, and changed one by one; each is kept at once.

Most are in force at once. Those that are read when the program starts say that they wait for it.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from client.app.failures import AppFailure
from client.app.machine.checking import LINES, checked
from client.app.rows.machine import MachineFound
from client.host.machine import kept_by_administrator, printers
from client.host.settings import change_settings
from sync.domain.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.app.ports.counter import Counter, SerialLine
    from client.app.ports.scan import ScanDevice
    from client.host.crashes import Crashes
    from client.host.lanes import Lanes
    from client.host.settings import Settings

AT_START: Final = ("camera_folder", "token_library")
"""What is read when the program starts."""

BROUGHT: Final = (
    "printer_a4",
    "printer_roll",
    "scanner",
    "camera_folder",
    "id_reader",
    "barcode_scanner",
    "token_library",
)
"""What a new machine would want of the one in whose place it stands."""


@dataclass(frozen=True, slots=True)
class MachineParts:
    """What the settings are about.

    Args:
        folder: where this window keeps its data, the settings among it.
        started: the settings that the window was started with.
        listen: makes the counter's devices from settings; None where none is named.
        lines: serial lines of this machine; blocking.
        scanners: devices that scan; blocking, seconds.
        printers: names of printers, None where nobody can be asked; blocking, seconds.
        named: the settings that say something already, in this window's file or the hall's.
        crashes: what became of faults; None: kept in `folder` from now on.
    """

    folder: Path
    started: Settings
    listen: Callable[[Settings], Counter | None]
    lines: Callable[[], Sequence[SerialLine]]
    scanners: Callable[[], Sequence[ScanDevice]]
    printers: Callable[[], Sequence[str] | None] = printers
    named: frozenset[str] = frozenset()
    crashes: Crashes | None = None


class Machine:
    """This machine's settings. Screen lane; files and devices are asked on others.

    Args:
        parts: what they are about.
        lanes: the window's threads.
        use: has the counter listen to other devices.
    """

    def __init__(
        self, parts: MachineParts, lanes: Lanes, use: Callable[[Counter | None], None]
    ) -> None:
        self._parts = parts
        self._lanes = lanes
        self._use = use
        self._now = parts.started
        self._one = asyncio.Lock()

    @property
    def settings(self) -> Settings:
        """Return the settings as they stand, what the command line says included."""
        return self._now

    @property
    def waiting(self) -> tuple[str, ...]:
        """Return the names of those that are in force only once the window is started anew."""
        return tuple(
            name
            for name in AT_START
            if getattr(self._now, name) != getattr(self._parts.started, name)
        )

    async def found(self) -> MachineFound:
        """Look what this machine has; seconds. What cannot be asked is said, never raised."""
        problem: Failure | None = None
        scanners: Sequence[ScanDevice] = ()
        named, lines = await asyncio.gather(
            asyncio.to_thread(self._parts.printers), asyncio.to_thread(self._parts.lines)
        )
        try:
            scanners = await self._lanes.scan.run(self._parts.scanners)
        except Failure as failure:
            problem = failure
        return MachineFound(
            printers=None if named is None else tuple(named),
            lines=tuple(lines),
            scanners=tuple(scanners),
            scan_problem=problem,
        )

    async def change(self, name: str, value: str) -> str:
        """Change one setting of text and keep it; returns it as kept.

        Args:
            name: one of `checking.TEXTS`.
            value: as typed or chosen, "" for none.

        Raises:
            AppFailure: as `checked`; settings.line_twice, settings.missing,
                settings.token_library_unsafe, settings.unwritten.
            SettingsFailure: settings.damaged.
        """
        kept = checked(name, value, sys.platform)
        if name in LINES and kept and kept == self._other_line(name):
            raise AppFailure("settings.line_twice")
        if name in AT_START and kept and kept != getattr(self._now, name):
            await self._lanes.crunch.run(_there, name, Path(kept))
        await self._keep(name, kept)
        if name in LINES:
            self._use(self._parts.listen(self._now))
        return kept

    async def bring(self, name: str, value: str) -> bool:
        """Keep a setting of a former machine where this one has none and takes it; say whether."""
        if name not in BROUGHT or getattr(self._now, name):
            return False
        with suppress(Failure):
            return bool(await self.change(name, value))
        return False

    async def set_desktop_notice(self, *, on: bool) -> None:
        """Keep whether the desktop tells of urges; raises as `change`."""
        await self._keep("desktop_notice", on)

    async def set_crash_notice(self, *, on: bool) -> None:
        """Keep whether reports of faults are offered; raises as `change`."""
        await self._keep("crash_notice", on)

    # ------------------------------------------------------------ inside

    async def _keep(self, name: str, value: str | bool) -> None:  # noqa: FBT001  (kept as it is)
        async with self._one:  # two changes at once would each write the file that it read
            if value == getattr(self._now, name):
                return
            try:
                folder = self._parts.folder
                await self._lanes.crunch.run(change_settings, folder, {name: value})
            except OSError as cause:
                raise AppFailure("settings.unwritten") from cause
            self._now = replace(self._now, **{name: value})

    def _other_line(self, name: str) -> str:
        (other,) = (each for each in LINES if each != name)
        line: str = getattr(self._now, other)
        return line


def _there(name: str, path: Path) -> None:
    """Refuse a file or folder that is not there, and a library that anybody may have put there."""
    library = name == "token_library"
    try:
        found = path.is_file() if library else path.is_dir()
        safe = not library or (found and kept_by_administrator(path))
    except OSError as cause:
        raise AppFailure("settings.missing") from cause
    if not found:
        raise AppFailure("settings.missing")
    if not safe:
        raise AppFailure("settings.token_library_unsafe")
