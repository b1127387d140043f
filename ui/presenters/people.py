"""The directory of applicants: found, told with history and agents, and a case begun for one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from client.app.rows.steps import PreregisterForm
from client.app.rows.words import Words
from sync.domain.failures import Failure
from ui.presenters.flow import DraftKeeper
from ui.values import MaterialTick, Problem, ReceiveForm, Route

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.rows.people import ApplicantDetail, ApplicantRow, EarlierMaterial
    from sync.engine.ports import ChangeSet
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow

PREREGISTER = Route("step", step="preregister")
_RECEIVING = {"awaiting_correction": "correct"}


class PeopleScreen(Protocol):
    """What the directory's view can do."""

    def show_people(self, people: tuple[ApplicantRow, ...], chosen: str) -> None:
        """Show those who fit what was typed; `chosen` is looked at."""

    def show_person(self, person: ApplicantDetail | None) -> None:
        """Show one whole; None when nobody fits."""

    def show_earlier(self, case: str, materials: tuple[EarlierMaterial, ...]) -> None:
        """Show what was given before and may be taken again for an open case."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong; None clears it."""


class PeoplePresenter:
    """The page that F6 opens.

    Args:
        desk: reads the store.
        screen: the view.
        flow: where to go.
        say: says at the foot why something was not done.
        who: the person who is shown first.
    """

    def __init__(
        self,
        desk: Desk,
        screen: PeopleScreen,
        flow: Flow,
        say: Callable[[Words], None],
        who: str = "",
    ) -> None:
        self._desk = desk
        self._screen = screen
        self._flow = flow
        self._say = say
        self.who = who
        self.text = ""
        self.person: ApplicantDetail | None = None
        self._turn = 0

    async def open(self) -> None:
        """Show everybody, newest first, and whoever is looked at."""
        await self.search(self.text)

    async def search(self, text: str) -> None:
        """Narrow by name, initials, number or the tail of a telephone; late answers are dropped."""
        self.text = text
        self._turn += 1
        turn = self._turn
        try:
            found = await self._desk.applicants.find(text)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        if turn != self._turn:
            return
        known = [row.who for row in found]
        if self.who not in known:
            self.who = known[0] if known else ""
        self._screen.show_people(found, self.who)
        await self.look_at(self.who)

    async def look_at(self, who: str) -> None:
        """Show one person whole, with what he gave before."""
        self.who = who
        if not who:
            self.person = None
            self._screen.show_person(None)
            return
        try:
            person = await self._desk.applicants.open(who)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        if self.who != who:
            return  # another is looked at meanwhile
        self.person = person
        self._screen.show_failure(None)
        self._screen.show_person(person)
        await self._offer(person)

    async def changed(self, change: ChangeSet) -> None:
        """Read again when cases changed."""
        if change.cases:
            await self.search(self.text)

    def open_case(self, number: str) -> None:
        """Go to one of his cases."""
        self._flow.go(Route("case", number))

    async def begin_case(self) -> None:
        """Go to pre-registration with this person; whatever is typed there already stays.

        A registration of somebody else that stands there half typed is shown as it is.
        """
        person = self.person
        if person is None:
            return
        id_kind = "resident_id" if person.row.kind == "person" else "credit_code"
        form = await self._desk.applicants.known(id_kind, person.row.who)
        if form is None:
            return
        keeper = DraftKeeper(self._desk.drafts, "preregister", PreregisterForm)
        kept = await keeper.load()
        if kept is not None and self._stands_for_another(kept, form):
            self._flow.go(PREREGISTER)
            self._say(Words("people.begin.other", {"name": form.name}))
            return
        keeper.note(form if kept is None else _filled(kept, form))
        await keeper.save()
        self._flow.go(PREREGISTER)

    def _stands_for_another(self, kept: PreregisterForm, form: PreregisterForm) -> bool:
        """Say whether a kept draft names somebody else, by number or else by name."""
        if kept.id_no.strip():
            typed = self._desk.catalogue.check_identity(form.id_kind, kept.id_no)
            return typed.value != form.id_no
        return kept.name.strip() not in {"", form.name}

    async def take_over(self, number: str) -> None:
        """Lay what still holds onto the checklist of an open case, and show that checklist.

        Nothing is received by it: a clerk looks it over and makes the step. A line that he has
        marked already stays as he marked it: the original lies on his counter, or a shared result
        is taken for it.
        """
        earlier = await self._desk.applicants.earlier(number)
        detail = await self._desk.cases.open(number)
        step = _RECEIVING.get(detail.row.state, "receive")
        keeper = DraftKeeper(self._desk.drafts, f"case/{number}/{step}", ReceiveForm)
        form = await keeper.load() or ReceiveForm()
        for material in earlier:
            tick = form.tick(material.code)
            if not (tick.given or tick.pages or tick.shared):
                given = MaterialTick(material.code, given=True, original=False)
                form = form.with_tick(replace(given, pages=material.pages))
        keeper.note(form)
        await keeper.save()
        self._flow.go(Route("step", number, step))

    async def _offer(self, person: ApplicantDetail) -> None:
        """Look whether one of his open cases could take what he gave before."""
        for row in person.history:
            if row.takes:
                earlier = await self._desk.applicants.earlier(row.number)
                if earlier and self.who == person.row.who:
                    self._screen.show_earlier(row.number, earlier)
                    return


def _filled(kept: PreregisterForm, person: PreregisterForm) -> PreregisterForm:
    """Return a draft with a person in it; the agent comes along where none is typed."""
    alone = not kept.agent_name.strip() and not kept.agent_id_no.strip()
    agent = person if alone else kept
    return replace(
        kept,
        applicant_kind=person.applicant_kind,
        id_kind=person.id_kind,
        id_no=person.id_no,
        name=kept.name.strip() or person.name,
        phone=kept.phone.strip() or person.phone,
        agent_name=agent.agent_name,
        agent_id_no=agent.agent_id_no,
    )
