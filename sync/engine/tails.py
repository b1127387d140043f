"""What a centre lost of several scopes, and the order in which it goes back.

Each line is judged by what stands when it comes: a payment draws a receipt that the hall's stock
must have first, and a till is closed over the payments before it. So lines go back as they were
answered, across all scopes, as they do from an upper centre (sync.uplink.fetching).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from sys import maxsize
from typing import TYPE_CHECKING

from sync.domain.events import BOOKKEEPING
from sync.domain.hall_steps import SCOPE as HALL
from sync.proof.jws import read_logged_jws
from sync.proof.outcomes import read_outcome
from sync.proof.policy import SCOPE as POLICY
from sync.protocol.records import EVENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sync.proof.tree import Subtrees
    from sync.protocol.records import LogEntry


@dataclass(frozen=True, slots=True)
class Tail:
    """The lines of a scope that the centre lacks, and a head that it signed over all of them.

    Attributes:
        scope: which.
        here: how many lines the centre has.
        size: over how many the head stands.
        sth: the head.
        trees: over the lines that it lacks.
        came: of each of them when it came, ms; None for one that nothing is judged by.
    """

    scope: str
    here: int
    size: int
    sth: str
    trees: Subtrees
    came: Sequence[int | None]


def came(entry: LogEntry) -> int | None:
    """Return when a line came, ms; None for one that nothing is judged by, nor by anything."""
    outcome = read_outcome(entry.outcome)
    if not outcome.scope.startswith(HALL):
        return outcome.recv
    # Of a hall's lines most open and close sessions: not one of them needs a request of its own.
    kind = read_logged_jws(entry.jws, EVENT).payload.get("kind")
    return None if outcome.verdict != "accepted" or kind in BOOKKEEPING else outcome.recv


def runs(tails: Iterable[Tail]) -> list[tuple[str, int]]:
    """Return up to which line each scope goes back next, in order, until nothing is left.

    Policy first, by which the rest is read; then as the lines were answered. Of one moment a hall's
    own come first, and then by scope and number.
    """
    stops = sorted(stop for tail in tails for stop in _stops(tail))
    found = []
    for scope, some in groupby(stops, key=itemgetter(3)):
        *_, (*_, last) = some
        found.append((scope, last))
    return found


def _stops(tail: Tail) -> Iterable[tuple[bool, int, bool, str, int]]:
    after, newest = tail.scope != POLICY, 0
    for n, at in enumerate(tail.came[: tail.size - tail.here], tail.here + 1):
        if at is None and n < tail.size:
            continue  # it goes with the next one
        newest = maxsize if at is None else max(newest, at)
        yield after, newest, not tail.scope.startswith(HALL), tail.scope, n
