"""Where faults of the window's program go: into the log, and to whoever keeps reports of them.

Faults may come before the desk is there, on any thread, and out of Qt itself. Whoever keeps reports
is made after the first paint; what came before waits for it.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections import deque
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PySide6.QtCore import QMessageLogContext, QtMsgType

_WAIT_MOST = 8
_log = logging.getLogger("chuangkou.ui")


class Keeper(Protocol):
    """Keeps reports; `client.host.crashes.Crashes` fits. Any thread; never raises."""

    def failed(self, error: BaseException) -> None:
        """Report an error that nobody caught."""

    def complained(self, text: str, *, fatal: bool) -> None:
        """Report what Qt calls critical."""


class Faults:
    """Hears of every fault, from the start of the program on."""

    def __init__(self) -> None:
        self._keeper: Keeper | None = None
        self._early: deque[BaseException] = deque(maxlen=_WAIT_MOST)

    def listen(self) -> None:
        """Hear of what Qt says and of what ends a thread; the loop has its own way here."""
        from PySide6.QtCore import qInstallMessageHandler  # noqa: PLC0415  (behind the guard)

        qInstallMessageHandler(self.hear_qt)
        threading.excepthook = self._thread_ended

    def end(self) -> None:
        """Hear no more."""
        from PySide6.QtCore import qInstallMessageHandler  # noqa: PLC0415  (behind the guard)

        qInstallMessageHandler(None)
        threading.excepthook = threading.__excepthook__
        self._keeper = None

    def use(self, keeper: Keeper) -> None:
        """Hand faults to whoever keeps reports of them, those that came before him first."""
        self._keeper = keeper
        while self._early:
            keeper.failed(self._early.popleft())

    def caught(self, error: BaseException) -> None:
        """Log an error that nobody caught, and report it."""
        _log.error("unexpected failure", exc_info=error)
        if self._keeper is None:
            self._early.append(error)
        else:
            self._keeper.failed(error)

    def hear_qt(self, kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        """Pass on what Qt says; what it calls critical is reported, and what ends us is noted."""
        if sys.stderr is not None:  # a frozen window on Windows has none
            print(text, file=sys.stderr)  # noqa: T201  (as Qt itself does)
        if self._keeper is None:
            return
        level = kind.name
        if level not in {"QtDebugMsg", "QtInfoMsg"}:
            logging.getLogger("chuangkou.qt").warning("%s", text)
        if level in {"QtCriticalMsg", "QtFatalMsg"}:
            self._keeper.complained(text, fatal=level == "QtFatalMsg")

    def _thread_ended(self, told: threading.ExceptHookArgs) -> None:
        if told.exc_value is not None and not isinstance(told.exc_value, SystemExit):
            self.caught(told.exc_value)
