"""This machine and the window itself, as the page of settings needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from client.app.rows.machine import MachineFound
    from client.host.settings import Settings


class Machine(Protocol):
    """What this machine is set to; `client.app.machine.settings.Machine` fits."""

    @property
    def settings(self) -> Settings:
        """The settings as they stand."""

    @property
    def waiting(self) -> tuple[str, ...]:
        """Names of those that wait for the window's next start."""

    async def found(self) -> MachineFound:
        """Look what this machine has; seconds."""

    async def change(self, name: str, value: str) -> str:
        """Change one setting of text and keep it; returns it as kept."""

    async def set_desktop_notice(self, *, on: bool) -> None:
        """Keep whether the desktop tells of urges."""


class OwnWindow(Protocol):
    """The window itself: how it looks, and that it can be started anew."""

    @property
    def looks(self) -> dict[str, str]:
        """Language, text_size and mode as chosen."""

    def set_look(self, name: str, code: str) -> None:
        """Change one of them at once; kept by whoever started the window."""

    def can_start_again(self) -> bool:
        """Say whether whoever started it can start it again."""

    def start_again(self) -> None:
        """Close; whoever started it starts it again."""

    def shows_notices(self) -> bool:
        """Say whether this desktop has a place for notices."""
