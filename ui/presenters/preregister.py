"""Pre-registration (预登记): who, what, and whether the fast track is due."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from client.app.rows.steps import PreregisterForm
from client.app.rows.words import Words
from ui.presenters.step import StepPresenter, StepScreen
from ui.values import FieldProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.rows.items import ItemDetail, ItemRow
    from client.app.rows.scanned import ScannedPerson
    from client.app.rows.steps import Checked, StepDone
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow


_WHO = ("applicant_kind", "id_kind", "id_no", "name", "phone", "agent_name", "agent_id_no")
_TYPED = _WHO[2:]  # the kinds are chosen: one of them always is
_LOOKED_UP = frozenset({"id_no", "name", "item"})


class PreregisterScreen(StepScreen[PreregisterForm], Protocol):
    """What the view can do besides."""

    def show_items(self, items: tuple[ItemRow, ...]) -> None:
        """Show the items that fit what was typed."""

    def show_item(self, item: ItemDetail | None) -> None:
        """Show the chosen item with what the clerk tells the applicant."""

    def show_checked(self, field: str, checked: Checked) -> None:
        """Show what a field's check says: normalised value, hint, problem."""

    def show_doubles(self, words: tuple[Words, ...]) -> None:
        """Say what looks like a double; () takes it back."""

    def fill_empty(self, form: PreregisterForm) -> None:
        """Fill in what is known of somebody, where nothing is typed yet."""


