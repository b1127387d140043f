"""A window on a disk of 4 MB: run as a program by test_full.py, inside a mount of its own.

It works until nothing more goes in, at each kind of work in turn; each time a file that is none of
ours is removed, and the same piece of work must then succeed. In the end the store is closed and
opened on a full disk. Prints one JSON object.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from client.store.failures import StoreFailure
from tests.helpers.store_world import Life, end_as_killed

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.store.store import SqlCipherStore

FULL = "store.disk_full"


class Disk:
    """The rest of the disk, filled by somebody else."""

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "somebody's"
        self.free(0)

    def free(self, size: int) -> None:
        """Leave so many bytes."""
        self._ballast.unlink(missing_ok=True)
        rest = os.statvfs(self._ballast.parent)
        self._ballast.write_bytes(bytes(max(0, rest.f_bavail * rest.f_frsize - size)))


class Window:
    """One window, and what it acknowledged."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.store = life.open()
        self.seq = 0
        self.cases: list[str] = []
        self.pages: list[str] = []
        self.draft = ""

    def session(self) -> None:
        """Log in."""
        self.life.session(self.store)
        self.seq = self.store.head().seq

    def register(self) -> None:
        """Open a case."""
        self.cases.append(self.life.open_case(self.store, "王芳" * 20))
        self.seq = self.store.head().seq

    def receive(self) -> None:
        """Take a page in, and receive with it."""
        page = self.store.put_attachment(os.urandom(20_000), "image/jpeg", None)
        self.pages.append(page)
        self.life.step(
            self.store,
            self.cases[-1],
            "receive",
            {"materials": [page], "channel": "c", "paper": None},
            pages=[(page, "image/jpeg")],
        )
        self.seq = self.store.head().seq

    def save(self) -> None:
        """Keep what is typed."""
        text = os.urandom(9000).hex()
        self.store.save_draft("draft", text)
        self.draft = text

    def sync(self) -> None:
        """Have everything answered, and pull it."""
        self.life.centre.push(self.store)
        self.life.centre.pull(self.store)

    def lost(self) -> int:
        """Count what was acknowledged and is not there."""
        store = self.store
        lost = int(store.head().seq != self.seq) + int((store.draft("draft") or "") != self.draft)
        lost += sum(store.case(number) is None for number in self.cases)
        digests = (hashlib.sha256(store.attachment(page)).hexdigest() for page in self.pages)
        return lost + sum(a != b for a, b in zip(digests, self.pages, strict=True))


def until_full(window: Window, work: Callable[[], None]) -> str:
    """Do the same again and again until it is refused; return the code."""
    while True:
        place, at = window.life.place, window.life.at
        try:
            work()
        except StoreFailure as failure:
            window.life.place, window.life.at = place, at
            return failure.code


def main(folder: Path) -> None:
    """Fill the disk in every way."""
    disk = Disk(folder)
    disk.free(2_000_000)
    window = Window(Life(folder / "store"))
    window.sync()
    window.session()
    window.register()
    codes: list[str] = []
    lost = 0
    for work in (window.register, window.receive, window.save, window.session, window.sync):
        if work == window.sync:
            for _ in range(3):
                window.register()
            disk.free(0)
        codes.append(until_full(window, work))
        lost += window.lost()
        disk.free(400_000)
        work()
        lost += window.lost()
    disk.free(0)
    end_as_killed(window.store)
    opened: SqlCipherStore | None = None
    try:
        opened = window.life.open()
    except StoreFailure as failure:
        codes.append(failure.code)
    disk.free(1_500_000)
    window.store = opened or window.life.open()
    lost += window.lost()
    window.register()
    window.store.verify()
    window.store.close()
    print(json.dumps({"codes": codes, "lost": lost, "cases": len(window.cases)}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
