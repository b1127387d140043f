"""The queue at a window: the next visitor by one key, and whatever becomes of a number."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Protocol

from client.app.rows.words import Words
from sync.domain.failures import Failure
from sync.domain.ids import CaseNumber, parse_case_number
from ui.values import FieldProblem, Problem, Route

if TYPE_CHECKING:
    from client.app.rows.queue import QueueView
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow

_OF_MINE = frozenset({"again", "pass", "hand", "serve", "done"})
NEXT = {"": "next", "called": "serve", "serving": "next"}
"""What Ctrl+Enter does, by what this window has in hand."""


class QueueScreen(Protocol):
    """What the view can do."""

    def show_queue(self, view: QueueView) -> None:
        """Show counts, what is in hand, and every open number."""

    def show_told(self, words: Words) -> None:
        """Say what was done."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong; None clears it."""

    def show_problems(self, problems: tuple[FieldProblem, ...]) -> None:
        """Show problems beside their fields."""

    def set_busy(self, *, busy: bool) -> None:
        """Say that something is being asked."""


class QueuePresenter:
    """Asks one thing at a time; a press while one is under way is dropped, and so is old news."""

    def __init__(self, desk: Desk, screen: QueueScreen, flow: Flow) -> None:
        self._desk, self._screen, self._flow = desk, screen, flow
        self.view: QueueView | None = None
        self._asking = self._unread = False
        self._turn = 0

    async def open(self) -> None:
        """Show it as it stands; why an act was refused stays told."""
        self._turn += 1
        turn = self._turn
        try:
            view = await self._desk.queue.view()
        except Failure as failure:
            self._unread = True
            self._screen.show_failure(Problem.of(failure))
            return
        if turn == self._turn:
            if self._unread:
                self._screen.show_failure(None)
            self._show(view)

    async def moved(self) -> None:
        """Read again: somebody drew, called or served."""
        if not self._asking:
            await self.open()

    async def lead(self) -> None:
        """Do what the primary button says."""
        mine = self.view.mine if self.view else None
        await self.act(NEXT.get(mine.state if mine else "", "next"))

    async def act(self, what: str, number: str = "", **more: str) -> None:
        """Do one act: on what is in hand, or on the number that was chosen."""
        mine = self.view.mine if self.view else None
        if what in _OF_MINE:
            if mine is None:
                return
            number = mine.number
        done = await self._do(what, number, **more)
        if done:
            self._screen.show_told(Words(f"queue.told.{what}", {"number": done}))

    async def link(self, typed: str) -> None:
        """Say for which case the visitor in hand is served (TM27)."""
        case = typed.strip()
        wrong = () if isinstance(parse_case_number(case), CaseNumber) else (_wrong(case),)
        self._screen.show_problems(wrong)
        if not wrong:
            await self.act("serve", case=case)

    async def draw(self, kind: str, department: str) -> None:
        """Draw a number and show its slip: it is printed from there."""
        done = await self._do("draw", kind=kind, department=department)
        if not done:
            return
        try:
            slip = await self._desk.queue.slip(done)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        self._flow.go(Route("paper", step=slip.sha256, paper=slip.kind))

    async def hand(self, target: str) -> None:
        """Send the visitor in hand on: "dev:<device>" or "department:<code>"."""
        family, _, code = target.partition(":")
        if code:
            name = "wanted" if family == "dev" else "department"
            await self.act("hand", **{name: code})

    async def _do(self, what: str, number: str = "", **more: str) -> str:
        if self._asking:
            return ""
        self._asking = True
        self._turn += 1
        self._screen.set_busy(busy=True)
        done = ""
        try:
            view, done = await self._desk.queue.act(what, number, **more)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
        else:
            self._screen.show_failure(None)
            self._show(view)
        finally:
            self._asking = False
            self._screen.set_busy(busy=False)
        if not done:
            await self._read_after_refusal()
        return done

    async def _read_after_refusal(self) -> None:
        """Read what others did meanwhile, of which the refused act brought nothing; it stays told.

        What cannot be read either has been told enough.
        """
        turn = self._turn
        with contextlib.suppress(Failure):
            view = await self._desk.queue.view()
            if turn == self._turn:
                self._show(view)

    def _show(self, view: QueueView) -> None:
        self.view, self._unread = view, False
        self._screen.show_queue(view)


def _wrong(case: str) -> FieldProblem:
    return FieldProblem("case", Words("violation.case_number_wrong", {"number": case}))


async def call_next(desk: Desk) -> Words:
    """Call the next visitor from wherever the clerk is; return what is said at the foot.

    Raises:
        Failure: nobody waits, the number before was not settled, or the line.
    """
    view, number = await desk.queue.act("next")
    mine = view.mine
    kind = mine.kind if mine else ""
    return Words("queue.told.called", {"number": number, "kind": kind, "waiting": view.waiting})
