"""Rows of a batch of decisions, as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from client.app.rows.cases import CaseDetail
    from client.app.rows.steps import StepDone
    from client.app.rows.words import Words
    from sync.domain.failures import Failure

BATCH_MOST = 50
"""So many decisions one dialog lists at most (proof.md §7)."""


@dataclass(frozen=True, slots=True)
class BatchCase:
    """A case that waits for a decision; `kind` is the step that says yes, blocked or not."""

    detail: CaseDetail
    kind: str  # "grant" | "decide_at_once"
    blocked: Words | None = None


@dataclass(frozen=True, slots=True)
class BatchEnd:
    """How one signature of a batch ended: with the step, or with the reason why not."""

    case: str
    done: StepDone | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class BatchRound:
    """What one PIN came to.

    `left` are the cases that were not tried: stopped by the person, by the card, or because the
    PIN is not kept any longer and is asked again. `stopped` is the card's failure, if that was it.
    """

    ends: tuple[BatchEnd, ...]
    left: tuple[str, ...] = ()
    stopped: Failure | None = None
