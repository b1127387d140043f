"""This machine and the window itself, as the page of settings needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from client.app.rows.crashes import CrashRow
    from client.app.rows.machine import MachineFound
    from client.app.rows.updates import UpdateFound, UpdateStanding
    from client.host.first_run import FirstRun
    from client.host.settings import Settings
    from client.host.typing import Typing


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


class Setup(Protocol):
    """A machine's first run; `client.app.machine.setup.Setup` fits."""

    @property
    def state(self) -> FirstRun:
        """How far it came."""

    @property
    def needed(self) -> bool:
        """Whether this machine was never set up, or is in the midst of it."""

    @property
    def enrolled(self) -> bool:
        """Whether it is a window."""

    @property
    def centre(self) -> tuple[str, str]:
        """Address and root file of the centre as far as anybody said them."""

    async def type(self, typed: Mapping[str, str]) -> None:
        """Keep what is typed now."""

    async def go_on(self, *, done: bool) -> None:
        """Go a step on."""

    async def go_back(self) -> None:
        """Go a step back."""

    async def joined(self) -> None:
        """Go on behind the enrolment."""

    async def invite(self, typed: Mapping[str, str]) -> None:
        """Take what an invitation's file says as typed."""

    async def return_to(self, step: str) -> None:
        """Show a step again."""

    async def end(self) -> None:
        """Forget how far it came."""

    async def typing(self) -> Typing:
        """Look how the input method is reached."""


class Updates(Protocol):
    """What a window says of updates; `client.app.machine.updates.Updates` fits."""

    async def standing(self) -> UpdateStanding:
        """Return what this machine has."""

    async def look(
        self, folder: Path | None = None, told: Callable[[int], None] = ...
    ) -> UpdateFound:
        """Look what a channel offers."""

    def give_up(self) -> None:
        """End a look under way."""


class Crashes(Protocol):
    """Reports of faults; `client.app.machine.crashes.CrashReports` fits."""

    @property
    def offered(self) -> bool:
        """Whether a person is told of reports."""

    @property
    def sends(self) -> bool:
        """Whether there is a centre to which reports go: not in the practice hall."""

    @property
    def waiting(self) -> int:
        """How many wait for a person's word."""

    def failed(self, error: BaseException) -> None:
        """Report a defect of which the caller tells himself."""

    def at(self, page: str) -> None:
        """Note which kind of page is open."""

    def on_new(self, call: Callable[[], object]) -> None:
        """Have a new report told, on any thread."""

    async def offer(self, *, on: bool) -> None:
        """Keep whether a person is told of reports."""

    def all(self) -> tuple[CrashRow, ...]:
        """Return every report, the newest first."""

    def cleaned(self, typed: str) -> str:
        """Return what a person typed as it would go."""

    async def annotate(self, id_: str, typed: str) -> None:
        """Keep what a person typed to a report."""

    async def drop(self, id_: str) -> None:
        """Throw a report away."""

    async def save(self, id_: str, path: Path) -> None:
        """Write a report to a file."""

    async def send(self, id_: str) -> None:
        """Let a report go."""


class Told(Protocol):
    """What tells of itself: a signal."""

    def connect(self, slot: object, /) -> object:
        """Call a slot each time."""


class OwnWindow(Protocol):
    """The window itself: how it looks, and that it can be started anew."""

    @property
    def looks_changed(self) -> Told:
        """Tells of each change of `looks`, whoever made it."""

    @property
    def looks(self) -> dict[str, str]:
        """Language, text_size and mode as chosen."""

    def set_look(self, name: str, code: str) -> None:
        """Change one of them at once; kept by whoever started the window."""

    def can_start_again(self) -> bool:
        """Say whether whoever started it can start it again."""

    def start_again(self) -> None:
        """Close; whoever started it starts it again."""

    def go_back_version(self) -> None:
        """Close; whoever started it puts the former version in, if it may."""

    def shows_notices(self) -> bool:
        """Say whether this desktop has a place for notices."""
