"""What a window says of updates: what runs, what is offered, why it waits. It changes nothing.

Root puts versions in, by hand or by a timer (ADR 027). The window looks with the account of whoever
sits at it, keeps what it saw of the channel in its own folder, and so refuses an older state, too.
Everything here that blocks runs on a thread of its own: a channel may be silent for half a minute.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from client.app.rows.updates import UpdateFound, UpdateStanding, UpdateTimer
from client.host.machine import versions
from client.updates.failures import UpdateFailure
from client.updates.source import SETTINGS, Source, read_source
from sync.domain.failures import Failure, FailureKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.updates.feed import Feed
    from client.updates.offer import Release

COMMAND: Final = "chuangkou-update"
STATE: Final = Path("/var/lib/chuangkou-update")  # root's; see client.updater
_TIMER: Final = "/org/freedesktop/systemd1/unit/chuangkou_2dupdate_2etimer"
_SYSTEMD: Final = "org.freedesktop.systemd1"
_ASK_S: Final = 5.0
_MICRO: Final = 1_000_000


class Updates:
    """Updates as one window sees them.

    Args:
        folder: where this window keeps its data.
        settings: what the machine's administrator wrote about the channel.
        state: what root keeps of updates.
    """

    def __init__(self, folder: Path, settings: Path = SETTINGS, state: Path = STATE) -> None:
        self._folder = folder
        self._settings = settings
        self._state = state
        self._given_up = threading.Event()

    async def standing(self) -> UpdateStanding:
        """Return what this machine has; never raises for what it is like."""
        return await asyncio.to_thread(self._standing)

    async def look(
        self, folder: Path | None = None, told: Callable[[int], None] = lambda _size: None
    ) -> UpdateFound:
        """Look what a channel offers; of one on a stick the package is read whole and verified.

        Args:
            folder: the channel's folder, None for the machine's own channel.
            told: told the bytes read so far, on another thread.

        Raises:
            UpdateFailure: of the channel; update.given_up after `give_up`.
        """
        self._given_up = given_up = threading.Event()
        read = 0

        def count(size: int) -> None:
            nonlocal read
            if given_up.is_set():
                raise UpdateFailure("update.given_up", FailureKind.RETRIABLE)
            read += size
            told(read)

        return await asyncio.to_thread(self._look, folder, count)

    def give_up(self) -> None:
        """End a look under way at its next piece."""
        self._given_up.set()

    # ------------------------------------------------------------ off the screen's lane

    def _standing(self) -> UpdateStanding:
        if sys.platform == "win32":  # its package is replaced by hand there
            return UpdateStanding(versions()["chuangkou"])
        from client.updates.keeping import Kept  # noqa: PLC0415  (where the page is opened only)
        from client.updates.machine import Machine  # noqa: PLC0415

        installed, source, former = "", "", ""
        with suppress(Failure, OSError):  # settings that nobody can read name no source
            source = read_source(self._settings).source
        with suppress(Failure):  # no dpkg: the program came without a package
            installed = Machine().present()
        may = _is_root() and shutil.which(COMMAND) is not None
        if may:
            kept = Kept(self._state / "kept").former(installed)
            former = "" if kept is None else kept.version
        return UpdateStanding(
            versions()["chuangkou"], installed, source, timer_now(), former, may_change=may
        )

    def _look(self, folder: Path | None, told: Callable[[int], None]) -> UpdateFound:
        if sys.platform == "win32":
            raise UpdateFailure("update.no_packages")
        from client.updates.machine import Machine  # noqa: PLC0415  (where the page is opened only)
        from client.updates.rule import hindrances  # noqa: PLC0415
        from client.updates.standing import read  # noqa: PLC0415

        feed = self._feed(folder, told)
        offered = feed.look().newest()
        if offered is None:
            return UpdateFound()
        size = 0 if folder is None else self._verified(feed, offered)
        machine, store = Machine(), self._folder / "store"
        standings = (read(store),) if (store / "store.db").exists() else ()
        try:
            present = machine.present() or versions()["chuangkou"]
        except UpdateFailure:
            present = versions()["chuangkou"]
        # This window is open and asks: one at least.
        found = hindrances(offered, present, machine.identity, windows=1, standings=standings)
        return UpdateFound(
            offered.version, offered.notes, tuple(each.value for each in found), size
        )

    def _feed(self, folder: Path | None, told: Callable[[int], None]) -> Feed:
        from client.updates.feed import Feed  # noqa: PLC0415  (its framework is not small)

        try:
            where = read_source(self._settings)
            if folder is not None:
                where = Source(str(folder), where.trusted)
            if not where.source:
                raise UpdateFailure("update.no_source", file=str(self._settings))
            trusted = Path(where.trusted).read_bytes()
            roots = Path(where.roots).read_text("ascii") if where.roots else ""
        except (OSError, UnicodeDecodeError) as error:
            raise UpdateFailure("update.no_root", FailureKind.REFUSED) from error
        return Feed(trusted, self._folder / "updates" / "seen", where.source, roots, told)

    def _verified(self, feed: Feed, offered: Release) -> int:
        """Read a package whole as its publisher signed it; nothing of it is kept."""
        fetched = self._folder / "updates" / "fetched"
        try:
            return feed.fetch(offered, fetched).stat().st_size
        finally:
            shutil.rmtree(fetched, ignore_errors=True)


def timer_now() -> UpdateTimer:
    """Ask the system when its timer of updates comes next; blocking, never raises."""
    state = _property("Unit", "ActiveState")
    if not state:
        return UpdateTimer()
    if state != 's "active"':
        return UpdateTimer("off")
    written = _property("Timer", "NextElapseUSecRealtime").removeprefix("t ")
    micro = int(written) if written.isdecimal() else 0
    known = 0 < micro < 2**63
    return UpdateTimer("on", datetime.fromtimestamp(micro / _MICRO, UTC) if known else None)


def _property(interface: str, name: str) -> str:
    """Return a property of the timer as busctl writes it, "" where nobody answers."""
    asked = (
        "busctl",
        "--system",
        "get-property",
        _SYSTEMD,
        _TIMER,
        f"{_SYSTEMD}.{interface}",
        name,
    )
    try:
        done = subprocess.run(  # noqa: S603  (our own words)
            asked,
            capture_output=True,
            text=True,
            timeout=_ASK_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0
