"""Windows and centre against PouchDB and express-pouchdb, in one run, with records of one size.

Ours: two windows, each with its engine and its encrypted store in a process of its own, HTTPS, the
centre in a third on the embedded database. Each record is signed, judged by the rules, logged with
a receipt that the window verifies, and durable (fsync) at both ends. The peer's: leveldb at both
ends in one process, the server in another, plain HTTP, no signatures, no fsync.
"""

import json
import statistics
import time
from contextlib import contextmanager

import pytest

from sync.server.clock import SystemClock, milliseconds
from tests.bench import load, peer
from tests.bench.window import invited, window
from tests.helpers.centre import NOW, running_centre

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

COUNT = 2000
LIVE = 100


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
    lent = json.dumps({"case": 1000, "certificate": 50})
    with load.process(served, port, CHUANGKOU_BLOCK_SIZES=lent):
        yield f"https://127.0.0.1:{port}"


def ours(made, url, folder):
    """Return our figures, the size of a record among them."""
    told = {}
    one, two = made
    with window(made[one], url, one, folder / "writer") as writer:
        writer.serve()
        told["size"] = writer.fill(count=COUNT)
        told["push"] = COUNT / writer.push()
        with window(made[two], url, two, folder / "reader") as reader:
            leaves = writer.reached()
            told["pull"] = leaves / reader.pull(wanted=leaves)
            reader.reached()
            told["nothing"] = reader.nothing(times=50)
            told["live"] = lively(writer, reader)
    return told


def lively(writer, reader):
    """One new case after the other: from its making to its being stored at the other window."""
    took = []
    for _ in range(LIVE + 5):
        case, began = writer.step()
        took.append((reader.seen(case=case) - began) / 1e6)
        time.sleep(0.02)  # noqa: TID251  # as the peer does
    return statistics.median(took[5:])


def test_line_against_pouchdb(tmp_path):
    with running_centre(tmp_path) as centre:
        made = {dev: invited(centre, dev) for dev in ("d-339901-11", "d-339901-12")}
        centre.stop()
        try:
            with apart(centre, tmp_path) as url:
                measured = ours(made, url, tmp_path)
        finally:
            centre.start()  # whoever began it ends it
    yardstick = peer.measured(tmp_path / "pouch", COUNT, measured["size"], LIVE)
    print(f"\nrecords of {measured['size']} bytes (PouchDB: {yardstick['size']})")
    for name in ("push", "pull"):
        ratio = measured[name] / yardstick[name]
        print(
            f"{name}: {measured[name]:,.0f} events a second; PouchDB {yardstick[name]:,.0f}; "
            f"ratio {ratio:.2f}"
        )
    for name, target in (("live", "≤ 10 ms, ≤ 0.6"), ("nothing", "≤ 5 ms")):
        print(
            f"{name}: {measured[name]:.1f} ms; PouchDB {yardstick[name]:.1f} ms; "
            f"ratio {measured[name] / yardstick[name]:.2f} (target {target})"
        )
