"""Complaints and inquiries (投诉, 咨询): sent with a telephone code, answered by a deadline (CH05).

Answered in the console, or at a window by whom sync.domain.letters allows; read with number and
check code. An overdue one stands red in both.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sync.domain.calendar import CHINA, china_day
from sync.domain.fields import moment_of
from sync.domain.filings import due_of
from sync.domain.hall_steps import hall_of
from sync.domain.letters import LetterFailure, answers
from sync.proof.checkcode import crockford, normalise
from sync.proof.keys import new_bytes
from sync.protocol.errors import WireError
from sync.protocol.letter_messages import Letter, LettersAnswer
from sync.server.services.channels.outbox import Telling
from sync.server.services.rows.hall import HallActRow
from sync.server.services.rows.strangers import LetterRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.domain.authority import Role
    from sync.protocol.letter_messages import LetterCall
    from sync.server.clock import Clock
    from sync.server.services.channels.outbox import Outbox
    from sync.server.services.entry.callers import Caller
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
        serial = tx.letters.last_number(head) + 1
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
        """Return the letters to the halls of a supervisor's scopes: the open, the last answered."""
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
        return self._answer(tx, row, text, person)

    def waiting(self, tx: Transaction, caller: Caller) -> LettersAnswer:
        """Return the letters that whoever is at a window may answer, the most pressing first."""
        held, now = self._held(caller), self._clock.now_ms()
        mine: list[LetterRow] = []
        after = (0, "")
        # Letters that others answer stay open: the look goes on behind them.
        while rows := tx.letters.open(caller.hall, after, LISTED_MOST):
            mine += (row for row in rows if answers(row.kind, row.department, held))
            after = rows[-1].due, rows[-1].number
            if len(mine) >= LISTED_MOST:
                break
        return LettersAnswer(
            letters=[
                Letter(
                    number=row.number,
                    kind=row.kind,
                    department=row.department,
                    case=row.case_no,
                    text=row.text,
                    made=row.made,
                    due=row.due,
                )
                for row in mine[:LISTED_MOST]
            ],
            t=now,
        )

    def answer_at_window(self, tx: Transaction, caller: Caller, call: LetterCall) -> LettersAnswer:
        """Answer a letter at a window, written down with window and person; return what waits.

        Raises:
            LetterFailure: letter.unknown, letter.answered, letter.empty.
        """
        row = tx.letters.get(call.number)
        if row is None or row.hall != caller.hall:
            raise LetterFailure("letter.unknown")
        if not answers(row.kind, row.department, self._held(caller)):
            raise LetterFailure("letter.unknown")
        if tx.queue.act(caller.hall, call.id) is None:
            if row.state != "open":
                raise LetterFailure("letter.answered", number=row.number)
            if not call.text.strip():
                raise LetterFailure("letter.empty")
            self._answer(tx, row, call.text, caller.person)
            now = self._clock.now_ms()
            act = HallActRow(
                caller.hall, call.id, now, "letter.answer", row.number, caller.dev, caller.person
            )
            tx.queue.keep_act(act)
        return self.waiting(tx, caller)

    def _held(self, caller: Caller) -> dict[str, frozenset[Role]]:
        """Return somebody's roles now by department of his window's hall, "" the hall's own."""
        authority, now = self._policy.rules().authority, self._clock.now()
        own = [d.code for d in self._policy.book.departments.values() if d.hall == caller.hall]
        scopes = {"": f"hall/{caller.hall}", **{code: f"{caller.hall}/{code}" for code in own}}
        return {
            code: authority.roles_of(caller.person, scope, now) for code, scope in scopes.items()
        }

    def _answer(self, tx: Transaction, row: LetterRow, text: str, person: str) -> LetterRow:
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
        return sorted({hall_of(scope) for scope in scopes} & set(known))

    def _tell(
        self, tx: Transaction, row: LetterRow, template: str, args: Mapping[str, object]
    ) -> None:
        telling = Telling(
            f"letter/{row.number}/{template}", template, args, phone=row.phone, lang=row.lang
        )
        self._outbox.tell(tx, telling, self._clock.now_ms())
