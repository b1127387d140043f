"""The practice hall's window: told apart at a glance, begun anew by one act (PL27)."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ui import theme
from ui.shell.window import MainWindow
from ui.views.practice_bar import PracticeBar
from ui.widgets.watermark import Watermark

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def window(tongue, qtbot):
    made = MainWindow(tongue, mode="light")
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_real_window_bears_no_mark(window):
    assert window.findChild(PracticeBar) is None
    assert window.findChild(Watermark) is None


def test_bar_and_mark_cover_every_page_and_take_no_press(window):
    window.show_practice()
    window.show_practice()  # said twice is said once
    QApplication.processEvents()
    mark = window.findChild(Watermark)

    assert len(window.findChildren(PracticeBar)) == 1
    assert window.practice.isVisible()
    assert "练习" in window.windowTitle()
    assert mark.size() == window.size()
    assert window.childAt(QPoint(window.width() // 2, window.height() // 2)) is not mark
    window.resize(1200, 700)
    QApplication.processEvents()
    assert mark.size() == window.size()
    assert not window.door.recover.isVisible()  # there is nothing to recover


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_bar_has_a_colour_that_nothing_else_has(window, application, mode):
    theme.apply(application, mode)
    window.show_practice()
    QApplication.processEvents()
    tokens = theme.tokens()
    seen = window.practice.grab().toImage().pixelColor(2, 2)

    assert seen == tokens.hue("practice")
    others = [hue for name, hue in tokens.colours.items() if "practice" not in name]
    assert seen.name().upper() not in [hue.upper() for hue in others]


def test_the_mark_is_seen(window):
    window.show_practice()
    QApplication.processEvents()
    with_it = window.grab().toImage()
    window.findChild(Watermark).hide()
    QApplication.processEvents()

    assert window.grab().toImage() != with_it


def test_the_first_press_asks_and_the_second_begins_anew(window, tongue):
    window.show_practice()
    button, closed = window.practice.fresh, []
    window.closed.connect(lambda: closed.append(True))

    QTest.keyClick(button, Qt.Key.Key_Space)
    assert button.text() == tongue.t("practice.reset_sure")
    assert not closed
    QApplication.sendEvent(window.practice, QEvent(QEvent.Type.Leave))
    assert button.text() == tongue.t("practice.reset")
    QTest.keyClick(button, Qt.Key.Key_Space)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert closed
    assert window.begin_anew


def test_the_door_of_a_real_window_offers_practice(window):
    asked = []
    window.practice_wanted.connect(lambda: asked.append(True))
    assert not window.door.practice.isVisible()
    window.offer_practice()
    QTest.keyClick(window.door.practice, Qt.Key.Key_Space)

    assert asked


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_the_entry_point_makes_the_hall_opens_it_and_makes_it_anew(tmp_path):
    """The program itself, offscreen: a practice card logs in, then everything is thrown away."""
    code = f"""
import sys
from ui import __main__ as entry, loop
from PySide6.QtTest import QTest
from PySide6.QtCore import Qt
from ui.shell.work import Work

begin, started = entry._live, []
entry.start_practice = lambda own: started.append(str(own))

def look(window):
    work = window.findChild(Work)
    if work is None:
        return
    if work.desk.door.session is None:
        if not window.door.pin.isEnabled():
            if not any(card.inserted for card in work.deck._deck.cards()):
                work.deck._deck.insert("clerk")
        elif not window.door.pin.text():
            QTest.keyClicks(window.door.pin, "123456")
            QTest.keyClick(window.door.pin, Qt.Key.Key_Return)
    elif window.stack.currentWidget() is work.frame:
        print(work.desk.door.session.hall_name)
        window.every.deleteLater()
        window.practice.fresh.click()
        window.practice.fresh.click()

async def live(window, *rest):
    window.every = loop.Every(window, 50, lambda: look(window))
    return await begin(window, *rest)

entry._live = live
code = entry.main(["--training", "--data", {str(tmp_path)!r}, "--lang", "zh_CN"])
print(code, started == [{str(tmp_path)!r}])
"""
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )

    assert answer.stdout.splitlines() == ["云岭县政务服务中心（练习）", "0 True"], answer.stderr
    assert not (tmp_path / "training" / "store").exists()
    assert not (tmp_path / "store").exists()  # the real window's place was never touched
