"""Confidential notes of supervision: apart from the approval data, every reading logged (SE12).

They are in no event and no scope, so no window, no pull and no exported case ever has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.domain.supervising import Act
from sync.proof.keys import new_id
from sync.protocol.errors import WireError
from sync.server.services.rows.supervision import NoteRow

if TYPE_CHECKING:
    from sync.server.clock import Clock
    from sync.server.services.entry.console import Visitor
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.console import AccessRow

TEXT_MAX = 2000
_READINGS = 50


@dataclass(frozen=True, slots=True)
class Note:
    """One note as a page shows it."""

    name: str
    at_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody looked at the notes of a case."""

    name: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Notebook:
    """The notes of a case, and who read them."""

    number: str
    notes: tuple[Note, ...]
    readings: tuple[Reading, ...]


class Notes:
    """Keeps and shows notes. The look itself is written down by whoever asks: see console.Look."""

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock

    def write(self, tx: Transaction, visitor: Visitor, number: str, text: str) -> None:
        """Keep a note on a case.

        Raises:
            WireError: not_found, forbidden; malformed: empty or longer than TEXT_MAX.
        """
        scope = self._scope(tx, visitor, number)
        if not 0 < len(text.strip()) <= TEXT_MAX:
            raise WireError("wire.malformed")
        now = self._clock.now_ms()
        tx.supervision.add_note(NoteRow(new_id(), number, scope, visitor.person, now, text.strip()))

    def read(self, tx: Transaction, visitor: Visitor, number: str) -> Notebook:
        """Return a case's notes and who read them.

        Raises:
            WireError: not_found, forbidden.
        """
        self._scope(tx, visitor, number)
        seen = tx.console.looks("notes", number, _READINGS)
        return Notebook(
            number=number,
            notes=tuple(
                Note(self._policy.book.name_of(row.person), row.at, row.text)
                for row in tx.supervision.notes(number)
            ),
            readings=tuple(self._reading(row) for row in seen),
        )

    @staticmethod
    def _scope(tx: Transaction, visitor: Visitor, number: str) -> str:
        row = tx.cases.get(number)
        if row is None:
            raise WireError("wire.not_found")
        visitor.need(Act.NOTES, row.scope)
        return row.scope

    def _reading(self, row: AccessRow) -> Reading:
        return Reading(self._policy.book.name_of(row.person), row.at)
