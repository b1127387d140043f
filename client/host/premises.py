"""Where a window's data lie, and how they come to lie there: all at once, or not at all.

    folder/window.json     this machine's settings
    folder/pinned.json     whom the window trusts
    folder/centre-ca.pem   the centre's roots, copied so that the stick may be pulled
    folder/store           slots and store
    folder/enrolling       the same while the window is being enrolled

Everything is made in `enrolling`; a try that fails or is cut off leaves nothing else. The store
takes its place by one rename, after the pins: a crash between the two is finished at the next
start. Runs on the store lane, save `enrolled`, which reads two names.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from client.host.pinned import NAME as PINNED
from client.host.pinned import save_pinned
from client.host.settings import change_settings

if TYPE_CHECKING:
    from pathlib import Path

    from client.host.pinned import Pinned

STORE, ENROLLING, ROOTS = "store", "enrolling", "centre-ca.pem"


class Premises:
    """One window's folder.

    Args:
        folder: where this window keeps its data.
        centre: address of the centre as this start was told it; empty before enrolment.
    """

    def __init__(self, folder: Path, centre: str) -> None:
        self.folder = folder
        self.centre = centre
        self.store = folder / STORE
        self.enrolling = folder / ENROLLING

    def enrolled(self) -> bool:
        """Say whether this window belongs to a centre; any lane."""
        return (self.folder / PINNED).exists() and self.store.exists()

    def finish(self) -> None:
        """Finish an enrolment that a crash cut off in its last step; before anything is opened."""
        pinned = (self.folder / PINNED).exists()
        if pinned and self.enrolling.exists() and not self.store.exists():
            self.enrolling.rename(self.store)

    def clear(self) -> None:
        """Throw away what a try to enrol has left."""
        shutil.rmtree(self.enrolling, ignore_errors=True)

    def settle(self, pinned: Pinned, centre: str, roots: str) -> None:
        """Make what stands in `enrolling` this window's own.

        Args:
            pinned: whom it trusts.
            centre: the centre's address.
            roots: its root certificates, PEM.
        """
        own = self.folder / ROOTS
        _write(own, roots)
        known = {"centre": centre, "centre_ca": str(own), "genesis": pinned.genesis}
        change_settings(self.folder, known)
        save_pinned(self.folder, pinned)
        self.enrolling.rename(self.store)
        self.centre = centre


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="ascii") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
