"""Open a page before the door, fold it, leave it: `python -m tests.helpers.lifetimes PAGE`.

Run with `held_memory.c` loaded, it says what Python still holds of what Qt has deleted, one line
each: a wrapper that is left there ends the process once something else lies at its address. MOVED
in the place of a page does what a page must not do, so that it is seen to be found.
"""

from __future__ import annotations

import asyncio
import ctypes
import faulthandler
import gc
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tests.helpers.gallery import SCREENS, Stand
from ui import loop, theme
from ui.collector import collecting
from ui.shell.app import make_application
from ui.widgets.layout import column, row

if TYPE_CHECKING:
    from collections.abc import Iterator

GONE = 0xA5A5A5A5A5A5A5A5
WIDE, NARROW = (1366, 768), (683, 384)
PAGES = {
    "enrol": ("06-enrol-wrong", "06-enrol-failed"),
    "setup": ("06-setup-tried", "06-setup-enrol", "06-setup-printer", "06-setup-typing"),
    "end": ("06-setup-check", "06-setup-unjoined"),
    "recover": ("07-recover", "07-recover-done"),
    "above": (),
}
ABOVE = ("settings", "help", "doctor", "updates", "crashes")
"""Pages that lie above another or the door."""


def main(page: str) -> None:
    """Walk in a window of its own; print what is left."""
    faulthandler.enable()
    app = make_application()
    theme.apply(app, "light")
    QAccessible.setActive(True)  # as on a desktop that has readers
    walked = _moved() if page == "MOVED" else _walk(page)
    with (
        collecting(app),
        asyncio.Runner(loop_factory=lambda: loop.make_loop(app)) as runner,
    ):
        runner.run(walked)


async def _walk(page: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        stand = Stand(Path(folder), "en", "light", "normal", WIDE)
        for name in PAGES[page]:
            await SCREENS[name](stand)
            await _turn_about(stand)
        for name in ABOVE if page == "above" else ():
            getattr(stand.work.entry, name)()
            await _turn_about(stand)
        stand.work.entry.leave()
        await _say()
        await stand.work.end()
        stand.close()
        await _say()


async def _turn_about(stand: Stand) -> None:
    """Fold it and unfold it, in the other language and in other letters."""
    await stand.rest()
    for pixels in (NARROW, WIDE, NARROW):
        stand.window.resize(*pixels)
        await loop.turned(2)
        stand.window.next_language()
        await loop.turned()
        QAccessible.queryAccessibleInterface(stand.window)
    stand.window.next_text_size()
    stand.window.resize(*WIDE)
    await stand.rest()
    await _say()


async def _moved() -> None:
    """Put a label into another layout without taking it out of its own."""
    page, label = QWidget(), QLabel("moved")
    outer, upper, lower = column(page), row(), row()
    upper.addWidget(label)
    outer.addLayout(upper)
    outer.addLayout(lower)
    lower.addWidget(label)
    await _say()
    assert page.layout() is outer


async def _say() -> None:
    await loop.turned(3)
    gc.collect()
    for line in _left():
        print(line, flush=True)  # noqa: T201  (this is what it is run for)


def _left() -> Iterator[str]:
    """Say of which things that Qt has deleted Python has a wrapper that believes in them."""
    for wrapper in shiboken6.getAllValidWrappers():
        if not isinstance(wrapper, shiboken6.Object) or not shiboken6.isValid(wrapper):
            continue
        for address in shiboken6.getCppPointer(wrapper)[:1]:
            if address and ctypes.c_uint64.from_address(address).value == GONE:
                yield f"{type(wrapper).__name__} at {address:#x}"


if __name__ == "__main__":
    main(sys.argv[1])
    QApplication.processEvents()
