"""A window's backup and a former machine's, as scripted screens have them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from client.app.rows.backups import BackupView, Brought, FormerBackup, LostStep

if TYPE_CHECKING:
    from sync.domain.failures import Failure
    from sync.domain.secret import Secret

AT = datetime(2026, 3, 2, 9, 12, tzinfo=UTC)
FORMER = FormerBackup(inc=1, number=7, at=AT, size=418_000, sha256="0" * 64)
LOST = (LostStep("20260302-339901-00017-4", "receive", AT),)
BROUGHT = Brought(at=AT, drafts=3, bank=2, values=1, pages=4, settings=2, steps=LOST)


class ScriptedBackups:
    """Makes what it is told to make."""

    def __init__(self) -> None:
        self.made = 0
        self.fail: Failure | None = None

    async def back_up(self) -> BackupView:
        if self.fail is not None:
            raise self.fail
        self.made += 1
        return BackupView(made=AT, seen=AT, size=42_000)


class ScriptedBringingBack:
    """Has what it is told to have; nothing waits by itself."""

    def __init__(self) -> None:
        self.waits: FormerBackup | None = None
        self.steps: tuple[LostStep, ...] = ()
        self.answers: list[Brought] = []
        self.pins: list[Secret[str]] = []
        self.fail: Failure | None = None

    async def former(self) -> FormerBackup | None:
        if self.fail is not None:
            raise self.fail
        return self.waits

    async def lost(self) -> tuple[LostStep, ...]:
        return self.steps

    async def settle_lost(self) -> None:
        self.steps = ()

    async def bring(self, _former: FormerBackup, pin: Secret[str]) -> Brought:
        self.pins.append(pin)
        if self.fail is not None:
            raise self.fail
        brought = self.answers.pop(0) if self.answers else BROUGHT
        if not brought.wanting:
            self.waits, self.steps = None, brought.steps
        return brought
