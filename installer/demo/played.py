"""What every played story needs: a stage that stands, its window open, hands upon it."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from installer.demo.hands import Hands
from installer.demo.wire import Wire
from sync.texts import texts
from ui import loop
from ui.shell.app import make_application, open_window
from ui.shell.work import Work

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from client.bootstrap import Window
    from installer.demo.stage import Stage
    from ui.shell.window import MainWindow

PAGE = Path(__file__).resolve().parent / "page.png"
SIZE = (1366, 768)


def play(
    stage: Stage, language: str, tell: Callable[[], Awaitable[dict[str, Any]]]
) -> dict[str, Any]:
    """Build the stage, let the story be told, take the stage down; return what was told.

    Blocks, and runs the loop. What goes wrong is raised as it is.
    """
    app = make_application()
    kept: dict[str, Any] = {}

    async def work() -> int:
        wire = stage.centre.wire = Wire()
        try:
            await stage.build(lambda key: say(texts(language).t(key)))
            kept.update(await tell())
        finally:
            await asyncio.to_thread(stage.centre.stop)
            wire.take_up()
        return 0

    loop.run(app, work, _raise)
    return kept


@asynccontextmanager
async def opened(
    stage: Stage, pictures: Path | None, language: str
) -> AsyncIterator[tuple[Window, MainWindow, Hands]]:
    """Open a stage's window, and close it as its close button does.

    Where the story stops in the middle, its last picture is `99-stopped-here`.
    """
    parts = stage.window()
    window = open_window(parts.desk, parts.deck, language)
    offer_line(window.findChild(Work), stage)
    window.resize(*SIZE)
    life = loop.spawn(window, parts.desk.run(), broken)
    hands = Hands(window, pictures)
    try:
        yield parts, window, hands
    except BaseException:
        await hands.picture("99-stopped-here")
        raise
    finally:
        life.cancel()
        await loop.finished(life)
        window.close()


def offer_line(work: Work | None, stage: Stage) -> None:
    """Put the switch of the line beside the cards."""
    deck = None if work is None else work.deck
    if work is not None and deck is not None and stage.centre.wire is not None:
        wire, line = stage.centre.wire, work.desk.line

        def turned() -> bool:
            whole = wire.turn()
            if whole:
                line.sync_now()  # a mended line is tried at once, not when the pause is over
            return whole

        deck.offer_line(turned)


def say(text: str) -> None:
    """Tell the person at the terminal how far it is."""
    print(f"── {text}", file=sys.stderr, flush=True)


def broken(failure: BaseException) -> None:
    """Print a failure whole on the terminal."""
    import traceback  # noqa: PLC0415

    traceback.print_exception(failure)


def _raise(failure: BaseException) -> None:
    raise failure
