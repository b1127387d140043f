"""Adding a colleague's card: whom, and with whose card and PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from client.app.rows.session import CardPresence
from sync.initials import initials
from ui.values import Problem

if TYPE_CHECKING:
    from client.app.access.colleagues import Colleague
    from client.app.rows.session import CardView
    from sync.domain.secret import Secret
    from ui.presenters.desk import Desk

_MOST = 30  # who has more than that types some letters


class ColleagueScreen(Protocol):
    """What the page can do."""

    def show_card(self, name: str, tries_left: int | None, *, ready: bool) -> None:
        """Show whose card opens."""

    def show_people(self, people: tuple[Colleague, ...], *, all_told: int) -> None:
        """Show who fits what was typed; `all_told` counts everybody without a place."""

    def show_chosen(self, person: Colleague | None) -> None:
        """Show who was chosen."""

    def show_added(self, name: str) -> None:
        """Say that the card has its place."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show why not; None clears it."""

    def set_busy(self, *, busy: bool) -> None:
        """Show that the card works."""

    def clear_pin(self) -> None:
        """Forget what was typed."""


class ColleaguePresenter:
    """One page; one person after the other may be added.

    Args:
        desk: names and adds.
        screen: the page.
        person: who asked at the door, "" when nobody did.
    """

    def __init__(self, desk: Desk, screen: ColleagueScreen, person: str) -> None:
        self._desk = desk
        self._screen = screen
        self._wanted = person
        self._people: tuple[Colleague, ...] = ()
        self._chosen: Colleague | None = None
        self._busy = False

    async def open(self) -> None:
        """Read who has no place here."""
        self.card_changed(self._desk.door.card)
        self._people = await self._desk.colleagues.missing()
        self.find("")
        self.pick(self._wanted)

    def card_changed(self, card: CardView) -> None:
        """Follow the reader."""
        ready = card.presence is CardPresence.READY
        self._screen.show_card(card.holder or "", card.tries_left, ready=ready)

    def find(self, text: str) -> None:
        """Show who fits: by name, pinyin initials, department, or number."""
        wanted = "".join(text.lower().split())
        fitting = [person for person in self._people if not wanted or _fits(person, wanted)]
        self._screen.show_people(tuple(fitting[:_MOST]), all_told=len(self._people))

    def pick(self, person: str) -> None:
        """Choose somebody; nobody when the person has a place, or none is known."""
        self._chosen = next((each for each in self._people if each.person == person), None)
        self._screen.show_chosen(self._chosen)

    async def add(self, pin: Secret[str]) -> None:
        """Add once; a second press while the card works does nothing."""
        chosen = self._chosen
        if self._busy or chosen is None:
            return
        self._busy = True
        self._screen.show_failure(None)
        self._screen.set_busy(busy=True)
        try:
            await self._desk.colleagues.add(chosen.person, pin)
            self._people = await self._desk.colleagues.missing()
        except Exception as error:  # noqa: BLE001  (whatever happened, the person must see it here)
            self._screen.show_failure(Problem.of(error))
        else:
            self.find("")
            self.pick("")
            self._screen.show_added(chosen.name)
        finally:
            self._busy = False
            self._screen.clear_pin()
            self._screen.set_busy(busy=False)


def _fits(person: Colleague, wanted: str) -> bool:
    plain = f"{person.name}{person.department}{person.person}".lower()
    return wanted in plain or wanted in initials(person.name).lower()
