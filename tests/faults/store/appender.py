"""A window that works without pause, and whoever kills it: run as a program by test_kill.py.

Each life is a forked child that opens the store, logs in, and appends, settles, pulls, saves drafts
and attachments, writing a line to a pipe for each acknowledged thing. The parent kills it (SIGKILL)
after some lines, at any instant of the next call; then opens the store itself and compares. Prints
one JSON object.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sys
import traceback
from pathlib import Path

from client.store.store import SqlCipherStore, open_store
from sync.proof.events import read_logged_event
from sync.proof.outcomes import outcome_leaf
from sync.proof.tree import MemoryTree
from sync.protocol.records import LogEntry
from tests.helpers.store_world import Centre, FakeClock, Life, keys, registration
from tests.helpers.world import Place

STEP_PAGE = "image/png"  # told by it from pages that are bound without a step


def child(folder: Path, pipe: int, seed: int) -> None:
    """Live until killed."""
    choose = random.Random(seed)  # noqa: S311  which step comes next is no secret
    life = Life(folder)
    store = life.open()
    head = store.head()
    life.place, life.serial = Place(head.seq, head.hash), seed * 1000 % 90_000
    remember(life.centre, store)

    def said(kind: str, value: str | int) -> None:
        os.write(pipe, f"{kind} {value}\n".encode())

    life.session(store)
    said("event", store.head().seq)
    number = life.open_case(store)
    said("event", store.head().seq)
    turn = 0
    while True:
        turn += 1
        what = choose.randrange(6)
        if what == 0:
            number = life.open_case(store, choose.choice(["王芳", "欧阳修", "𬱖䶮"]))
            said("event", store.head().seq)
        elif what == 1:
            batch = [life.record("preregister", registration(), life.number()) for _ in range(3)]
            store.append(batch)
            said("event", store.head().seq)
        elif what == 2:
            store.save_draft(f"draft-{seed}", str(turn))
            said("draft", turn)
        elif what == 3:
            data = os.urandom(choose.randrange(100_000))
            store.put_attachment(data, "image/jpeg", number)
            said("attachment", hashlib.sha256(data).hexdigest())
        elif what == 4:
            for record in store.outbox(5):
                store.settle([life.centre.settled(record)])
        else:
            receive(life, store, number, [os.urandom(choose.randrange(9000)) for _ in range(3)])
            said("event", store.head().seq)


def receive(life: Life, store: SqlCipherStore, number: str, scans: list[bytes]) -> None:
    """Receive with scanned pages, as a window does: kept when scanned, bound by the step."""
    pages = [(store.put_attachment(scan, STEP_PAGE, None), STEP_PAGE) for scan in scans]
    content = {"materials": [sha for sha, _ in pages], "channel": "c", "paper": None}
    life.step(store, number, "receive", content, pages=pages)


def unmade(store: SqlCipherStore) -> int:
    """Count pages bound to a step that is not there, and steps whose pages are not bound."""
    named = {
        (case, sha)
        for case, body in store._db.rows(
            "SELECT case_no, body FROM event WHERE own = 1 AND kind = 'receive'"
        )
        for sha in json.loads(body)["materials"]
    }
    scanned = store._db.rows("SELECT case_no, sha256 FROM upload WHERE type = ?", STEP_PAGE)
    return len(named ^ {tuple(row) for row in scanned})


def remember(centre: Centre, store: SqlCipherStore) -> None:
    """Let the centre go on where an earlier life's centre stood."""
    for scope, *entry in store._db.rows(
        "SELECT a.scope, a.n, e.jws, e.body, e.act, a.outcome FROM answer a JOIN event e"
        " USING (pos) ORDER BY a.n"
    ):
        kept = LogEntry(*entry)
        centre.log.setdefault(scope, []).append(kept)
        centre.trees.setdefault(scope, MemoryTree()).append(outcome_leaf(kept.outcome))


def live_and_die(folder: Path, seed: int) -> list[list[str]]:
    """Start a life, let it acknowledge some things, kill it; return what it acknowledged."""
    choose = random.Random(seed)  # noqa: S311  as above
    read, write = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(read)
        try:
            child(folder, write, seed)
        finally:
            traceback.print_exc()
            os._exit(1)
    os.close(write)
    wanted, text = choose.randrange(0, 25), b""
    while text.count(b"\n") < wanted and (more := os.read(read, 4096)):
        text += more
    for _ in range(choose.randrange(20_000)):  # somewhere inside the next call
        pass
    os.kill(process, signal.SIGKILL)
    while more := os.read(read, 65_536):  # acknowledged before the kill, not read yet
        text += more
    os.close(read)
    _, status = os.waitpid(process, 0)
    if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
        message = f"life {seed} ended by itself"
        raise RuntimeError(message)
    return [line.split() for line in text.decode().splitlines()]


def check(folder: Path, said: list[list[str]], seed: int) -> dict[str, int]:
    """Open what the kill left, and compare it with what was acknowledged."""
    store = open_store(folder, keys(), FakeClock())
    head = store.head()
    acknowledged = max((int(value) for kind, value in said if kind == "event"), default=0)
    lost = max(0, acknowledged - (0 if head is None else head.seq))
    rows = store._db.rows("SELECT seq, jws FROM event WHERE own = 1 ORDER BY seq")
    lost += sum(row[0] != place for place, row in enumerate(rows, 1))
    drafts = [int(value) for kind, value in said if kind == "draft"]
    if drafts and int(store.draft(f"draft-{seed}") or 0) < drafts[-1]:
        lost += 1
    for kind, value in said:
        if kind == "attachment" and hashlib.sha256(store.attachment(value)).hexdigest() != value:
            lost += 1
    pending = [read_logged_event(record).core.seq for record in store.outbox(10_000)]
    unordered = int(pending != sorted(pending))
    orphans = unmade(store)
    unequal = int(not store.rebuild())
    store.verify()
    store.close()
    found = {"lost": lost, "unordered": unordered, "orphans": orphans, "unequal": unequal}
    return found | {"events": len(rows)}


def main(folder: Path, kills: int) -> None:
    """Kill so many lives over one store."""
    Life(folder / "warm").open().close()  # imports, cards and policy once, before the first fork
    total = {"kills": 0, "said": 0, "events": 0}
    total |= {"lost": 0, "unordered": 0, "orphans": 0, "unequal": 0}
    for seed in range(1, kills + 1):
        said = live_and_die(folder / "store", seed)
        found = check(folder / "store", said, seed)
        total["kills"] += 1
        total["said"] += len(said)
        total["events"] = found.pop("events")
        for name, count in found.items():
            total[name] += count
    print(json.dumps(total))  # noqa: T201  this is its answer


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
