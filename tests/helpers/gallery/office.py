"""The office's pages: authorisations, seals, money, statistics."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ui.values import CloseForm, Route

if TYPE_CHECKING:
    from tests.helpers.gallery.stand import Screen, Screens, Stand


async def _authorisations(g: Stand) -> None:
    await g.enter("chief")
    await g.go(Route("authorisations"))


async def _authorisations_command(g: Stand) -> None:
    await _authorisations(g)
    g.page.command_wanted.emit("renew")


async def _seal_book(g: Stand) -> None:
    await g.enter("chief")
    await g.go(Route("seal_book"))
    view = g.page
    view.show_form(CloseForm("0", "13"))
    view.submitted.emit()


def _money(page: str) -> Screen:
    async def act(g: Stand) -> None:
        await g.enter("cashier")
        await g.go(Route(page))

    return act


async def _bank(g: Stand) -> None:
    await _money("bank")(g)
    g.page.chosen_file.emit(Path("11月对账单.csv"))


async def _statistics(g: Stand) -> None:
    await g.enter("chief")
    await g.go(Route("statistics"))


async def _statistics_items(g: Stand) -> None:
    await _statistics(g)
    g.page.groups.tabs["item"].click()


async def _pace(g: Stand) -> None:
    await g.enter("clerk")
    await g.go(Route("pace"))


SCREENS: Screens = {
    "15-authorisations": _authorisations,
    "15-authorisations-command": _authorisations_command,
    "15-seal-book": _seal_book,
    "19-money": _money("money"),
    "19-money-stock": _money("stock"),
    "19-money-till": _money("till"),
    "19-money-bank": _bank,
    "64-statistics": _statistics,
    "64-statistics-items": _statistics_items,
    "65-pace": _pace,
}
