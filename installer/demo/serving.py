"""A centre with the sample data and no window of ours: `tasks.py demo --serve-only`.

For whoever writes a window of their own, or points a tool at the centre. One JSON object on one
line of stdout says everything that such a window is told at its enrolment; then the centre runs
until SIGINT or SIGTERM, and no process outlives this one.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from installer.demo.authority import authority_in, make_authority
from installer.demo.clock import DemoClock
from installer.demo.stage import CALENDAR, HALL, Centre, Places
from sync.domain.calendar import calendar_from
from sync.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STRANGER, COUNTER = "d-339901-90", "90号窗口"


def serve(folder: Path, language: str) -> int:
    """Serve until told to stop.

    Returns:
        0, when it was told to stop.

    Raises:
        RuntimeError: the centre could not be set up; its own words stand in it.
    """
    try:
        return asyncio.run(_serve(folder, language))
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None


async def _serve(folder: Path, language: str) -> int:
    told = asyncio.Event()
    _hear(told)
    places = Places(folder)
    centre = Centre(places, authority_in(places.authority))
    say = partial(_say, language)
    try:
        async with asyncio.TaskGroup() as tasks:
            stopping = tasks.create_task(told.wait())
            setting = tasks.create_task(_set(places, centre, say))
            await asyncio.wait({stopping, setting}, return_when=asyncio.FIRST_COMPLETED)
            if setting.done():
                print(json.dumps(setting.result(), ensure_ascii=False), flush=True)
                await stopping
            setting.cancel()
            stopping.cancel()
    finally:
        centre.stop()
    return 0


async def _set(places: Places, centre: Centre, say: Callable[[str], None]) -> dict[str, Any]:
    """Start a centre with its sample, made anew unless kept; return what is printed."""
    clock = DemoClock(places.clock)
    data = ("--data", places.centre, "--demo-clock", places.clock)
    signed = ("--authority", places.authority, *data)
    authority = authority_in(places.authority)
    if authority.roster.exists() and places.clock.exists():
        say("demo.stage.again")
        clock.resume()
    else:
        places.folder.mkdir(parents=True, exist_ok=True)
        clock.start(calendar_from(json.loads(CALENDAR.read_text("utf-8"))))
        say("demo.stage.authority")
        await asyncio.to_thread(make_authority, places.authority, clock.now())
        say("demo.stage.centre")
        await asyncio.to_thread(centre.command, "load-sample", places.authority, *data)
        revoked = authority.refused_cards["revoked"]
        await asyncio.to_thread(centre.command, "revoke", revoked, *signed)
    device = ("--dev", STRANGER, "--hall", HALL, "--counter", COUNTER)
    invitation = await asyncio.to_thread(centre.command, "enrol", *signed, *device)
    await centre.start()
    return {
        "url": centre.url,
        "ca": str(authority.ca),
        "enrolment": invitation,
        "hall": HALL,
        "cards": str(authority.folder / "cards"),
        "deck": json.loads(authority.deck.read_text("utf-8")),
        "clock": str(places.clock),
        "folder": str(places.folder),
    }


def _hear(told: asyncio.Event) -> None:
    """Let either signal set the event; on Windows, where loops hear none, in the old way."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        if sys.platform == "win32":
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(told.set))
        else:
            loop.add_signal_handler(number, told.set)


def _say(language: str, key: str) -> None:
    print(f"── {texts(language).t(key)}", file=sys.stderr, flush=True)
