"""Processes of the centre's program, forked from one that has loaded it.

process = start(["serve", "--data", …], env, log)    # as `python -m sync.server serve …`
process.kill()                                       # -9; what Popen offers, as far as it is used

To load the program takes seconds of the processor, to fork them away a hundredth: the processes
are as real as any other, with a life, a memory and a standard input of their own. That the program
starts from nothing is tried where that is the question: in test_command_line, test_processes, …
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from functools import cache
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from multiprocessing.context import ForkServerContext, ForkServerProcess

ROOT = Path(__file__).resolve().parents[2]
#: The program's own rooms and what its server loads by name once it serves.
LOADED = (
    "sync.server.cli.app",
    "sync.server.cli.words",
    "sync.server.serving",
    "uvicorn.lifespan.on",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
    "pydantic.v1",
    __name__,
)


class Forked:
    """One process; stands for the `subprocess.Popen` that a stage would have."""

    def __init__(self, process: ForkServerProcess, given: int) -> None:
        self._process = process
        self._given = given

    @property
    def pid(self) -> int:
        """Return its number."""
        return self._process.pid or 0

    def poll(self) -> int | None:
        """Return with which code it ended; None while it lives."""
        return self._process.exitcode

    def kill(self) -> None:
        """End it as the kernel does."""
        self._process.kill()

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def communicate(self, timeout: float | None = None) -> tuple[None, None]:
        """End its standard input and wait until it has ended.

        Raises:
            subprocess.TimeoutExpired: it lives on.
        """
        given, self._given = self._given, -1
        if given >= 0:
            os.close(given)
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(sys.executable, timeout or 0)
        return None, None


def start(
    words: Sequence[str],
    env: Mapping[str, str],
    said: IO[bytes],
    complained: IO[bytes] | None = None,
) -> Forked:
    """Start the centre's program with a command line.

    Args:
        words: the command line, without the program's own name.
        env: its environment.
        said: what it says goes there.
        complained: where its errors go; None for the same file.
    """
    theirs, ours = os.pipe()
    ends = [_End(theirs), _End(said.fileno()), _End((complained or said).fileno())]
    process = _context().Process(target=_run, args=(words, dict(env), ends), daemon=True)
    try:
        process.start()
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(theirs)
    return Forked(process, ours)


def ask(words: Sequence[str], env: Mapping[str, str]) -> tuple[int, str, str]:
    """Have a command done; return its code, what it said, and its errors."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        process = start(words, env, said, complained)
        process.communicate()
        for file in (said, complained):
            file.seek(0)
        return process.poll() or 0, said.read().decode(), complained.read().decode()


def can_stand_for(env: Mapping[str, str]) -> bool:
    """Say whether a fork can: what a program loads before its first line takes a start."""
    return "LD_PRELOAD" not in env


@cache
def _context() -> ForkServerContext:
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(list(LOADED))
    return made


class _End:
    """A file's number, the same file under another number in the process that it is sent to."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def __reduce__(self) -> tuple[Any, ...]:
        return _opened, (DupFd(self._fd),)


def _opened(sent: Any) -> int:
    return int(sent.detach())


def _run(words: Sequence[str], env: Mapping[str, str], ends: Sequence[int]) -> None:
    for number, end in enumerate(ends):
        os.dup2(end, number)
        os.close(end)
    gc.freeze()  # what was loaded is not this process's to look through, nor to copy
    os.environ.clear()
    os.environ.update(env)
    os.chdir(ROOT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.stdin = open(0, closefd=False, encoding="utf-8")  # noqa: SIM115  it is the process's
    sys.stdout = open(1, "w", buffering=1, closefd=False, encoding="utf-8")  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, closefd=False, encoding="utf-8")  # noqa: SIM115
    sys.argv = ["chuangkou-centre", *words]

    from sync.server.__main__ import main  # noqa: PLC0415  loaded by the process we are forked from

    main()
