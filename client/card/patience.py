"""An end to waiting for a card that does not answer.

Nothing can interrupt a call to a hung card but pulling it (facts, PC/SC: SCardCancel does not).
So each connection's calls run in a thread of the connection's own, and the caller waits a limited
time: then he says so and gives the card up, and the thread ends when the card is pulled.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TYPE_CHECKING

from client.card.failures import CardFailure, CardProblem

if TYPE_CHECKING:
    from client.card.connection import Connection

Answer = tuple[bytes, int]


class PatientConnection:
    """A connection whose transmit() ends within `limit_s`, answered or not.

    Args:
        connection: the real one; belongs to this object from now on.
        limit_s: seconds for one APDU; an RSA signature on a slow card takes about one.
    """

    def __init__(self, connection: Connection, limit_s: float) -> None:
        self._connection = connection
        self._limit_s = limit_s
        self._hung = False
        self._jobs: SimpleQueue[tuple[bytes, Future[Answer]] | None] = SimpleQueue()
        # A daemon: a card that never answers must not keep the window from ending.
        self._thread = threading.Thread(target=self._work, name="card", daemon=True)
        self._thread.start()

    def transmit(self, apdu: bytes) -> Answer:
        """See Connection.transmit.

        Raises:
            CardFailure: SLOW after `limit_s`, and for every later call.
        """
        if self._hung:
            raise CardFailure(CardProblem.SLOW)
        answer: Future[Answer] = Future()
        self._jobs.put((apdu, answer))
        try:
            return answer.result(self._limit_s)
        except TimeoutError:
            self._hung = True
            raise CardFailure(CardProblem.SLOW) from None

    def close(self) -> None:
        """Give the card up; a hung one is closed by its thread once the card is out."""
        self._jobs.put(None)
        if not self._hung:
            self._thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            apdu, answer = job
            try:
                answer.set_result(self._connection.transmit(apdu))
            except Exception as failure:  # noqa: BLE001 - handed over to the caller, who raises it
                answer.set_exception(failure)
        self._connection.close()
