"""When a new version may be put in. Pure: what the machine is, is told.

Nobody's work is interrupted: a package is changed only while no window of it is open, and so no
case is. Nothing that waits to be sent may become unreadable.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import TYPE_CHECKING

from client.updates.offer import order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.updates.offer import Release
    from client.updates.standing import Standing


class Hindrance(StrEnum):
    """Why a release is not put in; its text stands under `update.<value>`."""

    NOT_NEWER = "not_newer"
    NOT_ITS_TURN = "not_its_turn"
    WINDOW_OPEN = "window_open"
    STORE_UNREADABLE = "store_unreadable"
    WAITING_UNREADABLE = "waiting_unreadable"


def hindrances(
    release: Release,
    present: str,
    machine: str,
    *,
    windows: int,
    standings: Sequence[Standing],
) -> tuple[Hindrance, ...]:
    """Return everything that speaks against putting a release in now; () when it may be.

    Args:
        release: what is on offer.
        present: the version that is installed.
        machine: what tells this machine from others; decides when its turn in a roll-out comes.
        windows: how many windows of the program are open on this machine.
        standings: what each of the machine's people left behind in their stores.
    """
    found: list[Hindrance] = []
    if order(release.version) <= order(present):
        found.append(Hindrance.NOT_NEWER)
    if turn(machine, release.version) >= release.share:
        found.append(Hindrance.NOT_ITS_TURN)
    return (*found, *obstacles(release, windows=windows, standings=standings))


def obstacles(
    release: Release, *, windows: int, standings: Sequence[Standing]
) -> tuple[Hindrance, ...]:
    """Return what speaks against any change of version now, forward or back."""
    found: list[Hindrance] = []
    if windows:
        found.append(Hindrance.WINDOW_OPEN)
    if any(standing.store > release.reads.store for standing in standings):
        found.append(Hindrance.STORE_UNREADABLE)
    if any(
        standing.waiting and not release.reads.oldest <= standing.wire <= release.reads.newest
        for standing in standings
    ):
        found.append(Hindrance.WAITING_UNREADABLE)
    return tuple(found)


def turn(machine: str, version: str) -> int:
    """Return a machine's place, 0 to 99, in the roll-out of a version: another for each version."""
    digest = hashlib.sha256(f"{machine}\n{version}".encode()).digest()
    return int.from_bytes(digest[:4]) % 100
