"""Parts side by side that go one below the other where a page is narrow: no page scrolls across."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QScrollArea

from ui.widgets.layout import Face, Flow, row

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayoutItem, QWidget

_WAYS = {
    True: QBoxLayout.Direction.TopToBottom,
    False: QBoxLayout.Direction.LeftToRight,
}


def needs(box: QBoxLayout) -> int:
    """Return the least width of a box's parts side by side, in pixels, whichever way they lie."""
    items = [box.itemAt(place) for place in range(box.count())]
    wide = [_least(item) for item in items if item is not None and _line(item) is None]
    margins = box.contentsMargins()
    return sum(wide) + box.spacing() * (len(wide) - 1) + margins.left() + margins.right()


def _least(item: QLayoutItem) -> int:
    """Return the least width of a part; of a scrolled one what it would not scroll across."""
    part = item.widget()
    inside = part.widget() if isinstance(part, QScrollArea) else None
    if isinstance(part, QScrollArea) and inside is not None:
        bar = part.verticalScrollBar().sizeHint().width()
        return max(part.minimumWidth(), inside.minimumSizeHint().width() + bar)
    return item.minimumSize().width()


def _line(item: QLayoutItem | None) -> Face | None:
    """Return the upright line that an item is, None where it is something else."""
    part = None if item is None else item.widget()
    return part if isinstance(part, Face) and part.face == "line" else None


def fold_beside(box: QBoxLayout, width: int, *, least: int = 0) -> bool:
    """Put a box's parts one below the other where its width does not hold them side by side.

    An upright line between them is shown only side by side.

    Args:
        box: made by `row`; its parts keep their shares.
        width: what there is for it, in pixels.
        least: what it needs whatever it holds now, where the content comes and goes.

    Returns:
        whether they lie one below the other.
    """
    narrow = max(least, needs(box)) > width
    box.setDirection(_WAYS[narrow])
    for place in range(box.count()):
        line = _line(box.itemAt(place))
        if line is not None:
            line.setVisible(not narrow)
    return narrow


class FootBar(Face):
    """The foot of a page: the way back at the left, the acts at the right; more lines if narrow."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self._box = row(self, gap=8)
        self._box.setContentsMargins(24, 10, 24, 10)
        self._back, self._acts = Flow(), Flow(end=True)
        self._box.addWidget(self._back, 0, Qt.AlignmentFlag.AlignBottom)
        self._box.addWidget(self._acts, 1)

    def add_back(self, part: QWidget) -> None:
        """Add a part at the left."""
        self._back.add(part)

    def add_act(self, part: QWidget) -> None:
        """Add a part at the right; the primary act comes last."""
        self._acts.add(part)

    def add_words(self, part: QWidget) -> None:
        """Add words before the acts: what came of one."""
        self._box.insertWidget(1, part)
