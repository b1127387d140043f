"""What supervisors do: order an answer, judge it, uphold or close a finding (TM08-TM10, TM18).

The browser has no card's key, so the centre writes the step by its own hand and names in it who
ordered it; the visit itself was opened by that person's card, and every act is in the access log.
What is served stands in the case's log; a finding that is closed stays with the centre.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sync.domain.authority import Role, Standing, at_moment
from sync.domain.catalogue import Limit, Unit
from sync.domain.events import Kind
from sync.domain.spans import count
from sync.protocol.errors import WireError
from sync.server.clock import milliseconds, moment
from sync.server.services.rows.findings import JudgementRow
from sync.server.services.supervision.supervision import REPLY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync.server.clock import Clock
    from sync.server.services.own_steps.hand import Hand
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.cases import CaseRow
    from sync.server.services.supervision.console import Visitor

TEXT_MAX = 1000
LONGEST_WD = 20
_ANSWER = (Role.CHIEF_REPRESENTATIVE, Role.DEPARTMENT_LEADER)
_VERDICTS = {True: frozenset({"enough", "not_enough"}), False: frozenset({"upheld", "closed"})}


class Judging:
    """Writes what a supervisor decided; needs a unit that writes and has the case's scope."""

    def __init__(self, policy: Policy, clock: Clock, hand: Hand) -> None:
        self._policy = policy
        self._clock = clock
        self._hand = hand

    def order(self, tx: Transaction, visitor: Visitor, number: str, text: str, days: int) -> None:
        """Serve a supervision order with a term for the reply (督办).

        Args:
            tx: the unit.
            visitor: who orders.
            number: the case.
            text: what is asked, 1 to TEXT_MAX characters.
            days: working days for the reply, 1 to LONGEST_WD.

        Raises:
            WireError: not_found, malformed.
        """
        row, now = self._row(tx, visitor, number), self._clock.now_ms()
        if not 0 < len(text.strip()) <= TEXT_MAX or not 0 < days <= LONGEST_WD:
            raise WireError("wire.malformed")
        rules = self._policy.rules()
        calendar = rules.calendars.of_hall(row.hall)
        limit = Limit(Unit.WORKING, days)
        by = milliseconds(count(limit, moment(now), calendar, rules.switches).at)
        content: dict[str, Any] = {
            "level": "red",
            "reply_by": by,
            "to": ["window", *sorted(set(self._answering(row, now)))],
            "text": text.strip(),
            "ordered_by": visitor.person,
        }
        if self._hand.write(tx, row, Kind.ORDER, content, now) is None:
            raise WireError("wire.malformed")

    def judge(  # noqa: PLR0913, PLR0917  # what is judged, and how
        self,
        tx: Transaction,
        visitor: Visitor,
        number: str,
        event: str,
        code: str,
        verdict: str,
        text: str,
    ) -> None:
        """Judge a finding, or a reply: the first judgement stands.

        A finding that is upheld is served on the case; a reply that is not enough is followed by
        another order.

        Raises:
            WireError: not_found: no such case, finding or reply; malformed.
        """
        row, now, reply = self._row(tx, visitor, number), self._clock.now_ms(), code == REPLY
        if verdict not in _VERDICTS[reply] or len(text) > TEXT_MAX:
            raise WireError("wire.malformed")
        if not self._there(tx, row, event, code):
            raise WireError("wire.not_found")
        if verdict == "not_enough" and not text.strip():
            raise WireError("wire.malformed")
        judged = JudgementRow(number, event, code, verdict, visitor.person, text.strip(), now)
        if not tx.cases.judge(judged):
            return
        if verdict == "not_enough":
            self.order(tx, visitor, number, text, 1)
        elif verdict == "upheld" and code != "cure_needed":  # that one was served at once
            content = {"code": code, "step": event, "judged_by": visitor.person}
            self._hand.write(tx, row, Kind.FINDING, content, now)

    # ------------------------------------------------------------ inner

    def _row(self, tx: Transaction, visitor: Visitor, number: str) -> CaseRow:
        row = tx.cases.get(number)
        if row is None or row.scope not in visitor.scopes:
            raise WireError("wire.not_found")
        return row

    @staticmethod
    def _there(tx: Transaction, row: CaseRow, event: str, code: str) -> bool:
        if code == REPLY:
            lines = tx.log.of_case(row.scope, row.number)
            answers = (Kind.REPLY_ORDER, Kind.EXPLAIN)
            return any(line.event == event and line.kind in answers for line in lines)
        found = tx.cases.findings(row.number, 1000)
        return any(each.event == event and each.code == code for each in found)

    def _answering(self, row: CaseRow, now: int) -> Iterator[str]:
        """Yield who may answer: chief representatives and leaders of the case's department."""
        authority, when = self._policy.rules().authority, at_moment(moment(now))
        for person in authority.grants:
            right = authority.right(person, _ANSWER, row.scope, None, when)
            if right.standing is Standing.HELD:
                yield person
