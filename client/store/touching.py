"""What the answers of one transaction change: which cases are folded again, and from where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.store.log import ACCEPTED
from sync.engine.ports import ChangeSet

if TYPE_CHECKING:
    from client.store.folding import CaseFolds
    from client.store.log import Answer


class Touched:
    """Gathers what new answers mean, one after the other, before anything is folded.

    Args:
        folds: the cases as they were folded before.

    Attributes:
        cases: case number → whether to fold it from its first event.
        exceptions: an own step was refused or disputed.
        messages: an urge or an order came.
    """

    def __init__(self, folds: CaseFolds) -> None:
        self.cases: dict[str, bool] = {}
        self.exceptions = False
        self.messages = False
        self._folds = folds
        self._settled: dict[str, int] = {}

    def note(self, case: str | None, answer: Answer) -> None:
        """Take one new answer to an event of a case, or of none."""
        if case is None:
            return
        below = self.cases.get(case, False)
        if answer.verdict == ACCEPTED and not below:
            if case not in self._settled:
                self._settled[case] = self._folds.settled_n(case)
            # With a lower number than some folded step it comes below that one.
            below = answer.n <= self._settled[case]
        self.cases[case] = below

    @property
    def change(self) -> ChangeSet:
        """Return what a screen shows of it."""
        return ChangeSet(frozenset(self.cases), self.messages, self.exceptions)
