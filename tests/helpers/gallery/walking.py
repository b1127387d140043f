"""Walks the screens on a stand of their own, for tests that look at many of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.helpers.gallery import SCREENS, Stand
from ui import loop

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    Look = tuple[str, str, str, tuple[int, int]]

USUAL: Look = ("zh_CN", "light", "normal", (1366, 768))


def walk(
    application: QApplication,
    folder: Path,
    look: Look,
    visit: Callable[[Stand, str], Awaitable[None]],
    names: Iterable[str] = tuple(SCREENS),
) -> None:
    """Open screens one after the other; each is visited once it rests, and rests again after.

    Args:
        application: the one there is.
        folder: for files that a screen needs.
        look: language, mode, text size, pixels.
        visit: awaited with the stand and the screen's name.
        names: the screens, in their order.
    """

    async def run() -> None:
        stand = Stand(folder, *look)
        try:
            for name in names:
                await SCREENS[name](stand)
                await stand.rest()
                await visit(stand, name)
                await stand.rest()
        finally:
            stand.close()
            await loop.turned(3)

    with asyncio.Runner(loop_factory=lambda: loop.make_loop(application)) as runner:
        runner.run(run())
