"""Open the demonstration's window for a person, the stage set behind its door."""

from __future__ import annotations

import asyncio
import secrets
from functools import partial
from typing import TYPE_CHECKING, Any

from client.app.rows.words import Words
from installer.demo.gateway import GatewaySimulator
from installer.demo.played import broken, offer_line, say
from installer.demo.stage import Stage
from installer.demo.wire import Wire
from ui import loop
from ui.door_face import DoorFace
from ui.shell.app import attach, make_application, show_window
from ui.values import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from installer.demo.pcsc.machine import CardMachine
    from ui.shell.window import MainWindow


def run_window(
    folder: Path, language: str, machine: CardMachine | None = None, kind: type[Stage] = Stage
) -> int:
    """Open the window for a person and set the stage behind its door.

    Ends when the window is closed, while the stage is being set too. A stage that was kept is
    taken up where it stands.
    """
    app = make_application()
    told: list[BaseException] = []

    async def work() -> int:
        window = show_window(language, mode="light")
        window.fit_screen()
        closed = loop.spawn(window, loop.answered(window.closed), broken)
        stage = kind(folder, machine)
        wire = stage.centre.wire = Wire()
        gateway = stage.centre.gateway = GatewaySimulator(secrets.token_hex(16))
        gateway.serve()
        failed = partial(_not_set, window, told)
        setting = loop.spawn(window, _set(stage, window), failed)
        try:
            await asyncio.wait({closed, setting}, return_when=asyncio.FIRST_COMPLETED)
            if setting.done() and not told:
                await _live(stage, window, closed)
            await loop.finished(closed)
            setting.cancel()
            await loop.finished(setting)
        finally:
            stage.centre.stop()
            wire.take_up()
            gateway.close()
        return 1 if told else 0

    return loop.run(app, work, broken)


async def _set(stage: Stage, window: MainWindow) -> None:
    """Build or resume the stage, saying at the door and on the terminal what is being done."""
    wait = Words("demo.stage.wait_again" if stage.stands else "demo.stage.wait")

    def tell(key: str) -> None:
        window.door.show_face(DoorFace(Words(key), mood="reading", advice=wait))
        say(window.tongue.t(key))

    await loop.turned(2)  # the door is painted first
    await (stage.resume(tell) if stage.stands else stage.build(tell))


async def _live(stage: Stage, window: MainWindow, closed: asyncio.Task[Any]) -> None:
    """Put the desk behind the door, and live until the window is closed."""
    parts = stage.window()
    work = attach(window, parts.desk, parts.deck)
    offer_line(work, stage)
    place = {"url": stage.centre.url, "folder": stage.places.folder}
    say(window.tongue.t("demo.stage.ready", **place))
    say(window.tongue.t("demo.stage.roles", url=stage.centre.url))
    if stage.centre.gateway is not None:
        say(window.tongue.t("demo.stage.gateway", url=stage.centre.gateway.url))
    loop.spawn(work, parts.desk.run(), work.fault)
    await loop.finished(closed)
    await work.end()


def _not_set(window: MainWindow, told: list[BaseException], failure: BaseException) -> None:
    """Say at the door that the stage could not be set; the terminal has the whole story."""
    told.append(failure)
    broken(failure)
    face = DoorFace(Words("demo.stage.failed"), mood="refused", problem=Problem.of(failure))
    window.door.show_face(face)
