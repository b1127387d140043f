"""Who is told when a card comes or goes; one bookkeeping for the simulator and for PC/SC."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Told = Callable[[str], None]

_log = logging.getLogger(__name__)


def _ignore() -> None:
    """Stand in for a callback that nobody gave."""


class Monitor(Protocol):
    """Tells of cards coming and going."""

    def subscribe(
        self,
        inserted: Told,
        removed: Told,
        readers_changed: Callable[[], None] = _ignore,
    ) -> Callable[[], None]:
        """Call back with a reader's name at each change; return what ends the subscription.

        Cards already in are reported as inserted before this returns, in the caller's thread.
        Later calls come one at a time, in whatever thread noticed: a callback hands over and
        returns. A swap is always removed, then inserted. When the service stops or a reader is
        unplugged, the cards that were in are reported removed, then `readers_changed` is called.
        After the returned function no callback runs any more.
        """

    def close(self) -> None:
        """Stop watching; no callback runs when this has returned. May be called twice."""


class Subscriptions:
    """Keep who wants to know and which cards are in; safe in any thread.

    One re-entrant lock is held while callbacks run: they come in order, each change is told to
    everyone before the next, and a callback may end its own subscription. Whoever makes the
    changes holds `lock` over a change and its telling, so that no other change slips between.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._inside: list[str] = []
        self._told: dict[int, tuple[Told, Told, Callable[[], None]]] = {}
        self._count = 0

    def subscribe(
        self,
        inserted: Told,
        removed: Told,
        readers_changed: Callable[[], None] = _ignore,
    ) -> Callable[[], None]:
        """See Monitor.subscribe."""
        with self.lock:
            self._count += 1
            number = self._count
            self._told[number] = (inserted, removed, readers_changed)
            for reader in self._inside:
                _tell(inserted, reader)
        return lambda: self._forget(number)

    def _forget(self, number: int) -> None:
        with self.lock:
            self._told.pop(number, None)

    def clear(self) -> None:
        """Forget every subscriber."""
        with self.lock:
            self._told.clear()

    def put_in(self, reader: str) -> None:
        """Tell that a card is in; nothing when it was known to be."""
        with self.lock:
            if reader in self._inside:
                return
            self._inside.append(reader)
            for inserted, _, _ in list(self._told.values()):
                _tell(inserted, reader)

    def taken(self, reader: str) -> None:
        """Tell that a card is gone; nothing when none was in."""
        with self.lock:
            if reader not in self._inside:
                return
            self._inside.remove(reader)
            for _, removed, _ in list(self._told.values()):
                _tell(removed, reader)

    def readers(self, present: Iterable[str]) -> None:
        """Tell that the readers are now these; cards in readers that are gone are gone, too."""
        with self.lock:
            names = set(present)
            for reader in [name for name in self._inside if name not in names]:
                self.taken(reader)
            for _, _, changed in list(self._told.values()):
                _tell(_unnamed(changed), "")


def _tell(callback: Told, reader: str) -> None:
    """Call back; a subscriber's defect reaches neither the watcher nor the other subscribers."""
    try:
        callback(reader)
    except Exception:  # noqa: BLE001 - whatever it is, it is the subscriber's; it goes to the log
        _log.exception("card.subscriber_failed")


def _unnamed(changed: Callable[[], None]) -> Told:
    return lambda _reader: changed()
