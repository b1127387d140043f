"""Reports of faults, kept on this machine until a person says what becomes of them (ADR 038).

One fault makes one report, however often it comes: a storm raises its count. Nothing here sends
anything, and nothing here ever raises: whoever reports a fault has one already.
"""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from client.host.crashing import (
    build,
    chain_of,
    died_at,
    fingerprint_of,
    known_versions,
    newest_lines,
    note_of,
    qt_words,
)
from client.host.ending import PAGE
from client.host.memory import resident_mb
from sync.proof.keys import new_id
from sync.protocol.crash_messages import CrashReport, Raised
from sync.protocol.limits import CRASH_MAX
from sync.typed import from_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from client.host.clock import Clock
    from client.host.ending import Life

KEPT_MOST = 20
"""Reports on one machine; the oldest that nobody released makes room."""
OF_ONE_RUN = 8
"""Different faults that one run reports: what comes after them comes of them."""
KEPT_DAYS = 30
_Kind: TypeAlias = Literal["error", "qt", "died"]
_FOLDER = "crashes"
_DAY_MS = 86_400_000
_log = logging.getLogger("chuangkou.crashes")


class Kept(msgspec.Struct, frozen=True):
    """A report, and how far it is: "waits" for a person's word, or "leaves" by it."""

    report: CrashReport
    state: Literal["waits", "leaves"] = "waits"


