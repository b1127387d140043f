"""The card at this window: implements client.app's CardPort over whatever readers there are.

PIV cards in PC/SC readers and tokens behind a maker's library are one list: what was put in last is
taken. A card that the library shows as a token is the library's alone, for two programs that hold
one card take it away from each other.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

from client.app.ports.card import CardFacts, CardPlace, LibraryFacts
from client.card.failures import CardFailure, CardProblem
from client.card.patience import PATIENCE_S
from client.card.piv import PivCard, Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.card.connection import Readers
    from client.card.monitor import Monitor, Told
    from client.card.pkcs11_library import TokenLibrary
    from client.card.pkcs11_token import TokenCard

_MOMENT_S = 1.0
# A USB key is a reader with a card to PC/SC, too: of an application that only its library knows.
_PERHAPS_A_TOKEN = {CardProblem.FOREIGN, CardProblem.MUTE}


class _Inside(NamedTuple):
    """A card that is in: where, whether a library shows it, and which look of it comes first."""

    name: str
    token: bool
    after: int = 0


class CardAtWindow:
    """Serve the card that was put in last; other places may hold other cards meanwhile.

    Args:
        readers: where cards can be.
        monitor: who tells of them; belongs to this object from now on.
        tokens: what a maker's library shows; None where none is set. Belongs to this object, too.
        patience_s: seconds that one call to the card may take.
    """

    def __init__(
        self,
        readers: Readers,
        monitor: Monitor,
        tokens: TokenLibrary | None = None,
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._readers = readers
        self._monitor = monitor
        self._tokens = tokens
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._inside: list[_Inside] = []
        self._latest: PivCard | None = None
        self._leave = [monitor.subscribe(self._comes(token=False), self._goes(token=False))]
        if tokens is not None:
            leave = tokens.subscribe(self._comes(token=True), self._goes(token=True))
            self._leave.append(leave)

    def close(self) -> None:
        """Stop watching; no callback runs when this has returned."""
        for leave in self._leave:
            leave()
        self._monitor.close()
        if self._tokens is not None:
            self._tokens.close()

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call back, in any thread, whenever a card or reader comes or goes."""

        def told(_place: str) -> None:
            changed()

        ends = [self._monitor.subscribe(told, told, changed)]
        if self._tokens is not None:
            ends.append(self._tokens.subscribe(told, told, changed))

        def leave() -> None:
            for end in ends:
                end()

        return leave

    # ------------------------------------------------------------ what is there

    def reader(self) -> str | None:
        """Return the place in use: the one with a card, else the first; None without any.

        Raises:
            CardFailure: SERVICE_DOWN; what is wrong with the library, where there is nothing else.
        """
        places = self.places()
        return places[0].name if places else None

    def places(self) -> tuple[CardPlace, ...]:
        """Return every place for a card, the one in use first, then those with a card.

        Raises:
            CardFailure: as reader().
        """
        inside = [place.name for place in reversed(self._in())]
        names = list(dict.fromkeys((*inside, *self._all())))
        return tuple(CardPlace(name, name in inside) for name in names)

    def token_library(self) -> LibraryFacts | None:
        """Return what a maker's library is and how many tokens it sees; None without one.

        Raises:
            CardFailure: LIBRARY_MISSING, LIBRARY_BROKEN, LIBRARY_SLOW, LIBRARY_CRASHED, SLOW.
        """
        if self._tokens is None:
            return None
        facts = self._tokens.facts()
        return LibraryFacts(
            name=self._tokens.name,
            description=facts.description or facts.maker,
            version=facts.version,
            tokens=len(self._tokens.tokens()),
        )

    def present(self) -> bool:
        """Say whether a card is in."""
        return bool(self._in())

    def look(self) -> CardFacts:
        """Read what needs no PIN: two certificates and the tries left.

        Raises:
            CardFailure: as open(); NO_CERTIFICATE, BAD_CERTIFICATE.
        """
        card, place = self._take()
        with card:
            return CardFacts(
                reader=place,
                login_certificate=card.certificate(Slot.LOGIN),
                agree_certificate=card.certificate(Slot.AGREE),
                tries_left=card.tries_left(),
                token=not isinstance(card, PivCard),
            )

    def open(self) -> PivCard | TokenCard:
        """Take the card for exclusive use.

        Raises:
            CardFailure: SERVICE_DOWN, NO_READER, NO_CARD, MUTE, BUSY, FOREIGN, SLOW; what is wrong
                with the library.
        """
        return self._take()[0]

    # ------------------------------------------------------------ inside

    def _take(self) -> tuple[PivCard | TokenCard, str]:
        """Open the latest card; where that is none of ours in a reader, the latest token."""
        inside = self._in()
        if not inside and self._tokens is not None:
            self._tokens.look_now(_MOMENT_S)  # put in this very moment
            inside = self._in()
        latest = inside[-1] if inside else _Inside(self._name(), token=False)
        try:
            return self._opened(latest), latest.name
        except CardFailure as failure:
            others = [place for place in inside if place.token]
            if latest.token or not others or failure.what not in _PERHAPS_A_TOKEN:
                raise
        return self._opened(others[-1]), others[-1].name

    def _opened(self, place: _Inside) -> PivCard | TokenCard:
        if place.token and self._tokens is not None:
            return self._tokens.open(place.name)
        reader = self._readers.named(place.name)
        try:
            card = PivCard.open(reader, patience_s=self._patience_s)
        except CardFailure as failure:
            if failure.what is CardProblem.BUSY and self._hangs():
                raise CardFailure(CardProblem.SLOW) from failure
            raise
        self._latest = card
        return card

    def _hangs(self) -> bool:
        """Say whether it is no other program that holds the card, but our own call before."""
        return self._latest is not None and self._latest.hanging

    def _name(self) -> str:
        names = self._all()
        if not names:
            raise CardFailure(CardProblem.NO_READER)
        if self._tokens is not None and names[0] in self._tokens.slots():
            raise CardFailure(CardProblem.NO_CARD)
        return names[0]

    def _all(self) -> list[str]:
        """Return readers, then the library's slots; one of the two may fail where the other serves.

        Raises:
            CardFailure: nothing is there, and this is why.
        """
        if self._tokens is None:
            return [reader.name for reader in self._readers.all()]
        slots, why = self._tokens.slots(), self._tokens.failure()
        try:
            readers = [reader.name for reader in self._readers.all()]
        except CardFailure:
            if not slots and why is None:
                raise
            readers = []
        names = [name for name in readers if name not in slots]
        if not names and not slots and why is not None:
            raise CardFailure(why.what, **why.details)
        return [*names, *slots]

    def _in(self) -> list[_Inside]:
        """Return the cards that are in, in the order in which they came.

        A card in a reader waits until the library has looked whether it is one of its tokens.
        """
        with self._lock:
            inside = list(self._inside)
        if self._tokens is None:
            return inside
        looks = self._tokens.looks
        shown = self._tokens.tokens()
        return [
            place
            for place in inside
            if place.token or (place.name not in shown and place.after <= looks)
        ]

    def _comes(self, *, token: bool) -> Told:
        def inserted(name: str) -> None:
            after = 0 if token or self._tokens is None else self._tokens.look_again()
            with self._lock:
                self._inside.append(_Inside(name, token, after))

        return inserted

    def _goes(self, *, token: bool) -> Told:
        def removed(name: str) -> None:
            if self._tokens is not None and not token:
                self._tokens.look_again()  # it may have been the library's
            with self._lock:
                gone = [place for place in self._inside if place[:2] == (name, token)]
                if gone:
                    self._inside.remove(gone[0])

        return removed
