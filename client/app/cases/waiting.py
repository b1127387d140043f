"""Which cases wait for a person: the states from which one of his roles makes the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.cases.case_view import PRIMARY
from sync.domain.authority import Role
from sync.domain.case import State
from sync.domain.rights import roles_for
from sync.domain.transitions import Who, rows_for

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sync.domain.authority import Authority


def waiting_for(
    person: str, authority: Authority, scopes: Iterable[str], now: datetime
) -> tuple[tuple[str, str], ...]:
    """Return (scope, state) pairs whose cases wait for this person at this moment.

    By roles alone: an item may narrow them further, which its case page then says.
    """
    return tuple(
        (scope, state.value)
        for scope in scopes
        if (roles := authority.roles_of(person, scope, now))
        for state in PRIMARY
        if _makers(state) & roles
    )


def _makers(state: State) -> frozenset[Role]:
    makers: set[Role] = set()
    if state is State.RECEIVED:  # the pre-check of a joint case's child
        makers.add(Role.HELPER_HANDLER)
    for kind in PRIMARY[state]:
        for row in rows_for(state, kind):
            for who in row.who:
                makers.update(roles_for(who, None, None))
                if who is Who.D:  # which of them, the item says
                    makers.add(Role.CHIEF_REPRESENTATIVE)
    return frozenset(makers)
