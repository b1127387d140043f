"""Receiving materials (收件) and their correction (补正): a checklist with pages attached."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from client.app.views import Given, Words
from sync.domain.failures import Failure
from ui.presenters.step import StepPresenter, StepScreen
from ui.values import FieldProblem, MaterialTick, Problem, ReceiveForm

if TYPE_CHECKING:
    from pathlib import Path

    from client.app.views import StepDone
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow


class ReceiveScreen(StepScreen[ReceiveForm], Protocol):
    """What the view can do besides."""

    def show_tick(self, tick: MaterialTick) -> None:
        """Show one line of the checklist."""

    def show_taking(self, material: str, left: int) -> None:
        """Show how many files of a material are still being taken in."""

    def show_refused(self, material: str, name: str, problem: Problem) -> None:
        """Show beside the material why a file was not taken."""

    def show_thumb(self, sha256: str, picture: tuple[int, int, bytes]) -> None:
        """Show a page's small picture."""

    def show_page(self, name: str, picture: tuple[int, int, bytes]) -> None:
        """Show a page large."""


class ReceivePresenter(StepPresenter[ReceiveForm]):
    """Kind "receive" or "correct"; what was handed in before a correction stays given."""

    form_class = ReceiveForm

    def __init__(self, desk: Desk, screen: ReceiveScreen, flow: Flow, case: str, kind: str) -> None:
        super().__init__(desk, screen, flow, case, kind)
        self._view = screen
        self.form = ReceiveForm()

    begins_filled = True

    def first_form(self) -> ReceiveForm:
        """Nothing given; a correction begins with what was asked for."""
        detail = self.detail
        if detail is None:
            return ReceiveForm()
        return ReceiveForm(tuple(MaterialTick(row.code) for row in detail.materials))

    async def open(self) -> None:
        """Show the checklist, then fetch the small pictures."""
        await super().open()
        self.form = self.keeper.newest or self.first_form()
        for tick in self.form.ticks:
            await self._thumbs(tick)

    def tick(self, code: str, *, given: bool) -> None:
        """Mark a material as handed in, or not, at once: the next press may already submit."""
        self._set(replace(self.form.tick(code), given=given))

    async def attach(self, code: str, paths: tuple[Path, ...]) -> None:
        """Take files in for one material, one after the other; each refusal is told beside it."""
        left = len(paths)
        newest = None
        for path in paths:
            self._view.show_taking(code, left)
            left -= 1
            try:
                page = await self.desk.materials.take_in(self.case, path.name, path)
            except Failure as failure:
                self._view.show_refused(code, path.name, Problem.of(failure))
                continue
            tick = self.form.tick(code)
            if all(known.sha256 != page.sha256 for known in tick.pages):
                tick = replace(tick, given=True, pages=(*tick.pages, page))
                self._set(tick)
                await self._thumbs(tick)
                await self.keeper.save()
                newest = page
        self._view.show_taking(code, 0)
        if newest is not None:
            await self.look_at(newest.sha256, newest.name)

    def detach(self, code: str, sha256: str) -> None:
        """Take one page back out of the list."""
        tick = self.form.tick(code)
        pages = tuple(page for page in tick.pages if page.sha256 != sha256)
        self._set(replace(tick, pages=pages))

    async def look_at(self, sha256: str, name: str) -> None:
        """Show a page large."""
        try:
            picture = await self.desk.materials.image(sha256)
        except Failure as failure:
            self._view.show_failure(Problem.of(failure))
            return
        self._view.show_page(name, picture)

    def check(self, form: ReceiveForm) -> tuple[FieldProblem, ...]:
        """At least one material: an incomplete hand-over is received too."""
        if any(tick.given for tick in form.ticks):
            return ()
        return (FieldProblem("materials", Words("receive.nothing")),)

    async def make(self, form: ReceiveForm) -> StepDone:
        """Receive or correct."""
        given = tuple(
            Given(tick.code, tick.pages, tick.original) for tick in form.ticks if tick.given
        )
        if self.kind == "correct":
            return await self.desk.steps.correct(self.case, given)
        return await self.desk.steps.receive(self.case, given)

    def _set(self, tick: MaterialTick) -> None:
        self.form = self.form.with_tick(tick)
        self.edited(self.form)
        self._view.show_tick(tick)

    async def _thumbs(self, tick: MaterialTick) -> None:
        for page in tick.pages:
            try:
                picture = await self.desk.materials.image(page.sha256, 0, 160)
            except Failure:
                continue
            self._view.show_thumb(page.sha256, picture)
