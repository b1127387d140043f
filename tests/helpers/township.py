"""A township hall's window with a cable that can be cut: the real stage, built once for a run.

async with open_hall(StandingTownship(folder)) as hall:
    await hall.enter("township")
    hall.stage.centre.wire.cut()
"""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from installer.demo.stage import TOWNSHIP, Stage, TownshipStage
from installer.demo.wire import Wire
from tests.helpers.hall import OneDay, StandingStage, WarmCentre
from tests.helpers.ports import free_port

SCOPE = "339911/sqb"
BIRTH, PENSION = "sqb-01", "sqb-02"


class StandingTownship(StandingStage):
    """A copy of the township's stage, with a wire; its centre is not running yet."""

    post = TOWNSHIP

    def __init__(self, folder: Path) -> None:
        if not (folder / "stage.whole").exists():
            shutil.copytree(_built(), folder, dirs_exist_ok=True)
        super().__init__(folder)
        self.centre.wire = Wire(free_port())

    def cut(self) -> None:
        """Cut the line between window and centre."""
        self.centre.wire.cut()

    def restore(self) -> None:
        """Mend it."""
        self.centre.wire.restore()


@cache
def _built() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="chuangkou-township-"))
    atexit.register(shutil.rmtree, folder, True)
    stage: Stage = TownshipStage(folder)
    stage.clock = OneDay(stage.places.clock)
    stage.centre = WarmCentre(stage.places, stage.authority)
    try:
        asyncio.run(stage.build(lambda _key: None))
    finally:
        stage.centre.stop()
    return folder
