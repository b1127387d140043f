"""Every screen, walked: named for readers, nothing cut off, nothing a window of its own."""

import pkgutil
import re
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from tests.helpers.gallery.walking import walk
from ui import theme, views
from ui.widgets.buttons import ActButton
from ui.widgets.tabs import RailButton
from ui.widgets.text import Text

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
LOOKS = [
    ("zh_CN", "light", "normal", (1366, 768)),
    ("en", "light", "normal", (1366, 768)),
    ("en", "dark", "largest", (1366, 768)),
    ("zh_CN", "dark", "large", (1920, 1080)),
]


class Strays(QObject):
    """Notices widgets that are shown without a parent: they would flash and take the keyboard."""

    def __init__(self):
        super().__init__()
        self.found = []

    def eventFilter(self, watched, event):  # noqa: N802  (Qt's name)
        if (
            event.type() == QEvent.Type.Show
            and isinstance(watched, QWidget)
            and watched.parentWidget() is None
            and watched.objectName() != "window"
        ):
            self.found.append(type(watched).__name__)
        return False


@pytest.mark.parametrize(("language", "mode", "size", "pixels"), LOOKS)
def test_every_screen_is_named_whole_and_alone(application, tmp_path, language, mode, size, pixels):
    wrong, seen = [], set()
    strays = Strays()
    if (language, mode, size, pixels) == LOOKS[0]:  # each event then costs a call of Python's, and
        application.installEventFilter(strays)  # a widget has its parent in every look

    async def visit(stand, name):
        wrong.extend(f"{name}: {fault}" for fault in faults(stand.window))
        seen.update(kinds_shown(stand.window))

    walk(application, tmp_path, (language, mode, size, pixels), visit)
    application.removeEventFilter(strays)
    assert wrong == []
    assert strays.found == []
    assert without_picture(seen) == []


def kinds_shown(window):
    return {type(widget) for widget in window.findChildren(QWidget) if widget.isVisible()}


def without_picture(seen):
    """Return the views, pages and panes alike, that no screen of the gallery shows."""
    return [
        f"{module.__name__}.{kind.__name__}"
        for module in map(import_module, names_of_views())
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, QWidget)
        and kind.__module__ == module.__name__
        and not any(issubclass(shown, kind) for shown in seen)
    ]


def names_of_views():
    return [f"ui.views.{found.name}" for found in pkgutil.iter_modules(views.__path__)]


def faults(window):
    """Return what is wrong with a window as it stands."""
    shown = [widget for widget in window.findChildren(QWidget) if widget.isVisible()]
    yield from unnamed(shown)
    yield from cut_off(shown)
    yield from twins(shown)


def unnamed(widgets):
    QAccessible.setActive(True)
    for widget in widgets:
        if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus or not widget.isEnabled():
            continue
        if isinstance(widget, QScrollArea) and not widget.accessibleName():
            yield f"no name: {type(widget).__name__} {widget.objectName()}"
            continue
        face = QAccessible.queryAccessibleInterface(widget)
        if face is None or not face.text(QAccessible.Text.Name).strip():
            yield f"no name: {type(widget).__name__} {widget.objectName()}"


def cut_off(widgets):
    for widget in widgets:
        if isinstance(widget, Text) and widget.text():
            if widget.wordWrap():
                needed = widget.heightForWidth(widget.width())
                if widget.height() + 1 < needed:
                    yield f"cut off: {widget.text()!r} {widget.height()} of {needed}"
            elif widget.width() + 1 < widget.sizeHint().width():
                yield f"cut off: {widget.text()!r} {widget.width()} of {widget.sizeHint().width()}"
        if isinstance(widget, RailButton) and widget.width() < widget.sizeHint().width():
            yield f"cut off: rail {widget.text()!r}"
        if isinstance(widget, ActButton) and widget.width() + 1 < widget.sizeHint().width():
            yield f"cut off: button {widget.text()!r}"
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.height() < 20:
            yield f"too small: {widget.objectName()} {widget.height()}"


def twins(widgets):
    named = [
        widget.objectName()
        for widget in widgets
        if "." in widget.objectName() and not isinstance(widget, QLabel)
    ]
    for name, count in Counter(named).items():
        if count > 1 and not name.endswith((".problem", ".copy_code", ".thumb")):
            yield f"two controls are called {name}"


# ---------------------------------------------------------------- colours


def luminance(colour):
    def channel(value):
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (channel(part) for part in colour.getRgbF()[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_text_can_be_read(mode):
    hues = theme.make_tokens(mode).colours
    pairs = [
        (ink, ground)
        for ink in ("text", "muted", "faint", "accent", "red", "yellow", "ok", "on-disabled")
        for ground in ("ground", "surface", "raised")
    ]
    pairs += [
        ("yellow", "yellow-ground"),
        ("red", "red-ground"),
        ("ok", "ok-ground"),
        ("accent", "accent-ground"),
        ("text", "accent-ground"),
        ("text", "red-ground"),
        ("muted", "hover"),
        ("on-accent", "accent"),
        ("on-disabled", "disabled"),
    ]
    poor = {
        (ink, ground): round(contrast(hues[ink], hues[ground]), 2)
        for ink, ground in pairs
        if contrast(hues[ink], hues[ground]) < 4.5
    }
    assert poor == {}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_edges_of_controls_and_the_ring_are_seen(mode):
    hues = theme.make_tokens(mode).colours
    for edge in ("edge", "accent"):
        for ground in ("ground", "surface"):
            assert contrast(hues[edge], hues[ground]) >= 3, (edge, ground)


def test_colours_stand_in_the_tokens_alone_and_no_sheet_slows_the_window(application):
    folder = Path(theme.__file__).parent
    for source in folder.rglob("*.py"):
        text = re.sub(r'""".*?"""', "", source.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"#[0-9A-Fa-f]{6}\b", text), source
        assert "setStyleSheet" not in text, source
    assert application.styleSheet() == ""
