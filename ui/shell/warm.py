"""What a page costs once, paid at the door bit by bit, while the clerk looks for the card.

Importing the pages takes 45 ms of the processor, and the first list some ten more: PySide makes its
enums when they are first named. Each bit has a turn of the loop of its own.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

from ui.loop import turned

if TYPE_CHECKING:
    from ui.i18n import Tongue

_ROOMS = ("ui.models", "ui.widgets", "ui.presenters", "ui.views", "ui.shell")


async def import_pages() -> None:
    """Import what works behind the door, one module a turn."""
    for room in _ROOMS:
        for module in pkgutil.iter_modules(import_module(room).__path__):
            import_module(f"{room}.{module.name}")
            await turned()


async def rehearse(tongue: Tongue) -> None:
    """Make the page that every login begins with, once, without showing it."""
    from ui.views.workbench import WorkbenchPage  # noqa: PLC0415  (not before the first paint)

    await turned()
    WorkbenchPage(tongue).deleteLater()
