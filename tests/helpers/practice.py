"""A practice hall with hands that put its cards in; its clock is a file that the test moves.

async with open_practice(folder) as hall:
    await hall.enter("clerk")
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from client.bootstrap import build_window
from client.documents.bundled import mark_practice
from client.host.clock import SystemClock
from client.host.settings import load_settings
from client.practice.hall import told
from client.practice.place import PracticePlace
from installer.demo.clock import DemoClock
from sync.domain.calendar import CHINA
from tests.helpers.hall import Hall

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

TUESDAY = datetime(2026, 3, 3, 9, 30, tzinfo=CHINA)


@dataclass
class PracticeStage:
    """What a `Hall` asks of its stage: the time, and where the cards are."""

    clock: DemoClock
    authority: Any
    place: PracticePlace


def stage_in(folder: Path) -> PracticeStage:
    """Return the stage of a practice hall that is to be made in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    clock = DemoClock(folder.parent / "clock.json")
    if clock.path.exists():
        clock.resume()
    else:
        clock.move_to(TUESDAY)
    cards = folder / "practice" / "cards"
    paths = {entry["card"]: cards / f"{entry['card']}.json" for entry in told()["people"]}
    authority = SimpleNamespace(cards=paths, refused_cards={})
    return PracticeStage(clock, authority, PracticePlace(folder, SystemClock(clock.path)))


@asynccontextmanager
async def open_practice(folder: Path) -> AsyncIterator[Hall]:
    """Make the hall where there is none, and open its window; the papers' mark ends with it."""
    stage = stage_in(folder)
    await asyncio.to_thread(stage.place.prepare)
    settings = replace(load_settings(folder), clock_file=str(stage.clock.path))
    window = build_window(folder, settings, _fail)
    try:
        async with asyncio.TaskGroup() as tasks:
            life = tasks.create_task(window.desk.run())
            try:
                yield Hall(stage, window)
            finally:
                life.cancel()
    finally:
        mark_practice(on=False)


def _fail(failure: Exception) -> None:
    raise failure
