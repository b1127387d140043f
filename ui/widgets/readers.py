"""What a screen reader is told of parts that Qt gives no role: drawn surfaces, sheets over a page.

A class names its role in `reader_role`; name and description are the widget's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAccessibleWidget, QWidget

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QAccessibleInterface


def tell_readers() -> None:
    """Answer readers' questions by `reader_role`; called once, when the application is made."""
    QAccessible.installFactory(_face)


def _face(_class: str, part: QObject) -> QAccessibleInterface | None:
    """Return the face of a part with a role of its own; None leaves it to Qt."""
    role = getattr(type(part), "reader_role", None)
    if role is None or not isinstance(part, QWidget):
        return None
    return QAccessibleWidget(part, role, "")
