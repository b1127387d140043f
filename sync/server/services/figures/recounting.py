"""The log counted again, by the same reckoning as in every window: what counters are held to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.domain.statistics import DECIDING, Made, decisive_step
from sync.proof.outcomes import read_outcome
from sync.server.clock import milliseconds, moment
from sync.server.services.cases.folded import read_case

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sync.domain.statistics import Span
    from sync.domain.timeliness import Timeliness
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy


@dataclass(frozen=True, slots=True)
class Counted:
    """What `sync.domain.statistics.tally` takes."""

    made: tuple[Made, ...]
    kept: Mapping[str, Timeliness]


class Statistics:
    """Counts from the log itself; pages read `reckoning`, which does not."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def counted(self, tx: Transaction, scopes: Sequence[str], span: Span) -> Counted:
        """Return the steps of a span in scopes, and how those that decided kept the limit."""
        made = tuple(self._made(tx, scopes, span))
        rules, kept = self._policy.rules(), {}
        numbers = {step.case for step in made if step.kind in DECIDING}
        tx.cases.know(numbers)
        for number in sorted(numbers):
            row = tx.cases.get(number)
            found = None if row is None else decisive_step(read_case(row), rules)
            if found is not None:
                kept[found[0]] = found[1]
        return Counted(made, kept)

    @staticmethod
    def _made(tx: Transaction, scopes: Sequence[str], span: Span) -> Iterator[Made]:
        """Yield the span's steps: none counts after it came, so none came before the span."""
        begin, end = milliseconds(span.begin), milliseconds(span.end)
        for row in tx.log.received_since(scopes, begin):
            counted = read_outcome(row.outcome).counted
            if begin <= counted < end:
                yield Made(
                    event=row.event,
                    kind=row.kind,
                    case=row.case_no,
                    item=row.item,
                    person=row.person,
                    device=row.dev,
                    at=moment(counted),
                    verdict=row.verdict,
                    code=row.code,
                )
