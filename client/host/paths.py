"""Where this program keeps what it keeps, on each kind of machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from platformdirs import PlatformDirs

from client.host.program import PROGRAM

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of one window.

    Attributes:
        store: the encrypted store, its key slots and its attachments.
        settings: what this machine is set to: nothing secret, nothing about citizens.
        logs: redacted logs.
    """

    store: Path
    settings: Path
    logs: Path

    @classmethod
    def of_user(cls) -> Paths:
        """Return the folders that this system means for the user who runs the program."""
        dirs = PlatformDirs(PROGRAM, appauthor=False, roaming=False)
        return cls(
            store=dirs.user_data_path / "store",
            settings=dirs.user_config_path,
            logs=dirs.user_log_path,
        )

    @classmethod
    def under(cls, folder: Path) -> Paths:
        """Return folders below one folder: the demonstration's, a test's, a second window's."""
        return cls(folder / "store", folder / "settings", folder / "logs")

    def make(self) -> None:
        """Make the folders; on POSIX only the user may enter them."""
        for folder in (self.store, self.settings, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
