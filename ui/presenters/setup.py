"""Setting a new machine up: which step is shown, how far it is, and the centre's line tried."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from client.app.machine.first_steps import END, STEPS
from client.app.rows.words import Words
from sync.domain.failures import Failure
from ui.presenters.enrol import is_address
from ui.values import FieldProblem, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from typing import Any

    from client.app.access.trying import LineTried
    from ui.presenters.desk import Desk


class SetupScreen(Protocol):
    """What the page around the steps can do."""

    def show_steps(self, steps: tuple[tuple[str, str], ...]) -> None:
        """Show how far it is, as (step, state)."""

    def show_unkept(self, problem: Problem | None) -> None:
        """Say that how far it came could not be written down."""


class SetupPresenter:
    """Leads through the steps.

    Args:
        desk: knows how far it came, and keeps it.
        screen: the page around the steps.
        show: shows the page of a step, by its name.
        to_door: goes to the door: the machine is set up.
    """

    def __init__(
        self,
        desk: Desk,
        screen: SetupScreen,
        show: Callable[[str], None],
        to_door: Callable[[], None],
    ) -> None:
        self._desk = desk
        self._screen = screen
        self._show = show
        self._to_door = to_door

    @property
    def place(self) -> str:
        """The step that is shown."""
        return self._desk.setup.state.place

    @property
    def left(self) -> tuple[str, ...]:
        """What was left for later, in the order of the steps."""
        return tuple(step for step in STEPS if step in self._desk.setup.state.left)

    def open(self) -> None:
        """Show the step where it stands."""
        self._screen.show_steps(self._steps())
        self._show(self.place)

    async def go_on(self, *, done: bool = True) -> None:
        """Go on: the step is answered, or left for later."""
        await self._move(self._desk.setup.go_on(done=done))

    async def go_back(self) -> None:
        """Go a step back."""
        before = self.place
        await self._keep(self._desk.setup.go_back())
        if self.place != before:
            self.open()

    async def joined(self) -> None:
        """Go on behind the enrolment."""
        await self._move(self._desk.setup.joined())

    async def type(self, typed: Mapping[str, str]) -> None:
        """Keep what is typed now."""
        await self._keep(self._desk.setup.type(typed))

    async def invited(self, path: Path) -> None:
        """Take an invitation's file that was opened; what cannot be read is said above."""
        try:
            typed = await self._desk.enrolment.invited(path)
        except Failure as failure:
            self._screen.show_unkept(Problem.of(failure))
            return
        await self._move(self._desk.setup.invite(typed))

    async def end(self) -> None:
        """Leave the last page: to the door, or back to what makes this machine a window."""
        setup = self._desk.setup
        if setup.enrolled:
            await self._keep(setup.end())
            self._to_door()
            return
        first = next(step for step in setup.state.steps if step in {"centre", "enrol"})
        await self._move(setup.return_to(first))

    # ------------------------------------------------------------ inner

    async def _move(self, work: Coroutine[Any, Any, None]) -> None:
        await self._keep(work)
        self.open()

    async def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        """Write it down; a disk that takes nothing keeps nobody from going on."""
        try:
            await work
        except Failure as failure:
            self._screen.show_unkept(Problem.of(failure))
            return
        self._screen.show_unkept(None)

    def _steps(self) -> tuple[tuple[str, str], ...]:
        state = self._desk.setup.state
        asked = {*state.steps, *state.done}
        row = [step for step in STEPS if step in asked]
        return tuple((step, self._state(step)) for step in [*row, END])

    def _state(self, step: str) -> str:
        state = self._desk.setup.state
        if step == state.place:
            return "now"
        if step in state.done:
            return "done"
        return "left" if step in state.left else "open"


class CentreScreen(Protocol):
    """What the page of the centre can do."""

    def show_tried(self, tried: LineTried | None) -> None:
        """Show who answered; None: nobody was asked."""

    def show_problems(self, problems: tuple[FieldProblem, ...]) -> None:
        """Show what is wrong beside the fields; () clears it."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show why the centre did not answer; None clears it."""

    def set_busy(self, *, busy: bool) -> None:
        """Show that it is being asked."""


class CentrePresenter:
    """Tries the line to the centre that is named; the second press goes on.

    Args:
        desk: tries.
        screen: the page.
        go_on: goes to the next step.
    """

    def __init__(
        self, desk: Desk, screen: CentreScreen, go_on: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        self._desk = desk
        self._screen = screen
        self._go_on = go_on
        self._asked: tuple[str, str] | None = None
        self._busy = False

    def edited(self) -> None:
        """Forget who answered: another centre is named."""
        if self._asked is not None:
            self._asked = None
            self._screen.show_tried(None)

    async def press(self, centre: str, roots: str) -> None:
        """Try the line; with the line tried go on."""
        if self._busy:
            return
        asked = (centre.strip().rstrip("/"), roots.strip())
        if asked == self._asked:
            await self._go_on()
            return
        problems = _problems(*asked)
        self._screen.show_problems(problems)
        self._screen.show_failure(None)
        if problems:
            return
        self._busy = True
        self._screen.set_busy(busy=True)
        try:
            tried = await self._desk.enrolment.try_line(asked[0], Path(asked[1]))
        except Exception as error:  # noqa: BLE001  (every failure is told here, ours included)
            self._screen.show_failure(Problem.of(error))
        else:
            self._asked = asked
            self._screen.show_tried(tried)
        finally:
            self._busy = False
            self._screen.set_busy(busy=False)


def _problems(centre: str, roots: str) -> tuple[FieldProblem, ...]:
    wrong = (("centre", not is_address(centre)), ("roots", not roots))
    return tuple(
        FieldProblem(name, Words(f"enrol.{name}.wrong")) for name, is_wrong in wrong if is_wrong
    )
