"""Windows and centre against PouchDB and express-pouchdb, in one run, with records of one size.

Ours: a window's engine and encrypted store, HTTPS, the centre in a process of its own on the
embedded database. Each record is signed, judged by the rules, logged with a receipt that the
window verifies, and durable (fsync) at both ends. The peer's: leveldb at both ends, plain HTTP, no
signatures, no fsync.
"""

import asyncio
import json
import statistics
import time
from contextlib import asynccontextmanager, contextmanager

import pytest

from client.host.lanes import Lane
from sync.domain.ids import make_case_number
from sync.engine.pace import Pace
from sync.protocol import messages
from sync.server.clock import SystemClock, milliseconds
from tests.bench import load, peer
from tests.helpers import case_steps as say
from tests.helpers.centre import NOW, running_centre
from tests.helpers.hand_window import SCOPE
from tests.integration.engine.real_window import RealWindow

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

COUNT = 2000
LIVE = 100
QUIET = Pace(heartbeat_ms=600_000)  # a full round in the middle would be counted twice


@contextmanager
def apart(centre, folder):
    """Serve the centre's data over HTTPS from a process of its own; yields its address."""
    port = load.free_port()
    clock = folder / "clock.json"
    clock.write_text(json.dumps({"offset_ms": milliseconds(NOW) - SystemClock().now_ms()}))
    made = centre.authority
    served = [
        "-m", "sync.server", "serve", "--data", centre.settings.data, "--port", port,
        "--demo-clock", clock, "--tls-cert", made.tls_certificate, "--tls-key", made.tls_key,
    ]  # fmt: skip
    with load.process(served, port):
        yield f"https://127.0.0.1:{port}"


@asynccontextmanager
async def at_work(window, folder, group):
    """Open, join and log in; the engine starts when `serve` is called."""
    await window.open_store(folder)
    async with window.transport:
        await window.join()
        session = await window.log_in()
        try:
            yield lambda: window.serve(session, group, QUIET)
        finally:
            await window.runner.drain(2.0)
            await window.lane.run(window.store.close)
            window.hand.close()
            await window.lane.close()


async def number(window):
    serial = await window.asks(window.store.next_number, "case")
    return make_case_number(window.centre.clock.now().date(), "339901", serial)


async def fill(window):
    """Put COUNT events into the outbox; returns the mean size of a record."""
    sizes = []
    for _ in range(COUNT // load.STEPS):
        case = await number(window)
        records = list(load.steps_of(window.hand, case))
        sizes += [len(r.jws) + len(r.body) + len(r.act or "") for r in records]
        await window.append(*records)
    return round(statistics.mean(sizes))


async def reached(window, wanted):
    """Wait until the window's cursor of the scope is there."""
    while (await window.asks(window.store.cursors)).get(SCOPE, 0) < wanted:
        window._news.clear()
        await window._news.wait()


async def ours(centre, url, folder):
    """Return our figures, the size of a record among them."""
    told = {}
    async with asyncio.TaskGroup() as group:
        writer = RealWindow(centre, Lane("writer"), url, "d-339901-11")
        reader = RealWindow(centre, Lane("reader"), url, "d-339901-12")
        async with at_work(writer, folder / "writer", group) as serve:
            serve()
            await writer.until(lambda: writer.status.lease_until_ms is not None)
            await writer.synced()
            told["size"] = await fill(writer)
            began = time.perf_counter()
            writer.runner.notify_outbox()
            await writer.answered()
            told["push"] = COUNT / (time.perf_counter() - began)
            async with at_work(reader, folder / "reader", group) as listen:
                began = time.perf_counter()
                listen()
                await reached(reader, COUNT)
                told["pull"] = COUNT / (time.perf_counter() - began)
                await reader.synced()
                told["nothing"] = await nothing_new(reader)
                told["live"] = await lively(writer, reader)
    return told


async def nothing_new(window):
    cursors = await window.asks(window.store.cursors)
    took = []
    for _ in range(50):
        began = time.perf_counter()
        answer = await window.transport.pull(messages.PullRequest(cursors=cursors))
        took.append((time.perf_counter() - began) * 1000)
        assert answer.scopes == {}
    return statistics.median(took)


async def lively(writer, reader):
    """One new case after the other: from its append to its being stored at the other window."""
    took = []
    for n in range(LIVE + 5):
        case = await number(writer)
        began = time.perf_counter()
        await writer.works("preregister", say.preregister(), case=case)
        await reached(reader, COUNT + n + 1)
        took.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.02)
    return statistics.median(took[5:])


def test_line_against_pouchdb(tmp_path):
    with (
        running_centre(tmp_path, block_sizes={"case": 5000, "certificate": 1}) as centre,
        apart(centre, tmp_path) as url,
    ):
        measured = asyncio.run(ours(centre, url, tmp_path))
    yardstick = peer.measured(tmp_path / "pouch", COUNT, measured["size"], LIVE)
    print(f"\nrecords of {measured['size']} bytes (PouchDB: {yardstick['size']})")
    for name in ("push", "pull"):
        ratio = measured[name] / yardstick[name]
        print(
            f"{name}: {measured[name]:,.0f} events a second; PouchDB {yardstick[name]:,.0f}; "
            f"ratio {ratio:.2f}"
        )
    for name, target in (("live", "below PouchDB"), ("nothing", "≤ 5 ms")):
        print(
            f"{name}: {measured[name]:.1f} ms; PouchDB {yardstick[name]:.1f} ms; "
            f"ratio {measured[name] / yardstick[name]:.2f} (target {target})"
        )
