"""A clerk's hands on the real window: keys, the input method, files dropped, pictures taken.

Everything goes through Qt as a person's would: key presses to the widget that has the focus,
Chinese as an input method commits it, files as a drop. Nothing here calls the desk.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QInputMethodEvent
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QTableView,
    QWidget,
)

from ui.shell.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ui.shell.window import MainWindow

WAIT_S = 20.0
LOOK_S = 0.02
SETTLE_S = 0.1  # what was read is painted a moment later


class HandsFailed(Exception):  # noqa: N818  said of a person
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
        """Return the control of a name, if it is on the screen; the one that takes keys first."""
        found = [w for w in self.window.findChildren(QWidget, name) if w.isVisible()]
        found.sort(key=lambda w: w.focusPolicy() == Qt.FocusPolicy.NoFocus)
        return found[0] if found else None

    async def until(self, holds: Callable[[], object], what: str) -> None:
        """Wait until something holds.

        Raises:
            HandsFailed: it did not within a generous time.
        """
        try:
            async with asyncio.timeout(WAIT_S):
                while not holds():  # noqa: ASYNC110  a screen is looked at, it does not call
                    await asyncio.sleep(LOOK_S)
        except TimeoutError:
            raise HandsFailed(f"{what}; on the screen: {self.names()}") from None

    def names(self) -> str:
        """Return the names of the controls on the screen, for a failure's words."""
        return " ".join(
            found.objectName()
            for found in self.window.findChildren(QWidget)
            if "." in found.objectName() and found.isVisible()
        )

    def text_of(self, name: str) -> str:
        """Return what stands in a field; nothing where it is not on the screen."""
        field = self.sees(name)
        return field.text() if isinstance(field, QLineEdit) else ""

    async def breathe(self) -> None:
        """Let the window turn for a moment."""
        await asyncio.sleep(LOOK_S)

    async def find(self, name: str) -> QWidget:
        """Wait for a control to be on the screen, and return it."""
        await self.until(lambda: self.sees(name), f"{name} is not there")
        found = self.sees(name)
        if found is None:
            raise HandsFailed(name)
        return found

    async def ready(self, name: str) -> QWidget:
        """Wait for a control that can be used.

        It is looked for anew each time: a row of buttons is made anew when the case moves.
        """

        def usable() -> bool:
            found = self.sees(name)
            return found is not None and found.isEnabled()

        await self.find(name)
        await self.until(usable, f"{name} cannot be used")
        await self._in_front()
        return await self.find(name)

    async def quiet(self) -> None:
        """Wait until no page is still reading what it shows."""
        work = self.window.findChild(Work)
        if work is not None:
            await work.quiet()

    async def made(self) -> None:
        """Wait until a step that is being made has its page behind it: no key leaves it before."""
        work = self.window.findChild(Work)
        if work is not None:
            await work.ways.made()

    async def picture(self, name: str) -> None:
        """Take a picture of the whole window."""
        await self.quiet()
        await asyncio.sleep(SETTLE_S)
        if self._pictures is not None:
            self.window.grab().save(str(self._pictures / f"{name}.png"))

    # ------------------------------------------------------------ keys

    async def key(self, *keys: str) -> None:
        """Press keys by their names, e.g. "F2", "Ctrl+Return", at whatever has the focus."""
        await self._in_front()
        for name in keys:
            *holding, last = name.split("+")
            modifiers = Qt.KeyboardModifier.NoModifier
            for held in holding:
                modifiers |= _HELD[held]
            focused: QWidget | None = self.window.focusWidget()
            target = self.window if focused is None else focused
            QTest.keyClick(target, getattr(Qt.Key, f"Key_{last}"), modifiers)
            await asyncio.sleep(0)

    async def _in_front(self) -> None:
        """Be the active window, as on a desk: shortcuts belong to it."""
        if not self.window.isActiveWindow():
            self.window.activateWindow()
            await self.until(self.window.isActiveWindow, "the window is not in front")

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

    async def clear(self, name: str) -> None:
        """Empty a field."""
        field = await self.ready(name)
        field.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(field, Qt.Key.Key_Delete)
        await asyncio.sleep(0)

    async def choose(self, name: str, code: str) -> None:
        """Choose from a list by its code: down from the top until it stands there."""
        box = await self.ready(name)
        if not isinstance(box, QComboBox):
            raise HandsFailed(f"{name} is no list")
        box.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(box, Qt.Key.Key_Home)
        for _ in range(box.count()):
            if box.currentData() == code:
                return
            QTest.keyClick(box, Qt.Key.Key_Down)
            await asyncio.sleep(0)
        raise HandsFailed(f"{name} does not offer {code}")

    async def row(self, name: str, text: str) -> None:
        """Wait until a list's first row holds the text, and select it."""
        table = await self.ready(name)
        if not isinstance(table, QTableView):
            raise HandsFailed(f"{name} is no list")

        def first() -> bool:
            model = table.model()
            cells = (model.index(0, column) for column in range(model.columnCount()))
            return model.rowCount() > 0 and any(cell.data() == text for cell in cells)

        await self.until(first, f"{text} is not the first row of {name}")
        table.setFocus(Qt.FocusReason.TabFocusReason)
        table.selectRow(0)
        await asyncio.sleep(SETTLE_S)

    async def print_to(self, file: Path) -> None:
        """Print what is shown, into a file, by the system's dialog.

        Raises:
            HandsFailed: nothing was printed.
        """
        await self.key("Ctrl+P")
        await self.until(lambda: self.window.findChildren(QPrintDialog), "no dialog for printing")
        for dialog in self.window.findChildren(QPrintDialog):
            for line in dialog.findChildren(QLineEdit, "filename"):
                line.setText(str(file))
            dialog.accept()
        await self.until(file.exists, "nothing was printed")

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
        how = (
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(line, QDragEnterEvent(middle.toPoint(), *how))
        QApplication.sendEvent(line, QDropEvent(middle, *how))
        await asyncio.sleep(0)


_HELD = {
    "Ctrl": Qt.KeyboardModifier.ControlModifier,
    "Shift": Qt.KeyboardModifier.ShiftModifier,
    "Alt": Qt.KeyboardModifier.AltModifier,
}
