"""The directory of applicants (申请人): found, their history, who acts for them, what they gave.

Everything is read from this window's own encrypted store: people of the scopes that it follows,
and of no others. Whole numbers stay in here; screens are given masked ones.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from client.app.cases.case_view import case_or_fail, masked, masked_phone
from client.app.cases.lights_view import RowLights
from client.app.failures import AppFailure
from client.app.rows.people import (
    AgentRow,
    ApplicantDetail,
    ApplicantRow,
    EarlierMaterial,
    HistoryRow,
)
from client.app.rows.steps import PreregisterForm
from client.app.rows.words import PageRow, Words
from sync.domain.calendar import CHINA
from sync.domain.case import State
from sync.domain.fields import moment_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from client.app.items.catalogue import CatalogueDesk
    from client.app.ports.store import ApplicantLine, CaseLine
    from client.app.session.workplace import Workplace
    from sync.domain.case import Attachment, Case
    from sync.domain.catalogue import Material

_FOUND = 100
_SHOWN = 50
_LOOKED_BACK = 200  # a firm that applies each day has its open case behind many newer ones
_TAKES = frozenset({State.REGISTERED, State.RECEIVED, State.AWAITING_CORRECTION})


class Applicants:
    """Questions about people; each needs an open session.

    Args:
        place: returns the open session's means, or raises app.locked.
        catalogue: gives items their names in the screen's language.
    """

    def __init__(self, place: Callable[[], Workplace], catalogue: CatalogueDesk) -> None:
        self._place = place
        self._catalogue = catalogue

    async def find(self, text: str = "") -> tuple[ApplicantRow, ...]:
        """Return people by name, pinyin initials, number or the tail of a telephone."""
        place = self._place()
        lines = await place.on_store(place.store.applicants, text, _FOUND)
        return tuple(_row(line) for line in lines)

    async def open(self, who: str) -> ApplicantDetail:
        """Return one person whole.

        Raises:
            AppFailure: app.no_such_applicant.
        """
        place = self._place()
        return await place.on_store(self._detail, place, who)

    async def known(self, id_kind: str, id_no: str) -> PreregisterForm | None:
        """Return what a registration of this number would begin with; None for a newcomer."""
        place = self._place()
        return await place.on_store(_form_of, place, id_kind, id_no)

    async def last(self) -> PreregisterForm | None:
        """Return whom this window registered last, with the agent, for another item of his."""
        place = self._place()
        return await place.on_store(_last_form, place)

    async def warnings(self, form: PreregisterForm) -> tuple[Words, ...]:
        """Return what looks like a double: the same person's open case, a namesake's number.

        Nothing is refused: two shops of one owner are lawful, and so are namesakes.
        """
        place = self._place()
        return await place.on_store(self._warnings, place, form)

    async def earlier(self, case: str) -> tuple[EarlierMaterial, ...]:
        """Return what the applicant of a case gave before and that still holds (PL16).

        The same person, the same material code, within the catalogue's days, here as pages, and
        neither found wanting then nor given in this case already.

        Raises:
            AppFailure: app.no_such_case.
        """
        place = self._place()
        return await place.on_store(self._earlier, place, case)

    # store lane from here on

    def _detail(self, place: Workplace, who: str) -> ApplicantDetail:
        line = place.store.applicant(who)
        if line is None:
            raise AppFailure("app.no_such_applicant")
        lights = RowLights(place.store.case, place.rules(), place.now())
        lines = place.store.cases_of(who, _SHOWN)
        return ApplicantDetail(
            row=_row(line),
            history=tuple(self._history(each, lights) for each in lines),
            agents=tuple(self._agents(place, who, lines)),
            namesakes=tuple(_row(each) for each in place.store.namesakes(line.name, who)),
            more=line.cases > len(lines),
        )

    def _history(self, line: CaseLine, lights: RowLights) -> HistoryRow:
        return HistoryRow(
            number=line.number,
            item=self._catalogue.name_of(line.item),
            state=line.state,
            light=lights.of(line),
            updated_at=moment_of(line.updated_ms),
            closed=line.closed,
            takes=line.state in _TAKES,
        )

    def _agents(
        self, place: Workplace, who: str, lines: tuple[CaseLine, ...]
    ) -> Iterator[AgentRow]:
        by_number = {line.number: line for line in lines}
        for agent in place.store.agents_of(who):
            cases = [by_number[number] for number in agent.numbers if number in by_number]
            items = dict.fromkeys(self._catalogue.name_of(line.item) for line in cases)
            yield AgentRow(
                name=agent.name,
                id_no=masked(agent.id_no),
                phone=masked_phone(agent.phone),
                last_at=moment_of(agent.at_ms),
                items=tuple(items),
                cases=len(agent.numbers),
                open=sum(not line.closed for line in cases),
            )

    def _warnings(self, place: Workplace, form: PreregisterForm) -> tuple[Words, ...]:
        store, found = place.store, []
        who, name = form.id_no.strip().upper(), form.name.strip()
        if who and form.item:
            for line in store.cases_of(who, _LOOKED_BACK):
                if line.item == form.item and not line.closed:
                    state = Words(f"state.{line.state}")
                    args = {"case": line.number, "state": state}
                    found.append(Words("double.case", args))
                    break
        if name:
            others = store.namesakes(name, who)
            numbers = [masked(other.who) for other in others]
            if numbers:
                args = {"name": name, "id_no": numbers[0], "count": len(numbers)}
                found.append(Words("double.name" if who else "double.name_known", args))
        known = store.applicant(who) if who else None
        if known is not None and name and known.name != name:
            found.append(Words("double.number", {"name": known.name}))
        return tuple(found)

    def _earlier(self, place: Workplace, number: str) -> tuple[EarlierMaterial, ...]:
        case = case_or_fail(place, number)
        item = place.rules().item_of(case.item, case.item_version)
        if item is None or case.state not in _TAKES or not case.applicant.id_no:
            return ()
        here = {state.code for state in case.materials if state.given}
        wanted = [m for m in item.materials if m.reuse_days and m.code not in here]
        found: dict[str, EarlierMaterial] = {}
        for line in place.store.cases_of(case.applicant.id_no, _LOOKED_BACK):
            former = place.store.case(line.number) if line.number != number else None
            if former is None or former.applicant.id_kind != case.applicant.id_kind:
                continue
            for material in wanted:
                if material.code not in found:
                    offered = self._offered(place, former, material)
                    if offered is not None:
                        found[material.code] = offered
        return tuple(found[m.code] for m in wanted if m.code in found)

    def _offered(
        self, place: Workplace, former: Case, material: Material
    ) -> EarlierMaterial | None:
        """Return a material of a former case as it is offered again, None where it is not."""
        state = next((each for each in former.materials if each.code == material.code), None)
        if state is None or state.given_at is None or not state.attachments:
            return None
        until = state.given_at.astimezone(CHINA).date() + timedelta(days=material.reuse_days)
        if state.missing is not None or place.now().astimezone(CHINA).date() > until:
            return None
        if not all(place.store.keeps(each.sha256) for each in state.attachments):
            return None  # handed in at another window: the pages are not here
        return EarlierMaterial(
            code=material.code,
            name=material.name.of(self._catalogue.language),
            case=former.number,
            given_at=state.given_at,
            until=until,
            pages=tuple(_page(each) for each in state.attachments),
        )


def _form_of(place: Workplace, id_kind: str, id_no: str) -> PreregisterForm | None:
    line = place.store.applicant(id_no.strip().upper())
    if line is None or line.id_kind != id_kind:
        return None
    return PreregisterForm(line.kind, line.id_kind, line.who, line.name, line.phone, "")


def _last_form(place: Workplace) -> PreregisterForm | None:
    number = place.store.registered_last()
    case = place.store.case(number) if number else None
    if case is None or not case.applicant.id_no:
        return None
    who, agent = case.applicant, case.agent
    form = PreregisterForm(who.kind, who.id_kind, who.id_no, who.name, who.phone, "")
    return form if agent is None else replace(form, agent_name=agent.name, agent_id_no=agent.id_no)


def _row(line: ApplicantLine) -> ApplicantRow:
    return ApplicantRow(
        who=line.who,
        kind=line.kind,
        name=line.name,
        id_no=masked(line.who),
        phone=masked_phone(line.phone),
        cases=line.cases,
        last_at=moment_of(line.last_ms),
    )


def _page(page: Attachment) -> PageRow:
    return PageRow(
        sha256=page.sha256,
        name=page.name,
        type=page.type,
        size=page.size,
        pages=page.pages,
        uploaded=True,
        original=page.original or "",
    )
