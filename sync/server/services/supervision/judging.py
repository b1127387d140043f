"""What supervisors do: urge, order, have rectified, judge replies and findings (TM08-TM10, TM18).

The browser has no card's key, so the centre writes the step by its own hand and names in it who
ordered it; the visit itself was opened by that person's card, and every act is in the access log.
What is served stands in the case's log; a finding that is closed stays with the centre.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sync.domain.authority import Role, Standing, at_moment
from sync.domain.events import Kind
from sync.domain.supervising import Act
from sync.protocol.errors import WireError
from sync.server.clock import moment
from sync.server.services.own_steps.addressing import Addressing
from sync.server.services.rows.findings import JudgementRow
from sync.server.services.supervision.supervision import REPLY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync.server.clock import Clock
    from sync.server.services.entry.console import Visitor
    from sync.server.services.own_steps.hand import Hand
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.cases import CaseRow

TEXT_MAX = 1000
LONGEST_WD = 20
RECTIFY = "rectify"
_ANSWER = (Role.CHIEF_REPRESENTATIVE, Role.DEPARTMENT_LEADER)
_VERDICTS = {True: frozenset({"enough", "not_enough"}), False: frozenset({"upheld", "closed"})}


@dataclass(frozen=True, slots=True)
class Pressing:
    """What a supervisor asks for by hand.

    `kind` is "urge" (催办), "order" (督办) or "rectify" (限期整改, an order too); `days` are the
    working days for the reply, 1 to LONGEST_WD.
    """

    kind: str
    text: str
    days: int


_ACTS = {Kind.URGE.value: Act.URGE, Kind.ORDER.value: Act.ORDER, RECTIFY: Act.ORDER}


class Judging:
    """Writes what a supervisor decided; needs a unit that writes and has the case's scope."""

    def __init__(self, policy: Policy, clock: Clock, hand: Hand) -> None:
        self._policy = policy
        self._clock = clock
        self._hand = hand
        self._addressing = Addressing(policy)

    def press(self, tx: Transaction, visitor: Visitor, number: str, asked: Pressing) -> None:
        """Serve an urge, an order, or an order to rectify, with a term for the reply.

        Args:
            tx: the unit.
            visitor: who asks.
            number: the case.
            asked: what is asked, 1 to TEXT_MAX characters.

        Raises:
            WireError: not_found, forbidden, malformed.
        """
        if asked.kind not in _ACTS:
            raise WireError("wire.malformed")
        row, now = self._row(tx, visitor, number, _ACTS[asked.kind]), self._clock.now_ms()
        if not 0 < len(asked.text.strip()) <= TEXT_MAX or not 0 < asked.days <= LONGEST_WD:
            raise WireError("wire.malformed")
        urge = asked.kind == Kind.URGE
        answering = [row.holder] if urge and row.holder else self._answering(row, now)
        content: dict[str, Any] = {
            "level": "yellow" if urge else "red",
            "reply_by": self._addressing.reply_by(row, asked.days, now),
            "to": ["window", *sorted(set(answering))],
            "text": asked.text.strip(),
            "ordered_by": visitor.person,
        }
        if urge:
            content["owes"] = True
        if asked.kind == RECTIFY:
            content["purpose"] = RECTIFY
        kind = Kind.URGE if urge else Kind.ORDER
        if self._hand.write(tx, row, kind, content, now) is None:
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

        A finding is judged with a reason; one that is upheld is served on the case. A reply that
        is not enough is followed by another order, to rectify if the first one was.

        Raises:
            WireError: not_found: no such case, finding or reply; forbidden, malformed.
        """
        row, reply = self._row(tx, visitor, number, Act.JUDGE), code == REPLY
        now = self._clock.now_ms()
        if verdict not in _VERDICTS[reply] or len(text) > TEXT_MAX:
            raise WireError("wire.malformed")
        if not self._there(tx, row, event, code):
            raise WireError("wire.not_found")
        if verdict != "enough" and not text.strip():
            raise WireError("wire.malformed")
        judged = JudgementRow(number, event, code, verdict, visitor.person, text.strip(), now)
        if not tx.cases.judge(judged):
            return
        if verdict == "not_enough":
            asked = tx.supervision.pressings_of(number)
            again = any(e.pressing.answer == event and e.pressing.purpose for e in asked)
            kind = RECTIFY if again else Kind.ORDER.value
            self.press(tx, visitor, number, Pressing(kind, text, 1))
        elif verdict == "upheld" and code != "cure_needed":  # that one was served at once
            content = {"code": code, "step": event, "judged_by": visitor.person}
            self._hand.write(tx, row, Kind.FINDING, content, now)

    # ------------------------------------------------------------ inner

    @staticmethod
    def _row(tx: Transaction, visitor: Visitor, number: str, act: Act) -> CaseRow:
        row = tx.cases.get(number)
        if row is None:
            raise WireError("wire.not_found")
        visitor.need(act, row.scope)
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
