"""The pages of one material, put right before the step is made: order, turn, straighten, crop.

Pages come from the draft of the step and go back there. Every change is kept as a draft of its
own and can be undone; nothing is made of it before `keep`, and each page is shown as it will be.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from client.app.files.materials import UNTOUCHED, PageEdit
from client.app.rows.words import PageRow  # noqa: TC001  (drafts are decoded by it)
from sync.domain.failures import Failure
from ui.presenters.flow import DraftKeeper
from ui.values import Problem, ReceiveForm, Route

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from client.app.files.materials import Edited
    from client.app.rows.cases import CaseDetail
    from client.app.rows.materials import MaterialRow
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow

Drawn = tuple[int, int, bytes]
PDF = "application/pdf"
_FULL = 4000  # wider than any page that is kept: it is drawn in its own pixels
_SMALL = 160
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page as it lies here: what it was when it came, and what has been done to it since."""

    row: PageRow
    edit: PageEdit = UNTOUCHED
    was: PageEdit = UNTOUCHED

    @property
    def changed(self) -> bool:
        """Say whether another page must be made of it."""
        return self.edit != self.was


@dataclass(frozen=True, slots=True)
class LeavesForm:
    """The pages in their order, and which is looked at; `of`: the hashes that it began with."""

    leaves: tuple[Leaf, ...] = ()
    at: int = 0
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeafFacts:
    """What is said of the page that is looked at."""

    place: int
    count: int
    row: PageRow
    edit: PageEdit
    width: int
    height: int
    fixed: str = ""  # key of why nothing but its place can be changed


class PagesScreen(Protocol):
    """What the view can do."""

    def show_case(self, detail: CaseDetail) -> None:
        """Show whose pages these are."""

    def show_material(self, material: MaterialRow) -> None:
        """Show of which material they are."""

    def show_leaves(self, form: LeavesForm, *, undo: bool) -> None:
        """Show the pages in order."""

    def show_thumb(self, sha256: str, drawn: Drawn) -> None:
        """Show a page's small picture."""

    def show_result(self, drawn: Drawn, facts: LeafFacts) -> None:
        """Show a page as it will be kept, in its own pixels."""

    def show_frame(self, drawn: Drawn, crop: tuple[int, int, int, int]) -> None:
        """Show the whole picture with the frame of what is cut out."""

    def show_told(self, key: str, **args: object) -> None:
        """Say what came of an act that changed nothing one sees."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong; None clears it."""

    def show_progress(self, done: int, of: int) -> None:
        """Show how far many pages are; 0 of 0: nothing is under way."""

    def set_busy(self, *, busy: bool) -> None:
        """Show that the page which is looked at is being made."""


