"""Materials handed in, at first (收件) and later (补正、补交、当场更正): a checklist with pages."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from client.app.files.likeness import twins
from client.app.rows.materials import Given
from client.app.rows.words import Words
from sync.domain.failures import Failure
from ui.presenters.step import StepPresenter, StepScreen
from ui.values import FieldProblem, MaterialTick, Problem, ReceiveForm, Route

if TYPE_CHECKING:
    from pathlib import Path

    from client.app.rows.steps import StepDone
    from client.app.rows.words import PageRow
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow

FOLDER = "…"


class ReceiveScreen(StepScreen[ReceiveForm], Protocol):
    """What the view can do besides."""

    def show_tick(self, tick: MaterialTick) -> None:
        """Show one line of the checklist."""

    def show_taking(self, material: str, left: int, of: int = 0) -> None:
        """Show how many files of a material are still being taken in."""

    def show_refused(self, material: str, name: str, problem: Problem) -> None:
        """Show beside the material why a file was not taken; earlier ones stay."""

    def show_twins(self, material: str, twins: tuple[Words, ...]) -> None:
        """Say which of its pages are there already, here or under another material."""

    def show_thumb(self, sha256: str, picture: tuple[int, int, bytes]) -> None:
        """Show a page's small picture."""

    def show_page(self, name: str, picture: tuple[int, int, bytes]) -> None:
        """Show a page large."""


