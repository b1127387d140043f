"""After a step: what was done, the papers it made, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sync.domain.failures import Failure
from ui.presenters.case import begin_step
from ui.presenters.papers import SignedPapersPresenter, SignedPapersScreen
from ui.values import Problem

if TYPE_CHECKING:
    from client.app.rows.cases import CaseDetail
    from client.app.rows.steps import StepDone
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow


class ResultScreen(SignedPapersScreen, Protocol):
    """What the result's view can do."""

    def show_result(self, kind: str, done: StepDone, detail: CaseDetail | None) -> None:
        """Show what was done and what comes next."""

    def set_busy(self, *, busy: bool) -> None:
        """Show that something is being made."""


class ResultPresenter:
    """One result."""

    def __init__(
        self, desk: Desk, screen: ResultScreen, flow: Flow, kind: str, done: StepDone
    ) -> None:
        self._desk = desk
        self._screen = screen
        self._flow = flow
        self.kind = kind
        self.step_done = done
        self.detail: CaseDetail | None = None
        self.papers = SignedPapersPresenter(desk, screen, done.papers, done.case)

    async def open(self) -> None:
        """Show the result and its first paper."""
        try:
            self.detail = await self._desk.cases.open(self.step_done.case)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
        self._screen.show_result(self.kind, self.step_done, self.detail)
        await self.papers.open()
        self.papers.know(self.detail)

    async def step(self, kind: str) -> None:
        """Go on with the next step."""
        await begin_step(self._desk, self._flow, self._screen, self.step_done.case, kind)
