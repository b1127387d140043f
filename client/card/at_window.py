"""The card at this window: implements client.app's CardPort over whatever readers there are."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from client.app.ports.card import CardFacts
from client.card.failures import CardFailure, CardProblem
from client.card.patience import PATIENCE_S
from client.card.piv import PivCard, Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.card.connection import Readers
    from client.card.monitor import Monitor


class CardAtWindow:
    """Serve the card that was put in last; other readers may hold other cards meanwhile.

    Args:
        readers: where cards can be.
        monitor: who tells of them; belongs to this object from now on.
        patience_s: seconds that one call to the card may take.
    """

    def __init__(
        self, readers: Readers, monitor: Monitor, *, patience_s: float = PATIENCE_S
    ) -> None:
        self._readers = readers
        self._monitor = monitor
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._inside: list[str] = []
        self._latest: PivCard | None = None
        self._leave = monitor.subscribe(self._inserted, self._removed)

    def close(self) -> None:
        """Stop watching; no callback runs when this has returned."""
        self._leave()
        self._monitor.close()

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call back, in any thread, whenever a card or reader comes or goes."""
        return self._monitor.subscribe(
            lambda _reader: changed(), lambda _reader: changed(), changed
        )

    def reader(self) -> str | None:
        """Return the reader in use: the one with a card, else the first; None without any.

        Raises:
            CardFailure: SERVICE_DOWN.
        """
        try:
            return self._name()
        except CardFailure as failure:
            if failure.what is CardProblem.NO_READER:
                return None
            raise

    def present(self) -> bool:
        """Say whether a card is in."""
        with self._lock:
            return bool(self._inside)

    def look(self) -> CardFacts:
        """Read what needs no PIN: two certificates and the tries left.

        Raises:
            CardFailure: as open(); NO_CERTIFICATE, BAD_CERTIFICATE.
        """
        with self.open() as card:
            return CardFacts(
                reader=self._name(),
                login_certificate=card.certificate(Slot.LOGIN),
                agree_certificate=card.certificate(Slot.AGREE),
                tries_left=card.tries_left(),
            )

    def open(self) -> PivCard:
        """Take the card for exclusive use.

        Raises:
            CardFailure: SERVICE_DOWN, NO_READER, NO_CARD, MUTE, BUSY, FOREIGN, SLOW.
        """
        reader = self._readers.named(self._name())
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
        with self._lock:
            if self._inside:
                return self._inside[-1]
        readers = self._readers.all()
        if not readers:
            raise CardFailure(CardProblem.NO_READER)
        return readers[0].name

    def _inserted(self, reader: str) -> None:
        with self._lock:
            self._inside.append(reader)

    def _removed(self, reader: str) -> None:
        with self._lock:
            if reader in self._inside:
                self._inside.remove(reader)
