"""An end to waiting for a card, a reader or a card service that does not answer.

Nothing can interrupt a call to a hung card but pulling it, and nothing a call to a service that
was stopped but its going on (measured on PC/SC: SCardCancel ends neither). So whatever may hang is
called in a thread of its own, and the caller waits a limited time: then he says so and goes on,
and the thread ends when the call comes back.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from client.card.failures import CardFailure, CardProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.card.connection import Connection, Reader

Answer = tuple[bytes, int]
T = TypeVar("T")

PATIENCE_S = 4.0  # a person is told within five seconds; an RSA signature takes a slow card two


class Patience:
    """Makes calls one at a time, each in a thread of its own; the caller waits a limited time.

    Args:
        name: the threads', for logs.
        limit_s: seconds for one call.
        late: what a call that took longer means.
    """

    def __init__(self, name: str, limit_s: float, late: CardProblem) -> None:
        self._name = name
        self._limit_s = limit_s
        self._late = late
        self._latest: Future[Any] | None = None
        self._lock = threading.Lock()

    @property
    def hanging(self) -> bool:
        """Say whether the latest call has not come back yet."""
        return self._latest is not None and not self._latest.done()

    def ask(self, call: Callable[[], T]) -> T:
        """Make a call and return what it returns.

        Raises:
            CardFailure: the one that says late, after the limit, or at once while an earlier call
                still hangs.
            Exception: whatever the call raises.
        """
        with self._lock:
            if self.hanging:
                raise CardFailure(self._late)
            answer: Future[T] = Future()
            self._latest = answer
            # A daemon: what never answers must not keep the window from ending.
            thread = threading.Thread(
                target=_fulfil, args=(call, answer), name=self._name, daemon=True
            )
            thread.start()
            thread.join(self._limit_s)
            if not answer.done():
                raise CardFailure(self._late)
            return answer.result()

    def end(self, last: Callable[[], object]) -> None:
        """Make one last call, once the one that hangs has come back; never raises.

        Returns when it has been made, at once while a call hangs, and after the limit in any case.
        """
        latest = self._latest
        if latest is not None and self.hanging:
            latest.add_done_callback(lambda _: last())
        else:
            with suppress(CardFailure):
                self.ask(last)


def _fulfil(call: Callable[[], T], answer: Future[T]) -> None:
    try:
        answer.set_result(call())
    except Exception as failure:  # noqa: BLE001 - handed over to the caller, who raises it
        answer.set_exception(failure)


class PatientConnection:
    """A connection of which no call lasts longer than `limit_s`, answered or not.

    Args:
        reader: whose card is taken.
        limit_s: seconds for one call.

    Raises:
        CardFailure: as Reader.connect, or SLOW after `limit_s`.
    """

    def __init__(self, reader: Reader, limit_s: float) -> None:
        self._patience = Patience("card", limit_s, CardProblem.SLOW)
        self._connection: Connection | None = None
        self._given_up = False
        try:
            self._patience.ask(lambda: self._connect(reader))
        except CardFailure:
            self._patience.end(self._disconnect)
            raise

    def _connect(self, reader: Reader) -> None:
        self._connection = reader.connect()

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()

    @property
    def hanging(self) -> bool:
        """Say whether the card still owes an answer, and so cannot be taken by anybody."""
        return self._patience.hanging

    def transmit(self, apdu: bytes) -> Answer:
        """See Connection.transmit.

        Raises:
            CardFailure: SLOW after the limit, and for every later call.
        """
        connection = self._connection
        if self._given_up or connection is None:
            raise CardFailure(CardProblem.SLOW)
        try:
            return self._patience.ask(lambda: connection.transmit(apdu))
        except CardFailure as failure:
            self._given_up = failure.what is CardProblem.SLOW
            raise

    def close(self) -> None:
        """Give the card up; a hung one is closed by its thread once the card is out."""
        self._patience.end(self._disconnect)
