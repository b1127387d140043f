"""What lies in a layout, without asking it for its items.

Of every item that `itemAt` has handed out PySide keeps a wrapper, as long as one of the layout. Qt
tells nobody when it deletes an item: its part goes, or is put into another layout. Something else
is then made at the same address, and when that goes in its turn PySide finds two wrappers there and
takes the wrong one: the process ends (PySide 6.11, seen when a page of the first run was left).

So nobody asks for items, and whatever is put elsewhere is taken out of its layout first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget

if TYPE_CHECKING:
    from typing import TypeAlias

    Part: TypeAlias = QWidget | QLayout

_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


def laid(layout: QLayout) -> list[Part]:
    """Return the widgets and layouts that lie directly in a layout, in its order; no spacers.

    Args:
        layout: of a widget, or within a layout that is; of any other nothing is known.
    """
    holder = layout.parentWidget()
    widgets = [] if holder is None else holder.findChildren(QWidget, options=_DIRECT)
    found: dict[int, Part] = {layout.indexOf(widget): widget for widget in widgets}
    for inner in layout.findChildren(QLayout, options=_DIRECT):
        found[layout.indexOf(inner)] = inner
    return [found[place] for place in sorted(found) if place >= 0]
