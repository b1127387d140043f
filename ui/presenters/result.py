"""After a step: what was done, the papers it made, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from client.app.rows.cases import Tab
from sync.domain.authority import Role
from sync.domain.failures import Failure
from ui.presenters.case import begin_step
from ui.presenters.papers import SignedPapersPresenter, SignedPapersScreen
from ui.values import Problem, Route

if TYPE_CHECKING:
    from client.app.rows.cases import CaseDetail, CaseRow
    from client.app.rows.steps import StepDone
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow


_LOOKED_AT = 5  # of the list; who waits further down is found on the workbench
_MEET_VISITORS = frozenset({Role.RECEPTION_CLERK, Role.WINDOW_CLERK, Role.COMPREHENSIVE_CLERK})


class ResultScreen(SignedPapersScreen, Protocol):
    """What the result's view can do."""

    def show_result(self, kind: str, done: StepDone, detail: CaseDetail | None) -> None:
        """Show what was done and what comes next."""

    def show_waiting(self, row: CaseRow | None, *, first: bool) -> None:
        """Show the case that waits next for this person, before the result is shown.

        `first`: it is what comes next for whoever meets no visitors.
        """

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
        self.waiting: CaseRow | None = None
        self.papers = SignedPapersPresenter(desk, screen, done.papers, done.case)

    async def open(self) -> None:
        """Show the result and its first paper."""
        try:
            self.detail = await self._desk.cases.open(self.step_done.case)
            await self._look_further()
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
        self._screen.show_result(self.kind, self.step_done, self.detail)
        await self.papers.open()
        self.papers.know(self.detail)

    def go_on(self) -> None:
        """Go to the case that waits next."""
        if self.waiting is not None:
            self._flow.go(Route("case", self.waiting.number))

    async def _look_further(self) -> None:
        """Find the most urgent other case in which this person can make a step now."""
        session, cases = self._desk.door.session, self._desk.cases
        page = await cases.page(Tab.MINE, limit=_LOOKED_AT + 1)
        others = [row for row in page.rows if row.number != self.step_done.case]
        for row in others[:_LOOKED_AT]:
            options = (await cases.open(row.number)).options
            if any(option.primary and option.blocked is None for option in options):
                self.waiting = row
                break
        meets = session is not None and not _MEET_VISITORS.isdisjoint(session.roles)
        self._screen.show_waiting(self.waiting, first=not meets)

    async def step(self, kind: str) -> None:
        """Go on with the next step."""
        await begin_step(self._desk, self._flow, self._screen, self.step_done.case, kind)
