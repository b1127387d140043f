"""Reports a centre's log to the upper one: from its marks on, until nothing is left.

The log is the outbox and the upper centre's mark the watermark: killed at any point, the next start
asks for the marks and goes on. Lines go as they stand; the signed head goes with the last of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

import structlog

from sync.domain.failures import Failure, FailureKind
from sync.protocol.errors import WireError
from sync.protocol.level_messages import LINES_MAX, Mark, ReportCall
from sync.server.reported import LOST
from sync.uplink.upper import Away

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sync.server.services.levels.outgoing import Outgoing, Standing
    from sync.server.services.ports.ledger import Transaction
    from sync.uplink.upper import Upper

R = TypeVar("R")

log = structlog.get_logger(__name__)


class Reads(Protocol):
    """Runs a unit that reads."""

    def __call__(self, work: Callable[[Transaction], R], /) -> R:
        """Return what the unit returned."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What one round brought up, and how much of the log has arrived there altogether."""

    lines: int
    arrived: int


class Reporter:
    """Reports.

    Args:
        outgoing: what there is.
        read: runs a unit that reads.
        upper: the upper centre.
        most: lines in one report.
    """

    def __init__(
        self, outgoing: Outgoing, read: Reads, upper: Upper, most: int = LINES_MAX
    ) -> None:
        self._outgoing = outgoing
        self._read = read
        self._upper = upper
        self._most = most

    def round(self) -> Reported:
        """Bring up everything that stands now.

        Raises:
            Away: not now; what was answered stays answered.
            Failure: what the upper centre will not take, by its code, after the rest was brought
                up; uplink.lines_missing where it has lines of this centre that are gone here.
        """
        marks, sent, arrived = self._upper.marks(), 0, 0
        standing = self._read(self._outgoing.standing)
        lost = self._lost(marks, standing)
        failed = [] if lost is None else [lost]
        for stands in standing:
            mark = marks.get((stands.centre, stands.scope)) or Mark(
                centre=stands.centre, scope=stands.scope, size=0, folded=0
            )
            before = mark.size
            try:
                mark = self._scope(stands, mark)
            except Away:
                raise
            except Failure as failure:
                # One scope that is not taken keeps no other waiting.
                log.warning("scope not reported", scope=stands.scope, failure=failure.code)
                failed.append(failure)
            sent, arrived = sent + max(0, mark.size - before), arrived + mark.size
        if failed:
            raise failed[0]
        return Reported(sent, arrived)

    def _lost(
        self, marks: Mapping[tuple[str, str], Mark], standing: list[Standing]
    ) -> Failure | None:
        """Return what is wrong where this centre's own lines arrived there and are here no more."""
        here = {each.scope: each.size for each in standing if each.centre == self._outgoing.aud}
        missing = {
            scope: mark.size - here.get(scope, 0)
            for (centre, scope), mark in marks.items()
            if centre == self._outgoing.aud and mark.size > here.get(scope, 0)
        }
        if not missing:
            return None
        scope = max(missing, key=lambda each: missing[each])
        size = here.get(scope, 0)
        said: dict[str, str | int] = {"scope": scope, "there": size + missing[scope], "here": size}
        return Failure(LOST, FailureKind.BROKEN, **said)

    def _scope(self, stands: Standing, mark: Mark) -> Mark:
        """Bring up one scope, and let the upper centre count in what it holds."""
        while mark.size < stands.size or mark.folded < min(mark.size, stands.size):
            former = mark
            try:
                mark = self._send(stands, mark)
            except WireError as refused:
                if refused.code != "wire.cursor":
                    raise
                # Another process of ours was quicker: the next round asks where it stands.
                log.info("reported elsewhere", scope=stands.scope)
                return mark
            if mark == former:
                break  # it counts no further: lines beyond what we know to be signed
        return mark

    def _send(self, stands: Standing, mark: Mark) -> Mark:
        after = mark.size

        def page(tx: Transaction) -> ReportCall:
            entries = self._outgoing.page(tx, stands, after, self._most)
            last = after + len(entries) == stands.size
            return ReportCall(
                centre=stands.centre,
                scope=stands.scope,
                after=after,
                entries=entries,
                sth=stands.sth if last else None,
            )

        return self._upper.report(self._read(page))
