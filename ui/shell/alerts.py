"""Tell of an urge outside the window too: by the desktop's own notice, and by a sound if wanted.

Nothing here takes the keyboard: the notice is the desktop's, the window is neither raised nor
activated, and whoever types at the counter goes on typing (TM08, look.md "focus never jumps").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from ui.theme import icon

if TYPE_CHECKING:
    from client.app.rows.messages import MessageRow
    from ui.i18n import Tongue
    from ui.presenters.desk import Desk
    from ui.shell.window import MainWindow

_SHOWN_MS = 12_000
_ICONS = {
    "red": QSystemTrayIcon.MessageIcon.Critical,
    "yellow": QSystemTrayIcon.MessageIcon.Warning,
}


class Alerts(QObject):
    """Notices of urges.

    Args:
        window: whose task-bar entry is marked while it is behind.
        desk: knows whether a notice, and a sound, are wanted.
        tongue: the language.
    """

    def __init__(self, window: MainWindow, desk: Desk, tongue: Tongue) -> None:
        super().__init__(window)
        self._window, self._desk, self._tongue = window, desk, tongue
        self._tray: QSystemTrayIcon | None = None

    async def tell(self, message: MessageRow) -> None:
        """Tell of one; the number of the case is all that it says of anybody."""
        if not self._window.isActiveWindow():
            if self._desk.machine.settings.desktop_notice:
                self.notify(self._tongue.coded("message", message.kind), message)
            QApplication.alert(self._window)
        if await self._desk.messages.sound():
            self.ring()

    def notify(self, title: str, message: MessageRow) -> None:
        """Show the desktop's notice where the desktop has one."""
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(icon("bell"), self)
            self._tray.show()
        self._tray.setToolTip(self._window.windowTitle())  # in the language that is in force now
        level = _ICONS.get(message.level, QSystemTrayIcon.MessageIcon.Information)
        self._tray.showMessage(title, self._tongue.say(message.text), level, _SHOWN_MS)

    @staticmethod
    def ring() -> None:
        """Make the desktop's own sound."""
        QApplication.beep()

    def hide(self) -> None:
        """Take the sign off the tray: nobody is at the window."""
        if self._tray is not None:
            self._tray.hide()
            self._tray = None