class Crashes:
    """The reports of one window; safe on any thread.

    Args:
        folder: the window's own; its logs lie in `logs` there.
        clock: this machine's.
        life: how the run before ended; where it is noted which page is open. None: nobody asks.

    Attributes:
        heard: called when a report is new, on whichever thread its fault was.
    """

    def __init__(self, folder: Path, clock: Clock, life: Life | None = None) -> None:
        self._folder, self._logs = folder / _FOLDER, folder / "logs"
        self._clock, self._life = clock, life
        self._began = clock.boot_ms()
        self._one = threading.RLock()
        self._made = 0
        self._unwritten: set[str] = set()
        self._page = ""
        self.heard: Callable[[], object] = _nobody
        self._kept = self._read()
        ended = None if life is None else life.before
        if ended is not None and ended.how == "program":
            self._page = ended.page
            self._add("died", died_at(ended.places, ended.cause), ended.said)
            self._page = ""

    # ------------------------------------------------------------ faults

    def at(self, page: str) -> None:
        """Note which kind of page is open."""
        self._page = page if PAGE.fullmatch(page) else ""
        if self._life is not None:
            self._life.at(self._page)

    def failed(self, error: BaseException, *, quietly: bool = False) -> None:
        """Report an error that nobody caught; quietly: whoever calls tells of it himself."""
        self._add("error", chain_of(error), "", quietly=quietly)

    def complained(self, text: str, *, fatal: bool) -> None:
        """Report what Qt calls critical; what ends the process is told at the next start."""
        said = qt_words(text)
        if not fatal:
            self._add("qt", [], said)
        elif self._life is not None:
            self._life.last_words(said)

    # ------------------------------------------------------------ kept reports

    def all(self) -> tuple[Kept, ...]:
        """Return every report, the newest first."""
        with self._one:
            kept = sorted(self._kept.values(), key=lambda each: -each.report.last)
            return tuple(kept)

    def annotate(self, id_: str, typed: str) -> Kept | None:
        """Keep what a person wrote to a report, as it may go; None where it is gone."""
        return self._change(id_, note=note_of(typed))

    def release(self, id_: str) -> Kept | None:
        """Let a report leave: a person said so."""
        return self._change(id_, leaves=True)

    def drop(self, id_: str) -> None:
        """Forget a report: thrown away, or the centre has it."""
        with self._one:
            self._kept.pop(id_, None)
            self._unwritten.discard(id_)
            with suppress(OSError):
                self._file(id_).unlink(missing_ok=True)

    def close(self) -> None:
        """Write what could not be written, and the counts as they are."""
        with self._one:
            for id_ in tuple(self._unwritten):
                self._write(self._kept[id_])

    # ------------------------------------------------------------ inside

    def _add(self, kind: _Kind, raised: list[Raised], said: str, *, quietly: bool = False) -> None:
        try:
            with self._one:
                new = self._counted(kind, raised, said)
        except Exception as error:  # noqa: BLE001  (a report of a fault must not be one more)
            _log.warning("a report could not be made: %s", type(error).__name__)
            return
        if new and not quietly:
            with suppress(Exception):
                self.heard()

    def _counted(self, kind: _Kind, raised: list[Raised], said: str) -> bool:
        """Count a fault that is known, else make its report; say whether it is new."""
        now = _ms(self._clock)
        mark = fingerprint_of(kind, raised, said)
        known = next((k for k in self._kept.values() if _same(k, mark)), None)
        if known is not None:
            count = min(known.report.count + 1, 1_000_000_000)
            self._hold(_with(known, count=count, last=max(now, known.report.first)))
            if count & (count - 1) == 0:  # 2, 4, 8 …: a storm writes a few times, not each time
                self._write(self._kept[known.report.id])
            return False
        if self._made >= OF_ONE_RUN:
            return False
        self._made += 1
        died = kind == "died"
        report = CrashReport(
            id=new_id(),
            kind=kind,
            fingerprint=mark,
            first=now,
            last=now,
            count=1,
            version=known_versions()["chuangkou"],
            build=build(),
            versions=known_versions(),
            page=self._page,
            raised=raised,
            said=said,
            memory_mb=0 if died else resident_mb(),
            uptime_s=0 if died else (self._clock.boot_ms() - self._began) // 1000,
            log=newest_lines(self._logs),
        )
        # What does not fit the wire's form would never leave: it is found here, by whoever made it.
        from_json(msgspec.json.encode(report), CrashReport)
        self._make_room()
        self._hold(Kept(report))
        self._write(self._kept[report.id])
        return True

    def _hold(self, kept: Kept) -> None:
        self._kept[kept.report.id] = kept
        self._unwritten.add(kept.report.id)

    def _make_room(self) -> None:
        waits = [k.report for k in self._kept.values() if k.state == "waits"]
        oldest = sorted(waits or [k.report for k in self._kept.values()], key=lambda r: r.last)
        for report in oldest[: max(0, len(self._kept) - KEPT_MOST + 1)]:
            self.drop(report.id)

    def _change(self, id_: str, *, leaves: bool = False, **members: str) -> Kept | None:
        with self._one:
            kept = self._kept.get(id_)
            if kept is None:
                return None
            kept = _with(kept, **members)
            if leaves:
                kept = Kept(kept.report, "leaves")
            self._hold(kept)
            self._write(kept)
            return kept

    def _write(self, kept: Kept) -> None:
        """Write a report whole or not at all; on a full disk it lives as long as this run."""
        part = self._file(kept.report.id).with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(msgspec.json.encode(kept))
            part.replace(self._file(kept.report.id))
        except OSError as error:
            _log.warning("a report could not be written: %s", type(error).__name__)
            with suppress(OSError):
                part.unlink(missing_ok=True)
            return
        self._unwritten.discard(kept.report.id)

    def _read(self) -> dict[str, Kept]:
        """Read what earlier runs left; what is damaged, too old or too much goes."""
        since = _ms(self._clock) - KEPT_DAYS * _DAY_MS
        found: dict[str, Kept] = {}
        with suppress(OSError):
            for file in self._folder.iterdir():
                kept = _decoded(file) if file.suffix == ".json" else None
                if kept is None or kept.report.last < since or kept.report.id != file.stem:
                    with suppress(OSError):
                        file.unlink()
                    continue
                found[kept.report.id] = kept
        return found

    def _file(self, id_: str) -> Path:
        return self._folder / f"{id_}.json"


def _decoded(file: Path) -> Kept | None:
    try:
        with file.open("rb") as stream:
            return from_json(stream.read(2 * CRASH_MAX), Kept)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        _log.warning("a report is damaged: %s", type(error).__name__)
        return None


def _with(kept: Kept, **members: Any) -> Kept:
    return Kept(msgspec.structs.replace(kept.report, **members), kept.state)


def _same(kept: Kept, mark: str) -> bool:
    """Say whether a fault is one that still waits here, of the version that runs."""
    report = kept.report
    current = report.version == known_versions()["chuangkou"]
    return kept.state == "waits" and report.fingerprint == mark and current


def _ms(clock: Clock) -> int:
    return int(clock.wall().timestamp() * 1000)


def _nobody() -> None:
    """Tell nobody: no window is there yet."""
