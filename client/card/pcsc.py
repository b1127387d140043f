"""Real readers through PC/SC: a thin adapter over pyscard's bare calls, and a watcher of our own.

Imported by client.bootstrap only, and only where real readers are asked for: pyscard needs the
machine's PC/SC library to be there at import. Measured facts behind it (pyscard 2.3.1):

* Each connection and the watcher have a context of their own: contexts do not share calls.
* Exclusive connections, for a PIN verified on a shared card serves every program.
* A disconnect by default powers the card down under everybody; ours resets it, being alone.
* pyscard's CardMonitor ends silently when the service dies; this watcher reports every card as
  removed and waits for the service to come back.
* A service that is there and does not answer blocks every call for ever: whoever calls from a
  lane does it through a Patience.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from smartcard import scard

from client.card import hresults
from client.card.failures import CardFailure, CardProblem
from client.card.monitor import Subscriptions
from client.card.patience import PATIENCE_S, Patience

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.card.monitor import Told

_NEW_READERS = "\\\\?PnP?\\Notification"  # a name that stands for readers coming and going
_SERVICE_RETRY_S = 0.25
_STOP_RETRY_S = 0.1
_LEAVING_MS = 1000  # a service that polls its readers takes 400
_STOP_S = 1.0
_LOOK_AGAIN = {hresults.CANCELLED, hresults.UNKNOWN_READER, hresults.READER_UNAVAILABLE}

_log = logging.getLogger(__name__)


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


def _state(context: int, name: str) -> int:
    """Return a reader's state bits now; 0 when they cannot be had."""
    asked = [(name, scard.SCARD_STATE_UNAWARE)]
    result, states = scard.SCardGetStatusChange(context, 0, asked)
    return states[0][1] if result == hresults.SUCCESS else 0


class PcscConnection:
    """See Connection; owns its context."""

    def __init__(self, name: str) -> None:
        self._name = name
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
        code = hresults.unsigned(result)
        # No card answers without a status word: vpcd's call reports success and brings nothing
        # when the card left in mid-command (measured); other drivers say "not transacted".
        if code == hresults.NOT_TRANSACTED or (code == hresults.SUCCESS and len(answer) < 2):
            if self._leaves():
                raise CardFailure(CardProblem.REMOVED)
            raise CardFailure(CardProblem.FAULT, sw=f"{code:08X}")
        _check(result)
        return bytes(answer[:-2]), answer[-2] << 8 | answer[-1]

    def _leaves(self) -> bool:
        """Say whether the card is gone; the service learns of it a moment after the failed call."""
        state = _state(self._context, self._name)
        if state & scard.SCARD_STATE_PRESENT:
            asked = [(self._name, state & ~scard.SCARD_STATE_CHANGED)]
            _, states = scard.SCardGetStatusChange(self._context, _LEAVING_MS, asked)
            state = states[0][1]
        return not state & scard.SCARD_STATE_PRESENT

    def close(self) -> None:
        """See Connection.close."""
        scard.SCardEndTransaction(self._card, scard.SCARD_RESET_CARD)
        scard.SCardDisconnect(self._card, scard.SCARD_RESET_CARD)
        scard.SCardReleaseContext(self._context)


class PcscReader:
    """See Reader.

    Args:
        name: what PC/SC calls it.
        service: where the service is asked.
    """

    def __init__(self, name: str, service: Patience) -> None:
        self._name = name
        self._service = service

    @property
    def name(self) -> str:
        """Return the name that PC/SC gives the reader."""
        return self._name

    def present(self) -> bool:
        """See Reader.present; False, too, when the service does not answer."""
        try:
            return self._service.ask(self._present)
        except CardFailure:
            return False

    def _present(self) -> bool:
        context = _context()
        try:
            return bool(_state(context, self._name) & scard.SCARD_STATE_PRESENT)
        finally:
            scard.SCardReleaseContext(context)

    def connect(self) -> PcscConnection:
        """See Reader.connect; may hang: client.card.patience waits for it."""
        return PcscConnection(self._name)


