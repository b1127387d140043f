"""A device's chain (proof.md §2): each event names the hash of the one before it.

A gap is answered with the number that is expected; a fork (two events under one number) is a
finding that nobody can talk away, since both carry the device's own session's signature.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from sync.proof.failures import ProofError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync.proof.events import ReadEvent


class Head(Struct, frozen=True, gc=False):
    """Where a chain stands; at its beginning seq 0 and the hash of the policy event behind it."""

    dev: str
    inc: int
    seq: int
    hash: str


class Place(StrEnum):
    """How an event stands to a chain."""

    NEXT = "next"
    GAP = "gap"  # some before it have not arrived
    KNOWN = "known"  # this very event is there already
    FORK = "fork"  # another event has its number
    BROKEN = "broken"  # its number is next, but it names another predecessor


def place(read: ReadEvent, head: Head, known: str | None) -> Place:
    """Say how an event stands to the chain.

    Args:
        read: the event, its device and incarnation already held against its session.
        head: where the chain stands.
        known: hash of the event that has this number, None when there is none yet.

    Raises:
        ProofError: device_foreign.
    """
    core = read.core
    if (core.dev, core.inc) != (head.dev, head.inc):
        raise ProofError("proof.device_foreign")
    if core.seq <= head.seq:
        return Place.KNOWN if known == read.hash else Place.FORK
    if core.seq > head.seq + 1:
        return Place.GAP
    return Place.NEXT if core.prev == head.hash else Place.BROKEN


def follow(head: Head, read: ReadEvent) -> Head:
    """Return the head after one more event.

    Raises:
        ProofError: device_foreign, fork, chain_gap (with `expect`), chain_broken.
    """
    where = place(read, head, None)
    if where is Place.GAP:
        raise ProofError("proof.chain_gap", expect=head.seq + 1)
    if where is Place.BROKEN:
        raise ProofError("proof.chain_broken", seq=read.core.seq)
    if where is not Place.NEXT:
        raise ProofError("proof.fork", seq=read.core.seq)
    return Head(head.dev, head.inc, read.core.seq, read.hash)


def verify_chain(head: Head, events: Iterable[ReadEvent]) -> Head:
    """Follow a whole run of events.

    Raises:
        ProofError: as `follow`, at the first event that does not follow.
    """
    for read in events:
        head = follow(head, read)
    return head
