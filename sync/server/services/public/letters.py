"""Complaints and inquiries (投诉, 咨询): sent with a telephone code, answered by a deadline (CH05).

Answered in the console, read with number and check code. An overdue one stands red on the console.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sync.domain.calendar import CHINA, china_day
from sync.domain.fields import moment_of
from sync.domain.filings import due_of
from sync.proof.checkcode import crockford, normalise
from sync.proof.keys import new_bytes
from sync.protocol.errors import WireError
from sync.server.services.channels.outbox import Telling
from sync.server.services.rows.strangers import LetterRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.server.clock import Clock
    from sync.server.services.channels.outbox import Outbox
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy

KINDS = ("inquiry", "complaint")
TEXT_MOST = 1000
LISTED_MOST = 200
#: What units that write a letter name among their scopes.
LOCK = ("letters",)
_CODE_BYTES = 6
_DAYS_ELSE = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody writes, and about what."""

    kind: str
    hall: str
    text: str
    department: str = ""
    case_no: str = ""


class LetterDesk:
    """Takes letters of strangers, and their answers.

    Args:
        policy: halls and calendars in force.
        clock: the centre's.
        outbox: tells whoever wrote.
        days: working days until the answer, by kind.
    """

    def __init__(
        self, policy: Policy, clock: Clock, outbox: Outbox, days: Mapping[str, int]
    ) -> None:
        self._policy = policy
        self._clock = clock
        self._outbox = outbox
        self._days = days

    def days(self, kind: str) -> int:
        """Return the working days until a letter of a kind is answered."""
        return self._days.get(kind, _DAYS_ELSE)

    def send(self, tx: Transaction, wanted: Wanted, phone: str, lang: str) -> LetterRow:
        """Keep a letter, and tell its writer by when it is answered.

        Raises:
            WireError: malformed: no such hall or kind, or nothing said.
        """
        text = wanted.text.strip()[:TEXT_MOST]
        book = self._policy.book
        department = book.departments.get(wanted.department)
        own = department is not None and department.hall == wanted.hall
        if wanted.kind not in KINDS or wanted.hall not in book.halls or not text:
            raise WireError("wire.malformed")
        now = self._clock.now_ms()
        head = f"L{china_day(moment_of(now)):%y%m%d}-"
        last = tx.letters.last_number(head)
        serial = 1 if last is None else int(last.removeprefix(head)) + 1
        calendar = self._policy.rules().calendars.of_hall(wanted.hall)
        row = LetterRow(
            number=f"{head}{serial:04d}",
            kind=wanted.kind,
            hall=wanted.hall,
            department=wanted.department if own else "",
            case_no=wanted.case_no.strip()[:40],
            phone=phone,
            text=text,
            code=crockford(new_bytes(_CODE_BYTES)),
            lang=lang,
            made=now,
            due=due_of(calendar, now, self.days(wanted.kind)),
        )
        tx.letters.save(row)
        day = moment_of(row.due).astimezone(CHINA).date().isoformat()
        self._tell(tx, row, "letter", {"number": row.number, "code": row.code, "day": day})
        return row

    def of(self, tx: Transaction, number: str, code: str) -> LetterRow:
        """Return the letter of whoever has its check code.

        Raises:
            WireError: not_found, whether the number or the code is wrong.
        """
        row = tx.letters.get(number.strip().upper()[:32])
        given = normalise(code[:32]).encode("utf-8", "replace")
        if row is None or not hmac.compare_digest(row.code.encode(), given):
            raise WireError("wire.not_found")
        return row

    def listed(self, tx: Transaction, scopes: tuple[str, ...]) -> list[LetterRow]:
        """Return the letters to the halls of a supervisor's scopes, open ones first."""
        return tx.letters.listed(self._halls(scopes), LISTED_MOST)

    def answer(
        self, tx: Transaction, scopes: tuple[str, ...], number: str, text: str, person: str
    ) -> LetterRow:
        """Answer a letter, once.

        Raises:
            WireError: not_found; malformed: no answer, or a second one.
        """
        row = tx.letters.get(number[:32])
        if row is None or row.hall not in self._halls(scopes):
            raise WireError("wire.not_found")
        if row.state != "open" or not text.strip():
            raise WireError("wire.malformed")
        answered = replace(
            row,
            state="answered",
            answer=text.strip()[: 2 * TEXT_MOST],
            answered=self._clock.now_ms(),
            person=person,
        )
        tx.letters.save(answered)
        self._tell(tx, answered, "letter_answered", {"number": row.number})
        return answered

    def _halls(self, scopes: tuple[str, ...]) -> list[str]:
        """Return the halls of a supervisor's scopes."""
        known = self._policy.book.halls
        return sorted({scope.partition("/")[0] for scope in scopes} & set(known))

    def _tell(
        self, tx: Transaction, row: LetterRow, template: str, args: Mapping[str, object]
    ) -> None:
        telling = Telling(
            f"letter/{row.number}/{template}", template, args, phone=row.phone, lang=row.lang
        )
        self._outbox.tell(tx, telling, self._clock.now_ms())
