"""What a page costs once, paid at the door bit by bit, while the clerk looks for the card.

Importing the pages takes 45 ms of the processor, and the first page of each kind some ten more than
the next: PySide makes its enums when they are first named. Each bit has a turn of the loop of its
own.
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


_rehearsed: list[str] = []
"""The language of this process's rehearsal: what it pays for is paid for every window after."""


async def rehearse(tongue: Tongue) -> bool:
    """Make each kind of page once, unseen: a list, a case, forms with all their fields.

    Returns:
        Whether that was done now; a process's later windows find it done.
    """
    if _rehearsed:
        return False
    _rehearsed.append(tongue.language)
    from ui.views.case_page import CasePage  # noqa: PLC0415  (not before the first paint)
    from ui.views.decision import DecisionPage  # noqa: PLC0415
    from ui.views.preregister import PreregisterPage  # noqa: PLC0415
    from ui.views.receive import ReceivePage  # noqa: PLC0415
    from ui.views.workbench import WorkbenchPage  # noqa: PLC0415

    for make in (
        lambda: WorkbenchPage(tongue),
        lambda: CasePage(tongue),
        lambda: PreregisterPage(tongue),
        lambda: ReceivePage(tongue, "receive"),
        lambda: DecisionPage(tongue),
    ):
        await turned()
        make().deleteLater()
    return True
