"""One bench per way of reaching a card; every test of this folder runs on each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from client.card.simulator import SimulatedReaders
from tests.helpers.cards import authority_for_tests, card_named
from tests.helpers.pcsc import PcscBench, card_machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from client.card.cardfile import CardFile
    from client.card.connection import Reader, Readers
    from client.card.monitor import Monitor
    from installer.demo.authority import Authority


__all__ = ["card_machine"]


class CardBench(Protocol):
    """A reader whose cards a test puts in, pulls, slows down and hangs."""

    readers: Readers
    monitor: Monitor

    @property
    def reader(self) -> Reader: ...
    def insert(self, content: CardFile) -> None: ...
    def pull(self) -> None: ...
    def pull_at(self, apdu: int, *, answer_is_lost: bool) -> None: ...
    def freeze(self) -> None: ...
    def thaw(self) -> None: ...
    def close(self) -> None: ...


class SimulatorBench:
    """The simulator, used directly."""

    def __init__(self) -> None:
        self._machine = SimulatedReaders("Bench")
        self.readers: Readers = self._machine
        self.monitor: Monitor = self._machine
        self.reader = self._machine.named("Bench")

    def insert(self, content: CardFile) -> None:
        self.reader.insert(content)

    def pull(self) -> None:
        self.reader.pull()

    def pull_at(self, apdu: int, *, answer_is_lost: bool) -> None:
        self.reader.pull_at(apdu, answer_is_lost=answer_is_lost)

    def freeze(self) -> None:
        self.reader.frozen = True

    def thaw(self) -> None:
        self.reader.frozen = False

    def close(self) -> None:
        self.reader.pull()
        self._machine.close()


@pytest.fixture(params=["simulator", pytest.param("pcsc", marks=pytest.mark.slow)])
def bench(request) -> Iterator[CardBench]:
    if request.param == "simulator":
        made: CardBench = SimulatorBench()
    else:
        made = PcscBench(request.getfixturevalue("card_machine"))
    yield made
    made.close()


@pytest.fixture
def real_bench(card_machine) -> Iterator[PcscBench]:
    """The bench over PC/SC only, for what no simulator can tell."""
    made = PcscBench(card_machine)
    yield made
    made.close()


@pytest.fixture(scope="session")
def authority(tmp_path_factory) -> Authority:
    return authority_for_tests(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def card_of(authority, tmp_path) -> Callable[[str], CardFile]:
    return lambda name: card_named(authority, name, tmp_path)
