"""Rows of windows' own backups."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BackupRow:
    """One backup of a window's incarnation; `file` names its sealed file.

    `checked` is when the file was last read again, `damaged` when it was first found not to be what
    came, 0 while it is.
    """

    dev: str
    inc: int
    n: int
    at: int
    size: int
    sha256: str
    person: str
    checked: int
    damaged: int
    file: str = field(repr=False)

    @property
    def seed(self) -> str:
        """Return what its file is named by and bound to."""
        return f"backup/{self.dev}/{self.inc}/{self.n}/{self.sha256}"
