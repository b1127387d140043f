"""In which order the keyboard comes to what a window shows: as it is laid out (WCAG 2.4.3).

Qt keeps an order of its own, that in which parts were put in: what comes later, or is put elsewhere
where a window is narrow, would be reached after all others. Nobody keeps that order right here; the
next part is looked for when a key asks for it. Nor is Qt's order ever read: of what it hands out
PySide keeps a wrapper that may outlive its part (6.11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from ui.widgets.laid import laid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QLayout

_TAB = Qt.FocusPolicy.TabFocus
_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


def to_next(window: QWidget, *, forward: bool) -> bool:
    """Give the keyboard to the next part by Tab, or to the one before it; round at the end.

    A dialog that lies over a page keeps the keyboard.

    Args:
        window: with the part that has the keyboard, or had it until it was hidden or shut off.
        forward: to the next one.

    Returns:
        whether there was another one.
    """
    here = window.focusWidget()
    return go_on(_scope(here) or window, here, forward=forward)


def go_on(
    within: QWidget,
    here: QWidget | None,
    *,
    forward: bool,
    past: Callable[[QWidget], bool] = lambda _: False,
) -> bool:
    """Give the keyboard to the next part within another that takes Tab and is not walked past."""
    order = list(stations(within, here))
    at = order.index(here) if here in order else len(order)
    others = [*order[at + 1 :], *order[:at]]
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    for part in others if forward else reversed(others):
        if part.focusPolicy() & _TAB and part.isEnabled() and part.isVisible() and not past(part):
            part.setFocus(reason)
            return True
    return False


def stations(part: QWidget, here: QWidget | None = None) -> Iterator[QWidget]:
    """Yield what takes the keyboard itself in a part, from above and from the left.

    Nothing that is hidden, but for `here`, which may have been hidden just now.
    """
    if part is here or (part.focusPolicy() != Qt.FocusPolicy.NoFocus and not part.focusProxy()):
        yield part
    for child in _children(part):
        if not child.isWindow() and (not child.isHidden() or _around(child, here)):
            yield from stations(child, here)


def _children(part: QWidget) -> list[QWidget]:
    """Return what lies directly in a part: what is laid out in its order, then what is free."""
    layout = part.layout()
    within = [] if layout is None else list(_of_layout(layout))
    known = set(within)
    free = part.findChildren(QWidget, options=_DIRECT)
    return [*within, *(each for each in free if each not in known)]


def _of_layout(layout: QLayout) -> Iterator[QWidget]:
    for part in laid(layout):
        if isinstance(part, QWidget):
            yield part
        else:
            yield from _of_layout(part)


def _around(part: QWidget, here: QWidget | None) -> bool:
    return here is not None and part.isAncestorOf(here)  # to Qt a part is its own ancestor


def _scope(here: QWidget | None) -> QWidget | None:
    """Return the dialog over a page that a part is in."""
    while here is not None:
        if getattr(type(here), "reader_role", None) is QAccessible.Role.Dialog:
            return here
        here = here.parentWidget()
    return None