class PreregisterPresenter(StepPresenter[PreregisterForm]):
    """The page that F2 opens."""

    form_class = PreregisterForm

    def __init__(
        self,
        desk: Desk,
        screen: PreregisterScreen,
        flow: Flow,
        say: Callable[[Words], object] = lambda _words: None,
    ) -> None:
        """Begin it.

        Args:
            desk: registers.
            screen: the page.
            flow: shows what comes of it.
            say: says at the foot what the form has no field for.
        """
        super().__init__(desk, screen, flow, "", "preregister")
        self._view = screen
        self._say = say
        self._turn = 0
        self._asked_of: PreregisterForm | None = None

    async def precheck(self, form: PreregisterForm) -> None:
        """Ask for a pre-check with what is typed, instead of registering (TM23)."""
        self.kind = "ask_precheck"
        try:
            await self.submit(form)
        finally:
            self.kind = "preregister"

    def draft_key(self) -> str:
        """One draft: there is one applicant at the counter."""
        return "preregister"

    def first_form(self) -> PreregisterForm:
        """A person, nothing typed."""
        return PreregisterForm("person", "resident_id", "", "", "", "")

    async def open(self) -> None:
        """Show the draft with its item."""
        await super().open()
        draft = self.keeper.newest
        if draft is not None and draft.item:
            self._view.show_item(self.desk.catalogue.item(draft.item))

    def find(self, text: str) -> None:
        """Show items by name, code or pinyin initials."""
        self._view.show_items(self.desk.catalogue.find(text))

    def pick(self, code: str, form: PreregisterForm) -> None:
        """Take an item."""
        self._view.show_item(self.desk.catalogue.item(code))
        self.edited(replace(form, item=code))

    async def again(self, form: PreregisterForm) -> None:
        """Fill in whom this window registered last; the item that was chosen stays.

        Somebody else who stands there, half typed or whole, is asked about: only the same once
        more, with nothing typed in between, writes over him.
        """
        last = await self.desk.applicants.last()
        if last is None:
            self._view.show_doubles((Words("prereg.again.none"),))
            return
        form = self.keeper.newest or form  # a hand may have typed on meanwhile
        if form != self._asked_of and _somebody_else(form, last):
            self._asked_of = form
            self._say(Words("prereg.again.asked", {"name": last.name}))
            return
        self._asked_of = None
        filled = replace(
            form,
            **{name: getattr(last, name) for name in _WHO},
        )
        self._view.show_form(filled)
        self.edited(filled)
        await self.save_draft()
        await self.look_up("name", filled)

    async def take(self, person: ScannedPerson, form: PreregisterForm) -> None:
        """Fill in who was read at the counter: the applicant, or beside one his agent.

        What somebody else's number stands in is never written over.
        """
        card = person.kind == "person"
        applicant = not form.id_no.strip() or self._normal(form).id_no == person.number
        if applicant and not (card and form.applicant_kind == "org"):
            same = form.applicant_kind == person.kind
            filled = replace(
                form,
                applicant_kind=person.kind,
                id_kind=person.id_kind,
                id_no=person.number,
                name=person.name or (form.name if same else ""),
            )
            field = "id_no"
        elif card and not form.agent_id_no.strip():
            filled = replace(form, agent_id_no=person.number, agent_name=person.name)
            field = "agent_id_no"
        else:
            self._view.show_doubles((Words("counter.page_full"),))
            return
        self._view.show_form(filled)
        self.edited(filled)
        await self.save_draft()
        self.left(field, filled)
        await self.look_up(field, filled)

    async def look_up(self, field: str, form: PreregisterForm) -> None:
        """Look for the person in the directory: fill in what is known, warn of doubles.

        Of somebody whose number stands there no longer nothing is said.
        """
        if field not in _LOOKED_UP:
            return
        self._turn += 1
        turn, normal = self._turn, self._normal(form)
        if field == "id_no" and normal.id_no:
            known = await self.desk.applicants.known(form.id_kind, normal.id_no)
            if not self._stands(form):
                return
            if known is not None:
                self._view.fill_empty(known)
                normal = replace(normal, name=normal.name or known.name)
        doubles = await self.desk.applicants.warnings(normal)
        if turn == self._turn and self._stands(form):
            self._view.show_doubles(doubles)

    def _stands(self, form: PreregisterForm) -> bool:
        """Say whether the number that was asked about is the one that stands there now."""
        now = self.keeper.newest
        return now is None or (now.id_kind, now.id_no) == (form.id_kind, form.id_no)

    def left(self, field: str, form: PreregisterForm) -> None:
        """Check a field as it is left; an empty one is not scolded before the end."""
        checked = self._checked(field, form)
        if checked is not None:
            self._view.show_checked(field, checked)

    def check(self, form: PreregisterForm) -> tuple[FieldProblem, ...]:
        """Check every field in the order of the page."""
        found: list[FieldProblem] = []
        for field, value in (("id_no", form.id_no), ("name", form.name), ("phone", form.phone)):
            if not value.strip():
                found.append(FieldProblem(field, Words(f"prereg.{field}.missing")))
                continue
            checked = self._checked(field, form)
            if checked is not None and checked.problem is not None:
                found.append(FieldProblem(field, checked.problem))
        if not form.item:
            found.append(FieldProblem("item", Words("prereg.item.missing")))
        found += self._agent(form)
        if form.key_project and not form.project.strip():
            found.append(FieldProblem("project", Words("prereg.project.missing")))
        return tuple(found)

    async def make(self, form: PreregisterForm) -> StepDone:
        """Register with normalised values."""
        if self.kind == "ask_precheck":
            return await self.desk.steps.ask_precheck(self._normal(form))
        return await self.desk.steps.preregister(self._normal(form))

    def _agent(self, form: PreregisterForm) -> list[FieldProblem]:
        """An agent has both a name and a number, or there is none."""
        if not form.agent_name.strip() and not form.agent_id_no.strip():
            return []
        found = []
        for field in ("agent_name", "agent_id_no"):
            checked = self._checked(field, form)
            if checked is None:
                found.append(FieldProblem(field, Words(f"prereg.{field}.missing")))
            elif checked.problem is not None:
                found.append(FieldProblem(field, checked.problem))
        return found

    def _checked(self, field: str, form: PreregisterForm) -> Checked | None:
        """Check one field by the rules; None when it is empty or has no rule."""
        value = str(getattr(form, field, "")).strip()
        catalogue = self.desk.catalogue
        if not value:
            return None
        if field == "id_no":
            return catalogue.check_identity(form.id_kind, value)
        if field == "agent_id_no":
            return catalogue.check_identity("resident_id", value)
        if field == "phone":
            return catalogue.check_phone(value)
        return catalogue.check_name(value) if field in {"name", "agent_name"} else None

    def _normal(self, form: PreregisterForm) -> PreregisterForm:
        return replace(
            form,
            id_no=self._value("id_no", form),
            name=self._value("name", form),
            phone=self._value("phone", form),
            agent_name=self._value("agent_name", form),
            agent_id_no=self._value("agent_id_no", form),
            project=form.project.strip(),
        )

    def _value(self, field: str, form: PreregisterForm) -> str:
        checked = self._checked(field, form)
        return "" if checked is None else checked.value


def _somebody_else(form: PreregisterForm, last: PreregisterForm) -> bool:
    """Say whether more stands there than the beginning of the same words."""
    pairs = ((getattr(form, name).strip(), getattr(last, name)) for name in _TYPED)
    return any(not known.upper().startswith(typed.upper()) for typed, known in pairs)
