"""How the keyboard walks a page: Enter on, Shift+Enter back, Ctrl+Enter the primary act, Esc out.

Clerks' programs have walked with Enter for thirty years; Tab does the same. In a text of several
lines Enter is a new line and Tab leaves. Enter walks the questions: what stands beside them (leave,
attach, remove) is marked by `beside`, and reached by Tab or by its own key.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from ui.loop import Later
from ui.widgets.choices import Tile
from ui.widgets.laid import laid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PySide6.QtWidgets import QLayout

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Walk(QObject):
    """Teaches one page to walk. Fields added later are taught by `learn`."""

    primary = Signal()
    leave = Signal()

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.page = page
        self._stale = False  # parts came that Qt has put behind all others
        self._last: tuple[QWidget, ...] = ()
        self.held = Later(self, QApplication.doubleClickInterval(), lambda: None)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            self._shortcut(keys, self.press)
        self._shortcut("Esc", self.leave.emit)
        self.learn(page)

    def hold(self) -> None:
        """Take no Enter for as long as a double press lasts.

        For a page that comes by itself after a step: the second half of an impatient press was
        meant for the page before, and must not press on here.
        """
        self.held.start()

    def learn(self, part: QWidget) -> None:
        """Watch the fields inside a part, which may have come late."""
        self._stale = True
        for kind in (QLineEdit, QComboBox, QCheckBox, QRadioButton, QPushButton, Tile):
            for field in part.findChildren(kind):
                field.removeEventFilter(self)
                field.installEventFilter(self)

    def place(self, part: QWidget) -> None:
        """Have Tab come to what is in a part where it stands: it came later than what is below it.

        For rows of plain fields. Qt moves only what takes the keyboard itself, but counts a part
        that leads to one of its rows (a focus proxy) as a station too: for a moment all take it.
        """
        proxy = part.focusProxy()
        lead: Callable[[QWidget | None], None] = part.setFocusProxy  # type: ignore[assignment]
        lead(None)
        late = list(_laid(part))
        with ExitStack() as moved:
            for each in (self.page, *late):
                moved.enter_context(_taking(each))
            order = [each for each in _laid(self.page) if _takes(each)]
            above = order[: order.index(part)]
            for before, after in pairwise((*above[-1:], *late)):
                QWidget.setTabOrder(before, after)
        lead(proxy)
        self._stale = True

    def settle(self, *last: QWidget) -> None:
        """Have Tab come to these parts of the page after all others, in this order.

        Qt's own order is that in which parts were put in: what came after the foot would be
        reached after it, with the rail and the deck between. A part that lies in another of them
        has its own place. Nothing is looked at while nothing came.
        """
        self._last = last
        if not self._stale:
            return
        self._stale = False
        before, after = self._parted(_tabbed(self.page))
        for one, other in pairwise((*before[-1:], *after)):
            QWidget.setTabOrder(one, other)

    def _parted(self, order: list[QWidget]) -> tuple[list[QWidget], list[QWidget]]:
        """Return what of an order is in none of the last parts, and what is, part by part."""
        after: list[QWidget] = []
        for part in self._last:
            inner = [each for each in self._last if each is not part and part.isAncestorOf(each)]
            after += [each for each in order if _within(each, [part]) and not _within(each, inner)]
        return [each for each in order if each not in after], after

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Enter and Shift+Enter of a field."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() not in _ENTER or not isinstance(watched, QWidget):
            return False
        if self.held.waiting or (event.isAutoRepeat() and isinstance(watched, QPushButton)):
            return True
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held == Qt.KeyboardModifier.ShiftModifier:
            return self._step(watched, forward=False)
        return held == Qt.KeyboardModifier.NoModifier and self._enter(watched)

    def _enter(self, field: QWidget) -> bool:
        """Press a button, choose a tile, go on from anything else."""
        if isinstance(field, QPushButton):
            field.click()
            return True
        if isinstance(field, Tile) and not field.isChecked():
            field.click()
        if field.property("enter") == "own":
            return False
        return self._step(field, forward=True)

    def _step(self, field: QWidget, *, forward: bool) -> bool:
        """Go to the next field that takes keys, past the other options of one choice."""
        before, after = self._parted([each for each in _laid(self.page) if _takes(each)])
        order = [*before, *after]
        if field not in order:
            return False
        at = order.index(field)
        following = [*order[at + 1 :], *order[:at]]
        for here in following if forward else reversed(following):
            if _passed(field, here) or here.property(_BESIDE):
                continue
            if here.isEnabled() and here.isVisible() and here.focusPolicy() & _TAB:
                reason = Qt.FocusReason.TabFocusReason
                here.setFocus(reason if forward else Qt.FocusReason.BacktabFocusReason)
                return True
        return False

    def press(self) -> None:
        """Do the primary act, unless a double press is being waited out."""
        if not self.held.waiting:
            self.primary.emit()

    def _shortcut(self, keys: str, call: Callable[[], None]) -> None:
        made = QShortcut(QKeySequence(keys), self.page)
        made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.setAutoRepeat(False)
        made.activated.connect(call)


_TAB = Qt.FocusPolicy.TabFocus
_BESIDE = "beside"


def beside(widget: QWidget) -> None:
    """Mark what Enter walks past."""
    widget.setProperty(_BESIDE, "true")


@contextmanager
def _taking(widget: QWidget) -> Iterator[None]:
    """Let a part take the keyboard while it is moved in Qt's order."""
    policy = widget.focusPolicy()
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    yield
    widget.setFocusPolicy(policy)


def _takes(widget: QWidget) -> bool:
    """Say whether it takes the keyboard itself; of a choice only the chosen option takes Tab."""
    return widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None


def _tabbed(page: QWidget) -> list[QWidget]:
    """Return what takes the keyboard within a page, shown or not, in Qt's order.

    Asked for seldom. Of what Qt made for itself (bars, their holders) PySide keeps what the chain
    returns, a hundred bytes that may outlive it (6.11): so nothing is asked of those.
    """
    known = {each for each in _laid(page) if _takes(each)}
    found: list[QWidget] = []
    here = page.nextInFocusChain()
    while here is not None and here is not page:
        if here in known:
            found.append(here)
        here = here.nextInFocusChain()
    return found


def _within(widget: QWidget, parts: Sequence[QWidget]) -> bool:
    return any(part.isAncestorOf(widget) for part in parts)  # to Qt a part is its own ancestor


def _laid(part: QWidget) -> Iterator[QWidget]:
    """Yield a part and all in it as they are laid out: from above, and from the left."""
    yield part
    layout = part.layout()
    within = list(_of_layout(layout)) if layout is not None else []
    free = part.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    for child in (*within, *(each for each in free if each not in within)):
        if not child.isWindow():
            yield from _laid(child)


def _of_layout(layout: QLayout) -> Iterator[QWidget]:
    for part in laid(layout):
        if isinstance(part, QWidget):
            yield part
        else:
            yield from _of_layout(part)


def give_back(held: QWidget | None) -> None:
    """Give the keyboard back to what had it; to nothing that has gone or is not seen."""
    if held is not None and shiboken6.isValid(held) and held.isVisible():
        held.setFocus(Qt.FocusReason.OtherFocusReason)


def _passed(field: QWidget, here: QWidget) -> bool:
    """Say whether `here` is another option of the choice that `field` belongs to."""
    return (
        isinstance(field, QAbstractButton)
        and isinstance(here, QAbstractButton)
        and field.autoExclusive()
        and here.autoExclusive()
        and field.parent() is here.parent()
    )
