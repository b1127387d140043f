"""What every guided page has in common: case, draft, problems beside fields, one primary act."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from sync.domain.failures import Failure
from ui.presenters.flow import DraftKeeper
from ui.values import FieldProblem, Problem

if TYPE_CHECKING:
    from client.app.rows.cases import CaseDetail
    from client.app.rows.steps import StepDone
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow

F = TypeVar("F")
G_contra = TypeVar("G_contra", contravariant=True)


class StepScreen(Protocol[G_contra]):
    """What the view of a guided page can do."""

    def show_case(self, detail: CaseDetail) -> None:
        """Show the case that the step belongs to."""

    def show_form(self, form: G_contra) -> None:
        """Fill the fields."""

    def show_problems(self, problems: tuple[FieldProblem, ...]) -> None:
        """Show what is wrong, beside the fields and in the summary; () clears it."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show why the step was not made; None clears it."""

    def set_busy(self, *, busy: bool) -> None:
        """Show that the step is being made; presses meanwhile are not lost, they are refused."""


class StepPresenter(ABC, Generic[F]):
    """One guided page.

    Args:
        desk: reads the case and makes the step.
        screen: the view.
        flow: where to go afterwards.
        case: its number, "" for a new one.
        kind: the step's code.
    """

    form_class: type[F]

    def __init__(self, desk: Desk, screen: StepScreen[F], flow: Flow, case: str, kind: str) -> None:
        self.desk = desk
        self.screen = screen
        self.flow = flow
        self.case = case
        self.kind = kind
        self.detail: CaseDetail | None = None
        self.keeper: DraftKeeper[F] = DraftKeeper(desk.drafts, self.draft_key(), self.form_class)
        self._busy = False

    @property
    def making(self) -> bool:
        """Whether the step is being made now: the page must not be left."""
        return self._busy

    def draft_key(self) -> str:
        """Return the name under which this page's draft is kept."""
        return f"case/{self.case}/{self.kind}"

    async def open(self) -> None:
        """Show the case and the form as it was left, or as it begins."""
        try:
            if self.case:
                self.detail = await self.desk.cases.open(self.case)
                self.screen.show_case(self.detail)
            form = await self.keeper.load()
            await self.prepare()
        except Failure as failure:
            self.screen.show_failure(Problem.of(failure))
            return
        # A quick hand types before the store has answered: nothing typed is taken back.
        if form is not None or self.keeper.newest is None or self.begins_filled:
            self.screen.show_form(form if form is not None else self.first_form())

    begins_filled = False
    """Whether the form begins with what the case says, which a person then changes."""

    async def prepare(self) -> None:
        """Read what the page shows besides the case."""

    @abstractmethod
    def first_form(self) -> F:
        """Return the form as it begins."""

    def check(self, form: F) -> tuple[FieldProblem, ...]:
        """Return what is wrong with the form; rules beyond its fields are the desk's."""
        del form
        return ()

    @abstractmethod
    async def make(self, form: F) -> StepDone | None:
        """Make the step; None when it goes on elsewhere (the signing sheet)."""

    def edited(self, form: F) -> None:
        """Remember what was typed; the shell saves when the hand rests."""
        self.keeper.note(form)

    async def save_draft(self) -> None:
        """Keep what was typed."""
        await self.keeper.save()

    async def submit(self, form: F) -> None:
        """Check the form and make the step; what it made is shown by the flow."""
        if self._busy:
            return
        problems = self.check(form)
        self.screen.show_problems(problems)
        self.screen.show_failure(None)
        if problems:
            return
        self._busy = True
        self.screen.set_busy(busy=True)
        try:
            done = await self.make(form)
            if done is not None:
                await self.keeper.drop()
                self.flow.done(self.kind, done)
        except Failure as failure:
            self.screen.show_failure(Problem.of(failure))
        finally:
            self._busy = False
            self.screen.set_busy(busy=False)

    async def leave(self) -> None:
        """Keep the draft and go back."""
        await self.keeper.save()
        self.flow.leave()
