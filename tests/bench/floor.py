"""The floor: the smallest server that checks a signature and a chain per event, and keeps it.

    python -m tests.bench.floor PORT DATABASE      # a SQLite file's path, or a URL of PostgreSQL

It knows no rules, no persons, no receipts and no tree: what a centre takes longer than this is
what the centre is for. One writer commits what waits together; on SQLite with every commit
synchronised, on PostgreSQL with one statement for each scope.
"""

import asyncio
import base64
import hashlib
import queue
import sqlite3
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import msgspec
import psycopg
import uvicorn
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

ALGORITHM = ec.ECDSA(Prehashed(hashes.SHA256()))


class Event(msgspec.Struct, gc=False):
    dev: str
    n: int
    scope: str
    prev: str
    hash: str
    sig: str
    body: msgspec.Raw


class Batch(msgspec.Struct):
    dev: str
    key: str
    events: list[Event]


def digest(prev: str, dev: str, n: int, scope: str, body: bytes) -> bytes:
    """Return what is signed."""
    return hashlib.sha256(f"{prev}|{dev}|{n}|{scope}|".encode() + body).digest()


class Floor:
    """Keys and heads in memory, events in the database."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.keys, self.heads, self.locks = {}, {}, {}
        self.pool = ThreadPoolExecutor(2)
        self.waiting: queue.SimpleQueue = queue.SimpleQueue()

    def check(self, batch: Batch) -> tuple[int, str]:
        key = self.keys.get(batch.dev)
        if key is None:
            point = base64.b64decode(batch.key)
            key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
            self.keys[batch.dev] = key
        n, head = self.heads.get(batch.dev, (0, ""))
        for event in batch.events:
            made = digest(event.prev, event.dev, event.n, event.scope, bytes(event.body))
            if (event.n, event.prev, event.hash) != (n + 1, head, made.hex()):
                raise ValueError(event.n)
            key.verify(base64.b64decode(event.sig), made, ALGORITHM)
            n, head = event.n, event.hash
        return n, head

    def write(self, loop: asyncio.AbstractEventLoop) -> None:
        if self.database.startswith("postgresql"):
            connection, keep = psycopg.connect(self.database), keep_postgresql
            connection.execute("SET synchronous_commit TO on")
        else:
            connection, keep = sqlite3.connect(self.database, isolation_level=None), keep_sqlite
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
        for statement in (
            "CREATE TABLE ev(scope text, seq bigint, dev text, n bigint, raw bytea)",
            "CREATE UNIQUE INDEX evs ON ev(scope, seq)",
            "CREATE UNIQUE INDEX evd ON ev(dev, n)",
            "CREATE TABLE head(scope text PRIMARY KEY, seq bigint)",
        ):
            connection.execute(statement)
        connection.commit()
        while (first := self.waiting.get()) is not None:
            group = [first]
            while not self.waiting.empty():
                group.append(self.waiting.get())
            if keep is keep_sqlite:
                connection.execute("BEGIN IMMEDIATE")
            for events, _ in group:
                keep(connection, events)
            connection.commit()
            for _, done in group:
                loop.call_soon_threadsafe(done.set_result, None)
        connection.close()


def keep_sqlite(connection, events) -> None:
    heads, rows = {}, []
    for event in events:
        if event.scope not in heads:
            row = connection.execute("SELECT seq FROM head WHERE scope=?", (event.scope,))
            heads[event.scope] = (row.fetchone() or (0,))[0]
        heads[event.scope] += 1
        raw = msgspec.json.encode(event)
        rows.append((event.scope, heads[event.scope], event.dev, event.n, raw))
    connection.executemany("INSERT INTO ev VALUES(?,?,?,?,?)", rows)
    connection.executemany(
        "INSERT INTO head VALUES(?,?) ON CONFLICT(scope) DO UPDATE SET seq=excluded.seq",
        list(heads.items()),
    )


def keep_postgresql(connection, events) -> None:
    by_scope: dict[str, list[Event]] = {}
    for event in events:
        by_scope.setdefault(event.scope, []).append(event)
    for scope, own in sorted(by_scope.items()):
        (before,) = connection.execute(
            "INSERT INTO head VALUES(%s,%s) ON CONFLICT(scope) DO UPDATE SET seq=head.seq+%s"
            " RETURNING seq-%s",
            (scope, len(own), len(own), len(own)),
        ).fetchone()
        connection.execute(
            "INSERT INTO ev SELECT %s, %s+o, a, b, r FROM"
            " unnest(%s::text[], %s::bigint[], %s::bytea[]) WITH ORDINALITY t(a, b, r, o)",
            (
                scope,
                before,
                [event.dev for event in own],
                [event.n for event in own],
                [msgspec.json.encode(event) for event in own],
            ),
        )


def app(database: str) -> Starlette:
    """Return the floor over a database: a SQLite file's path or a URL of PostgreSQL."""
    floor = Floor(database)
    decoder = msgspec.json.Decoder(Batch)

    async def push(request) -> Response:
        batch = decoder.decode(await request.body())
        loop = asyncio.get_running_loop()
        async with floor.locks.setdefault(batch.dev, asyncio.Lock()):
            head = await loop.run_in_executor(floor.pool, floor.check, batch)
            done = loop.create_future()
            floor.waiting.put((batch.events, done))
            await done
            floor.heads[batch.dev] = head
        return Response(msgspec.json.encode({"ack": head[0]}))

    @asynccontextmanager
    async def life(_app):
        writer = threading.Thread(target=floor.write, args=(asyncio.get_running_loop(),))
        writer.start()
        yield
        floor.waiting.put(None)
        writer.join()

    return Starlette(routes=[Route("/v1/push", push, methods=["POST"])], lifespan=life)


if __name__ == "__main__":
    uvicorn.run(app(sys.argv[2]), port=int(sys.argv[1]), access_log=False, log_level="warning")
