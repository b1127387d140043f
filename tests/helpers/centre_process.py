"""Processes of `chuangkou-centre serve` on one database: started, killed, and looked into.

with running_centre(tmp_path, store="postgresql") as centre:
    one, two = Served(centre, "one"), Served(centre, "two")
    window = HandWindow(one, enrol=False)      # on that process
    one.kill()                                 # -9
    check_whole(centre)                        # numbers, trees, heads: nothing missing
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import msgspec

from sync.proof.jws import hash_text
from sync.proof.outcomes import outcome_leaf
from sync.proof.tree import Frontier
from sync.server.clock import SystemClock, milliseconds
from tests.helpers import warm
from tests.helpers.hand_window import HandWindow, Refusal
from tests.helpers.ports import free_port
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sync.protocol import messages
    from sync.protocol.records import Record
    from tests.helpers.centre import RunningCentre
    from tests.helpers.warm import Forked

T = TypeVar("T")


def set_clock(centre: RunningCentre, at: datetime) -> Path:
    """Let it be that moment in every process that is served with this file."""
    file = centre.folder / "clock.json"
    fresh = file.with_suffix(".next")
    fresh.write_text(json.dumps({"offset_ms": milliseconds(at) - SystemClock().now_ms()}))
    fresh.replace(file)
    return file


class Served:
    """One process that serves a centre's data folder; stands for the centre to a HandWindow.

    Attributes:
        program: folder with the sources of the program that `start` starts; None for this one.
    """

    def __init__(self, centre: RunningCentre, name: str, program: Path | None = None) -> None:
        self._centre = centre
        self.program = program
        self._ready = centre.folder / f"{name}.json"
        self._port = free_port()
        self.origin = ""
        self.start()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._centre, name)

    def start(self) -> None:
        """Start, on the same port as before, and return when it answers."""
        self._ready.unlink(missing_ok=True)
        clock = self._centre.folder / "clock.json"
        if not clock.exists():
            set_clock(self._centre, self._centre.clock.now())
        words = [
            "--log-level", "critical", "serve", "--data", self._centre.settings.data,
            "--port", self._port, "--ready-file", self._ready, "--demo-clock", clock,
        ]  # fmt: skip
        env = {**os.environ, "CHUANGKOU_DATABASE_URL": self._centre.url}
        self.process = self._launch([str(word) for word in words], env)
        until(lambda: self._ready.exists() or self.process.poll() is not None, 6000)
        if not self._ready.exists():
            raise RuntimeError("the process ended by itself", self.process.poll())
        self.origin = json.loads(self._ready.read_text())["origin"]

    def _launch(self, words: list[str], env: dict[str, str]) -> subprocess.Popen[bytes] | Forked:
        with Path(os.devnull).open("wb") as nowhere:
            if self.program is None:
                return warm.start(words, env, nowhere)
            command = [sys.executable, "-m", "sync.server", *words]
            return subprocess.Popen(command, stdout=nowhere, cwd=self.program, env=env)

    def kill(self) -> None:
        """End it as the kernel does when memory runs out."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(60)

    def stop(self) -> None:
        """End it as an administrator does."""
        self.process.terminate()
        if self.process.wait(60):
            raise RuntimeError("the process did not end well")


def until_answered(ask: Callable[[], T], tries: int = 400) -> T:
    """Ask until there is an answer, whatever happens to the centre meanwhile."""
    waiting: list[Exception] = []
    answers: list[T] = []

    def answered() -> bool:
        try:
            answers.append(ask())
        except httpx.TransportError as error:
            waiting.append(error)
        except Refusal as refusal:
            if refusal.status < 500:
                raise
            waiting.append(refusal)
        return bool(answers)

    try:
        until(answered, tries)
    except AssertionError as error:
        raise AssertionError("never answered", waiting[-1:]) from error
    return answers[0]


def push_until_answered(
    window: HandWindow, records: list[Record], tries: int = 400
) -> messages.PushAnswer:
    """Push until there is an answer."""
    return until_answered(lambda: window.push(*records), tries)


def check_whole(centre: RunningCentre) -> dict[str, int]:
    """Hold that no scope has a gap, a number twice, or another tree than its lines make.

    Returns:
        How often each event's hash stands in the log.
    """
    seen: dict[str, int] = {}
    with centre.sql() as connection:
        heads = connection.execute("SELECT scope, size, frontier FROM scope_heads WHERE size > 0")
        for scope, size, frontier in heads.fetchall():
            lines = connection.execute(
                f"SELECT n, outcome, hash FROM log WHERE scope = '{scope}' ORDER BY n"  # noqa: S608
            ).fetchall()
            assert [n for n, _, _ in lines] == list(range(1, size + 1)), scope
            grown = Frontier()
            for _, outcome, found in lines:
                grown = grown.append(outcome_leaf(outcome))
                seen[found] = seen.get(found, 0) + 1
            assert grown == Frontier.unpack(bytes(frontier)), scope
        keys = connection.execute("SELECT hash, count(*) FROM event_ids GROUP BY hash").fetchall()
        assert dict(keys) == seen
    return seen


def hashes(records: list[Record]) -> list[str]:
    """Return the hashes by which the log knows events."""
    return [hash_text(record.jws) for record in records]


def places(answer: messages.PushAnswer) -> list[tuple[str, int]]:
    """Return (scope, number) of each result's line."""
    found = []
    for result in answer.results:
        assert result.receipt is not None, result
        outcome = msgspec.json.decode(result.receipt.outcome)
        found.append((outcome["scope"], outcome["n"]))
    return found
