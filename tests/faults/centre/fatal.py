"""Kill what keeps the record in the middle of a batch, again and again; count what became of it.

The suite runs a few rounds, `python3 installer/tasks.py bench` two hundred.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg

from tests.helpers import case_steps as say
from tests.helpers import pg
from tests.helpers.centre_process import hashes, places, push_until_answered, until_answered

if TYPE_CHECKING:
    from tests.helpers.hand_window import HandWindow

PART = 20
STEPS = 10
#: Twenty minutes: on an overloaded machine a process takes half a minute to start, and the same
#: one may be killed again and again before its windows have an answer.
TRIES = 60_000
#: Says when and whom, from run to run the same.
chance = random.Random(20260303)  # noqa: S311  # not a secret
#: A transaction that has written and is not over: what a kill should meet.
UNDER_WAY = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND usename = 'centre'"
    " AND backend_xid IS NOT NULL"
)


@dataclass
class Found:
    """What became of everything that was pushed."""

    pushed: list[str] = field(default_factory=list)  # hashes
    told: list[tuple[str, int]] = field(default_factory=list)  # places, as first answered
    refused: list[object] = field(default_factory=list)
    kills: int = 0
    in_the_middle: int = 0
    enough: threading.Event = field(default_factory=threading.Event)


def events_of(window: HandWindow, count: int) -> list:
    """Make events of cases, ten a case."""
    records: list = []
    while len(records) < count:
        number = until_answered(window.new_number, TRIES)  # it may want a fresh lease
        records += [
            window.event("preregister", say.preregister(), case=number),
            window.event("receive", say.receive(), case=number),
            window.event("accept", say.accept(), case=number),
        ]
        said = {"what": "call", "happened_at": window.centre.clock.now_ms() - 1, "reason": "来电"}
        records += [window.event("note_late", said, case=number) for _ in range(STEPS - 3)]
    return records


def begin_pushing(windows: list[HandWindow], found: Found) -> list[threading.Thread]:
    """Begin to make and push events, each until it is answered, until it is enough."""

    def push(window: HandWindow) -> None:
        while not found.enough.is_set():
            records = events_of(window, PART)
            answer = push_until_answered(window, records, TRIES)
            wrong = [r for r in answer.results if r.verdict not in {"accepted", "duplicate"}]
            found.refused.extend(wrong)
            found.pushed.extend(hashes(records))
            if not wrong:
                found.told.extend(places(answer))

    for window in windows:
        window.borrow()  # numbers for all of it
    threads = [threading.Thread(target=push, args=(window,)) for window in windows]
    for thread in threads:
        thread.start()
    return threads


def kill_while(threads: list[threading.Thread], kill, url: str, found: Found, rounds: int) -> None:
    """Kill in the middle of a transaction, `rounds` times; then let everything be answered."""
    idle = threading.Event()
    try:
        while found.kills < rounds and all(thread.is_alive() for thread in threads):
            idle.wait(chance.uniform(0, 0.2))
            met = False
            for _ in range(500):
                if met := under_way(url):
                    break
                idle.wait(0.002)
            answered = len(found.pushed)
            kill()
            found.kills += 1
            found.in_the_middle += met
            # Whoever kills each transaction as it begins sees none end: that proves nothing.
            for _ in range(3000):
                if len(found.pushed) > answered or not all(t.is_alive() for t in threads):
                    break
                idle.wait(0.02)
    finally:
        found.enough.set()
    for thread in threads:
        thread.join()


def under_way(url: str) -> bool:
    """Say whether the centre is in the middle of a transaction that writes."""
    try:
        with pg.cluster().connect() as watching:
            row = watching.execute(UNDER_WAY, (pg.name_of(url),)).fetchone()
    except psycopg.Error:
        return False
    return bool(row and row[0])
