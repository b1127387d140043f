"""Who is at the window and how a machine becomes one; the access rooms of the use cases fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from client.app.access.colleagues import Colleague
    from client.app.access.enrolment import Asked, Enrolled
    from client.app.access.recovery import RecoveryView
    from client.app.access.trying import LineTried
    from client.app.rows.backups import BackupView, Brought, FormerBackup, LostStep
    from client.app.rows.session import CardView, SessionView
    from sync.domain.secret import Secret


class Door(Protocol):
    """Who is at the window."""

    @property
    def card(self) -> CardView:
        """The card in the reader."""

    @property
    def session(self) -> SessionView | None:
        """The open session."""

    async def log_in(self, pin: Secret[str]) -> SessionView:
        """Open a session with the card; `details["tries_left"]` on a wrong PIN."""

    async def lock(self, reason: str = "manual") -> None:
        """Lock the window: the store is closed, the key dropped."""

    async def console_address(self) -> str:
        """Return a one-time address of the supervision console."""


class Enrolment(Protocol):
    """Making this machine a window of a centre."""

    @property
    def needed(self) -> bool:
        """Whether it belongs to no centre yet."""

    async def invited(self, path: Path) -> dict[str, str]:
        """Read an invitation's file: what it would have somebody type, by field."""

    async def try_line(self, centre: str, roots: Path) -> LineTried:
        """Ask a centre who it is, before anything is enrolled."""

    async def enrol(self, asked: Asked, pin: Secret[str], tell: Callable[[str], None]) -> Enrolled:
        """Claim an invitation with the card in the reader; `tell` hears how far it is."""


class CardPins(Protocol):
    """A new PIN for the card in the reader."""

    async def change(self, old: Secret[str], new: Secret[str]) -> None:
        """Replace the PIN; `details["tries_left"]` on a wrong one."""

    async def unblock(self, puk: Secret[str], new: Secret[str]) -> None:
        """Set a PIN by the PUK; `details["tries_left"]` on a wrong one."""


class Colleagues(Protocol):
    """Giving colleagues' cards a place at this window."""

    async def missing(self) -> tuple[Colleague, ...]:
        """Return who may work and has no place here."""

    async def add(self, person: str, opener: Secret[str]) -> None:
        """Give a card its place, with an enrolled card and its PIN."""


class Backups(Protocol):
    """What only this window holds, kept at the centre."""

    async def back_up(self) -> BackupView:
        """Make a backup now; the answer is what the centre has."""


class BringingBack(Protocol):
    """What a former machine in this place left at the centre."""

    async def former(self) -> FormerBackup | None:
        """Return what waits."""

    async def lost(self) -> tuple[LostStep, ...]:
        """Return steps that are still to be entered again."""

    async def settle_lost(self) -> None:
        """Note that they are."""

    async def bring(self, former: FormerBackup, pin: Secret[str]) -> Brought:
        """Open it with the card in the reader and take over what is in it."""


class Recovery(Protocol):
    """Opening the window with two administrators when no card does."""

    async def begin(self) -> RecoveryView:
        """Make a request."""

    async def hand_over(self, pin: Secret[str]) -> RecoveryView:
        """Take the share of the administrator whose card is in the reader."""

    async def finish(self) -> str:
        """Open the store and give the card its place; returns whose."""

    def end(self) -> None:
        """Forget the request."""
