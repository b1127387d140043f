"""Real readers through PC/SC: a thin adapter over pyscard's bare calls, and a watcher of our own.

Imported by client.bootstrap only, and only where real readers are asked for: pyscard needs the
machine's PC/SC library to be there at import. Measured facts behind it (pyscard 2.3.1):

* Each connection and the watcher have a context of their own: contexts do not share calls.
* Exclusive connections, for a PIN verified on a shared card serves every program.
* A disconnect by default powers the card down under everybody; ours resets it, being alone.
* pyscard's CardMonitor ends silently when the service dies; this watcher reports every card as
  removed and waits for the service to come back.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from smartcard import scard

from client.card import hresults
from client.card.failures import CardFailure, CardProblem
from client.card.monitor import Subscriptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.card.monitor import Told

_NEW_READERS = "\\\\?PnP?\\Notification"  # a name that stands for readers coming and going
_SERVICE_RETRY_S = 0.25
_STOP_RETRY_S = 0.1


def _check(result: int, *, connecting: bool = False) -> None:
    if result != hresults.SUCCESS:
        problem = hresults.problem_of(result, connecting=connecting)
        if problem is CardProblem.FAULT:
            raise CardFailure(problem, sw=f"{hresults.unsigned(result):08X}")
        raise CardFailure(problem)


def _context() -> int:
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    _check(result)
    return context


class PcscConnection:
    """See Connection; owns its context."""

    def __init__(self, name: str) -> None:
        self._context = _context()
        try:
            self._card, self._pci = self._take(name)
        except CardFailure:
            scard.SCardReleaseContext(self._context)
            raise

    def _take(self, name: str) -> tuple[int, int]:
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        result, card, protocol = scard.SCardConnect(
            self._context, name, scard.SCARD_SHARE_EXCLUSIVE, protocols
        )
        _check(result, connecting=True)
        result = scard.SCardBeginTransaction(card)
        if result != hresults.SUCCESS:
            scard.SCardDisconnect(card, scard.SCARD_RESET_CARD)
        _check(result, connecting=True)
        t0 = protocol == scard.SCARD_PROTOCOL_T0
        return card, scard.SCARD_PCI_T0 if t0 else scard.SCARD_PCI_T1

    def transmit(self, apdu: bytes) -> tuple[bytes, int]:
        """See Connection.transmit."""
        result, answer = scard.SCardTransmit(self._card, self._pci, list(apdu))
        _check(result)
        if len(answer) < 2:
            # No card answers without a status word: it left in mid-command (measured with vpcd,
            # where the call itself reports success).
            raise CardFailure(CardProblem.REMOVED)
        return bytes(answer[:-2]), answer[-2] << 8 | answer[-1]

    def close(self) -> None:
        """See Connection.close."""
        scard.SCardEndTransaction(self._card, scard.SCARD_RESET_CARD)
        scard.SCardDisconnect(self._card, scard.SCARD_RESET_CARD)
        scard.SCardReleaseContext(self._context)


class PcscReader:
    """See Reader."""

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def name(self) -> str:
        """Return the name that PC/SC gives the reader."""
        return self._name

    def present(self) -> bool:
        """See Reader.present."""
        try:
            context = _context()
        except CardFailure:
            return False
        try:
            asked = [(self._name, scard.SCARD_STATE_UNAWARE)]
            result, states = scard.SCardGetStatusChange(context, 0, asked)
            return result == hresults.SUCCESS and bool(states[0][1] & scard.SCARD_STATE_PRESENT)
        finally:
            scard.SCardReleaseContext(context)

    def connect(self) -> PcscConnection:
        """See Reader.connect."""
        return PcscConnection(self._name)


class PcscReaders:
    """See Readers."""

    def all(self) -> tuple[PcscReader, ...]:
        """See Readers.all."""
        context = _context()
        try:
            result, names = scard.SCardListReaders(context, [])
            if hresults.unsigned(result) == hresults.NO_READERS:
                return ()
            _check(result)
            return tuple(PcscReader(name) for name in names)
        finally:
            scard.SCardReleaseContext(context)

    def named(self, name: str) -> PcscReader:
        """See Readers.named."""
        for reader in self.all():
            if reader.name == name:
                return reader
        raise CardFailure(CardProblem.NO_READER)


class PcscMonitor:
    """See Monitor; one thread, one context, woken by the service, never polling a card."""

    def __init__(self) -> None:
        self._told = Subscriptions()
        self._stop = threading.Event()
        self._context: int | None = None
        self._thread = threading.Thread(target=self._run, name="card-watch", daemon=True)
        self._thread.start()

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
        self._stop.set()
        while self._thread.is_alive():
            # A cancel that comes before the wait has begun is lost: ask until it is heard.
            if self._context is not None:
                scard.SCardCancel(self._context)
            self._thread.join(_STOP_RETRY_S)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._context = _context()
            except CardFailure:
                self._stop.wait(_SERVICE_RETRY_S)
                continue
            context = self._context
            try:
                self._watch(context)
            finally:
                self._context = None
                scard.SCardReleaseContext(context)
                self._told.readers(())  # the service is gone: so is every card, as far as we know

    def _watch(self, context: int) -> None:
        """Follow the readers until the service fails or close() is called."""
        known: dict[str, int] = {}
        listed: list[str] | None = None
        while not self._stop.is_set():
            result, names = scard.SCardListReaders(context, [])
            if hresults.unsigned(result) == hresults.NO_READERS:
                names = []
            elif result != hresults.SUCCESS:
                return
            if names != listed:
                listed = names
                known = {name: state for name, state in known.items() if name in names}
                self._told.readers(names)
            if not self._wait(context, names, known):
                return

    def _wait(self, context: int, names: list[str], known: dict[str, int]) -> bool:
        """Wait for one change and tell it; False when the wait was cancelled or failed."""
        asked = [(name, known.get(name, scard.SCARD_STATE_UNAWARE)) for name in names]
        # From knowledge: Windows wants the number of readers in the high word; pcscd takes 0.
        count = len(names) << 16 if sys.platform == "win32" else 0
        result, states = scard.SCardGetStatusChange(
            context, scard.INFINITE, [*asked, (_NEW_READERS, count)]
        )
        if result != hresults.SUCCESS:
            return False
        for name, state, _atr in states:
            if name != _NEW_READERS:
                self._changed(name, known.get(name, 0), state)
                known[name] = state & ~scard.SCARD_STATE_CHANGED
        return True

    def _changed(self, name: str, before: int, now: int) -> None:
        was = bool(before & scard.SCARD_STATE_PRESENT)
        there = bool(now & scard.SCARD_STATE_PRESENT)
        # The high word counts the reader's events: another card between two looks is a swap.
        if was and (not there or before >> 16 != now >> 16):
            self._told.taken(name)
        if there:
            self._told.put_in(name)
