"""A clerk's hands on the real window: keys, the input method, files dropped, pictures taken.

Everything goes through Qt as a person's would: key presses to the widget that has the focus,
Chinese as an input method commits it, files as a drop. Nothing here calls the desk.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ui.shell.window import MainWindow

WAIT_S = 20.0
LOOK_S = 0.02
SETTLE_S = 0.15  # thumbnails and counts come a moment after the page


class HandsFailed(Exception):
    """What the hands looked for is not on the screen, or cannot be pressed; says what is."""


class Hands:
    """Works the window by the names of its controls.

    Args:
        window: the window.
        pictures: where pictures go; None takes none.
    """

    def __init__(self, window: MainWindow, pictures: Path | None) -> None:
        self.window = window
        self._pictures = pictures
        if pictures is not None:
            pictures.mkdir(parents=True, exist_ok=True)

    # ------------------------------------------------------------ eyes

    def sees(self, name: str) -> QWidget | None:
        """Return the control of a name, if it is on the screen."""
        for found in self.window.findChildren(QWidget, name):
            if found.isVisible():
                return found
        return None

    async def until(self, holds: Callable[[], object], what: str) -> None:
        """Wait until something holds.

        Raises:
            HandsFailed: it did not within a generous time.
        """
        try:
            async with asyncio.timeout(WAIT_S):
                while not holds():
                    await asyncio.sleep(LOOK_S)
        except TimeoutError:
            names = [
                found.objectName()
                for found in self.window.findChildren(QWidget)
                if "." in found.objectName() and found.isVisible()
            ]
            raise HandsFailed(f"{what}; on the screen: {' '.join(names)}") from None

    async def find(self, name: str) -> QWidget:
        """Wait for a control to be on the screen, and return it."""
        await self.until(lambda: self.sees(name), f"{name} is not there")
        found = self.sees(name)
        if found is None:
            raise HandsFailed(name)
        return found

    async def ready(self, name: str) -> QWidget:
        """Wait for a control that can be used."""
        found = await self.find(name)
        await self.until(found.isEnabled, f"{name} cannot be used")
        return found

    async def picture(self, name: str) -> None:
        """Take a picture of the whole window."""
        await asyncio.sleep(SETTLE_S)
        if self._pictures is not None:
            self.window.grab().save(str(self._pictures / f"{name}.png"))

    # ------------------------------------------------------------ keys

    async def key(self, *keys: str) -> None:
        """Press keys by their names, e.g. "F2", "Ctrl+Return", at whatever has the focus."""
        for name in keys:
            *holding, last = name.split("+")
            modifiers = Qt.KeyboardModifier.NoModifier
            for held in holding:
                modifiers |= _HELD[held]
            target = QApplication.focusWidget() or self.window
            QTest.keyClick(target, getattr(Qt.Key, f"Key_{last}"), modifiers)
            await asyncio.sleep(0)

    async def press(self, name: str) -> None:
        """Press a button: focus, then the space bar."""
        button = await self.ready(name)
        button.setFocus(Qt.FocusReason.TabFocusReason)
        if isinstance(button, QAbstractButton) and button.isCheckable() and button.isChecked():
            return
        QTest.keyClick(button, Qt.Key.Key_Space)
        await asyncio.sleep(0)

    async def write(self, name: str, text: str) -> None:
        """Write into a field: ASCII by keys, anything else as an input method commits it."""
        field = await self.ready(name)
        field.setFocus(Qt.FocusReason.TabFocusReason)
        if text.isascii():
            QTest.keyClicks(field, text)
        else:
            event = QInputMethodEvent()
            event.setCommitString(text)
            QApplication.sendEvent(field, event)
        await asyncio.sleep(0)

    async def drop(self, name: str, path: Path) -> None:
        """Drop a file on a line of the checklist."""
        line = (await self.find(name)).parentWidget()
        while line is not None and not line.acceptDrops():
            line = line.parentWidget()
        if line is None:
            raise HandsFailed(f"nothing takes files at {name}")
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        middle = QPointF(line.rect().center())
        how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(line, QDragEnterEvent(middle.toPoint(), *how))
        QApplication.sendEvent(line, QDropEvent(middle, *how))
        await asyncio.sleep(0)


_HELD = {
    "Ctrl": Qt.KeyboardModifier.ControlModifier,
    "Shift": Qt.KeyboardModifier.ShiftModifier,
    "Alt": Qt.KeyboardModifier.AltModifier,
}