class PagesPresenter:
    """The editor of one material's pages.

    Args:
        desk: draws and makes pages.
        screen: the view.
        flow: where to go afterwards.
        route: "pages" with case, step and material.
    """

    def __init__(self, desk: Desk, screen: PagesScreen, flow: Flow, route: Route) -> None:
        self.desk = desk
        self.screen = screen
        self.flow = flow
        self.route = route
        self.detail: CaseDetail | None = None
        self.form = LeavesForm()
        self._past: list[LeavesForm] = []
        key = f"case/{route.case}/{route.step}"
        self._step: DraftKeeper[ReceiveForm] = DraftKeeper(desk.drafts, key, ReceiveForm)
        own = f"pages/{route.case}/{route.step}/{route.material}"
        self._keeper: DraftKeeper[LeavesForm] = DraftKeeper(desk.drafts, own, LeavesForm)
        self._fixed = ""
        self._asked = 0
        self._stopped = False
        self._many = False

    # ------------------------------------------------------------ coming and going

    async def open(self) -> None:
        """Show the pages as they were left here, or as the step has them."""
        self.detail = await self.desk.cases.open(self.route.case)
        self.screen.show_case(self.detail)
        material = next(
            (row for row in self.detail.materials if row.code == self.route.material), None
        )
        if material is not None:
            self._fixed = "pages.kept_as_is" if material.keep_original else ""
            self.screen.show_material(material)
        step = await self._step.load() or ReceiveForm()
        pages = step.tick(self.route.material).pages
        of = tuple(page.sha256 for page in pages)
        kept = await self._keeper.load()
        if kept is None or kept.of != of:
            edits = [await self.desk.materials.edit_of(page) for page in pages]
            leaves = tuple(Leaf(page, edit, edit) for page, edit in zip(pages, edits, strict=True))
            at = next((i for i, page in enumerate(pages) if page.sha256 == self.route.shown), 0)
            kept = LeavesForm(leaves, at, of)
        self.form = kept
        self._show_leaves()
        await self.look()
        for leaf in self.form.leaves:
            await self._thumb(leaf)

    async def save_draft(self) -> None:
        """Keep what was done here."""
        await self._keeper.save()

    async def leave(self) -> None:
        """Go back to the step; what was done here waits."""
        self.stop()
        await self._keeper.save()
        self._go_back()

    async def keep(self) -> None:
        """Make the changed pages, give them to the step, and go back to it."""
        made: dict[Leaf, PageRow] = {}
        while changed := [x for x in self.form.leaves if x.changed and x not in made]:
            try:
                async for leaf in self._each(changed):
                    made[leaf] = await self._made(leaf)
            except Failure as failure:
                self.screen.show_failure(Problem.of(failure))
                return
            if any(leaf not in made for leaf in changed):
                return  # it was stopped: everything stands as it stood
        pages = tuple(made.get(leaf, leaf.row) for leaf in self.form.leaves)
        form = await self._step.load() or self._step.newest or ReceiveForm()
        tick = form.tick(self.route.material)
        self._step.note(form.with_tick(replace(tick, given=tick.given or bool(pages), pages=pages)))
        await self._step.save()
        await self._keeper.drop()
        self._go_back()

    def stop(self) -> None:
        """End what is under way with many pages; what is done stays."""
        self._stopped = True

    # ------------------------------------------------------------ acts

    async def choose(self, at: int) -> None:
        """Look at another page."""
        if 0 <= at < len(self.form.leaves) and at != self.form.at:
            self.form = replace(self.form, at=at)
            self._keeper.note(self.form)
            await self.look()

    async def move(self, by: int) -> None:
        """Move the page that is looked at forward or back (IN19)."""
        await self.place(self.form.at, self.form.at + by)

    async def place(self, old: int, new: int) -> None:
        """Put a page at another place."""
        leaves = list(self.form.leaves)
        if old == new or not (0 <= old < len(leaves) and 0 <= new < len(leaves)):
            return
        leaves.insert(new, leaves.pop(old))
        self._change(replace(self.form, leaves=tuple(leaves), at=new))
        await self.look()

    async def turn(self, quarters: int) -> None:
        """Turn the page that is looked at, clockwise."""
        await self._edit(lambda edit: edit.turned(quarters))

    async def tilt(self, by: int) -> None:
        """Straighten by so many tenths of a degree more, clockwise."""
        await self._edit(lambda edit: edit.tilted(edit.tilt + by))

    async def crop(self, crop: tuple[int, int, int, int]) -> None:
        """Cut out a part, in thousandths."""
        await self._edit(lambda edit: edit.cropped(crop))

    async def straighten(self) -> None:
        """Straighten the page that is looked at by the angle that its lines show."""
        leaf = self._leaf()
        if leaf is None or self._is_fixed(leaf):
            return
        try:
            tilt = await self.desk.materials.proposed_tilt(leaf.row, leaf.edit.turn)
        except Failure as failure:
            self.screen.show_failure(Problem.of(failure))
            return
        if tilt == leaf.edit.tilt:
            self.screen.show_told("pages.straight_already")
        elif leaf is self._leaf():
            await self._edit(lambda edit: edit.tilted(tilt))

    async def straighten_all(self) -> None:
        """Straighten every page; one undo takes it all back."""
        found: dict[Leaf, int] = {}
        async for leaf in self._each([x for x in self.form.leaves if not self._is_fixed(x)]):
            try:
                found[leaf] = await self.desk.materials.proposed_tilt(leaf.row, leaf.edit.turn)
            except Failure as failure:
                self.screen.show_failure(Problem.of(failure))
        now = self.form.leaves  # a page may have been taken out, or moved, meanwhile
        leaves = tuple(
            replace(leaf, edit=leaf.edit.tilted(found.get(leaf, leaf.edit.tilt))) for leaf in now
        )
        turned = sum(leaf.edit != was.edit for leaf, was in zip(leaves, now, strict=True))
        self.screen.show_told("pages.straightened", count=turned)
        if turned:
            self._change(replace(self.form, leaves=leaves))
            await self.look()

    async def frame(self) -> None:
        """Show the whole picture with its frame."""
        leaf = self._leaf()
        if leaf is None or self._is_fixed(leaf):
            return
        try:
            drawn = await self.desk.materials.uncropped(leaf.row, leaf.edit)
        except Failure as failure:
            self.screen.show_failure(Problem.of(failure))
            return
        if leaf is self._leaf():  # else another page lies there by now, or this one otherwise
            self.screen.show_frame(drawn, leaf.edit.crop)

    async def remove(self) -> None:
        """Take the page that is looked at out."""
        leaves = list(self.form.leaves)
        if leaves:
            del leaves[self.form.at]
            at = max(0, min(self.form.at, len(leaves) - 1))
            self._change(replace(self.form, leaves=tuple(leaves), at=at))
            await self.look()

    async def undo(self) -> None:
        """Take the last change back."""
        if self._past:
            self.form = self._past.pop()
            self._keeper.note(self.form)
            self._show_leaves()
            await self.look()

    async def look(self) -> None:
        """Show the page as it will be kept; an answer that comes late is dropped."""
        leaf = self._leaf()
        if leaf is None:
            return
        self._asked += 1
        asked = self._asked
        self.screen.set_busy(busy=True)
        try:
            row, drawn = await self._result(leaf)
        except Failure as failure:
            if asked == self._asked:
                self.screen.show_failure(Problem.of(failure))
            return
        finally:
            if asked == self._asked:
                self.screen.set_busy(busy=False)
        if asked == self._asked:
            self.screen.show_failure(None)
            self.screen.show_result(drawn, self._facts(leaf, row, drawn))
            self.screen.show_thumb(leaf.row.sha256, drawn)

    # ------------------------------------------------------------ inner

    def _leaf(self) -> Leaf | None:
        leaves = self.form.leaves
        return leaves[self.form.at] if self.form.at < len(leaves) else None

    def _is_fixed(self, leaf: Leaf) -> str:
        return "pages.pdf" if leaf.row.type == PDF else self._fixed

    def _facts(self, leaf: Leaf, row: PageRow, drawn: Drawn) -> LeafFacts:
        return LeafFacts(
            place=self.form.at + 1,
            count=len(self.form.leaves),
            row=row,
            edit=leaf.edit,
            width=drawn[0],
            height=drawn[1],
            fixed=self._is_fixed(leaf),
        )

    async def _edit(self, change: Callable[[PageEdit], PageEdit]) -> None:
        leaf = self._leaf()
        if leaf is None or self._is_fixed(leaf):
            return
        edited = replace(leaf, edit=change(leaf.edit))
        if edited == leaf:
            return
        leaves = list(self.form.leaves)
        leaves[self.form.at] = edited
        self._change(replace(self.form, leaves=tuple(leaves)))
        await self.look()

    def _change(self, form: LeavesForm) -> None:
        self._past = [*self._past[1 - _DEEPEST :], self.form]
        self.form = form
        self._keeper.note(form)
        self._show_leaves()

    def _show_leaves(self) -> None:
        self.screen.show_leaves(self.form, undo=bool(self._past))

    async def _edited(self, leaf: Leaf) -> Edited:
        route = self.route
        return await self.desk.materials.edited(route.case, route.material, leaf.row, leaf.edit)

    async def _result(self, leaf: Leaf) -> tuple[PageRow, Drawn]:
        if leaf.changed:
            edited = await self._edited(leaf)
            return edited.row, edited.drawn
        return leaf.row, await self.desk.materials.image(leaf.row.sha256, 0, _FULL)

    async def _made(self, leaf: Leaf) -> PageRow:
        return await self.desk.materials.keep(await self._edited(leaf))

    async def _thumb(self, leaf: Leaf) -> None:
        try:
            drawn = await self.desk.materials.image(leaf.row.sha256, 0, _SMALL)
        except Failure:
            return
        self.screen.show_thumb(leaf.row.sha256, drawn)

    async def _each(self, leaves: list[Leaf]) -> AsyncIterator[Leaf]:
        """Go through many pages, saying how far; `stop` ends it between two."""
        if self._many:
            return
        self._many, self._stopped = True, False
        try:
            for done, leaf in enumerate(leaves):
                self.screen.show_progress(done, len(leaves))
                yield leaf
                if self._stopped:
                    return
        finally:
            self._many = False
            self.screen.show_progress(0, 0)

    def _go_back(self) -> None:
        route = self.route
        self.flow.go(Route("step", route.case, route.step, material=route.material))
