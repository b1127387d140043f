"""Real PC/SC for tests: a walled card service for this process, and a bench on one of its readers.

The PC/SC library remembers its service at the first call, so a process has one machine.
"""

from __future__ import annotations

import os
import tempfile
import threading
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from smartcard import scard

from client.card.patience import PATIENCE_S
from client.card.pcsc import PcscMonitor, PcscReaders
from client.card.piv import PivCard
from installer.demo.pcsc.machine import NAMES, SOCKET_VARIABLE, CardMachine

if TYPE_CHECKING:
    from client.card.monitor import Monitor

WAIT_S = 60  # however busy the machine: a wait ends with what it waits for


@cache
def the_machine() -> CardMachine:
    machine = CardMachine()
    os.environ[SOCKET_VARIABLE] = str(machine.socket)
    return machine


@pytest.fixture(scope="session")
def card_machine():
    machine = the_machine()
    yield machine
    machine.close()


class Comings:
    """What a monitor told of one reader, for a test that waits for it."""

    def __init__(self, monitor: Monitor, name: str) -> None:
        self._monitor = monitor
        self._name = name
        self._changed = threading.Condition()
        self._inside = False
        monitor.subscribe(lambda told: self._tell(told, True), lambda told: self._tell(told, False))

    def _tell(self, name: str, inside: bool) -> None:
        if name == self._name:
            with self._changed:
                self._inside = inside
                self._changed.notify_all()

    def wait(self, inside: bool) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self._inside is inside, WAIT_S), inside
        with self._monitor._told.lock:
            pass  # everybody else has been told, too


class PcscBench:
    """A reader of the walled machine: what a test does is done when PC/SC has told of it."""

    def __init__(self, machine: CardMachine, slot: int = 0) -> None:
        self.machine = machine
        self.readers = PcscReaders()
        self.monitor = PcscMonitor()
        self.reader = self.readers.named(NAMES[slot])
        self._hand = machine.reader(slot)
        self._comings = Comings(self.monitor, NAMES[slot])
        self._folder = tempfile.TemporaryDirectory(prefix="chuangkou-cards-")
        self._filed: dict[int, object] = {}

    def open(self, *, patience_s: float = PATIENCE_S) -> PivCard:
        return PivCard.open(self.reader, patience_s=patience_s)

    def present(self) -> bool:
        return self.reader.present()

    def insert(self, content, *, mute: bool = False) -> None:
        self.pull()
        self._hand.insert(self._in_file(content), mute=mute)
        self._comings.wait(True)

    def _in_file(self, content):
        """Return the card in a file of its own, for the machine reads files only."""
        if content.path is not None:
            return content
        if id(content) not in self._filed:
            path = Path(self._folder.name) / f"{len(self._filed)}.json"
            filed = replace(content, path=path)
            filed.save()
            self._filed[id(content)] = (filed, content)
        return self._filed[id(content)][0]

    def pull(self) -> None:
        self._hand.pull()
        self._comings.wait(False)

    def pull_at(self, apdu: int, *, answer_is_lost: bool) -> None:
        self._hand.pull_at(apdu, answer_is_lost=answer_is_lost)

    def freeze(self) -> None:
        self._hand.mood(frozen=True)

    def thaw(self) -> None:
        self._hand.mood()

    def slow(self, delay_s: float) -> None:
        self._hand.mood(delay_s=delay_s)

    def close(self) -> None:
        self._hand.mood()
        self.pull_at(0, answer_is_lost=False)
        self._hand.pull()
        self.monitor.close()
        self._folder.cleanup()


class OtherProgram:
    """Another program on this machine that uses the card in the first reader, shared."""

    def __init__(self) -> None:
        _, self.context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        result, self.card, _ = scard.SCardConnect(
            self.context, NAMES[0], scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_ANY
        )
        assert result == 0, hex(result & 0xFFFFFFFF)

    def leave(self) -> None:
        scard.SCardDisconnect(self.card, scard.SCARD_LEAVE_CARD)
        scard.SCardReleaseContext(self.context)
