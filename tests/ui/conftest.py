"""Real widgets, offscreen, with the scripted desk behind them and our own loop under them."""

import asyncio
import gc

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QAccessible, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from sync.domain.secret import Secret
from tests.helpers.scripted_access import PIN, ScriptedDeck
from tests.helpers.scripted_desk import ScriptedDesk
from ui import loop, theme
from ui.collector import collecting
from ui.i18n import Tongue
from ui.shell.app import make_application, open_window
from ui.shell.work import Work
from ui.values import WORKBENCH

NOISE = "propagateSizeHints"  # the offscreen platform says that it has no window manager


def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore(NOISE))


@pytest.fixture(scope="session")
def qapp_cls():
    return QApplication


@pytest.fixture(scope="session", autouse=True)
def application(qapp):
    """The application as the entry point makes it: our font, our style."""
    app = make_application()
    theme.apply(app, "light")
    return app


@pytest.fixture(autouse=True)
def plain_looks(application):
    """Whatever a test chose, the next begins light, at 100 %, and with no reader listening."""
    yield
    QAccessible.setActive(False)  # whatever is made, moved or named is told to a reader at once
    theme.apply(application, "light", "normal")


@pytest.fixture
def tongue():
    return Tongue("zh_CN")


def settle():
    """Leave alone what was imported, if a loop of the program's own has taken that back."""
    if not gc.get_freeze_count():
        gc.collect()
        gc.freeze()


class Hands:
    """A clerk at the window: keys, a card, and eyes."""

    def __init__(self, desk, window, deck):
        self.desk = desk
        self.window = window
        self.deck = deck
        self.work = window.findChild(Work)

    async def rest(self):
        for _ in range(3):
            await self.work.quiet()
            await loop.turned(2)

    async def enter(self, role="clerk"):
        self.deck.insert(role)
        await self.desk.door.log_in(Secret(PIN))
        await self.rest()

    async def go(self, route):
        self.work.ways.go(WORKBENCH)
        await self.rest()
        self.work.ways.go(route)
        await self.rest()

    def find(self, name):
        found = [w for w in self.window.findChildren(QWidget, name) if w.isVisible()]
        assert found, f"{name} is not on the screen"
        return found[0]

    @property
    def page(self):
        return self.work.ways.current.view

    @property
    def focus(self):
        focus = self.window.focusWidget()
        return "" if focus is None else focus.objectName()

    async def key(self, *keys):
        """Press keys at whatever has the keyboard, as a person would."""
        for key in keys:
            target = self.window.focusWidget() or self.window
            if isinstance(key, tuple):
                QTest.keyClick(target, *key)
            else:
                QTest.keyClick(target, key)
            await self.rest()

    def wait_out_a_double_press(self):
        """Let the time pass in which a result takes no Enter."""
        self.page.walk.held.now()

    async def type(self, text):
        """Type ASCII by keys and anything else as an input method commits it."""
        target = self.window.focusWidget()
        if text.isascii():
            QTest.keyClicks(target, text)
        else:
            event = QInputMethodEvent()
            event.setCommitString(text)
            QApplication.sendEvent(target, event)
        await self.rest()


@pytest.fixture
def at_window(application):
    """Run a scenario on our loop: `at_window(scenario, role="clerk", language="zh_CN")`."""

    def run(scenario, *, language="zh_CN", desk=None, **looks):
        caught = []

        async def live():
            made = desk or ScriptedDesk()
            deck = ScriptedDeck(made)
            window = open_window(made, deck, language, **looks)
            window.activateWindow()
            hands = Hands(made, window, deck)
            await hands.rest()
            try:
                await scenario(hands)
                await hands.rest()
            finally:
                window.close()
                await hands.work.end()
                window.deleteLater()
                await loop.turned(3)
            assert caught == []

        def handler(_loop, context):
            caught.append(context.get("exception") or context.get("message"))

        settle()
        runs = asyncio.Runner(loop_factory=lambda: loop.make_loop(application))
        with collecting(application, settled=True), runs as runner:
            runner.get_loop().set_exception_handler(handler)
            runner.run(live())
        application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        left = [w.objectName() for w in application.topLevelWidgets() if w.isVisible()]
        assert left == []

    return run