class ReceivePresenter(StepPresenter[ReceiveForm]):
    """Kind "receive", "correct", "supply_pending" or "fix_on_spot"; what was given stays given."""

    form_class = ReceiveForm

    def __init__(self, desk: Desk, screen: ReceiveScreen, flow: Flow, case: str, kind: str) -> None:
        super().__init__(desk, screen, flow, case, kind)
        self._view = screen
        self.form = ReceiveForm()
        self._taking: dict[str, int] = {}
        self._stopped: set[str] = set()
        self._turn = 0

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
        self._say_twins()
        for tick in self.form.ticks:
            await self._thumbs(tick)

    def tick(self, code: str, *, given: bool) -> None:
        """Mark a material as handed in, or not, at once: the next press may already submit."""
        tick = self.form.tick(code)
        self._set(replace(tick, given=given, shared=tick.shared if given else ""))

    def take_shared(self, code: str) -> None:
        """Take the shared result for a material, or leave it again: one key (PL15)."""
        rows = self.detail.materials if self.detail is not None else ()
        row = next((row for row in rows if row.code == code), None)
        if row is None or row.shared is None:
            return
        tick = self.form.tick(code)
        serial = "" if tick.shared else row.shared.serial
        self._set(replace(tick, given=bool(serial or tick.pages), shared=serial))

    async def attach(self, code: str, paths: tuple[Path, ...]) -> None:
        """Take files and folders in for one material, one after the other.

        Each refusal is told beside it, and the others are kept; `stop` ends it between two.
        """
        self._stopped.discard(code)
        self._taking[code] = self._taking.get(code, 0) + 1
        newest = None
        try:
            files = await self.desk.materials.files_in(paths)
            for place, path in enumerate(files):
                if code in self._stopped:
                    break
                self._view.show_taking(code, len(files) - place, len(files))
                newest = await self._take(code, path.name, path) or newest
        except Failure as failure:
            self._view.show_refused(code, paths[0].name if paths else FOLDER, Problem.of(failure))
        finally:
            self._taking[code] -= 1
            self._view.show_taking(code, 0)
        if newest is not None:
            await self.look_at(newest.sha256, newest.name)

    def stop(self, code: str) -> None:
        """Take no more files of those that are under way; what is taken stays."""
        self._stopped.add(code)

    def hold(self, code: str, by: int) -> None:
        """Say that a scanner begins (1) or has ended (−1) to bring pages of a material."""
        self._taking[code] = self._taking.get(code, 0) + by

    @property
    def busy(self) -> bool:
        """Whether files are being taken in."""
        return any(self._taking.values())

    async def edit_pages(self, code: str, shown: str = "") -> None:
        """Go to the pages of a material, unless files are still being taken in."""
        if self.busy or not self.form.tick(code).pages:
            return
        await self.keeper.save()
        self.flow.go(Route("pages", self.case, self.kind, material=code, shown=shown))

    def detach(self, code: str, sha256: str) -> None:
        """Take one page back out of the list."""
        tick = self.form.tick(code)
        pages = tuple(page for page in tick.pages if page.sha256 != sha256)
        self._set(replace(tick, pages=pages))

    async def look_at(self, sha256: str, name: str) -> None:
        """Show a page large; a picture that another overtook is dropped."""
        self._turn += 1
        turn = self._turn
        try:
            picture = await self.desk.materials.image(sha256)
        except Failure as failure:
            self._view.show_failure(Problem.of(failure))
            return
        if turn == self._turn:
            self._view.show_page(name, picture)

    async def submit(self, form: ReceiveForm) -> None:
        """Make the step, once no file is still being taken in: it would be left behind."""
        if self.busy:
            problem = FieldProblem("materials", Words("receive.still_taking"))
            self.screen.show_problems((problem,))
            return
        await super().submit(form)

    def check(self, form: ReceiveForm) -> tuple[FieldProblem, ...]:
        """At least one material: an incomplete hand-over is received too.

        Pages under a material without its tick would be left behind unseen.
        """
        left = next((tick.code for tick in form.ticks if tick.pages and not tick.given), None)
        if left is not None:
            rows = self.detail.materials if self.detail is not None else ()
            name = next((row.name for row in rows if row.code == left), left)
            return (FieldProblem("materials", Words("receive.not_ticked", {"material": name})),)
        if any(tick.given for tick in form.ticks):
            return ()
        return (FieldProblem("materials", Words("receive.nothing")),)

    async def make(self, form: ReceiveForm) -> StepDone:
        """Receive or correct; what the pages were made of is kept no longer."""
        given = tuple(
            Given(tick.code, tick.pages, tick.original and not tick.shared, tick.shared)
            for tick in form.ticks
            if tick.given
        )
        done = await self._handed_in(given)
        with contextlib.suppress(Failure):  # the step is made, whatever becomes of the originals
            await self.desk.materials.forget(page for entry in given for page in entry.pages)
        return done

    async def _handed_in(self, given: tuple[Given, ...]) -> StepDone:
        steps = self.desk.steps
        later = {
            "correct": steps.correct,
            "supply_pending": steps.supply_pending,
            "fix_on_spot": steps.fix_on_spot,
        }
        return await later.get(self.kind, steps.receive)(self.case, given)

    async def _take(self, code: str, name: str, data: bytes | Path) -> PageRow | None:
        """Take one file in; None where it was refused or is there already."""
        try:
            page = await self.desk.materials.take_in(self.case, name, data, code)
        except Failure as failure:
            self._view.show_refused(code, name, Problem.of(failure))
            return None
        tick = self.form.tick(code)
        if any(known.sha256 == page.sha256 for known in tick.pages):
            self._say_twins(code, (Words("receive.twin.here", {"name": name}),))
            return None
        await self.add(code, page)
        return page

    async def add(self, code: str, page: PageRow) -> None:
        """Lay a page that was taken in to its material, and keep the draft."""
        tick = self.form.tick(code)
        tick = replace(tick, given=True, pages=(*tick.pages, page))
        self._set(tick)
        await self.keeper.save()
        await self._thumb(page)

    def _set(self, tick: MaterialTick) -> None:
        self.form = self.form.with_tick(tick)
        self.edited(self.form)
        self._view.show_tick(tick)
        self._say_twins()

    def _say_twins(self, code: str = "", more: tuple[Words, ...] = ()) -> None:
        """Say of each page whether an earlier one is, or looks, the same (IN19 keeps both)."""
        names = {row.code: row.name for row in self.detail.materials} if self.detail else {}
        every = [
            (tick.code, place, page)
            for tick in self.form.ticks
            for place, page in enumerate(tick.pages, start=1)
        ]
        said: dict[str, list[Words]] = {tick.code: [] for tick in self.form.ticks}
        for (whose, place, _), twin in zip(
            every, twins([page for _, _, page in every]), strict=True
        ):
            if twin is not None:
                other, other_place, _ = every[twin[0]]
                args = {"place": place, "material": names.get(other, ""), "other": other_place}
                here = ".own" if other == whose else ""
                said[whose].append(Words(f"receive.twin.{twin[1]}{here}", args))
        for whose, words in said.items():
            self._view.show_twins(whose, (*words, *(more if whose == code else ())))

    async def _thumbs(self, tick: MaterialTick) -> None:
        for page in tick.pages:
            await self._thumb(page)

    async def _thumb(self, page: PageRow) -> None:
        with contextlib.suppress(Failure):
            self._view.show_thumb(page.sha256, await self.desk.materials.image(page.sha256, 0, 160))
