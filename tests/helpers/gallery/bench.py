"""The workbench with its lists, and the pages that every clerk has beside it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from client.app.rows.messages import ExceptionRow
from client.app.rows.session import LinePhase, LineView
from client.app.rows.words import Words
from sync.domain.secret import Secret
from tests.helpers.gallery_cases import HANDLING, RECEIVED
from tests.helpers.scripted_access import PIN
from tests.helpers.scripted_backups import FORMER
from tests.helpers.scripted_cases import NOW
from tests.helpers.scripted_letters import LATE, OWED
from ui.loop import Later
from ui.shell.tour import STOPS
from ui.values import STEPS, WORKBENCH, Route

if TYPE_CHECKING:
    from tests.helpers.gallery.stand import Screen, Screens, Stand


async def _workbench(g: Stand) -> None:
    g.desk.line.show(
        LineView(LinePhase.SYNCED, last_ok=NOW, lease_until=NOW + timedelta(days=2, hours=18))
    )
    await g.enter("clerk")
    g.work.ways.go(WORKBENCH)
    g.page.tab_picked.emit("all")
    g.page.choose_tab("all")
    await g.rest()


async def _workbench_offline(g: Stand) -> None:
    await _workbench(g)
    g.desk.line.show(
        LineView(
            LinePhase.OFFLINE,
            pending=3,
            uploads=1,
            last_ok=NOW - timedelta(minutes=12),
            lease_until=NOW + timedelta(hours=9),
        )
    )


async def _workbench_urge(g: Stand) -> None:
    await _workbench(g)
    g.desk.urge(g.desk.rows[0])


async def _workbench_search(g: Stand) -> None:
    await _workbench(g)
    g.page.search.setText("王芳丽")
    for later in g.page.findChildren(Later):
        later.now()


async def _palette(g: Stand) -> None:
    await _workbench(g)
    g.work.commands.open()


async def _mine_empty(g: Stand) -> None:
    await g.enter("supervisor")
    g.work.ways.go(WORKBENCH)


async def _messages(g: Stand) -> None:
    await g.enter("clerk")
    await g.go(Route("messages"))


async def _letters(g: Stand) -> None:
    await g.enter("clerk")
    g.desk.letters.rows = (LATE, OWED)
    await g.go(Route("messages"))
    await g.rest()
    g.desk.letters.rows = ()  # the page keeps them; no other one counts them


async def _exceptions(g: Stand) -> None:
    await g.enter("clerk")
    g.desk.refusals = (
        ExceptionRow(
            "e1",
            RECEIVED,
            "accept",
            NOW - timedelta(minutes=4),
            "materials_incomplete",
            Words("violation.materials_incomplete", {"material": "设备布局与操作流程图"}),
            Words("exception.remedy", {"code": "materials_incomplete"}),
        ),
    )
    await g.go(Route("exceptions"))


async def _exceptions_empty(g: Stand) -> None:
    await g.enter("clerk")
    g.desk.refusals = ()
    await g.go(Route("exceptions"))


async def _help(g: Stand) -> None:
    await g.enter("clerk")
    await g.go(Route("help"))


async def _doctor(g: Stand) -> None:
    await g.enter("clerk")
    await g.go(Route("doctor"))


async def _former(g: Stand) -> None:
    await g.enter("clerk")
    g.desk.bringing_back.waits = FORMER
    await g.go(Route("former"))


async def _former_brought(g: Stand) -> None:
    await _former(g)
    g.page.entered.emit(Secret(PIN))


async def _steps(g: Stand) -> None:
    await g.enter("handler")
    await g.go(Route("case", HANDLING))
    await g.rest()
    g.work.ways.go(STEPS)


def _tour(stop: int) -> Screen:
    async def act(g: Stand) -> None:
        g.work.commands.close()
        g.work.tour.close()
        await _workbench(g)
        g.work.tour.begin()
        for _ in range(stop):
            g.work.tour.view.on.emit()

    return act


async def _toured(g: Stand) -> None:
    """Leave the tour: it lies over every page."""
    g.work.tour.leave()
    await _mine_empty(g)


SCREENS: Screens = {
    "10-workbench": _workbench,
    "11-workbench-offline": _workbench_offline,
    "12-workbench-urge": _workbench_urge,
    "13-workbench-nothing-found": _workbench_search,
    "14-palette": _palette,
    **{f"14-tour-{stop + 1}": _tour(stop) for stop in range(len(STOPS))},
    "15-workbench-empty": _toured,
    "17-doctor": _doctor,
    "18-former": _former,
    "18-former-brought": _former_brought,
    "60-messages": _messages,
    "60-messages-letters": _letters,
    "61-exceptions": _exceptions,
    "62-exceptions-empty": _exceptions_empty,
    "63-help": _help,
    "71-steps": _steps,
}
