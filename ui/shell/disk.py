"""Watch the room on the disk while somebody works: it is told before a step cannot be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from client.app.doctor import Health
from ui.values import BannerFace

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.presenters.desk import Desk

_LOOKS = {Health.NOTE: "told", Health.BAD: "error"}


class DiskWatch(QObject):
    """Tells once when room becomes tight, and once more when it runs out; looks at each tick.

    Args:
        owner: ends with it.
        desk: its doctor knows how much room is left.
        say: shows a line at the foot.
    """

    def __init__(
        self, owner: QObject, desk: Desk, say: Callable[[BannerFace | None], None]
    ) -> None:
        super().__init__(owner)
        self._desk, self._say = desk, say
        self._told = Health.GOOD

    async def look(self) -> None:
        """Look, and tell what is new of it."""
        found = await self._desk.doctor.room()
        before, self._told = self._told, found.health
        mood = _LOOKS.get(found.health)
        if mood is not None and found.health is not before:
            self._say(BannerFace(mood, "alert-triangle", found.what, "doctor"))
