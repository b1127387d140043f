"""Reports of faults, scripted: two that wait, one that leaves."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from client.app.rows.crashes import CrashRow
from client.host.crashing import note_of
from sync.domain.calendar import CHINA

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sync.domain.failures import Failure

REPORT = CrashRow(
    id="01a206c1-cd24-7403-b191-c2b6f34abdee",
    kind="error",
    at=datetime(2026, 11, 23, 10, 24, tzinfo=CHINA),
    leaves=False,
    facts=(
        ("first", "2026-11-23 10:21:07+08:00"),
        ("last", "2026-11-23 10:24:33+08:00"),
        ("count", "5"),
        ("page", "step/notify_correction"),
        ("said", ""),
        ("memory", "214 MB"),
        ("uptime", "5230 s"),
        ("version", "0.1.0 (package)"),
        ("versions", "system Linux 6.6, python 3.11.7, PySide6-Essentials 6.11.3, qasync 0.28.0"),
        ("fingerprint", "f417aefb485b05b4"),
        ("id", "01a206c1-cd24-7403-b191-c2b6f34abdee"),
    ),
    traces=(
        (
            "KeyError",
            (
                "ui.presenters.correction:118 _missing",
                "ui.presenters.correction:64 prepare",
                "ui.shell.step_pages:201 begin",
            ),
        ),
    ),
    log=(
        "2026-11-23T02:24:31Z info chuangkou.ui opened a page",
        "2026-11-23T02:24:33Z error chuangkou.ui unexpected failure KeyError",
    ),
    note="",
)
DIED = replace(
    REPORT,
    id="01a206c1-cd31-77d9-85fa-6ecd6540616f",
    kind="died",
    facts=(("first", "2026-11-22 17:02:11+08:00"), ("count", "1"), ("page", "case")),
    traces=(("Segmentation fault", ("client/documents/pdfium.py:88 render",)),),
    log=(),
)


class ScriptedCrashes:
    """Keeps what it was given, in memory."""

    def __init__(self) -> None:
        self.rows: tuple[CrashRow, ...] = ()
        self.offered = self.sends = True
        self.fail: Failure | None = None
        self.sent: list[str] = []
        self.errors: list[BaseException] = []
        self.pages: list[str] = []
        self.tell: Callable[[], object] = lambda: None

    @property
    def waiting(self) -> int:
        return sum(not row.leaves for row in self.rows)

    def failed(self, error: BaseException) -> None:
        self.errors.append(error)

    def at(self, page: str) -> None:
        self.pages.append(page)

    def on_new(self, call: Callable[[], object]) -> None:
        self.tell = call

    async def offer(self, *, on: bool) -> None:
        if self.fail is not None:
            raise self.fail
        self.offered = on

    def all(self) -> tuple[CrashRow, ...]:
        return self.rows

    def cleaned(self, typed: str) -> str:
        return note_of(typed)

    async def annotate(self, id_: str, typed: str) -> None:
        await asyncio.sleep(0)  # a turn passes, as where a disk is asked
        self._change(id_, note=note_of(typed))

    async def drop(self, id_: str) -> None:
        self.rows = tuple(row for row in self.rows if row.id != id_)

    async def save(self, id_: str, path: Path) -> None:
        if self.fail is not None:
            raise self.fail
        _written(path, id_)

    async def send(self, id_: str) -> None:
        self._change(id_, leaves=True)
        if self.fail is not None:
            raise self.fail
        self.sent.append(id_)
        await self.drop(id_)

    def _change(self, id_: str, **members: object) -> None:
        self.rows = tuple(replace(r, **members) if r.id == id_ else r for r in self.rows)


def _written(path: Path, id_: str) -> None:
    path.write_text(id_, "utf-8")
