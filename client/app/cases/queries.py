"""What the screens ask about cases: lists, counts, one case whole. Reads only.

The store answers with lines as projected; here they gain their light at this moment, the names of
people, and the words for what remains.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from client.app.cases.case_view import CaseReader, case_or_fail
from client.app.cases.lights_view import RowLights
from client.app.cases.waiting import waiting_for
from client.app.ports.store import FOUND_MAX, CaseQuery
from client.app.rows.cases import CasePage, CaseRow, Tab, TabCounts
from sync.domain.fields import moment_of, ms_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from client.app.items.catalogue import CatalogueDesk
    from client.app.ports.store import CaseLine
    from client.app.rows.cases import CaseDetail
    from client.app.session.workplace import Workplace
    from sync.domain.policy import PolicyBook


class CaseQueries:
    """Questions about cases; each needs an open session.

    Args:
        place: returns the open session's means, or raises app.locked.
        catalogue: gives items their names in the screen's language.
    """

    def __init__(self, place: Callable[[], Workplace], catalogue: CatalogueDesk) -> None:
        self._place = place
        self._catalogue = catalogue

    async def counts(self) -> TabCounts:
        """Count what the tabs and the rail show."""
        place = self._place()
        return await place.on_store(self._counts, place, place.now())

    async def page(
        self, tab: Tab, text: str = "", after: str | None = None, limit: int = 100
    ) -> CasePage:
        """Return a page of one tab, narrowed by what is typed into the search."""
        place = self._place()
        return await place.on_store(self._page, place, tab, text, after, limit, place.now())

    async def open(self, number: str) -> CaseDetail:
        """Return everything that the case page shows.

        Raises:
            AppFailure: app.no_such_case.
        """
        place = self._place()
        return await place.on_store(self._detail, place, number)

    async def phone(self, number: str) -> str:
        """Return the applicant's whole telephone number, to call it.

        Screens show it masked until somebody asks.

        Raises:
            AppFailure: app.no_such_case.
        """
        place = self._place()
        case = await place.on_store(case_or_fail, place, number)
        return case.applicant.phone

    # store lane from here on

    def _detail(self, place: Workplace, number: str) -> CaseDetail:
        return CaseReader(place, place.now(), self._catalogue.language).detail(number)

    def _counts(self, place: Workplace, now: datetime) -> TabCounts:
        def count(tab: Tab) -> int:
            return place.store.cases(self._query(place, tab, now, limit=0)).total or 0

        return TabCounts(
            mine=count(Tab.MINE),
            soon=count(Tab.SOON),
            overdue=count(Tab.OVERDUE),
            all=count(Tab.ALL),
            messages=sum(not message.read for message in place.store.messages()),
            exceptions=len(place.store.refused()),
        )

    def _page(
        self,
        place: Workplace,
        tab: Tab,
        text: str,
        after: str | None,
        limit: int,
        now: datetime,
    ) -> CasePage:
        found = place.store.cases(self._query(place, tab, now, text=text, after=after, limit=limit))
        book = place.store.policy_book()
        lights = RowLights(place.store.case, book.rules(), now)
        rows = tuple(
            replace(
                self._row(line, book, place.session.person, lights),
                found=_found_by(place, line, found.digits),
            )
            for line in found.rows
        )
        many = found.total is not None and found.total >= FOUND_MAX
        return CasePage(rows, found.after, found.total, many=many)

    def _query(
        self,
        place: Workplace,
        tab: Tab,
        now: datetime,
        *,
        text: str = "",
        after: str | None = None,
        limit: int = 100,
    ) -> CaseQuery:
        moment = ms_of(now)
        mine = tab is Tab.MINE
        return CaseQuery(
            text=text.strip(),
            closed=None if tab is Tab.ALL and text else tab is Tab.CLOSED,
            at_ms=moment,
            due_before_ms=moment if tab is Tab.OVERDUE else None,
            warn_before_ms=moment if tab is Tab.SOON else None,
            holder=place.session.person if mine else None,
            waiting=self._waiting(place, now) if mine else (),
            after=after,
            limit=limit,
            counted=bool(text) or limit == 0,  # the tabs say their own numbers
        )

    def _row(self, line: CaseLine, book: PolicyBook, person: str, lights: RowLights) -> CaseRow:
        """Turn a stored line into a row with its light at this moment."""
        holder = book.roster.get(line.holder)
        return CaseRow(
            number=line.number,
            applicant=line.applicant,
            item=self._catalogue.name_of(line.item),
            state=line.state,
            light=lights.of(line),
            holder=holder.name if holder else "",
            updated_at=moment_of(line.updated_ms),
            mine=line.holder == person,
            fast_track=line.fast_track,
            pending=line.pending,
        )

    def _waiting(self, place: Workplace, now: datetime) -> tuple[tuple[str, str], ...]:
        authority = place.rules().authority
        return waiting_for(place.session.person, authority, place.recorder.mandate.scopes, now)


def _found_by(place: Workplace, line: CaseLine, digits: str) -> str:
    """Say which number of a case holds the digits, where the row itself shows none that does."""
    if not digits or digits in line.number:
        return ""
    case = place.store.case(line.number)
    if case is None:
        return ""
    applicant, agent = case.applicant, case.agent
    numbers = [("phone", applicant.phone), ("id_no", applicant.id_no)]
    if agent is not None:
        numbers += [("agent_phone", agent.phone), ("agent_id_no", agent.id_no)]
    return next((kind for kind, number in numbers if digits in number), "")
