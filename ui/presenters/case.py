"""The case page: everything about one case, and the steps that this person could take now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sync.domain.failures import Failure
from ui.values import Problem, Route

if TYPE_CHECKING:
    from pathlib import Path

    from client.app.rows.cases import CaseDetail, StepOption
    from sync.engine.ports import ChangeSet
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow

# Steps that need no page of their own: nothing is asked.
AT_ONCE = frozenset({"claim"})
# Steps that the card signs and for which nothing is asked before the sheet.
STRAIGHT_TO_SHEET = frozenset({"seal"})


class BusyScreen(Protocol):
    """What any view can do that begins a step."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong; None clears it."""

    def set_busy(self, *, busy: bool) -> None:
        """Show that a step is being made."""


class CaseScreen(BusyScreen, Protocol):
    """What the case page's view can do."""

    def show_case(self, detail: CaseDetail) -> None:
        """Show the case."""

    def show_phone(self, phone: str) -> None:
        """Show the applicant's whole telephone number."""

    def show_packed(self, name: str, count: int) -> None:
        """Say into which file how many pages were written."""


class CasePresenter:
    """One case."""

    def __init__(self, desk: Desk, screen: CaseScreen, flow: Flow, number: str) -> None:
        self._desk = desk
        self._screen = screen
        self._flow = flow
        self.number = number
        self.detail: CaseDetail | None = None

    async def open(self) -> None:
        """Read and show the case."""
        detail = await self._read()
        if detail is not None:
            self.detail = detail
            self._screen.show_case(detail)

    async def changed(self, change: ChangeSet) -> None:
        """Read again when the case changed."""
        if self.number in change.cases or change.policy:
            await self.open()

    async def time_passed(self) -> None:
        """Show the case as it is by now: a limit passes without a step.

        A minute in which nothing became another draws nothing.
        """
        detail = await self._read()
        if detail is not None and detail != self.detail:
            self.detail = detail
            self._screen.show_case(detail)

    async def _read(self) -> CaseDetail | None:
        try:
            return await self._desk.cases.open(self.number)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return None

    async def show_phone(self) -> None:
        """Show the applicant's whole telephone number: somebody is about to call."""
        try:
            self._screen.show_phone(await self._desk.cases.phone(self.number))
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))

    async def pack(self, path: Path) -> None:
        """Write the case's pages into one package for another office (IN18)."""
        self._screen.show_failure(None)
        try:
            count = await self._desk.materials.package(self.number, path)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._screen.show_packed(path.name, count)

    async def step(self, kind: str) -> None:
        """Begin a step of the case."""
        await begin_step(self._desk, self._flow, self._screen, self.number, kind)


async def begin_step(desk: Desk, flow: Flow, screen: BusyScreen, number: str, kind: str) -> None:
    """Begin a step: at once, by the signing sheet, or on its page.

    Args:
        desk: makes the step.
        flow: shows what follows.
        screen: shows that it is busy, and a failure.
        number: the case.
        kind: the step's code.
    """
    if kind not in AT_ONCE | STRAIGHT_TO_SHEET:
        flow.go(Route("step", number, kind))
        return
    screen.show_failure(None)
    screen.set_busy(busy=True)
    try:
        if kind in AT_ONCE:
            flow.done(kind, await desk.steps.claim(number))
        else:
            flow.sign(await desk.signing.prepare(kind, number))
    except Failure as failure:
        screen.show_failure(Problem.of(failure))
    finally:
        screen.set_busy(busy=False)


def option_of(detail: CaseDetail | None, kind: str) -> StepOption | None:
    """Return the option of a kind, None when the case does not know it now."""
    if detail is None:
        return None
    return next((option for option in detail.options if option.kind == kind), None)
