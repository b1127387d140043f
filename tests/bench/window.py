"""A window in a process of its own, as in life, that does what the bench asks of it.

    python -m tests.bench.window < requests > answers        one JSON object a line, both ways

Moments are nanoseconds of the monotonic clock, which is one for all processes of a machine.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace

from client.app.ports.store import NumberUse
from client.host.lanes import Lane
from sync.domain.ids import make_case_number
from sync.engine.pace import Pace
from sync.protocol import messages
from tests.bench import load
from tests.helpers import case_steps as say
from tests.helpers.centre import HandClock, card_keys
from tests.helpers.hand_window import SCOPE
from tests.integration.engine.real_window import RealWindow

QUIET = Pace(heartbeat_ms=600_000)  # a full round in the middle would be counted twice


class Window(RealWindow):
    """Notes when the store had brought what of each case: that is when a screen learns of it."""

    def __init__(self, centre, lane, url, dev):
        super().__init__(centre, lane, url, dev)
        self.seen = {}

    def _changed(self, change):
        at = time.monotonic_ns()
        self.seen.update((case, at) for case in change.cases if case not in self.seen)
        super()._changed(change)

    async def draw(self):
        """Return a fresh case number, and its use."""
        serial = await self.asks(self.store.next_number, "case")
        number = make_case_number(self.centre.clock.now().date(), "339901", serial)
        return number, (NumberUse("case", serial),)

    async def cursor(self):
        return (await self.asks(self.store.cursors)).get(SCOPE, 0)

    async def told(self):
        self._news.clear()
        await self._news.wait()


class Doing:
    """What can be asked, by the names of the methods."""

    def __init__(self, stack, group):
        self.stack, self.group = stack, group

    async def begin(self, url, dev, folder, made):
        """Open, join and log in; the engine starts when `serve` is asked."""
        centre = SimpleNamespace(
            authority=SimpleNamespace(ca=Path(made["ca"])),
            clock=HandClock(),
            desk=SimpleNamespace(policy=SimpleNamespace(trust=SimpleNamespace(**made["trust"]))),
            origin=url,
            tls_context=lambda: True,
            invite=lambda _dev: made["code"],
            card=lambda _name: card_keys(Path(made["card"])),
        )
        lane = Lane("store")
        window = self.window = Window(centre, lane, url, dev)
        self.stack.push_async_callback(lane.close)
        self.stack.callback(window.hand.close)
        await window.open_store(Path(folder))
        self.stack.push_async_callback(lane.run, window.store.close)
        await self.stack.enter_async_context(window.transport)
        await window.join()
        self.session = await window.log_in()

    async def serve(self):
        """Start the engine; it is there when its lease is."""
        self.window.serve(self.session, self.group, QUIET)
        await self.window.until(lambda: self.window.status.lease_until_ms is not None)
        await self.window.synced()

    async def fill(self, count):
        """Put events into the outbox; returns the mean size of a record."""
        window, sizes = self.window, []
        for _ in range(count // load.STEPS):
            case, uses = await window.draw()
            records = list(load.steps_of(window.hand, case))
            sizes += [len(r.jws) + len(r.body) + len(r.act or "") for r in records]
            await window.lane.run(window.store.append, records, uses)
        return round(statistics.mean(sizes))

    async def push(self):
        """Return the seconds from a full outbox to the last verified receipt."""
        began = time.monotonic_ns()
        self.window.runner.notify_outbox()
        await self.window.answered()
        took = (time.monotonic_ns() - began) / 1e9
        assert not await self.window.asks(self.window.store.refused)
        return took

    async def reached(self):
        """Return how many leaves of the scope are here, once the line has no more."""
        await self.window.synced()
        return await self.window.cursor()

    async def pull(self, wanted):
        """Start the engine; return the seconds until so many leaves are stored and folded."""
        began = time.monotonic_ns()
        self.window.serve(self.session, self.group, QUIET)
        while await self.window.cursor() < wanted:
            await self.window.told()
        return (time.monotonic_ns() - began) / 1e9

    async def nothing(self, times):
        """Return the median milliseconds of a pull that brings nothing."""
        window, took = self.window, []
        cursors = await window.asks(window.store.cursors)
        for _ in range(times):
            began = time.monotonic_ns()
            answer = await window.transport.pull(messages.PullRequest(cursors=cursors))
            took.append((time.monotonic_ns() - began) / 1e6)
            assert answer.scopes == {}
        return statistics.median(took)

    async def step(self):
        """Register a case; return its number, and when that began."""
        window = self.window
        case, uses = await window.draw()
        began = time.monotonic_ns()
        record = window.hand.event("preregister", say.preregister(), case=case)
        await window.lane.run(window.store.append, [record], uses)
        window.runner.notify_outbox()
        return case, began

    async def seen(self, case):
        """Return when a case was stored here first."""
        while case not in self.window.seen:
            await self.window.told()
        return self.window.seen[case]

    async def leave(self):
        """Drain and end."""
        await self.window.runner.drain(2.0)


async def serve():
    """Answer until there is nothing more to read."""
    loop = asyncio.get_running_loop()
    answers, sys.stdout = sys.stdout, sys.stderr  # what is logged is no answer
    async with asyncio.TaskGroup() as group, AsyncExitStack() as stack:
        doing = Doing(stack, group)
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            asked = json.loads(line)
            answer = await getattr(doing, asked.pop("do"))(**asked)
            print(json.dumps(answer), file=answers, flush=True)


class Asked:
    """The other end of a window's process."""

    def __init__(self, process):
        self._process = process

    def __getattr__(self, name):
        """Return what asks for that, and waits for the answer."""
        return lambda **values: self._ask({"do": name, **values})

    def _ask(self, request):
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the window's process has ended"
        return json.loads(answer)


def invited(centre, dev):
    """Return what a window needs of a centre, an invitation among it."""
    return {
        "ca": str(centre.authority.ca),
        "trust": {"genesis": centre.desk.policy.trust.genesis},
        "code": centre.invite(dev),
        "card": str(centre.authority.cards["clerk"]),
    }


@contextmanager
def window(made, url, dev, folder):
    """Run a window that has joined and logged in; yields what it can be asked through."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.window"],
        cwd=load.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        asked = Asked(process)
        asked.begin(url=url, dev=dev, folder=str(folder), made=made)
        yield asked
        asked.leave()
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


if __name__ == "__main__":
    asyncio.run(serve())
