"""What every room of the scripted desk has: the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.helpers.scripted_desk import ScriptedDesk


class ScriptedPart:
    def __init__(self, desk: ScriptedDesk) -> None:
        self.desk = desk
