"""Everything is reached: by keyboard, by a reader, and on the smallest screen at 200 % (NO14)."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QScrollArea,
    QWidget,
)

from tests.helpers.gallery import SCREENS
from tests.helpers.gallery.walking import USUAL, walk
from ui.views.step_page import StepPage
from ui.widgets.canvas import Canvas

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ABOVE = ("14-palette", "14-tour", "37-compare", "49-ink", "71-steps")
"""What lies over a page keeps the keyboard, and gives it back with Esc."""
LEFT_BY_ESC = {"palette", "steps", "tour", "compare", "ink"}
TAB_AT_MOST = 150
TABS_OVER = 12  # more than anything over a page has to be reached
SMALLEST = (683, 384)  # 1366 x 768 at 200 %
IN_SIGHT = {
    "03-door-wrong": ("login.pin", "login.failure"),
    "15-authorisations": ("authorisations.leave", "authorisations.paper"),
    "16-items": ("items.leave", "items.new_case"),
    "18-people": ("people.leave", "people.new_case"),
    "64-statistics": ("statistics.leave", "statistics.print"),
}
"""What must be seen whole without scrolling, by screen: what went wrong, and the acts."""
ROLES_OF_NOTHING = {QAccessible.Role.NoRole, QAccessible.Role.Client}


def judged(application, folder, look, judge):
    """Open every screen in one look and return what the judge says of each."""
    wrong = []

    async def visit(stand, name):
        wrong.extend(f"{name}: {fault}" for fault in judge(stand, name))

    walk(application, folder, look, visit)
    return wrong


def test_every_control_is_reached_by_tab_in_order_and_named_for_a_reader(application, tmp_path):
    QAccessible.setActive(True)

    def judge(stand, name):
        yield from unreadable(stand.window)
        if not name.startswith(ABOVE):
            yield from unreached(stand.window)

    assert judged(application, tmp_path, USUAL, judge) == []


@pytest.mark.parametrize(
    ("language", "size", "pixels"),
    [
        ("en", "largest", SMALLEST),
        ("en", "normal", SMALLEST),
    ],
)
def test_nothing_is_beyond_the_smallest_screen(application, tmp_path, language, size, pixels):
    def judge(stand, name):
        window = stand.window
        if (window.width(), window.height()) != pixels:
            yield f"the window asks for {window.width()} x {window.height()}"
        yield from beyond(window)
        if size == "normal":
            yield from sideways(window)
            yield from out_of_sight(window, IN_SIGHT.get(name, ()))

    assert judged(application, tmp_path, (language, "light", size, pixels), judge) == []


# ---------------------------------------------------------------- for a reader


def unreadable(window):
    """Say which parts that take the keyboard a reader could not name, by the tree it reads."""
    waiting = [QAccessible.queryAccessibleInterface(window)]
    while waiting:
        face = waiting.pop()
        if face is None:
            continue
        state = face.state()
        if state.focusable and not state.invisible and not state.disabled:
            named = face.text(QAccessible.Text.Name).strip()
            about = f"{type(face.object()).__name__} {getattr(face.object(), 'objectName', str)()}"
            if not named:
                yield f"no name: {about}"
            if face.role() in ROLES_OF_NOTHING and not isinstance(face.object(), QScrollArea):
                yield f"no role: {about}"
            own = getattr(type(face.object()), "reader_role", None)
            if own is not None and (face.role() is not own or not described(face)):
                yield f"not described: {about}"
        if face.role() not in {QAccessible.Role.Table, QAccessible.Role.List}:
            waiting.extend(face.child(place) for place in range(face.childCount()))


def described(face):
    """Say whether a part of our own drawing says what it shows, or how it is worked."""
    still = type(face.object()).__name__ == "Canvas" and face.object().frame is None
    return still or bool(face.text(QAccessible.Text.Description).strip())


# ---------------------------------------------------------------- by Tab


def unreached(window):
    """Press Tab until it comes round; say what it never came to, and where it went backwards."""
    start = window.focusWidget()
    if start is None:
        yield "nothing has the keyboard"
        return
    here, seen = start, []
    for _ in range(TAB_AT_MOST):
        seen.append(here)
        QTest.keyClick(here, Qt.Key.Key_Tab)
        here = window.focusWidget()
        if here in seen[:-1] or (here is start and takes_tab(here)):
            break
        if here is seen[-1]:
            yield f"a trap: {named(here)}"
            return
    else:
        yield "Tab never comes round"
        return
    for part in window.findChildren(QWidget):
        if takes_tab(part) and part not in seen and not spoken_for(part, seen):
            yield f"not reached: {named(part)}"
    yield from backwards(window, seen)
    yield from astray(window, seen)


def takes_tab(part):
    tab = (part.focusPolicy() & Qt.FocusPolicy.TabFocus) == Qt.FocusPolicy.TabFocus
    return tab and part.isVisible() and part.isEnabled() and part.focusProxy() is None


def spoken_for(part, seen):
    """Say whether the arrows go there from another option, or another part stands for it."""
    if isinstance(part, QAbstractButton) and part.autoExclusive():
        return any(
            isinstance(each, QAbstractButton) and each.parentWidget() is part.parentWidget()
            for each in seen
        )
    return any(each.focusProxy() is part for each in seen)


def backwards(window, seen):
    """Say where Tab goes up and to the left at once, within one scrolled part of the page."""
    for before, after in pairwise(seen):
        if scroller_of(before) is not scroller_of(after) or scroller_of(before) is None:
            continue
        one, other = place(window, before), place(window, after)
        if other.bottom() < one.top() and other.right() < one.left():
            yield f"backwards: {named(before)} to {named(after)}"


def astray(window, seen):
    """Say where Tab goes from a step's questions anywhere but to its foot, or back from there."""
    page = next((each for each in window.findChildren(StepPage) if each.isVisible()), None)
    if page is None:
        return
    if not page.isAncestorOf(seen[0]):
        yield f"the keyboard is not on the page: {named(seen[0])}"
    stands = ["foot" if not page.scroller.isAncestorOf(part) else "form" for part in seen]
    stands = [
        at if page.isAncestorOf(part) else "frame" for at, part in zip(stands, seen, strict=True)
    ]
    for place, after in enumerate(stands):
        before = stands[place - 1]
        if (before, after) in {("form", "frame"), ("foot", "form"), ("frame", "foot")}:
            if before == "frame" and "form" not in stands:
                continue  # a page without questions
            yield f"astray: {named(seen[place - 1])} to {named(seen[place])}"


