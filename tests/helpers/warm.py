"""Processes of the centre's program, forked from one that has loaded it.

process = start(["serve", "--data", …], env, log)    # as `python -m sync.server serve …`
process.kill()                                       # -9; what Popen offers, as far as it is used

To load the program takes seconds of the processor, to fork them away a hundredth: the processes
are as real as any other, with a life, a memory and a standard input of their own. What a program
loads before its first line (LD_PRELOAD) wants a process to fork from that loaded it too: there is
one for each such world. That the program starts from nothing is tried where that is the question:
in test_command_line, …
"""

from __future__ import annotations

import gc
import importlib
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
from functools import cache
from multiprocessing import forkserver, resource_tracker
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pytest

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
#: In a world of its own a window may live too.
WINDOW = ("tests.helpers.hall", "ui.presenters.frame")
#: How a preloaded library is told what to do: read once, as the process to fork from begins.
WORLD = ("LD_PRELOAD", "FAKETIME", "NO_FAKE")
_one_at_a_time = threading.Lock()


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

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended; return its code.

        Raises:
            subprocess.TimeoutExpired: it lives on.
        """
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired(sys.executable, timeout or 0)
        given, self._given = self._given, -1
        if given >= 0:
            os.close(given)
        return code

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()

    def tell(self, line: str) -> None:
        """Write a line to its standard input."""
        os.write(self._given, f"{line}\n".encode())

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
        self.wait(timeout)
        return None, None


def start(
    words: Sequence[str],
    env: Mapping[str, str],
    said: IO[bytes],
    complained: IO[bytes] | None = None,
    program: str = "sync.server.__main__",
) -> Forked:
    """Start the centre's program, or another, with a command line.

    Args:
        words: the command line, without the program's own name.
        env: its environment.
        said: what it says goes there.
        complained: where its errors go; None for the same file.
        program: the module whose `main` is run.
    """
    theirs, ours = os.pipe()
    ends = [_End(theirs), _End(said.fileno()), _End((complained or said).fileno())]
    process = _context().Process(target=_run, args=(program, words, dict(env), ends), daemon=True)
    try:
        _begin(process, {name: env[name] for name in env if name.startswith(WORLD)})
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


def _begin(process: ForkServerProcess, world: Mapping[str, str]) -> None:
    with _one_at_a_time:  # what is forked from is chosen for the whole of multiprocessing
        if not world:
            process.start()
            return
        server = _server(tuple(sorted(world.items())))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(forkserver, "connect_to_new_process", server.connect_to_new_process)
            process.start()


@cache
def _context() -> ForkServerContext:
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(list(LOADED))
    return made


@cache
def _server(world: tuple[tuple[str, str], ...]) -> forkserver.ForkServer:
    made = forkserver.ForkServer()
    made.set_forkserver_preload([*LOADED, *WINDOW])
    resource_tracker.ensure_running()  # everybody's: not in this world
    with pytest.MonkeyPatch.context() as patch:
        for name, value in world:
            patch.setenv(name, value)
        made.ensure_running()
    return made


class _End:
    """A file's number, the same file under another number in the process that it is sent to."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def __reduce__(self) -> tuple[Any, ...]:
        return _opened, (DupFd(self._fd),)


def _opened(sent: Any) -> int:
    return int(sent.detach())


def _run(program: str, words: Sequence[str], env: Mapping[str, str], ends: Sequence[int]) -> None:
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
    importlib.import_module(program).main()
