"""An end to waiting for a card, a reader or a card service that does not answer.

Nothing can interrupt a call to a hung card but pulling it, and nothing a call to a service that
was stopped but its going on (measured on PC/SC: SCardCancel ends neither). So whatever may hang is
called in a thread of its own, and the caller waits a limited time: then he says so and goes on,
and the thread ends when the call comes back.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from client.card.failures import CardFailure, CardProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.card.connection import Connection, Reader

Answer = tuple[bytes, int]
T = TypeVar("T")

PATIENCE_S = 4.0  # a person is told within five seconds; an RSA signature takes a slow card two


class PatientThread:
    """Makes calls one after the other; the caller of each waits a limited time.

    Args:
        name: the thread's, for logs.
        limit_s: seconds for one call.
        late: what a call that took longer means.
    """

    def __init__(self, name: str, limit_s: float, late: CardProblem) -> None:
        self._name = name
        self._limit_s = limit_s
        self._late = late
        self._jobs: SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = SimpleQueue()
        self._latest: Future[Any] | None = None
        self._thread: threading.Thread | None = None
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
            self._start()
            self._jobs.put((call, answer))
            try:
                return answer.result(self._limit_s)
            except TimeoutError:
                raise CardFailure(self._late) from None

    def end(self, last: Callable[[], object]) -> None:
        """Make one last call once everything else has come back, and end the thread.

        Returns when it has, at once while a call hangs, and after the limit in any case.
        """
        hanging = self.hanging
        self._start()
        self._jobs.put((last, Future()))
        self._jobs.put(None)
        if not hanging and self._thread is not None:
            self._thread.join(self._limit_s)

    def _start(self) -> None:
        if self._thread is None:
            # A daemon: what never answers must not keep the window from ending.
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            call, answer = job
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
        self._thread = PatientThread("card", limit_s, CardProblem.SLOW)
        self._connection: Connection | None = None
        self._given_up = False
        try:
            self._thread.ask(lambda: self._connect(reader))
        except CardFailure:
            self._thread.end(self._disconnect)
            raise

    def _connect(self, reader: Reader) -> None:
        self._connection = reader.connect()

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()

    @property
    def hanging(self) -> bool:
        """Say whether the card still owes an answer, and so cannot be taken by anybody."""
        return self._thread.hanging

    def transmit(self, apdu: bytes) -> Answer:
        """See Connection.transmit.

        Raises:
            CardFailure: SLOW after the limit, and for every later call.
        """
        connection = self._connection
        if self._given_up or connection is None:
            raise CardFailure(CardProblem.SLOW)
        try:
            return self._thread.ask(lambda: connection.transmit(apdu))
        except CardFailure as failure:
            self._given_up = failure.what is CardProblem.SLOW
            raise

    def close(self) -> None:
        """Give the card up; a hung one is closed by its thread once the card is out."""
        self._thread.end(self._disconnect)
