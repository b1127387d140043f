"""What the bench pushes, made and signed beforehand, and the two servers that it is pushed to."""

import asyncio
import base64
import json
import os
import socket
import subprocess
import sys
import time
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import httpx
import msgspec
import psutil

from sync.proof import tokens
from sync.proof.keys import SoftwareKey, new_bytes
from sync.protocol import messages
from sync.protocol.codec import b64u_encode
from sync.server.clock import SystemClock, milliseconds
from tests.bench.floor import ALGORITHM, digest
from tests.helpers import case_steps as say
from tests.helpers import pg
from tests.helpers.centre import NOW, running_centre
from tests.helpers.hand_window import SCOPE, HandWindow

ROOT = Path(__file__).resolve().parents[2]
BATCH = 100
STEPS = 10  # of one case: registered, received, accepted, and what was said at the desk


def steps_of(window, number):
    """Yield one case's events."""
    yield window.event("preregister", say.preregister(), case=number)
    yield window.event("receive", say.receive(), case=number)
    yield window.event("accept", say.accept(), case=number)
    said = {"what": "call", "happened_at": milliseconds(NOW) - 60_000, "reason": "群众来电"}
    for _ in range(STEPS - 3):
        yield window.event("note_late", said, case=number)


def batches_of(window, count):
    """Return `count` events of a window, encoded as pushes of a hundred."""
    events = []
    while len(events) < count:
        events += steps_of(window, window.new_number())
    return [
        msgspec.json.encode(messages.PushRequest(events=events[at : at + BATCH]))
        for at in range(0, count, BATCH)
    ]


class Line:
    """One window's line: what it proves itself with, what it has to push.

    Attributes:
        took: seconds from each push that was taken to its answer.
        refused: seconds to each answer that told when the push's turn comes.
    """

    def __init__(self, window, bodies):
        self.origin, self.key, self.token = window.centre.origin, window.key, window.token
        self.bodies, self.nonce = bodies, window.nonce
        self.took, self.refused = [], []

    async def push(self, client, bodies):
        for body in bodies:
            while True:
                request = tokens.Request("POST", f"{self.origin}/v1/push", body, self.token)
                jti = b64u_encode(new_bytes(16))
                proof = tokens.make_proof(request, self.nonce, jti, 0, self.key, self.key.jwk)
                headers = {"DPoP": proof, "Authorization": f"DPoP {self.token}"}
                began = time.perf_counter()
                answer = await client.post(request.url, content=body, headers=headers)
                took = time.perf_counter() - began
                self.nonce = answer.headers.get("DPoP-Nonce", self.nonce)
                if answer.status_code == 503:  # as a window: it comes when its turn does
                    self.refused.append(took)
                    await asyncio.sleep(answer.json()["details"]["wait_ms"] / 1000)
                elif answer.status_code != 401:
                    self.took.append(took)
                    break
            results = msgspec.json.decode(answer.content, type=messages.PushAnswer).results
            wrong = {(r.verdict, r.code) for r in results if r.verdict != "accepted"}
            assert not wrong, wrong


class FloorLine:
    """The same for the floor: an event of the same size with its hash and signature."""

    def __init__(self, dev, scope, origin, count):
        self.origin, key = origin, SoftwareKey.generate()
        numbers = key.public.public_numbers()
        point = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
        body = json.dumps({"jws": "x" * 700, **say.preregister()}, ensure_ascii=False).encode()
        events, prev = [], ""
        for n in range(1, count + 1):
            made = digest(prev, dev, n, scope, body)
            sig = base64.b64encode(key.private.sign(made, ALGORITHM)).decode()
            events.append({"dev": dev, "n": n, "scope": scope, "prev": prev, "hash": made.hex(),
                           "sig": sig, "body": msgspec.Raw(body)})  # fmt: skip
            prev = made.hex()
        self.bodies = [
            msgspec.json.encode(
                {
                    "dev": dev,
                    "key": base64.b64encode(point).decode(),
                    "events": events[at : at + BATCH],
                }
            )
            for at in range(0, count, BATCH)
        ]

    async def push(self, client, bodies):
        for body in bodies:
            answer = await client.post(f"{self.origin}/v1/push", content=body)
            answer.raise_for_status()


