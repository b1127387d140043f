"""Pages are left in memory that nothing uses again: nobody holds what Qt has deleted."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from shiboken6 import delete

from tests.helpers.lifetimes import PAGES
from ui.i18n import Tongue
from ui.views.palette import Palette
from ui.widgets.laid import laid
from ui.widgets.layout import Face, Scroll, column, row

SOURCE = Path(__file__).parents[1] / "helpers" / "held_memory.c"


@pytest.fixture(scope="session")
def held_memory(tmp_path_factory):
    """The library that holds and fills what is freed; glibc's systems only."""
    if not sys.platform.startswith("linux"):
        pytest.skip("its memory is not glibc's")
    path = tmp_path_factory.mktemp("held") / "held_memory.so"
    subprocess.run(["gcc", "-O2", "-shared", "-fPIC", SOURCE, "-o", path], check=True, timeout=60)
    return path


@pytest.fixture
def walk(held_memory):
    def run(page):
        own = {"LD_PRELOAD": str(held_memory), "PYTHONMALLOC": "malloc"}
        return subprocess.run(
            [sys.executable, "-m", "tests.helpers.lifetimes", page],
            env={**os.environ, **own, "QT_QPA_PLATFORM": "offscreen"},
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )

    return run


@pytest.mark.parametrize("page", PAGES)
def test_a_page_before_the_door_is_left_and_nobody_holds_what_is_gone(walk, page):
    ended = walk(page)
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr[-4000:]


def test_a_part_that_is_moved_without_being_taken_out_is_found(walk):
    ended = walk("MOVED")
    assert ended.returncode == 0, ended.stderr[-4000:]
    assert ended.stdout.startswith("QWidgetItem at ")


def test_what_lies_in_a_layout_is_told_in_its_order(application):
    page = Face("plain")
    outer, inner = column(page), row()
    first, second, third = QLabel("1"), QLabel("2"), QLabel("3")
    outer.addWidget(second)
    outer.addStretch(1)
    outer.addLayout(inner)
    inner.addWidget(third)
    outer.insertWidget(0, first)
    assert laid(outer) == [first, second, inner]
    assert laid(inner) == [third]
    outer.removeWidget(first)
    assert laid(outer) == [second, inner]


def test_a_widget_may_go_while_the_language_changes(application, tongue):
    parts = []

    class Last(QLabel):
        def setText(self, words):  # noqa: N802  (Qt's name)
            super().setText(words)
            if tongue.language == "en":
                parts.clear()

    tongue.bind(first := Last(), "setText", "act.leave")
    parts.append(QLabel())
    tongue.bind(parts[0], "setText", "act.leave")
    tongue.set_language("en")
    assert first.text() == Tongue("en").t("act.leave")


def test_a_corner_between_bars_is_made_once_however_often_they_come(application):
    content = QWidget()
    content.setMinimumWidth(600)
    scroll = Scroll(content)
    counted = []
    for _ in range(3):
        for width in (300, 900):
            scroll.resize(width, 200)
            scroll.show()
            application.processEvents()
        counted.append(len(scroll.findChildren(QWidget)))
    assert counted[1:] == counted[:-1]
    assert scroll.cornerWidget() is None
    scroll.resize(300, 200)
    application.processEvents()
    assert scroll.cornerWidget().isVisible()
    scroll.close()


def test_a_list_over_the_window_closes_though_what_had_the_keyboard_has_gone(application, tongue):
    over, told = QWidget(), []
    line = QLineEdit(over)
    palette = Palette(tongue, over)
    palette.closed.connect(lambda: told.append("closed"))
    over.show()
    over.activateWindow()
    line.setFocus()
    assert over.focusWidget() is line
    palette.open()
    delete(line)
    palette.close_it()
    assert told == ["closed"]
    over.close()
