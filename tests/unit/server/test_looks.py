"""Whatever is looked at in the console is written down, a refreshing page's once in 15 minutes."""

import asyncio
from types import SimpleNamespace

import pytest

from sync.proof.tokens import token_hash
from sync.server.services.entry.console import IDLE_MS, Console, Look
from sync.server.services.rows.console import ConsoleSessionRow
from tests.helpers.centre import HandClock

PERSON, COOKIE = "p0106", "cookie"
PAGE = Look("board", "open", again=True)
POLICY = SimpleNamespace(
    roles=lambda _person: {"339901/ycj": frozenset({"supervisor"})},
    book=SimpleNamespace(name_of=lambda person: person),
)


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def console(ledger, clock):
    now = clock.now_ms()
    visit = ConsoleSessionRow(token_hash(COOKIE), PERSON, "dlg", now, now)
    ledger.write_now(lambda tx: tx.console.save_session(visit))
    return Console(POLICY, clock, "https://centre.test")


class Undone:
    """A ledger whose units do their work and leave no trace."""

    def __init__(self, ledger):
        self._ledger = ledger

    async def write(self, work):
        def undone(tx):
            work(tx)
            raise ConnectionError

        return await self._ledger.write(undone)


def look(console, ledger, what=PAGE):
    return asyncio.run(console.looked(ledger, COOKIE, what))


def written(ledger, what=PAGE):
    return len(ledger.read_now(lambda tx: tx.console.looks(what.what, what.subject, 9)))


def test_a_refreshing_page_is_written_down_once_in_fifteen_minutes(console, ledger, clock):
    assert [look(console, ledger).person for _ in range(3)] == [PERSON] * 3
    assert written(ledger) == 1
    look(console, ledger, Look("board", "open"))  # by hand: each time, and the visit goes on
    assert written(ledger) == 2
    clock.advance(milliseconds=IDLE_MS)
    for _ in range(2):
        look(console, ledger)
    assert written(ledger) == 3


def test_a_look_whose_line_was_undone_is_written_down_with_the_next_one(console, ledger):
    with pytest.raises(ConnectionError):
        look(console, Undone(ledger))
    assert written(ledger) == 0
    look(console, ledger)
    assert written(ledger) == 1
