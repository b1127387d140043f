"""Give colleagues' cards their slots at this window (proof.md §8).

A slot is sealed to the 9D certificate that signed policy names, so the colleague's own card is not
needed: only one that opens the store, with its PIN. The colleague's PIN is asked at his first
login.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from client.app.failures import AppFailure
from client.app.session.policy_book import certificate_of, roster_event
from sync.domain.authority import EVERYTHING
from sync.protocol.codec import b64u_decode

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.access.opening import Means
    from client.app.ports.card import StoreKeys
    from client.app.session.workplace import Workplace
    from sync.domain.authority import Person
    from sync.domain.policy import PolicyBook
    from sync.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person of the roster whose card has no slot at this window."""

    person: str
    name: str
    department: str  # name


class Colleagues:
    """Who may be added, and adding them.

    Args:
        means: card, vault, lanes, store.
        place: the open session's means, None at the door.
    """

    def __init__(self, means: Means, place: Callable[[], Workplace | None]) -> None:
        self._means = means
        self._place = place

    async def missing(self) -> tuple[Colleague, ...]:
        """Return whom the open session's policy lets work in this hall and who has no slot here.

        Raises:
            AppFailure: app.locked.
        """
        place = self._place()
        if place is None:
            raise AppFailure("app.locked")
        book = await place.on_store(place.store.policy_book)
        there = frozenset(await self._means.lanes.card.run(self._means.vault.certificates))
        return tuple(
            Colleague(person.person, person.name, _department(book, person))
            for person in sorted(book.roster.values(), key=lambda each: each.person)
            if _works(book, person, place.session.hall)
            and b64u_decode(person.certs["9D"]) not in there
        )

    async def add(self, person: str, opener: Secret[str]) -> None:
        """Give a colleague's card its slot, with an enrolled card in the reader.

        In a session the store is open already; at the door, where a demonstration is set up, the
        opener's card opens it for the moment that policy is read.

        Args:
            person: roster id.
            opener: PIN of the card in the reader.

        Raises:
            AppFailure: app.unknown_person. VaultFailure: vault.slot_taken, vault.no_slot.
            CardFailure: as for a login.
        """
        certificate, by = await self._policy_of(person, opener)
        await self._means.lanes.card.run(self._add, opener, person, certificate, by)

    # ------------------------------------------------------------ inside

    async def _policy_of(self, person: str, opener: Secret[str]) -> tuple[bytes, str]:
        lanes, place = self._means.lanes, self._place()
        if place is not None:
            store = place.store
        else:
            keys = await lanes.card.run(self._unwrap, opener)
            store = await lanes.store.run(self._means.open_store, keys)
        try:
            book = await lanes.store.run(store.policy_book)
            by = await lanes.store.run(roster_event, store, person)
        finally:
            if place is None:
                await lanes.store.run(store.close)
        return certificate_of(book, person, "9D"), by

    # card lane

    def _unwrap(self, opener: Secret[str]) -> StoreKeys:
        with self._means.card.open() as card:
            card.verify_pin(opener)
            return self._means.vault.open(card)

    def _add(self, opener: Secret[str], person: str, certificate: bytes, by: str) -> None:
        with self._means.card.open() as card:
            card.verify_pin(opener)
            self._means.vault.add(card, person, certificate, by)


def _works(book: PolicyBook, person: Person, hall: str) -> bool:
    """Say whether the person could log in here: a card, and a grant in force that holds here.

    A grant holds where it reaches the hall or one of its desks, and in the person's own hall.
    """
    here = (EVERYTHING, f"hall/{hall}")
    granted = any(
        person.hall == hall
        or any(held in here or held.startswith(f"{hall}/") for held in grant.scopes)
        for grant in book.grants.values()
        if grant.person == person.person and grant.ended_at is None
    )
    return granted and "9D" in person.certs


def _department(book: PolicyBook, person: Person) -> str:
    known = book.departments.get(person.department)
    return known.name if known else person.department
