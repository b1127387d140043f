"""A window in a process of its own that is told, line by line, what to do: run as a program.

Its words are the stage's folder and the centre's address. Reads one JSON list per line,
[what, argument …], and answers each with one: {"said": …}, or {"refused": code}. `Lone` is its
other end.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import structlog

from client.app.rows.session import CardPresence, LinePhase
from sync.domain.failures import Failure
from sync.domain.fields import ms_of
from tests.helpers import warm
from tests.helpers.hall import Hall, StandingStage, _unsent
from ui.presenters.frame import banner


class Hands:
    """What may be asked of the window; one method each."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    async def enter(self, card: str) -> bool:
        """Log in; say whether the centre was reached."""
        await self._hall.put_in(card, CardPresence.READY)
        return (await self._hall.enter(card)).online

    async def show(self, card: str) -> None:
        """Put a card in, whatever the window will think of it."""
        self._hall.deck.insert(card)

    async def door(self, presence: str) -> str | None:
        """Wait until the window says this of the card in the reader; return what it finds fault."""
        door = self._hall.desk.door
        await self._hall.until(lambda: door.card.presence.value == presence, presence)
        return None if door.card.problem is None else door.card.problem.key

    async def examined(self) -> dict[str, list[str]]:
        """Have the doctor look; return health and code of every part."""
        found = await self._hall.desk.doctor.examine()
        return {finding.part: [finding.health.value, finding.code] for finding in found}

    async def banner(self) -> str | None:
        """Return what stands over every page of the window now."""
        desk = self._hall.desk
        shown = banner(desk.line.view, desk.door.place().now())
        return None if shown is None else shown.words.key

    async def synced(self) -> None:
        self._hall.desk.line.sync_now()
        await self._hall.synced()

    async def offline(self) -> None:
        self._hall.desk.line.sync_now()
        line = self._hall.desk.line
        await self._hall.until(lambda: line.view.phase is LinePhase.OFFLINE, "offline")

    async def told(self, key: str) -> None:
        """Wait until the line says this problem."""
        line = self._hall.desk.line
        line.sync_now()
        await self._hall.until(lambda: line.view.problem and line.view.problem.key == key, key)

    async def pull(self) -> None:
        await self._hall.pull()

    async def pass_hours(self, hours: float) -> None:
        """Let time pass for everybody, boot clocks included."""
        clock = self._hall.stage.clock
        clock.move_to(clock.now() + timedelta(hours=hours))

    async def register(self, **changes: str) -> str:
        return await self._hall.register(**changes)

    async def accepted(self) -> str:
        """Bring a new case to its acceptance."""
        case = await self._hall.register()
        await self._hall.receive_all(case)
        await self._hall.desk.steps.accept(case)
        return case

    async def due(self, case: str) -> int:
        """Return when a case is due, ms UTC."""
        due = (await self._hall.desk.cases.open(case)).row.light.due_at
        assert due is not None
        return ms_of(due)

    async def events(self, case: str) -> list[dict[str, Any]]:
        """Return what is known of the times of a case's steps."""
        place = self._hall.desk.door.place()
        rows = await place.on_store(place.store.events_of, case)
        names = ("kind", "verdict", "at_ms", "lo_ms", "counted_ms", "hi_ms")
        return [{name: getattr(row, name) for name in names} for row in rows]

    async def anchor(self) -> int:
        """Return the time of the newest anchor."""
        place = self._hall.desk.door.place()
        return (await place.on_store(place.store.anchor)).t_ms

    async def offset_s(self) -> int:
        """Return by how much the line says that this machine's clock is wrong."""
        return self._hall.desk.line.view.clock_offset_s

    async def waiting(self) -> int:
        """Return how many steps and pages the centre lacks."""
        place = self._hall.desk.door.place()
        return len(await place.on_store(_unsent, place.store))


async def live(folder: Path, centre: str) -> None:
    """Do what is told until nobody tells any more."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    stage = StandingStage(folder)
    stage.centre.url = centre
    window = stage.window()
    async with asyncio.TaskGroup() as tasks:
        life = tasks.create_task(window.desk.run())
        hands = Hands(Hall(stage, window))
        while line := await asyncio.to_thread(sys.stdin.readline):
            what, words, named = json.loads(line)
            try:
                answer: dict[str, Any] = {"said": await getattr(hands, what)(*words, **named)}
            except Failure as failure:
                answer = {"refused": failure.code}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
        life.cancel()


class Refused(Exception):  # noqa: N818  what the window said, not what went wrong
    """The window would not."""


class Lone:
    """The other end: `await window.ask("register")`."""

    def __init__(self, stage: StandingStage, env: dict[str, str]) -> None:
        words = [str(stage.places.folder), stage.centre.url]
        heard, said = os.pipe()
        log = stage.places.folder / "window.log"
        with os.fdopen(said, "wb") as mouth, log.open("ab") as complained:
            self.process = warm.start(words, env, mouth, complained, program=__name__)
        self._heard = os.fdopen(heard, encoding="utf-8")

    async def ask(self, what: str, *words: object, **named: object) -> Any:
        """Have it done; raises Refused with the code."""
        return await asyncio.to_thread(self._ask, json.dumps([what, words, named]))

    def _ask(self, line: str) -> Any:
        self.process.tell(line)
        answer = json.loads(self._heard.readline() or '{"refused": "it ended"}')
        if "refused" in answer:
            raise Refused(answer["refused"])
        return answer["said"]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        with self._heard:
            self.process.communicate(timeout=30)


def main() -> None:
    """Live as the command line says."""
    asyncio.run(live(Path(sys.argv[1]), sys.argv[2]))
