"""The main window: light enough to be painted first. What works in it is attached afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QMainWindow,
    QStackedWidget,
    QSystemTrayIcon,
    QVBoxLayout,
    QWidget,
)

from client.app.rows.words import Words
from ui import theme
from ui.door_face import DoorFace
from ui.views.door import DoorPage
from ui.views.practice_bar import PracticeBar
from ui.widgets.layout import column
from ui.widgets.tab_order import to_next
from ui.widgets.watermark import Watermark

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent

    from ui.i18n import Tongue
    from ui.views.looks import Looks

_USUAL = QSize(1366, 768)
_LEAST = QSize(640, 360)  # 1366 x 768 at 200 %, without a desktop's bars
_TITLE_BAR = 40  # the tallest that desktops draw above a window
_STARTING = DoorFace(Words("door.starting"), mood="reading")


class MainWindow(QMainWindow):
    """One window of one counter: its door, and the work behind it once that is attached.

    Args:
        tongue: the language.
        mode: "light", "dark" or "auto".
        text_size: "normal", "large" or "largest".
    """

    closed = Signal()
    resized = Signal()
    leave_wanted = Signal()
    primary_wanted = Signal()
    looks_changed = Signal(str, str, str)  # language, text size, mode
    practice_wanted = Signal()

    def __init__(self, tongue: Tongue, *, mode: str = "auto", text_size: str = "normal") -> None:
        super().__init__()
        self.setObjectName("window")
        self.tongue = tongue
        self.mode = mode
        self.text_size = text_size
        self.practice: PracticeBar | None = None
        self.begin_anew = False  # closed so that the practice hall may be made afresh
        self.again = False  # closed so that it may be started again
        self.starts_again = False  # whoever started it does so
        self.former = False  # closed so that the former version may be put in
        self.door = DoorPage(tongue)
        self.door.show_face(_STARTING)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.door)
        self.whole = QWidget()
        box = column(self.whole, gap=0)
        box.addWidget(self.stack, 1)
        self.setCentralWidget(self.whole)
        self.follow(self.door.looks)
        self.door.practice.clicked.connect(self.practice_wanted)
        tongue.bind(self, "setWindowTitle", "app.name")
        tongue.changed.connect(self._tell_looks)
        self.setMinimumSize(_LEAST)
        self.resize(_USUAL)

    def fit_screen(self) -> None:
        """Fill a screen on which the usual size has no room with its frame around it.

        At 200 % a small screen has half of the usual size.
        """
        room = self.screen().availableSize()
        self.resize(_USUAL.boundedTo(room))
        if room.width() < _USUAL.width() or room.height() < _USUAL.height() + _TITLE_BAR:
            self.setWindowState(self.windowState() | Qt.WindowState.WindowMaximized)

    def come_forward(self) -> None:
        """Be seen: somebody started the program once more."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    # ------------------------------------------------------------ practice

    def show_practice(self) -> None:
        """Say unmistakably, from now on, that this is a window of the practice hall (PL27)."""
        if self.practice is not None:
            return
        self.practice = PracticeBar(self.tongue)
        self.practice.reset.connect(self._begin_anew)
        self.door.offer_no_recovery()
        layout = self.whole.layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(0, self.practice)
        mark = Watermark(self)
        self.tongue.bind(mark, "set_word", "practice.mark")
        self.tongue.bind(self, "setWindowTitle", "practice.title")
        mark.show()

    def offer_practice(self) -> None:
        """Offer the practice hall at the door."""
        self.door.practice.show()

    def _begin_anew(self) -> None:
        self.begin_anew = True
        self.close()

    # ------------------------------------------------------------ looks

    @property
    def looks(self) -> dict[str, str]:
        """Language, text size and mode as chosen."""
        return {
            "language": self.tongue.language,
            "text_size": self.text_size,
            "mode": self.mode,
        }

    def set_look(self, name: str, code: str) -> None:
        """Change one of `looks`, at once."""
        if self.looks[name] == code:
            return
        if name == "language":
            self._retheme(code)
            self.tongue.set_language(code, _application())
            return
        if name == "mode":
            self.mode = code
        else:
            self.text_size = code
        self._restyle()

    def follow(self, looks: Looks) -> None:
        """Change as these three buttons say."""
        looks.language.connect(self.next_language)
        looks.text_size.connect(self.next_text_size)
        looks.mode.connect(self.next_mode)

    def next_language(self) -> None:
        """Change between Chinese and English, at once."""
        self.set_look("language", "en" if self.tongue.language == "zh_CN" else "zh_CN")

    def next_text_size(self) -> None:
        """Go to the next text size."""
        sizes = theme.TEXT_SIZES
        self.text_size = sizes[(sizes.index(self.text_size) + 1) % len(sizes)]
        self._restyle()

    def next_mode(self) -> None:
        """Change between light and dark."""
        self.mode = "light" if theme.tokens().mode == "dark" else "dark"
        self._restyle()

    # ------------------------------------------------------------ the machine's settings

    @staticmethod
    def shows_notices() -> bool:
        """Say whether this desktop has a place for notices."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def can_start_again(self) -> bool:
        """Say whether whoever started it can start it again."""
        return self.starts_again

    def start_again(self) -> None:
        """Close, to be started again."""
        if self.starts_again:
            self.again = True
            self.close()

    def go_back_version(self) -> None:
        """Close, for the former version to be put in: no program of the package may run then."""
        self.former = True
        self.close()

    # ------------------------------------------------------------ Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell what lies over the window."""
        super().resizeEvent(event)
        self.resized.emit()

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: FBT001  (Qt's)
        """Lead the keyboard on; Qt asks the window on behalf of all its parts."""
        return to_next(self, forward=forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Serve what the part with the keyboard left over.

        Enter presses a button of the frame, as it does on a page; Esc and Ctrl+Enter, pressed
        outside the page, are the page's.
        """
        focused = self.focusWidget()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.isAutoRepeat():
            return
        if event.key() == Qt.Key.Key_Escape:
            self.leave_wanted.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self.primary_wanted.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if isinstance(focused, QAbstractButton):
                focused.click()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell the owner; it locks the store and ends the loop."""
        self.closed.emit()
        super().closeEvent(event)

    # ------------------------------------------------------------ inner

    def _restyle(self) -> None:
        self._retheme(self.tongue.language)
        self._tell_looks()

    def _retheme(self, language: str) -> None:
        app = _application()
        if app is not None:
            theme.apply(app, self.mode, self.text_size, language)

    def _tell_looks(self) -> None:
        self.looks_changed.emit(self.tongue.language, self.text_size, self.mode)


def _application() -> QApplication | None:
    found = QApplication.instance()
    return found if isinstance(found, QApplication) else None
