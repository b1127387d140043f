"""Parts side by side that go one below the other where a page is narrow: no page scrolls across."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QLayout, QScrollArea, QSizePolicy, QWidget

from ui.widgets.laid import laid
from ui.widgets.layout import Face, Flow, row

_WAYS = {
    True: QBoxLayout.Direction.TopToBottom,
    False: QBoxLayout.Direction.LeftToRight,
}


def needs(box: QBoxLayout) -> int:
    """Return the least width of a box's parts side by side, in pixels, whichever way they lie."""
    parts = [part for part in laid(box) if not _line(part)]
    lines = sum(_line(part) for part in laid(box))
    margins = box.contentsMargins()
    gaps = box.spacing() * (box.count() - lines - 1)
    return sum(map(_least, parts)) + gaps + margins.left() + margins.right()


def _least(part: QWidget | QLayout) -> int:
    """Return the least width of a part; of a scrolled one what it would not scroll across."""
    if isinstance(part, QLayout):
        return part.minimumSize().width()
    inside = part.widget() if isinstance(part, QScrollArea) else None
    if isinstance(part, QScrollArea) and inside is not None:
        bar = part.verticalScrollBar().sizeHint().width()
        return max(part.minimumWidth(), inside.minimumSizeHint().width() + bar)
    return 0 if part.isHidden() else _asked(part)


def _asked(part: QWidget) -> int:
    """Return the least width that a widget's layout gives it."""
    if part.minimumWidth() > 0:
        return part.minimumWidth()
    policy = part.sizePolicy().horizontalPolicy()
    if policy == QSizePolicy.Policy.Ignored:
        return 0
    wide = part.minimumSizeHint().width()
    if not policy.value & QSizePolicy.PolicyFlag.ShrinkFlag.value:
        wide = max(wide, part.sizeHint().width())
    return max(0, min(wide, part.maximumWidth()))


def _line(part: QWidget | QLayout) -> bool:
    """Say whether a part is an upright line between two others."""
    return isinstance(part, Face) and part.face == "line"


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
    for part in laid(box):
        if isinstance(part, QWidget) and _line(part):
            part.setVisible(not narrow)
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