def rate(lines):
    """Push every line's batches, all lines at once.

    Each line's first batch is not counted: a server that has just begun loads what it needs.

    Returns:
        Events a second, and the server's processor time for one event in µs.
    """
    took, spent = drain(
        [(line, line.bodies[:1]) for line in lines], [(line, line.bodies[1:]) for line in lines]
    )
    count = sum(len(line.bodies) - 1 for line in lines) * BATCH
    return count / took, spent / count * 1e6


def drain(first, burst):
    """Push what comes first one line after the other, then the burst, all lines at once.

    Args:
        first, burst: lines, each with what it pushes.

    Returns:
        Seconds that the burst took, and seconds of the server's processor.
    """
    server = psutil.Process(burst[0][0].served)

    async def all_at_once():
        async with AsyncExitStack() as ends:
            # One for each, as windows have: a pool looks through all its connections at each call.
            clients = {}
            for line, _ in (*first, *burst):
                clients[line] = httpx.AsyncClient(timeout=600, verify=False)  # noqa: S501
                await ends.enter_async_context(clients[line])
            for line, bodies in first:
                await line.push(clients[line], bodies)
            before, began = sum(server.cpu_times()[:2]), time.perf_counter()
            await asyncio.gather(*(line.push(clients[line], bodies) for line, bodies in burst))
            return time.perf_counter() - began, sum(server.cpu_times()[:2]) - before

    return asyncio.run(all_at_once())


@contextmanager
def process(arguments, port, **environment):
    """Run a server until the port answers; end it afterwards."""
    running = subprocess.Popen(
        [sys.executable, *map(str, arguments)], cwd=ROOT, env={**os.environ, **environment}
    )
    try:
        for _ in range(400):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)  # noqa: TID251  # nobody else tells us
        yield running.pid
    finally:
        running.terminate()
        running.wait(20)


def free_port():
    """Return a port that is free now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def served_by(pid, lines):
    """Note which process serves the lines."""
    for line in lines:
        line.served = pid
    return lines


@contextmanager
def centre_with(folder, store, windows, count):
    """Serve a centre to which `windows` windows will push `count` events each; yields lines."""
    # What the windows of a hall hold at once must fit into its 99,999 numbers.
    sizes = {"case": count // STEPS + 1, "certificate": 1}
    with running_centre(folder, store=store, block_sizes=sizes) as made:
        lines = []
        for n in range(windows):
            window = HandWindow(made, f"d-339901-{n + 100}")
            window.log_in("clerk")
            lines.append(Line(window, batches_of(window, count)))
            window.close()
        port, data, url = int(made.origin.rpartition(":")[2]), made.settings.data, made.url
        made.stop()
        clock = folder / "clock.json"
        clock.write_text(json.dumps({"offset_ms": milliseconds(NOW) - SystemClock().now_ms()}))
        served = ["-m", "sync.server", "serve", "--data", data, "--port", port]
        try:
            with process([*served, "--demo-clock", clock], port, CHUANGKOU_DATABASE_URL=url) as pid:
                yield served_by(pid, lines)
        finally:
            made.start(port=port)  # whoever began it ends it


@contextmanager
def floor_with(folder, store, windows, count):
    """Serve the floor to as many windows; yields lines."""
    port = free_port()
    url = pg.cluster().create() if store == "postgresql" else ""
    with process(["-m", "tests.bench.floor", port, url or folder / "floor.db"], port) as pid:
        origin = f"http://127.0.0.1:{port}"
        yield served_by(pid, [FloorLine(f"w{n}", SCOPE, origin, count) for n in range(windows)])
    if url:
        pg.cluster().drop(url)
