"""Urges and orders followed to their end: open, late, answered, judged good or bad (TM10, TM18)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.domain.supervising import Act
from sync.protocol.codec import read_json
from sync.protocol.errors import WireError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.domain.catalogue import Words
    from sync.server.clock import Clock
    from sync.server.services.entry.console import Visitor
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.supervision import PressedRow

PAGE = 50
STATES = ("late", "open", "answered", "judged")


@dataclass(frozen=True, slots=True)
class Followed:
    """One urge or order as a page shows it. Times are ms UTC."""

    event: str
    number: str
    item: Words | None
    department: str
    kind: str  # "urge" | "order" | "rectify"
    level: str
    about: str
    ordered_by: str  # name, "" for the centre itself
    at_ms: int
    reply_by_ms: int | None
    text: str
    state: str  # of STATES
    answer: str  # the replying step
    answer_text: str
    answered_by: str
    answered_ms: int | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Following:
    """A page of them, with how many there are of each state."""

    rows: tuple[Followed, ...]
    counts: Mapping[str, int]
    more: bool


class Orders:
    """Reads urges and orders."""

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock

    def following(self, tx: Transaction, visitor: Visitor, state: str, page: int) -> Following:
        """Return those in a state ("" all), the most pressing first.

        Raises:
            WireError: forbidden.
        """
        scopes, now = visitor.of(Act.ORDERS), self._clock.now_ms()
        wanted = state if state in STATES else ""
        skip = (page - 1) * PAGE
        found = tx.supervision.pressings(scopes, wanted, now, skip, PAGE + 1)
        tx.cases.know(row.pressing.case_no for row in found)
        return Following(
            rows=tuple(self._shown(tx, row, now) for row in found[:PAGE]),
            counts=tx.supervision.pressing_counts(scopes, now),
            more=len(found) > PAGE,
        )

    def one(self, tx: Transaction, visitor: Visitor, event: str) -> Followed:
        """Return one of them, as its paper shows it.

        Raises:
            WireError: not_found, forbidden.
        """
        found = tx.supervision.pressed(event)
        if found is None:
            raise WireError("wire.not_found")
        visitor.need(Act.ORDERS, found.pressing.scope)
        return self._shown(tx, found, self._clock.now_ms())

    def of_case(self, tx: Transaction, visitor: Visitor, number: str) -> tuple[Followed, ...]:
        """Return a case's, oldest first; none where the visitor may not follow them."""
        found, now = tx.supervision.pressings_of(number), self._clock.now_ms()
        may = (row for row in found if visitor.may(Act.ORDERS, row.pressing.scope))
        return tuple(self._shown(tx, row, now) for row in may)

    def _shown(self, tx: Transaction, row: PressedRow, now: int) -> Followed:
        asked, book = row.pressing, self._policy.book
        case = tx.cases.get(asked.case_no)
        item = None if case is None else book.catalogue.item(case.item)
        said, by = self._reply(tx, row)
        return Followed(
            event=asked.event,
            number=asked.case_no,
            item=None if item is None else item.name,
            department=book.unit_name(asked.scope),
            kind=asked.purpose or asked.kind,
            level=asked.level,
            about=asked.about,
            ordered_by=book.name_of(asked.person) if asked.person else "",
            at_ms=asked.at,
            reply_by_ms=asked.reply_by,
            text=asked.text,
            state=_state(row, now),
            answer=asked.answer,
            answer_text=said,
            answered_by=by,
            answered_ms=asked.answered_at,
            verdict=row.verdict,
        )

    def _reply(self, tx: Transaction, row: PressedRow) -> tuple[str, str]:
        """Return the reply's words and who gave it."""
        key = next(iter(tx.log.by_id(row.pressing.answer)), None) if row.pressing.answer else None
        line = None if key is None else tx.log.at(key.scope, key.n)
        if line is None:
            return "", ""
        text = str(read_json(line.body.encode()).get("text") or "")
        return text, self._policy.book.name_of(line.person)


def _state(row: PressedRow, now: int) -> str:
    asked = row.pressing
    if row.verdict:
        return "judged"
    if asked.answer:
        return "answered"
    return "late" if asked.reply_by is not None and asked.reply_by < now else "open"
