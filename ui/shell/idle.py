"""Lock when nobody is at the window: its keys and pointer are seen, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

from ui.loop import Later

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QWindow

_SEEN = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
        QEvent.Type.InputMethod,
    }
)


class IdleWatch(QObject):
    """Watches the native window: a handful of events a second, never every widget's.

    Args:
        window: the native window behind the main window.
        idle_ms: how long nothing happens.
        idle: called then; again only after something happened.
    """

    def __init__(self, window: QWindow, idle_ms: int, idle: Callable[[], object]) -> None:
        super().__init__(window)
        self._later = Later(self, idle_ms, idle)
        window.installEventFilter(self)
        self._later.start()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Begin the wait anew at every sign of somebody."""
        if event.type() in _SEEN:
            self._later.start()
        return False
