"""The doctor's page: every part with its state, what it means and what to do; a bundle to send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sync.domain.failures import Failure
from ui.values import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from client.app.doctor import Finding
    from client.app.rows.backups import BackupView
    from ui.presenters.desk import Desk


class DoctorScreen(Protocol):
    """What the doctor's view can do."""

    def show_findings(self, findings: tuple[Finding, ...]) -> None:
        """Show every part."""

    def set_busy(self, *, busy: bool) -> None:
        """Say that the parts are being looked at."""

    def show_saved(self, name: str) -> None:
        """Say where the bundle was written."""

    def show_backed_up(self, view: BackupView) -> None:
        """Say that the centre has the backup."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong; None clears it."""


class DoctorPresenter:
    """Examines once at a time; opening the page is asking."""

    def __init__(self, desk: Desk, screen: DoctorScreen) -> None:
        self._desk = desk
        self._screen = screen
        self._busy = False
        self.findings: tuple[Finding, ...] = ()

    async def open(self) -> None:
        """Look at every part and show it."""
        if self._busy:
            return
        self._busy = True
        self._screen.set_busy(busy=True)
        try:
            self.findings = await self._desk.doctor.examine()
            self._screen.show_findings(self.findings)
        finally:
            self._busy = False
            self._screen.set_busy(busy=False)

    async def back_up(self) -> None:
        """Make a backup now, and look again."""
        if self._busy:
            return
        self._busy = True
        self._screen.show_failure(None)
        self._screen.set_busy(busy=True)
        try:
            self._screen.show_backed_up(await self._desk.backups.back_up())
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
        finally:
            self._busy = False
            self._screen.set_busy(busy=False)
        await self.open()

    async def save(self, path: Path) -> None:
        """Write the support bundle where the person said."""
        self._screen.show_failure(None)
        try:
            await self._desk.doctor.bundle(path)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._screen.show_saved(path.name)
