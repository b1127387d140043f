"""What a window did and its centre lost: the steps with their receipts, the lines as pulled."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sync.proof.jws import read_logged_jws
from sync.protocol.records import EVENT
from sync.protocol.returned_messages import (
    ReturnedLines,
    ReturnedResults,
    ReturnedStep,
    ReturnedSteps,
    ReturnedTo,
)
from tests.helpers.earlier import backup_of
from tests.helpers.hand_window import SCOPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sync.protocol.records import LogEntry
    from tests.helpers.centre import RunningCentre
    from tests.helpers.hand_window import HandWindow

HALL = "hall/339901"


@dataclass
class Lost:
    """What was lost: `steps` in device order, `page` of the department, all lines `before`."""

    window: HandWindow
    steps: list[ReturnedStep]
    page: Any
    before: list[list[tuple[int, str, str]]]

    def give(self, steps: list[ReturnedStep] | None = None) -> list[tuple[str, str | None]]:
        """Give steps back; returns verdict and code of each."""
        call = ReturnedSteps(steps=self.steps if steps is None else steps)
        answer = self.window.ask("POST", "/v1/returned/steps", ReturnedResults, call)
        return [(result.verdict, result.code) for result in answer.results]

    def give_lines(self, *entries: LogEntry, sth: str = "") -> ReturnedTo:
        """Give lines of the department back, under a head."""
        call = ReturnedLines(scope=SCOPE, entries=list(entries), sth=sth or self.page.sth)
        answer: ReturnedTo = self.window.ask("POST", "/v1/returned/lines", ReturnedTo, call)
        return answer


def event_of(step: ReturnedStep) -> dict[str, Any]:
    """Return the core of a step's event."""
    return read_logged_jws(step.record.jws, EVENT).payload


def lines(centre: RunningCentre, scope: str) -> list[tuple[int, str, str]]:
    """Return a scope's lines: number, event, outcome."""
    rows = centre.read(lambda tx: tx.log.after(scope, 0, 100))
    return [(row.n, row.event, row.outcome) for row in rows]


@contextmanager
def lost_by(
    centre: RunningCentre, window: HandWindow, work: Callable[[HandWindow], Any]
) -> Iterator[Lost]:
    """Let a window work, and the centre lose it; a clerk is logged in, but his opening is not sent.

    Args:
        centre: which.
        window: enrolled; nobody is at it.
        work: what it does.
    """
    kept: list[ReturnedStep] = []
    plain = window.push

    def push(*records: Any, **how: Any) -> Any:
        answer = plain(*records, **how)
        said = zip(records, answer.results, strict=True)
        kept.extend(ReturnedStep(record=record, receipt=r.receipt) for record, r in said)
        return answer

    with backup_of(centre) as bring_back:
        window.push = push  # type: ignore[method-assign]
        work(window)
        window.push = plain  # type: ignore[method-assign]
        page = window.pull({SCOPE: 0}).scopes[SCOPE]
        before = [lines(centre, scope) for scope in (HALL, SCOPE)]
        bring_back()
        window.log_in("clerk", open_session=False)
        yield Lost(window, kept, page, before)
