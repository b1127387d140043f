"""The window's end of the line to client.card.pkcs11_host: starts it, asks it, and ends it.

What the library does to its process it does to nobody else: a crash is told with a code, a call
that does not come back is ended with the process, and the next call starts a new one. Safe in any
thread; one order at a time.
"""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from client.card.failures import CardFailure, CardProblem
from client.card.patience import PATIENCE_S
from client.card.pkcs11_places import Found  # noqa: TC001  msgspec reads it
from client.host.program import command_of
from sync.typed import from_json

if TYPE_CHECKING:
    from collections.abc import Mapping

LOAD_S = 10.0  # an interpreter and a library with its drivers, on a slow disk
_RETRY_S = 15.0  # a library that does not load is not loaded again at each look
_END_S = 1.0


class LibraryRow(msgspec.Struct, frozen=True):
    """What a library says of itself."""

    description: str
    maker: str
    version: str
    cryptoki: str


class TokenRow(msgspec.Struct, frozen=True):
    """A token in a slot."""

    slot: int
    place: str
    label: str
    model: str
    maker: str
    serial: str


class Answer(msgspec.Struct, frozen=True):
    """Any answer of the host; see there."""

    library: LibraryRow | None = None
    broken: str = ""
    slots: tuple[str, ...] = ()
    tokens: tuple[TokenRow, ...] = ()
    certificates: tuple[Found, ...] = ()
    made: str = ""
    flags: int = 0
    error: str = ""
    gone: bool = False


class LibraryLine:
    """Asks one library.

    Args:
        path: the library's file, absolute: what the settings name, and nothing else, is loaded.
        patience_s: seconds for one order.
        load_s: seconds for loading it.
    """

    def __init__(
        self, path: str, *, patience_s: float = PATIENCE_S, load_s: float = LOAD_S
    ) -> None:
        self._path = Path(path)
        self._patience_s = patience_s
        self._load_s = load_s
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._failed: tuple[float, CardFailure] | None = None
        self._closed = False
        self._ready = False
        self.library: LibraryRow | None = None
        self.life = 0
        """Counts the processes: what was open in one is not open in the next."""

    @property
    def name(self) -> str:
        """Return the library's file name."""
        return self._path.name

    @property
    def loaded(self) -> bool:
        """Say whether the library's process is there to be asked."""
        return self._ready

    def ask(
        self, order: Mapping[str, object], *, life: int | None = None, start: bool = False
    ) -> Answer:
        """Give an order and return its answer.

        Args:
            order: see client.card.pkcs11_host.
            life: the process in which it makes sense; None for whichever.
            start: load the library where it is not; only whoever may wait for that does it.

        Raises:
            CardFailure: SLOW, also where another order keeps the library busy that long, and where
                the process of this life was ended; LIBRARY_MISSING, LIBRARY_BROKEN, LIBRARY_SLOW,
                LIBRARY_CRASHED.
        """
        end = time.monotonic() + self._patience_s
        if not self._lock.acquire(timeout=self._patience_s):
            raise CardFailure(CardProblem.SLOW)
        try:
            if life is not None and life != self.life:
                raise CardFailure(CardProblem.SLOW)
            if self._process is None:
                if not start:
                    raise CardFailure(CardProblem.SLOW)
                self._start()
                end = time.monotonic() + self._patience_s
            return self._asked(order, end)
        finally:
            self._lock.release()

    def forgive(self) -> None:
        """Load a library that failed at the next call: a token that it choked on may be gone."""
        self._failed = None

    def close(self) -> None:
        """End the process; whoever waits for an answer is told at once."""
        self._closed = True
        process = self._process
        if process is not None:
            process.kill()
        with self._lock:
            self._end()

    # ------------------------------------------------------------ inside, lock held

    def _asked(self, order: Mapping[str, object], end: float) -> Answer:
        process = self._process
        if process is None or process.stdin is None:
            raise CardFailure(CardProblem.LIBRARY_CRASHED, name=self.name)
        try:
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
        except OSError as error:
            self._end()
            raise CardFailure(CardProblem.LIBRARY_CRASHED, name=self.name) from error
        return self._answer(max(0.0, end - time.monotonic()), CardProblem.SLOW)

    def _answer(self, limit_s: float, late: CardProblem) -> Answer:
        try:
            line = self._lines.get(timeout=limit_s)
        except queue.Empty:
            self._end()
            raise CardFailure(late, name=self.name) from None
        try:
            if line is not None:
                return from_json(line, Answer)
        except msgspec.DecodeError as error:
            self._end()
            raise CardFailure(CardProblem.LIBRARY_CRASHED, name=self.name) from error
        self._end()
        raise CardFailure(CardProblem.LIBRARY_CRASHED, name=self.name)

    def _start(self) -> None:
        if self._failed is not None and time.monotonic() < self._failed[0]:
            raise CardFailure(self._failed[1].what, name=self.name)
        try:
            self._load()
        except CardFailure as failure:
            self._end()
            self._failed = time.monotonic() + _RETRY_S, failure
            raise
        self._failed = None

    def _load(self) -> None:
        if self._closed or not self._path.is_absolute() or not self._path.is_file():
            raise CardFailure(CardProblem.LIBRARY_MISSING, name=self.name)
        self._lines = queue.SimpleQueue()
        process = subprocess.Popen(  # noqa: S603  our own interpreter and module
            [*command_of("chuangkou-keys", "client.card.pkcs11_host"), str(self._path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a library that prints there may print a PIN
            encoding="utf-8",
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._process = process
        self.life += 1
        if process.stdout is not None:
            threading.Thread(
                target=_listen, args=(process.stdout, self._lines), name="card-library", daemon=True
            ).start()
        hello = self._answer(self._load_s, CardProblem.LIBRARY_SLOW)
        if hello.library is None:
            raise CardFailure(CardProblem.LIBRARY_BROKEN, name=self.name)
        self.library = hello.library
        self._ready = True

    def _end(self) -> None:
        process, self._process = self._process, None
        self._ready = False
        if process is None:
            return
        self.life += 1
        process.kill()
        with suppress(subprocess.TimeoutExpired):  # a driver may hold it in the kernel
            process.wait(_END_S)
        if process.stdin is not None:
            with suppress(OSError):  # what was not sent need not be
                process.stdin.close()


def _listen(answers: IO[str], lines: queue.SimpleQueue[str | None]) -> None:
    """Hand lines over until the process has ended."""
    with answers:
        for line in answers:
            lines.put(line)
    lines.put(None)