def scroller_of(part):
    above = part.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    return above


# ---------------------------------------------------------------- on a small screen


def beyond(window):
    """Say what takes the keyboard and lies where no bar leads."""
    for part in window.findChildren(QWidget):
        if not takes_tab(part) or part.width() == 0:
            continue
        left = unscrollable(window, part)
        if left:
            yield f"{named(part)} lies beyond {left}"


def unscrollable(window, part):
    """Return which part cuts it off, "" when every cut can be scrolled."""
    here = part
    while here is not window:
        above = here.parentWidget()
        if above is None:
            return ""
        inner = QRect(here.pos(), here.size())
        area = above.parentWidget()
        scrolled = isinstance(area, QAbstractScrollArea) and area.viewport() is above
        if not scrolled and not above.rect().adjusted(-2, -2, 2, 2).contains(inner):
            return named(above)
        if scrolled and isinstance(area, QScrollArea) and not may_scroll(area, inner):
            return named(area)
        if scrolled and not isinstance(area, QScrollArea):
            return ""
        here = above
    return ""


def may_scroll(area, inner):
    off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    across = inner.width() <= area.viewport().width() + 2
    return across or area.horizontalScrollBarPolicy() != off


def sideways(window):
    """Say which page scrolls across; a picture in its own pixels, and a table inside itself, may.

    English in the normal size; Chinese is shorter, and larger letters on the smallest screen
    at 200 % may ask for more room than there is.
    """
    for area in window.findChildren(QScrollArea):
        most = area.horizontalScrollBar().maximum()
        off = area.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if area.isVisible() and most > 0 and not off and not isinstance(area.widget(), Canvas):
            yield f"{named(area)} of {named(area.parentWidget())} scrolls across by {most}"


def out_of_sight(window, names):
    """Say which parts are not seen whole as the screen opens."""
    for name in names:
        part = window.findChild(QWidget, name)
        if part is None or part.visibleRegion().boundingRect() != part.rect():
            yield f"not in sight: {name}"


def place(window, part):
    return QRect(part.mapTo(window, QPoint(0, 0)), part.size())


def named(part):
    return f"{type(part).__name__} {part.objectName()}".strip()


def test_what_lies_over_a_page_keeps_the_keyboard_and_lets_go_with_esc(application, tmp_path):
    lost, kept = [], []

    async def visit(stand, name):
        over = window_over(stand.window)
        for _ in range(TABS_OVER):
            QTest.keyClick(stand.window.focusWidget(), Qt.Key.Key_Tab)
        if window_over(stand.window) is not over:
            lost.append(name)
        QTest.keyClick(stand.window.focusWidget(), Qt.Key.Key_Escape)
        await stand.rest()
        if over is None or over.isVisible():
            kept.append(name)

    walk(application, tmp_path, USUAL, visit, [name for name in SCREENS if name.startswith(ABOVE)])
    assert (lost, kept) == ([], [])


def window_over(window):
    focused = window.focusWidget()
    while focused is not None and focused.objectName() not in LEFT_BY_ESC:
        focused = focused.parentWidget()
    return focused
