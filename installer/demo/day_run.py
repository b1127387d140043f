"""Play a hall's day: the county's window before and after noon, the township's between."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from installer.demo.day import DayStory
from installer.demo.day_town import TownStory
from installer.demo.played import PAGE, opened, play
from installer.demo.stage import DayStage, Places, Stage, TownshipStage

if TYPE_CHECKING:
    from pathlib import Path

    from client.bootstrap import Window
    from installer.demo.hands import Hands
    from installer.demo.pcsc.machine import CardMachine


@dataclass(frozen=True, slots=True)
class TownPlaces(Places):
    """The same folders, and another one for the township's window."""

    @property
    def window(self) -> Path:
        """Return the township window's data folder."""
        return self.folder / "window-township"


class Town(TownshipStage):
    """The township's window on the county's stage: the same centre, clock and authority."""

    def __init__(self, county: Stage) -> None:
        super().__init__(county.places.folder, county.machine)
        self.places = TownPlaces(county.places.folder)
        self.clock, self.authority, self.centre = county.clock, county.authority, county.centre


def play_day(
    folder: Path, pictures: Path | None, language: str, machine: CardMachine | None = None
) -> tuple[dict[str, Any], bool]:
    """Play the day of docs/A-DAY.md through the real widgets.

    Returns:
        What the last line of the demonstration prints, and whether all of it held.
    """
    stage = DayStage(folder, machine)

    async def tell() -> dict[str, Any]:
        town = Town(stage)
        await town.enrol()
        return await _told(stage, town, pictures, language)

    kept = play(stage, language, tell)
    return kept, _holds(kept)


async def _told(stage: Stage, town: Stage, pictures: Path | None, language: str) -> dict[str, Any]:
    told: dict[str, Any] = {}
    async with AsyncExitStack() as county:
        parts, _, hands = await county.enter_async_context(opened(stage, pictures, language))

        async def at_noon() -> tuple[Window, Hands]:
            await county.aclose()
            async with opened(town, pictures, language) as (there, _, their_hands):
                story = TownStory(town, there, their_hands, PAGE, _nobody)
                told["township"] = asdict(await story.serve())
            parts, _, hands = await county.enter_async_context(opened(stage, pictures, language))
            return parts, hands

        story = DayStory(stage, parts, hands, PAGE, _nobody, elsewhere=at_noon)
        told["day"] = asdict(await story.play())
        told["cases"] = await story.looked_at()
    return told


def _nobody(_address: str, _case: str) -> None:
    """Nobody enters the console in this story."""


def _holds(kept: dict[str, Any]) -> bool:
    return bool(kept) and kept["township"]["arrived"] and kept["cases"]["exceptions"] == 0
