"""The practice hall's window; last, since a window that practises does so to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.values import WORKBENCH

if TYPE_CHECKING:
    from tests.helpers.gallery.stand import Screens, Stand


async def _practice(g: Stand) -> None:
    g.window.show_practice()
    await g.enter("clerk")
    g.work.ways.go(WORKBENCH)


async def _practice_door(g: Stand) -> None:
    g.deck.pull()


SCREENS: Screens = {"90-practice": _practice, "91-practice-door": _practice_door}
