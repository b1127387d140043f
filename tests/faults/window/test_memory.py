"""After the lock neither the PIN nor a key of the store is in the window's memory (Linux)."""

import asyncio
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from client.card.at_window import CardAtWindow
from client.card.cardfile import CardFile
from client.card.chip import Chip
from client.card.simulator import SimulatedReaders
from client.vault.vault import Vault
from sync.domain.secret import Secret
from tests.faults.window.forgetful import APDU, PIN, RESET, read

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
ROOT = Path(__file__).resolve().parents[3]
TYPED = "73915826"


def serve(card, chip):
    """Be the card, and the hand that types its PIN."""
    while header := card.recv(5, socket.MSG_WAITALL):
        what, length = struct.unpack(">BI", header)
        data = read(card, length)
        answer = b""
        if what == RESET:
            chip.reset()
        elif what == APDU:
            out, status = chip.transmit(data)
            answer = status.to_bytes(2, "big") + out
        elif what == PIN:
            answer = TYPED.encode()
        card.sendall(struct.pack(">I", len(answer)) + answer)


def memory_of(pid):
    """Yield what a process may read of itself, region by region."""
    maps = Path(f"/proc/{pid}/maps").read_text("utf-8")
    with Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in maps.splitlines():
            span, mode = line.split()[:2]
            if not mode.startswith("rw"):
                continue
            start, end = (int(edge, 16) for edge in span.split("-"))
            memory.seek(start)
            try:
                yield memory.read(end - start)
            except OSError:
                continue  # the kernel's own page


def found(pid, secrets):
    """Count each secret's forms in a process."""
    counts = dict.fromkeys(secrets, 0)
    for region in memory_of(pid):
        for name, forms in secrets.items():
            counts[name] += sum(region.count(form) for form in forms)
    return counts


def secrets_of(stage, path):
    """Return the forms in which the PIN and the store's keys may lie about."""
    readers = SimulatedReaders("reader")
    readers.named("reader").insert(CardFile.load(path))
    with CardAtWindow(readers, readers).open() as card:
        card.verify_pin(Secret(TYPED))
        _, root, keys = Vault(stage.places.window / "store", fits=lambda _keys: True)._opened(card)
    raw = {"root": root, "db": keys.db, "att": keys.att, "name": keys.name, "mark": keys.mark}
    pin = [TYPED.encode(form) for form in ("ascii", "utf-16-le", "utf-32-le")]
    return {"pin": pin} | {
        name: [key, key.hex().encode(), key.hex().upper().encode()] for name, key in raw.items()
    }


@pytest.fixture
def looked_at(stage):
    """Let a window live; return what was found in it while it was open, and after its lock."""
    path = stage.authority.cards["clerk"]
    content = CardFile.load(path)
    content.pin = TYPED
    content.save()
    secrets = secrets_of(stage, path)
    ours, theirs = socket.socketpair()
    asyncio.run(stage.centre.start())
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.faults.window.forgetful"),
            *(str(stage.places.folder), stage.centre.url, str(theirs.fileno())),
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=[theirs.fileno()],
    )
    theirs.close()
    card = threading.Thread(target=serve, args=(ours, Chip(content)), daemon=True)
    card.start()
    try:
        counts = {}
        for stop in ("in", "locked"):
            assert process.stdout.readline().decode().strip() == stop
            counts[stop] = found(process.pid, secrets)
            process.stdin.write(b".")
            process.stdin.flush()
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.communicate()
        ours.close()
        card.join(60)
        stage.centre.stop()
    return counts


def test_after_the_lock_no_pin_and_no_key_is_left_in_memory(looked_at):
    assert looked_at["in"]["db"]  # the search finds what is there
    assert not any(looked_at["locked"].values()), looked_at["locked"]
