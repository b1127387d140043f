"""Reports of faults: shown whole, released by a person, sent over the session's line (ADR 038).

Nothing leaves unasked. A report that was released is kept until the centre says that it has it, and
asked again whenever the line is back; the report's id makes the second time harmless.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import msgspec

from client.app.failures import AppFailure
from client.app.papers.saving import saved
from client.app.rows.changes import LineChanged, SessionLocked
from client.app.rows.crashes import CrashRow
from client.app.rows.session import LinePhase
from client.host.crashing import note_of
from sync.domain.calendar import CHINA
from sync.domain.failures import Failure
from sync.domain.fields import moment_of
from sync.engine.faults import NONSENSE, Fault, LineFailure
from sync.protocol.crash_messages import CrashAnswer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from client.app.machine.settings import Machine
    from client.app.ports.hall import HallLine
    from client.app.rows.changes import DeskNews
    from client.host.crashes import Crashes, Kept
    from client.host.lanes import Lanes
    from sync.protocol.crash_messages import CrashReport


class CrashReports:
    """The reports of this window. Screen lane; files are written on another.

    Args:
        kept: where they are made and kept.
        machine: knows whether they are offered.
        line: to the centre.
        lanes: the window's threads.
    """

    def __init__(self, kept: Crashes, machine: Machine, line: HallLine, lanes: Lanes) -> None:
        self._kept = kept
        self._machine = machine
        self._line = line
        self._lanes = lanes
        self._online = False
        self._stirred = asyncio.Event()
        self._one = asyncio.Lock()

    # ------------------------------------------------------------ faults

    def failed(self, error: BaseException) -> None:
        """Report a defect of which the caller tells himself."""
        self._kept.failed(error, quietly=True)

    def at(self, page: str) -> None:
        """Note which kind of page is open."""
        self._kept.at(page)

    def on_new(self, call: Callable[[], object]) -> None:
        """Have a new report told, on whichever thread its fault was."""
        self._kept.heard = call

    # ------------------------------------------------------------ reports

    @property
    def offered(self) -> bool:
        """Whether a person is told of reports."""
        return self._machine.settings.crash_notice

    @property
    def sends(self) -> bool:
        """Whether there is a centre to which reports go: not in the practice hall."""
        return self._line.sends

    @property
    def waiting(self) -> int:
        """How many wait for a person's word."""
        return sum(each.state == "waits" for each in self._kept.all())

    async def offer(self, *, on: bool) -> None:
        """Keep whether a person is told of reports; raises as `Machine.change`."""
        await self._machine.set_crash_notice(on=on)

    def all(self) -> tuple[CrashRow, ...]:
        """Return every report, the newest first."""
        return tuple(_row(each) for each in self._kept.all())

    def cleaned(self, typed: str) -> str:
        """Return what a person typed as it would go."""
        return note_of(typed)

    async def annotate(self, id_: str, typed: str) -> None:
        """Keep what a person typed to a report, as it would go."""
        await self._lanes.crunch.run(self._kept.annotate, id_, typed)

    async def drop(self, id_: str) -> None:
        """Throw a report away."""
        await self._lanes.crunch.run(self._kept.drop, id_)

    async def save(self, id_: str, path: Path) -> None:
        """Write a report to a file, as it would go; what stands there is replaced.

        Raises:
            AppFailure: app.crash_gone; app.file_not_written: what stood there stays.
        """
        kept = self._found(id_)
        data = msgspec.json.format(msgspec.json.encode(kept.report))
        await self._lanes.crunch.run(saved, path, data)

    async def send(self, id_: str) -> None:
        """Let a report go, and send it if the line is there; else it goes when it is.

        Raises:
            AppFailure: app.crash_gone; app.practice_no_line: it would wait for good.
            LineFailure: it could not be sent now and waits for the line.
        """
        self._found(id_)
        if not self.sends:
            raise AppFailure("app.practice_no_line")
        await self._lanes.crunch.run(self._kept.release, id_)
        async with self._one:
            await self._deliver(id_)

    # ------------------------------------------------------------ the line

    def hear(self, news: DeskNews) -> None:
        """Send what was released when the line is back. Screen lane."""
        if isinstance(news, SessionLocked):
            self._online = False
        elif isinstance(news, LineChanged):
            back = news.line.phase is LinePhase.SYNCED
            if back and not self._online:
                self._stirred.set()
            self._online = back

    async def run(self) -> None:
        """Send what was released whenever the line is back, for as long as the program runs."""
        try:
            while True:
                await self._stirred.wait()
                self._stirred.clear()
                await self._deliver_all()
        finally:
            self._kept.close()

    async def _deliver_all(self) -> None:
        for kept in self._kept.all():
            if kept.state == "leaves":
                async with self._one:
                    try:
                        await self._deliver(kept.report.id)
                    except LineFailure as failure:
                        if failure.fault in {Fault.LINE, Fault.BUSY, Fault.ACCESS}:
                            return  # the next ones would fare no better
                    except Failure:
                        return

    async def _deliver(self, id_: str) -> None:
        """Send one report that was released, and forget it once the centre names it."""
        kept = next((k for k in self._kept.all() if k.report.id == id_), None)
        if kept is None or kept.state != "leaves":
            return
        answer = await self._line.hall("/v1/crashes", CrashAnswer, kept.report)
        if answer.id != id_:
            raise LineFailure(NONSENSE, Fault.UNABLE)
        with contextlib.suppress(Failure):  # the lanes may be closing: it is asked once more then
            await self._lanes.crunch.run(self._kept.drop, id_)

    def _found(self, id_: str) -> Kept:
        for each in self._kept.all():
            if each.report.id == id_:
                return each
        raise AppFailure("app.crash_gone")


def _row(kept: Kept) -> CrashRow:
    report = kept.report
    return CrashRow(
        id=report.id,
        kind=report.kind,
        at=_moment(report.last),
        leaves=kept.state == "leaves",
        facts=tuple(_facts(report)),
        traces=tuple((f"{r.name} {r.code}".strip(), tuple(r.places)) for r in report.raised),
        log=tuple(report.log),
        note=report.note,
    )


def _facts(report: CrashReport) -> list[tuple[str, str]]:
    """Return every member of a report that is one value."""
    return [
        ("first", _shown(report.first)),
        ("last", _shown(report.last)),
        ("count", str(report.count)),
        ("page", report.page),
        ("said", report.said),
        ("memory", f"{report.memory_mb} MB" if report.memory_mb else ""),
        ("uptime", f"{report.uptime_s} s" if report.uptime_s else ""),
        ("version", f"{report.version} ({report.build})"),
        ("versions", ", ".join(f"{name} {said}" for name, said in report.versions.items())),
        ("fingerprint", report.fingerprint),
        ("id", report.id),
    ]


def _moment(ms: int) -> datetime:
    return moment_of(ms).astimezone(CHINA)


def _shown(ms: int) -> str:
    return _moment(ms).isoformat(sep=" ", timespec="seconds")
