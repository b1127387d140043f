"""What the services ask of the database, and of the hall's network, about cameras."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.server.services.rows.cameras import CameraLookRow
    from sync.server.services.rows.cases import CaseRow


class CameraRows(Protocol):
    """Looks through cameras, and what is handled before them."""

    def keep_look(self, row: CameraLookRow) -> None:
        """Keep a look."""

    def look(self, id_: str) -> CameraLookRow | None:
        """Return one look."""

    def looks(self, camera: str, limit: int) -> list[CameraLookRow]:
        """Return the newest looks through a camera."""

    def cases_at(self, devs: Sequence[str], scopes: Sequence[str], limit: int) -> list[CaseRow]:
        """Return open cases of scopes that devices' newest steps were about, newest step first."""


class CameraLine(Protocol):
    """The way into a hall's network."""

    async def get(self, url: str, most: int) -> bytes:
        """Return what lies at an address of a hall's network, of at most so many bytes.

        Raises:
            Failure: camera.away: nobody answers, or not in time, or with something else;
                camera.answer: more than that.
        """

    def close(self) -> None:
        """Begin nothing more."""
