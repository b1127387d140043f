"""The hall: the queue, appointments, the guide to items, the directory of applicants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.loop import Later
from ui.values import Route

if TYPE_CHECKING:
    from tests.helpers.gallery.stand import Screen, Screens, Stand


async def _queue(g: Stand) -> None:
    await g.enter("clerk")
    await g.go(Route("queue"))


async def _queue_served(g: Stand) -> None:
    await _queue(g)
    page = g.page
    for _ in range(2):
        page.submitted.emit()
        await g.rest()


async def _bookings(g: Stand) -> None:
    await g.enter("clerk")
    await g.go(Route("bookings"))


async def _items(g: Stand) -> None:
    await g.enter("clerk")
    await g.go(Route("items"))


async def _items_chart(g: Stand) -> None:
    await _items(g)
    view = g.page
    view.scroller.ensureWidgetVisible(view.guide.chart, 0, 400)


async def _items_none(g: Stand) -> None:
    await _items(g)
    g.page.search.setText("没有")


def _handout(kind: str) -> Screen:
    async def act(g: Stand) -> None:
        await _items(g)
        g.page.handed_out.emit(kind)

    return act


async def _people(g: Stand) -> None:
    await g.enter("clerk")
    await g.go(Route("people"))


async def _people_none(g: Stand) -> None:
    await _people(g)
    g.page.search.setText("没有")
    for later in g.page.findChildren(Later):
        later.now()


async def _filings(g: Stand) -> None:
    await g.enter("clerk")
    await g.go(Route("filings"))


SCREENS: Screens = {
    "16-items": _items,
    "16-items-chart": _items_chart,
    "16-items-none": _items_none,
    "17-handout": _handout("notification"),
    "18-people": _people,
    "18-people-none": _people_none,
    "66-queue": _queue,
    "66-queue-served": _queue_served,
    "68-filings": _filings,
    "67-bookings": _bookings,
}
