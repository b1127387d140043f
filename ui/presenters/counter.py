"""What follows when a card or a code was read at the counter: the case, or the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.rows.scanned import ScannedCase, ScannedPerson
from client.app.rows.words import Words
from sync.domain.failures import Failure
from ui.values import BannerFace, Problem, Route

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.rows.changes import CounterHeard
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow


class CounterPresenter:
    """Goes to what was read.

    Args:
        desk: knows cases and people.
        flow: where to go.
        take: hands a person to the page that registers; False where another page is shown.
        register: opens that page with the person.
        say: the calm line at the foot.
    """

    def __init__(
        self,
        desk: Desk,
        flow: Flow,
        take: Callable[[ScannedPerson], bool],
        register: Callable[[ScannedPerson], None],
        say: Callable[[BannerFace], None],
    ) -> None:
        self._desk = desk
        self._flow = flow
        self._take = take
        self._register = register
        self._say = say

    async def heard(self, news: CounterHeard) -> None:
        """Go to the case; or register the person, or show what is known of him."""
        found = news.found
        if self._desk.door.session is None:
            return  # nobody is at the window
        if found is None:
            self._say(BannerFace("told", "scan", Words("counter.unknown")))
            return
        if news.expired is not None:
            words = Words("counter.expired", {"date": news.expired})
            self._say(BannerFace("told", "id", words))
        if isinstance(found, ScannedCase):
            await self._case(found)
        elif not self._take(found):
            known = await self._desk.applicants.known(found.id_kind, found.number)
            if known is None:
                self._register(found)
            else:
                self._flow.go(Route("people", person=found.number))

    async def _case(self, found: ScannedCase) -> None:
        try:
            await self._desk.cases.open(found.number)
        except Failure as failure:
            self._flow.tell(Problem.of(failure))
            return
        self._flow.go(Route("case", found.number))
