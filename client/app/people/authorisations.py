"""Authorisations at the window: who may do what until when, the paper, and the way to change it.

Policy is signed by two administrators' cards (proof.md §7), so no window grants or revokes: it
shows what is in force, prints the 授权委托书 for the leader's hand, and writes down the very
command that the administrators give at the centre. RO02, RO03, TM26.
"""

from __future__ import annotations

import shlex
from datetime import timedelta
from typing import TYPE_CHECKING

from client.app.failures import AppFailure
from client.app.rows.authorisations import authorisations_of
from client.documents.authorisation import AuthorisationData
from client.documents.frame import Frame, Office
from sync.domain.authority import EVERYTHING
from sync.domain.calendar import CHINA

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.items.catalogue import CatalogueDesk
    from client.app.items.handouts import Handouts
    from client.app.rows.authorisations import AuthorisationRow
    from client.app.rows.cases import PaperRow
    from client.app.session.workplace import Workplace
    from sync.domain.authority import Grant

_PROGRAM = "chuangkou-centre"
_FOLDERS = ("--data", "DATA", "--authority", "AUTHORITY")  # whose are the administrators' own
_A_YEAR = timedelta(days=365)


class Authorisations:
    """Shows and prints authorisations; each question needs an open session.

    Args:
        place: returns the open session's means, or raises app.locked.
        catalogue: says the screen's language.
        handouts: composes and keeps papers that belong to no case.
    """

    def __init__(
        self, place: Callable[[], Workplace], catalogue: CatalogueDesk, handouts: Handouts
    ) -> None:
        self._place = place
        self._catalogue = catalogue
        self._handouts = handouts

    async def rows(self) -> tuple[AuthorisationRow, ...]:
        """Return one's own authorisations and the department's; see authorisations_of."""
        place = self._place()
        return await place.on_store(self._rows, place, self._catalogue.language)

    async def paper(self, id_: str, language: str = "zh_CN") -> PaperRow:
        """Make the 授权委托书 of an authorisation that is one's own or the department's.

        Raises:
            AppFailure: app.no_such_grant, app.locked. DocumentFailure: as `compose`.
        """
        place = self._place()
        data = await place.on_store(self._data, place, id_, language)
        return await self._handouts.compose(data)

    async def command(self, id_: str, way: str) -> str:
        """Return the line that two administrators give at the centre.

        Args:
            id_: the authorisation.
            way: "revoke" to end it, "renew" for another year of the same from its end on.

        Raises:
            AppFailure: app.no_such_grant.
        """
        place = self._place()
        grant = await place.on_store(_grant_of, place, id_)
        words = ["grant-end", grant.id] if way == "revoke" else _renewal(place, grant)
        return shlex.join([_PROGRAM, *words, *_FOLDERS])

    # ------------------------------------------------------------ store lane

    def _rows(self, place: Workplace, language: str) -> tuple[AuthorisationRow, ...]:
        book = place.store.policy_book()
        return authorisations_of(book, place.session.person, place.now(), language)

    def _data(self, place: Workplace, id_: str, language: str) -> AuthorisationData:
        row = next((row for row in self._rows(place, language) if row.id == id_), None)
        if row is None:
            raise AppFailure("app.no_such_grant", grant=id_)
        now, hall = place.now(), place.session.hall_name
        office = Office(hall=hall, department=row.department or hall)
        frame = Frame(
            office=office,
            dated=now.astimezone(CHINA).date(),
            made_at=now,
            no=row.id,
            licensing=False,
            language=language,
        )
        return AuthorisationData(
            frame=frame,
            person=row.name,
            number=row.person,
            roles=row.roles,
            powers=tuple((each.power, each.steps) for each in row.powers if each.given),
            scopes=row.scopes,
            items=row.items,
            starts=row.starts,
            ends=row.ends,
            deputy_of=row.deputy_of,
            over=row.standing in {"over", "ended"},
        )


def _grant_of(place: Workplace, id_: str) -> Grant:
    grant = place.store.policy_book().grants.get(id_)
    if grant is None:
        raise AppFailure("app.no_such_grant", grant=id_)
    return grant


def _renewal(place: Workplace, grant: Grant) -> list[str]:
    starts = max(place.now(), grant.over_at or place.now()).astimezone(CHINA)
    said = ["grant", "--person", grant.person]
    for option, values in (
        ("--role", [role.value for role in grant.roles]),
        ("--scope", grant.scopes),
        ("--power", [power.value for power in grant.powers]),
        ("--item", [] if EVERYTHING in grant.items else grant.items),
        ("--deputy-of", [grant.deputy_of] if grant.deputy_of else []),
    ):
        for value in values:
            said += [option, value]
    ends = starts + _A_YEAR
    return [*said, "--from", f"{starts:%Y-%m-%d}", "--to", f"{ends:%Y-%m-%d}"]
