"""The door: insert the card, see whose it is, type the PIN; each refusal in its own words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from client.app.rows.session import CardPresence
from client.app.rows.words import Words
from ui.door_face import DoorFace, LockFace
from ui.values import Problem

if TYPE_CHECKING:
    from client.app.access.enrolment import Enrolled
    from client.app.rows.session import CardView
    from sync.domain.secret import Secret
    from ui.presenters.desk import Desk

_SOON_DAYS = 30
_LOG_IN = Words("command.after_login")
_MOST_PLACES = 3  # a maker's library may show a dozen slots


class DoorScreen(Protocol):
    """What the door's view can do."""

    def show_face(self, face: DoorFace) -> None:
        """Show the door as it is now."""

    def clear_pin(self) -> None:
        """Forget what was typed."""


class DoorPresenter:
    """Login and lock are one door: behind both the store is closed."""

    def __init__(self, desk: Desk, screen: DoorScreen) -> None:
        self._desk = desk
        self._screen = screen
        self._busy = False
        self._problem: Problem | None = None
        self._tries: int | None = None
        self._card: CardView | None = None
        self._lock: LockFace | None = None
        self._who = ""
        self._newcomer = ""
        self._told: Words | None = None

    def show(self) -> None:
        """Show the door as the card stands."""
        self._screen.show_face(self.face())

    def card_changed(self, card: CardView) -> None:
        """Follow the reader; a new card starts afresh, a PIN half typed is forgotten.

        The same card that only tells how many tries are left takes back neither what was said of
        the try nor what is being typed.
        """
        before, self._card = self._card, card
        self._tries = card.tries_left
        same = before and replace(before, tries_left=card.tries_left, places=card.places)
        if same != card:
            self._problem = None
            self._told = None if self._told == _LOG_IN else self._told
            self._screen.clear_pin()
        self.show()

    def opened(self, name: str) -> None:
        """Somebody is in: remember who, for the lock."""
        self._who = name
        self._lock = None
        self._problem = None
        self._told = None

    def say(self, words: Words) -> None:
        """Say something that somebody asked for outside the window: a file was opened."""
        self._told = words
        self.show()

    def log_in_first(self) -> None:
        """Say why a key of the work does nothing here."""
        self._told = self._told or _LOG_IN
        self.show()

    def ask_colleague(self) -> None:
        """Remember whose card is in: a colleague who logs in next is led to add it."""
        card = self._desk.door.card
        if card.has_no_place and card.person:
            self._newcomer = card.person
            self._told = Words("door.asked_for", {"name": card.holder or card.person})
            self.show()

    def enrolled(self, made: Enrolled) -> None:
        """Say what this window is now, and that the administrators can recover it."""
        args = {"hall": made.hall_name, "counter": made.counter, "pairs": made.pairs}
        self._lock, self._told = None, Words("door.enrolled", args)

    def newcomer(self, opener: str) -> str:
        """Return who asked to be added, once; "" when nobody did, or when he logged in himself."""
        wanted, self._newcomer = self._newcomer, ""
        return "" if wanted == opener else wanted

    def locked(self, reason: str) -> None:
        """The window locked itself: say why; what can be sent is being sent."""
        self._lock = LockFace(reason, None, self._who, self._desk.now())
        self._screen.clear_pin()
        self.show()

    def closed(self, waiting: int) -> None:
        """The session is over: say what waits for the next login."""
        if self._lock is not None:
            self._lock = replace(self._lock, waiting=waiting)
            self.show()

    async def enter(self, pin: Secret[str]) -> None:
        """Try the PIN once; a second press while the card works is not a second try."""
        if self._busy:
            return
        self._busy, self._problem = True, None
        self.show()
        try:
            session = await self._desk.door.log_in(pin)
        except Exception as error:  # noqa: BLE001  (the door shows every failure, ours included)
            self._problem = Problem.of(error)
            left = self._problem.detail("tries_left")
            self._tries = left if isinstance(left, int) else self._tries
        else:
            self.opened(session.name)
        finally:
            self._busy = False
            self._screen.clear_pin()
        self.show()

    def face(self) -> DoorFace:
        """Say how the door looks."""
        card = self._desk.door.card
        headline, advice, mood = _words(card)
        ready = card.presence is CardPresence.READY
        tries = self._tries if self._tries is not None else card.tries_left
        return DoorFace(
            headline=headline,
            mood="refused" if self._problem is not None else mood,
            advice=advice,
            name=card.holder or "",
            reader=card.reader or "",
            places=tuple(place for place in card.places if place != card.reader)[:_MOST_PLACES],
            can_enter=ready and not self._busy,
            busy=self._busy,
            problem=self._problem,
            tries_left=tries if ready else None,
            lock=self._lock,
            live=True,
            no_place=card.has_no_place,
            ask_colleague=card.has_no_place and card.person != self._newcomer,
            locked=card.tries_left == 0 and not ready and not card.token,
            told=self._told,
        )


def _words(card: CardView) -> tuple[Words, Words | None, str]:
    """Return headline, advice and mood for what the reader says."""
    presence = card.presence
    if presence is CardPresence.NO_READER:
        return Words("door.no_reader"), Words("door.no_reader.do"), "refused"
    if presence is CardPresence.EMPTY:
        return Words("door.insert"), Words("door.insert.do"), "calm"
    if presence is CardPresence.READING:
        return Words("door.reading"), None, "reading"
    if presence is CardPresence.UNUSABLE:
        headline = card.problem if card.problem is not None else Words("door.unusable")
        remedy = Words(f"{headline.key}.do", headline.args) if card.problem else None
        return headline, remedy, "refused"
    days = card.expires_in_days
    if days is not None and days <= _SOON_DAYS:
        return Words("door.ready"), Words("door.expires", {"days": days}), "ready"
    return Words("door.ready"), None, "ready"
