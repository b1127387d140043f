"""Statistics over the centre's log: the same reckoning as in every window (PE09)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.domain.events import CENTRE_DEVICE
from sync.domain.statistics import DECIDING, By, Made, decisive_step, tally, whole
from sync.proof.outcomes import read_outcome
from sync.server.clock import milliseconds, moment
from sync.server.services.cases.folded import read_case
from sync.server.services.own_steps.hand import PERSON

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sync.domain.catalogue import Words
    from sync.domain.statistics import Figures, Span
    from sync.domain.timeliness import Timeliness
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy


@dataclass(frozen=True, slots=True)
class Counted:
    """What `sync.domain.statistics.tally` takes."""

    made: tuple[Made, ...]
    kept: Mapping[str, Timeliness]


@dataclass(frozen=True, slots=True)
class Line:
    """One group as a page shows it."""

    key: str
    name: str
    words: Words | None  # of an item
    figures: Figures


class Statistics:
    """Reads what is counted. No look of its own is written down: see console.Look."""

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

    def lines(self, found: Counted, by: By) -> tuple[Line, ...]:
        """Return the groups with their names, and the whole as the last one (key "")."""
        rows = tally(found.made, found.kept, by)
        named = tuple(Line(row.key, *self._name(by, row.key), row.figures) for row in rows)
        return (*named, Line("", "", None, whole(found.made, found.kept)))

    def _name(self, by: By, key: str) -> tuple[str, Words | None]:
        """Return a group's name, or an item's words; "" where the centre itself is meant."""
        book = self._policy.book
        if by is By.ITEM:
            item = book.catalogue.item(key)
            return key, None if item is None else item.name
        if by is By.PERSON:
            person = book.roster.get(key)
            return ("" if key == PERSON else key) if person is None else person.name, None
        if by is By.WINDOW:
            device = book.devices.get(key)
            if key.startswith(CENTRE_DEVICE):
                return "", None
            return key if device is None else f"{device.hall} {device.counter or key}", None
        return key, None

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
