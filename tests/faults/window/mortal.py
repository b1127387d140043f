"""A window that is killed again and again, and whoever kills it: run as a program by test_kill.py.

Each life is a forked child with the whole window but its widgets: it logs in, and goes through the
use cases, writing a line to a pipe after each call that came back. The parent kills it (SIGKILL)
somewhere: while it logs in, or after some lines at any instant of the next call. Then it opens the
store itself, without any line, and looks for everything that was ever confirmed. At the end one
window lives long enough to send what waits. Prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import select
import signal
import sys
import traceback
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from client.card.at_window import CardAtWindow
from client.card.deck import SimulatedDeck
from client.card.simulator import SimulatedReaders
from client.host.clock import SystemClock
from client.store.keycheck import mark_of, read_marks
from client.store.opening import CHECK
from client.store.store import open_store
from client.vault.vault import Vault
from installer.demo.authority import PIN
from sync.domain.failures import Failure
from sync.domain.secret import Secret
from sync.server.bootstrap import open_centre
from sync.server.settings import Settings as CentreSettings
from tests.helpers.hall import Hall, StandingStage, form

if TYPE_CHECKING:
    from client.app.rows.steps import StepDone

LIFE = timedelta(seconds=60)  # of the demonstration's time, between two lives
LOGIN_S = 1.5
NEW_CASE = 0.4
NO_NUMBERS = "app.no_numbers"


async def live(stage: StandingStage, said, seed: int) -> None:
    """Work until killed."""
    choose = random.Random(seed)  # noqa: S311  which step comes next is no secret
    window = stage.window()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(window.desk.run())
        hall = Hall(stage, window)
        await hall.enter("clerk")
        said("in", seed)
        cases: list[str] = []
        while True:
            if not cases or choose.random() < NEW_CASE:
                done = await register(hall)
                cases.append(done.case)
            else:
                done = await go_on(hall, choose.choice(cases))
            if done is None:
                await hall.desk.drafts.save("draft", str(seed))
                said("draft", seed)
            else:
                said("event", done.event, done.case)


async def register(hall: Hall) -> StepDone:
    """Register a visitor; numbers may have to arrive first."""
    while True:
        try:
            return await hall.desk.steps.preregister(form(name="欧阳·𬱖䶮"))
        except Failure as failure:
            if failure.code != NO_NUMBERS:
                raise
        hall.desk.line.sync_now()
        await hall.synced()
        await asyncio.sleep(0.05)  # a lease comes when its turn is


async def go_on(hall: Hall, case: str) -> StepDone | None:
    """Make a case's next step, None where somebody else has to."""
    detail = await hall.desk.cases.open(case)
    if detail.row.state == "registered":
        return await hall.receive_all(case)
    if detail.row.state == "received":
        return await hall.desk.steps.accept(case)
    return None


# ---------------------------------------------------------------- the one who kills


def live_and_die(stage: StandingStage, seed: int) -> list[list[str]]:
    """Start a life, kill it somewhere, return what it confirmed."""
    choose = random.Random(seed)  # noqa: S311  as above
    read, write = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(read)
        try:
            asyncio.run(live(stage, lambda *words: _write(write, *words), seed))
        finally:
            traceback.print_exc()
            os._exit(1)
    os.close(write)
    text = b""
    if seed % 5 == 0:  # while it logs in, most of the time
        select.select([read], [], [], choose.random() * LOGIN_S)
    else:
        wanted = choose.randrange(1, 8)
        while text.count(b"\n") < wanted and (more := os.read(read, 4096)):
            text += more
        for _ in range(choose.randrange(3_000_000)):  # somewhere inside the next call
            pass
    os.kill(process, signal.SIGKILL)
    while more := os.read(read, 65_536):  # confirmed before the kill, not read yet
        text += more
    os.close(read)
    _, status = os.waitpid(process, 0)
    if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
        message = f"life {seed} ended by itself"
        raise RuntimeError(message)
    return [line.split() for line in text.decode().splitlines()]


def _write(pipe: int, *words: object) -> None:
    os.write(pipe, (" ".join(map(str, words)) + "\n").encode())


def look(stage: StandingStage, confirmed: dict[str, str]) -> dict[str, int]:
    """Open the store that a kill left, without any line, and look for what was confirmed."""
    readers = SimulatedReaders("读卡器")
    deck = SimulatedDeck(readers.named("读卡器"), stage.places.authority / "cards")
    port = CardAtWindow(readers, readers)
    deck.insert("clerk")
    folder = stage.places.window / "store"

    def fits(keys) -> bool:
        return mark_of(keys.db) in (read_marks(folder / CHECK) or ())

    with port.open() as card:
        card.verify_pin(Secret(PIN))
        keys = Vault(folder, fits=fits).open(card)
    store = open_store(folder, keys, SystemClock(stage.places.clock))
    try:
        lost = 0
        for case in set(confirmed.values()):
            there = [event.event for event in store.events_of(case)]
            expected = [event for event, its in confirmed.items() if its == case]
            lost += sum(there.count(event) != 1 for event in expected)
        unequal = int(not store.rebuild())
        store.verify()
        return {"lost": lost, "unequal": unequal, "drafts": int(store.draft("draft") or 0)}
    finally:
        store.close()


async def send_the_rest(stage: StandingStage) -> int:
    """Live long enough to send what waits; return how many steps the centre refused."""
    window = stage.window()
    async with asyncio.TaskGroup() as tasks:
        life = tasks.create_task(window.desk.run())
        hall = Hall(stage, window)
        await hall.enter("clerk")
        await hall.synced()
        refused = len(await hall.desk.messages.exceptions())
        await hall.leave()
        life.cancel()
    return refused


def at_the_centre(stage: StandingStage, confirmed: dict[str, str]) -> int:
    """Count what the centre's log does not hold exactly once, accepted."""
    centre = open_centre(CentreSettings(data=stage.places.centre, demo_clock=stage.places.clock))
    try:

        def missing(tx) -> int:
            wrong = 0
            for event in confirmed:
                keys = tx.log.by_id(event)
                verdicts = [tx.log.at(key.scope, key.n).verdict for key in keys]
                wrong += verdicts != ["accepted"]
            return wrong

        return centre.ledger.read_now(missing)
    finally:
        centre.close()


def main(folder: Path, kills: int, before: int = 0) -> None:
    """Kill so many lives of one window; `before`: the lives of another one, lived otherwise."""
    stage = StandingStage(folder)
    asyncio.run(stage.centre.start())
    total = {"kills": 0, "lost": 0, "unequal": 0, "drafts_lost": 0}
    confirmed: dict[str, str] = {}
    draft = 0
    try:
        for seed in range(before + 1, before + kills + 1):
            stage.clock.move_to(stage.clock.now() + LIFE)
            said = live_and_die(stage, seed)
            confirmed |= {words[1]: words[2] for words in said if words[0] == "event"}
            draft = seed if any(words[0] == "draft" for words in said) else draft
            found = look(stage, confirmed)
            total["kills"] += 1
            total["lost"] += found["lost"]
            total["unequal"] += found["unequal"]
            total["drafts_lost"] += found["drafts"] < draft
        stage.clock.move_to(stage.clock.now() + LIFE)
        total["refused"] = asyncio.run(send_the_rest(stage))
        after = look(stage, confirmed)
        total["lost"] += after["lost"]
        total["unequal"] += after["unequal"]
    finally:
        stage.centre.stop()
    total["not_at_centre"] = at_the_centre(stage, confirmed)
    total["confirmed"] = len(confirmed)
    print(json.dumps(total))  # noqa: T201  this is its answer


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
