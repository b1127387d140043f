"""One presenter for every page of the table: drafts, files, checks; the step or its sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from client.app.forms.every import FORMS
from client.app.forms.reading import wrong
from client.app.forms.table import Ask, Filled
from client.app.rows.steps import SigningSheet
from client.app.rows.words import Words
from sync.domain.calendar import china_day
from sync.domain.failures import Failure
from ui.presenters.acceptance import owed_words
from ui.presenters.comparing import Comparing, ComparingScreen
from ui.presenters.step import StepPresenter, StepScreen
from ui.values import FieldProblem, Problem, Route

if TYPE_CHECKING:
    from pathlib import Path

    from client.app.rows.ink import Ink
    from client.app.rows.steps import StepDone
    from client.app.steps.form_steps import FormOffer
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow


class FormScreen(ComparingScreen, StepScreen[Filled], Protocol):
    """What the view can do besides."""

    def show_offer(self, offer: FormOffer) -> None:
        """Show what the fields offer."""

    def show_taking(self, field: str, left: int) -> None:
        """Show how many files of a field are still being taken in."""

    def set_blocked(self, reason: Words | None) -> None:
        """Say why the step cannot be made now; None opens it."""

    def open_ink(self, sha256: str, shown: tuple[int, int, bytes], name: str) -> None:
        """Open the pad beside the paper that is to be signed."""

    def show_ink(self, ink: Ink | None) -> None:
        """Show whether it was signed on the screen."""

    def show_refused(self, field: str, name: str, problem: Problem) -> None:
        """Show beside the field why a file was not taken."""


class FormPresenter(StepPresenter[Filled]):
    """The page of one step of `client.app.forms`.

    Args:
        event: what is being answered, where the page was opened from it: the field that picks it
            begins with it.
    """

    form_class = Filled
    begins_filled = True

    def __init__(
        self, desk: Desk, screen: FormScreen, flow: Flow, case: str, kind: str, event: str = ""
    ) -> None:
        super().__init__(desk, screen, flow, case, kind)
        self._view = screen
        self._table = FORMS[kind]
        self._event = event
        self._offer: FormOffer | None = None
        self._ink: Ink | None = None
        self._taking: list[str] = []  # fields of which files are being taken in
        self._hand = next((field.name for field in self._table.fields if field.hand), "")
        self.form = Filled()
        self.comparing = Comparing(desk, screen, case) if self._table.compares else None

    async def open(self) -> None:
        """Show the page as it was left, or as it begins."""
        await super().open()
        self.form = self.keeper.newest or self.first_form()

    async def prepare(self) -> None:
        """Read what the fields offer."""
        self._offer = await self.desk.forms.offer(self.case, self.kind)
        self._view.show_offer(self._offer)
        if self.comparing is not None:
            materials = self.detail.materials if self.detail is not None else ()
            await self.comparing.open(materials, first=self._offer.compare_first)
            self._view.set_blocked(owed_words(self.comparing))

    def tick(self, sha256: str, page: int, *, on: bool) -> None:
        """Take a tick; with the last one that the hall asks for, the press opens."""
        if self.comparing is not None:
            self.comparing.tick(sha256, page, on=on)
            self._view.set_blocked(owed_words(self.comparing))

    async def save_draft(self) -> None:
        """Keep what was typed, and what was compared."""
        await super().save_draft()
        if self.comparing is not None:
            await self.comparing.keeper.save()

    async def reread(self) -> None:
        """Offer anew, in another language; nothing typed is touched."""
        try:
            await self.prepare()
        except Failure as failure:
            self.screen.show_failure(Problem.of(failure))

    def first_form(self) -> Filled:
        """Begin with what the case says."""
        begin = dict(self._offer.begin) if self._offer else {}
        if self._event:
            picks = (field.name for field in self._table.fields if field.ask is Ask.PICK)
            begin.update(dict.fromkeys(list(picks)[:1], self._event))
        return Filled(begin)

    def edited(self, form: Filled) -> None:
        """Remember what was typed; the files are kept here."""
        changed = form.values != self.form.values
        self.form = Filled(form.values, self.form.pages)
        super().edited(self.form)
        if changed and self._ink is not None:
            self.ink(None)  # other words stand on the paper now

    def check(self, form: Filled) -> tuple[FieldProblem, ...]:
        """Every question is answered, readably; the rest is the rules' to judge.

        A file that is still being taken in would be left behind.
        """
        if self._taking:
            still = Words("receive.still_taking")
            return tuple(FieldProblem(name, still) for name in dict.fromkeys(self._taking))
        today = china_day(self.desk.now())
        signed = self._hand if self._ink is not None else ""
        return tuple(
            FieldProblem(name, what)
            for name, what in wrong(self._table, form, today)
            if name != signed
        )

    async def make(self, form: Filled) -> StepDone | None:
        """Make the step, or show its sheet; the draft stays until that is signed."""
        ticks = self.comparing
        compared = () if ticks is None else ticks.compared
        done = await self.desk.forms.make(self.case, self.kind, form, self._ink, compared)
        if isinstance(done, SigningSheet):
            await self.keeper.save()
            self.flow.sign(done)
            return None
        if ticks is not None:
            await ticks.keeper.drop()
        return done

    async def attach(self, field: str, paths: tuple[Path, ...]) -> None:
        """Take files in for one field; each refusal is told beside it."""
        self._taking.append(field)
        try:
            await self._take_in(field, paths)
        finally:
            self._taking.remove(field)

    async def _take_in(self, field: str, paths: tuple[Path, ...]) -> None:
        for left, path in zip(range(len(paths), 0, -1), paths, strict=True):
            self._view.show_taking(field, left)
            try:
                page = await self.desk.materials.take_in(self.case, path.name, path)
            except Failure as failure:
                self._view.show_refused(field, path.name, Problem.of(failure))
                continue
            known = self.form.pages.get(field, ())
            if all(each.sha256 != page.sha256 for each in known):
                self._set(self.form.with_pages(field, (*known, page)))
                await self.keeper.save()
        self._view.show_taking(field, 0)

    def detach(self, field: str, sha256: str) -> None:
        """Take one file back out."""
        kept = tuple(page for page in self.form.pages.get(field, ()) if page.sha256 != sha256)
        self._set(self.form.with_pages(field, kept))

    async def ask_ink(self) -> None:
        """Make the blank with what is typed, and show it beside the pad."""
        self.screen.show_failure(None)
        detail, form = self.detail, self.form
        try:
            blank = await self.desk.forms.blank(self.case, self.kind, form)
            shown = await self.desk.papers.image(blank.sha256)
        except Failure as failure:
            self.screen.show_failure(Problem.of(failure))
            return
        if form.values != self.form.values:  # other words are to stand on the paper by now
            await self.ask_ink()
            return
        name = "" if detail is None else detail.agent or detail.row.applicant
        self._view.open_ink(blank.sha256, shown, name)

    def ink(self, ink: Ink | None) -> None:
        """Take a signature, or take it back; no draft keeps it."""
        self._ink = ink
        self._view.show_ink(ink)

    async def print_blank(self, key: str) -> None:
        """Print a form that is signed by hand; what is typed goes onto it."""
        self.screen.show_failure(None)
        try:
            await self.keeper.save()
            row = await self.desk.forms.blank(self.case, key, self.form)
        except Failure as failure:
            self.screen.show_failure(Problem.of(failure))
            return
        self.flow.go(Route("paper", self.case, step=row.sha256, paper=row.kind))

    def _set(self, form: Filled) -> None:
        self.form = form
        super().edited(form)
        self.screen.show_form(form)
