"""Readers and cards without hardware, below the same seam as PC/SC and as moody as the real ones.

The demonstration puts cards in and pulls them by hand; tests also slow a card down, hang it,
pull it at a chosen APDU, unplug readers and stop the service. Safe in any thread: cards come and
go from one while another converses.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from client.card.chip import Chip
from client.card.failures import CardFailure, CardProblem
from client.card.monitor import Subscriptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.card.cardfile import CardFile
    from client.card.monitor import Told


class _Stay:
    """One stay of one card in one reader: from insertion to whatever ended it."""

    def __init__(self, chip: Chip, *, mute: bool) -> None:
        self.chip = chip
        self.mute = mute
        self.taken = threading.Lock()  # held by the one connection that has the card
        self.over = threading.Event()
        self.why = CardProblem.REMOVED

    def end(self, why: CardProblem) -> None:
        self.why = why
        self.over.set()

    def check(self) -> None:
        if self.over.is_set():
            raise CardFailure(self.why)


class SimulatedReader:
    """One reader; the attributes are its moods and may be set at any time.

    Attributes:
        delay_s: seconds before each answer.
        frozen: the card stops answering until it is pulled.
    """

    def __init__(self, name: str, told: Subscriptions) -> None:
        self._name = name
        self._told = told
        # The machine's one lock: a change of state and its telling are one act, and a callback
        # that looks at another reader cannot meet a hand that waits for the callback's end.
        self._lock = told.lock
        self._stay: _Stay | None = None
        self._running = True
        self._countdown = 0
        self._answer_is_lost = False
        self.delay_s = 0.0
        self.frozen = False

    @property
    def name(self) -> str:
        """Return the reader's name."""
        return self._name

    # ------------------------------------------------------------ the person's hand

    def insert(self, content: CardFile, *, mute: bool = False) -> None:
        """Put a card in; one that is in is pulled first.

        Args:
            content: the card.
            mute: it was put in upside down, and does not answer to power.
        """
        with self._lock:
            self.pull()
            self._stay = _Stay(Chip(content), mute=mute)
            if self._running:
                self._told.put_in(self._name)

    def pull(self) -> None:
        """Take the card out, at whatever moment; nothing when none is in."""
        with self._lock:
            stay, self._stay = self._stay, None
            if stay is not None:
                stay.end(CardProblem.REMOVED)
                self._told.taken(self._name)

    def pull_at(self, apdu: int, *, answer_is_lost: bool = False) -> None:
        """Pull the card at the n-th APDU from now, counted from 1.

        Args:
            apdu: which one.
            answer_is_lost: the card has carried it out, only its answer does not arrive; without
                this the card never sees it.
        """
        self._countdown = apdu
        self._answer_is_lost = answer_is_lost

    # ------------------------------------------------------------ Reader

    def present(self) -> bool:
        """Say whether a card is in."""
        with self._lock:
            return self._running and self._stay is not None

    def connect(self) -> SimulatedConnection:
        """Take the card; see Reader.connect."""
        with self._lock:
            stay, running = self._stay, self._running
        if not running:
            raise CardFailure(CardProblem.SERVICE_DOWN)
        if stay is None:
            raise CardFailure(CardProblem.NO_CARD)
        if stay.mute:
            raise CardFailure(CardProblem.MUTE)
        if not stay.taken.acquire(blocking=False):
            raise CardFailure(CardProblem.BUSY)
        stay.chip.reset()
        return SimulatedConnection(self, stay)

    # ------------------------------------------------------------ for connection and service

    def converse(self, stay: _Stay, apdu: bytes) -> tuple[bytes, int]:
        """Carry one APDU to the card of this stay and its answer back."""
        stay.check()
        now = self._counted()
        if now and not self._answer_is_lost:
            self.pull()
        wait = None if self.frozen else self.delay_s
        if wait is None or wait > 0:
            stay.over.wait(wait)
        stay.check()
        answer = stay.chip.transmit(apdu)
        if now:
            self.pull()
        stay.check()
        return answer

    def _counted(self) -> bool:
        self._countdown -= 1
        return self._countdown == 0

    def halt(self, why: CardProblem) -> None:
        """Cut the card off from us though it stays in: the service stopped, or it was unplugged."""
        with self._lock:
            self._running = False
            stay = self._stay
            if stay is not None:
                self._stay = _Stay(stay.chip, mute=stay.mute)
                stay.end(why)

    def resume(self) -> None:
        """Be there again, with the card that is in."""
        with self._lock:
            self._running = True
            if self._stay is not None:
                self._told.put_in(self._name)


class SimulatedConnection:
    """See Connection."""

    def __init__(self, reader: SimulatedReader, stay: _Stay) -> None:
        self._reader = reader
        self._stay = stay
        self._open = True

    def transmit(self, apdu: bytes) -> tuple[bytes, int]:
        """See Connection.transmit."""
        return self._reader.converse(self._stay, apdu)

    def close(self) -> None:
        """See Connection.close."""
        if self._open:
            self._open = False
            self._stay.chip.reset()
            self._stay.taken.release()


class SimulatedReaders:
    """A machine's readers and its card service: implements Readers and Monitor.

    Args:
        names: readers plugged in at first.
    """

    def __init__(self, *names: str) -> None:
        self._told = Subscriptions()
        self._lock = self._told.lock
        self._running = True
        self._plugged = {name: SimulatedReader(name, self._told) for name in names}

    def all(self) -> tuple[SimulatedReader, ...]:
        """See Readers.all."""
        with self._lock:
            if not self._running:
                raise CardFailure(CardProblem.SERVICE_DOWN)
            return tuple(self._plugged.values())

    def named(self, name: str) -> SimulatedReader:
        """See Readers.named."""
        for reader in self.all():
            if reader.name == name:
                return reader
        raise CardFailure(CardProblem.NO_READER)

    def subscribe(
        self,
        inserted: Told,
        removed: Told,
        readers_changed: Callable[[], None] = lambda: None,
    ) -> Callable[[], None]:
        """See Monitor.subscribe."""
        return self._told.subscribe(inserted, removed, readers_changed)

    def close(self) -> None:
        """See Monitor.close."""
        self._told.clear()

    # ------------------------------------------------------------ the person's hand, and fate

    def plug(self, name: str) -> SimulatedReader:
        """Plug a reader in."""
        with self._lock:
            reader = self._plugged[name] = SimulatedReader(name, self._told)
            self._told.readers(self._plugged)
        return reader

    def unplug(self, name: str) -> None:
        """Pull a reader's plug, with the card in it."""
        with self._lock:
            self._plugged.pop(name).halt(CardProblem.NO_READER)
            self._told.readers(self._plugged)

    def stop_service(self) -> None:
        """Let the card service die under everybody."""
        with self._lock:
            self._running = False
            for reader in self._plugged.values():
                reader.halt(CardProblem.SERVICE_DOWN)
            self._told.readers(())

    def start_service(self) -> None:
        """Bring the service back; cards that are still in are reported inserted."""
        with self._lock:
            self._running = True
            for reader in self._plugged.values():
                reader.resume()
            self._told.readers(self._plugged)