class PcscReaders:
    """See Readers.

    Args:
        patience_s: seconds after which a service that does not answer counts as down.
    """

    def __init__(self, *, patience_s: float = PATIENCE_S) -> None:
        self._service = Patience("card-service", patience_s, CardProblem.SERVICE_DOWN)

    def all(self) -> tuple[PcscReader, ...]:
        """See Readers.all."""
        return tuple(PcscReader(name, self._service) for name in self._service.ask(_names))

    def named(self, name: str) -> PcscReader:
        """See Readers.named."""
        for reader in self.all():
            if reader.name == name:
                return reader
        raise CardFailure(CardProblem.NO_READER)


def _names() -> list[str]:
    context = _context()
    try:
        return _listed(context)
    finally:
        scard.SCardReleaseContext(context)


def _listed(context: int) -> list[str]:
    result, names = scard.SCardListReaders(context, [])
    if hresults.unsigned(result) == hresults.NO_READERS:
        return []
    _check(result)
    return names


class PcscMonitor:
    """See Monitor; one thread, one context, woken by the service, never polling a card."""

    def __init__(self) -> None:
        self._told = Subscriptions()
        self._stop = threading.Event()
        self._context: int | None = None
        self._cancel = Patience("card-cancel", _STOP_S, CardProblem.SERVICE_DOWN)
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
        end = time.monotonic() + _STOP_S
        with suppress(CardFailure):  # the cancel hangs as well
            # A cancel that comes before the wait has begun is lost: ask until it is heard. Where
            # the service stands still before that, each cancel succeeds and none is ever heard.
            while self._thread.is_alive() and time.monotonic() < end:
                self._cancel.ask(self._wake)
                self._thread.join(_STOP_RETRY_S)
        if self._thread.is_alive():
            _log.warning("card.watch_hangs")  # with the service; it ends with the program

    def _wake(self) -> None:
        if self._context is not None:
            scard.SCardCancel(self._context)

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
            except CardFailure as failure:
                _log.warning("card.watch_ended", extra={"code": failure.code})
            finally:
                self._context = None
                scard.SCardReleaseContext(context)
                self._told.readers(())  # the service is gone: so is every card, as far as we know

    def _watch(self, context: int) -> None:
        """Follow the readers until close() is called.

        Raises:
            CardFailure: the service failed.
        """
        known: dict[str, int] = {}
        listed: list[str] | None = None
        while not self._stop.is_set():
            names = _listed(context)
            if names != listed:
                listed = names
                known = {name: state for name, state in known.items() if name in names}
                self._told.readers(names)
            self._wait(context, names, known)

    def _wait(self, context: int, names: list[str], known: dict[str, int]) -> None:
        """Wait for one change and tell it; nothing where a reader left between look and wait."""
        asked = [(name, known.get(name, scard.SCARD_STATE_UNAWARE)) for name in names]
        # From knowledge: Windows wants the number of readers in the high word; pcscd takes 0.
        count = len(names) << 16 if sys.platform == "win32" else 0
        result, states = scard.SCardGetStatusChange(
            context, scard.INFINITE, [*asked, (_NEW_READERS, count)]
        )
        if hresults.unsigned(result) in _LOOK_AGAIN:
            return
        _check(result)
        for name, state, _atr in states:
            if name != _NEW_READERS:
                self._changed(name, known.get(name, 0), state)
                known[name] = state & ~scard.SCARD_STATE_CHANGED

    def _changed(self, name: str, before: int, now: int) -> None:
        was = bool(before & scard.SCARD_STATE_PRESENT)
        there = bool(now & scard.SCARD_STATE_PRESENT)
        # The high word counts the reader's events: another card between two looks is a swap.
        if was and (not there or before >> 16 != now >> 16):
            self._told.taken(name)
        if there:
            self._told.put_in(name)
