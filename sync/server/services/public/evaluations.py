"""Evaluation of a service by its applicant (好差评, CH08): after the case ended, once.

Who evaluates has the case's check code, or writes from the telephone that the case names.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sync.domain.case import END, State
from sync.domain.evaluation import is_whole
from sync.server.services.cases.folded import read_case
from sync.server.services.rows.strangers import EvaluationRow

if TYPE_CHECKING:
    from sync.server.clock import Clock
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.rows.cases import CaseRow

TEXT_MOST = 500
_RIPE = frozenset({*END, State.ISSUED, State.CLOSED, State.ARCHIVED})


class Verdict(StrEnum):
    """What became of an evaluation."""

    KEPT = "kept"
    TWICE = "twice"
    EARLY = "early"
    REASON = "reason"  # a bad one without a reason, or no grade
    UNKNOWN = "unknown"


class Evaluations:
    """Takes evaluations, and counts them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def give(  # what an evaluation is
        self,
        tx: Transaction,
        number: str,
        grade: int,
        reasons: tuple[str, ...],
        text: str,
        via: str = "page",
    ) -> Verdict:
        """Keep what was said of a case; the caller has shown that it is his.

        Args:
            tx: a unit that writes.
            number: of the case.
            grade: 5 best, 1 worst.
            reasons: codes of sync.domain.evaluation.
            text: his own words.
            via: "page" or "sms".
        """
        row = tx.cases.get(number)
        if row is None:
            return Verdict.UNKNOWN
        if tx.letters.evaluation(row.number) is not None:
            return Verdict.TWICE
        if row.state not in _RIPE:
            return Verdict.EARLY
        if not is_whole(grade, reasons, text):
            return Verdict.REASON
        kept = tx.letters.evaluate(
            EvaluationRow(
                case_no=row.number,
                scope=row.scope,
                grade=grade,
                reasons=" ".join(reasons),
                text=text.strip()[:TEXT_MOST],
                at=self._clock.now_ms(),
                via=via,
            )
        )
        return Verdict.KEPT if kept else Verdict.TWICE

    def counted(self, tx: Transaction, scopes: tuple[str, ...], since: int) -> dict[int, int]:
        """Return how many cases of these scopes were given each grade since."""
        return tx.letters.grades(list(scopes), since)


def owns(row: CaseRow, phone: str) -> bool:
    """Say whether a case names this telephone."""
    case = read_case(row)
    agent = "" if case.agent is None else case.agent.phone
    return bool(phone) and phone in {case.applicant.phone, agent}
