"""One bench per way of reaching a card; what every card must do runs on each of them.

`bench` are all of them; `piv_bench` those where APDUs go to a PIV card, `token_bench` those where a
maker's library stands between.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Protocol

import pytest

from client.card.patience import PATIENCE_S
from client.card.piv import PivCard
from client.card.simulator import SimulatedReaders
from tests.helpers.cards import authority_for_tests, card_named
from tests.helpers.pcsc import PcscBench, card_machine
from tests.helpers.tokens import OpenscBench, SoftHsmBench, TokenBench, token_safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from client.app.ports.card import CardInHand
    from client.card.cardfile import CardFile
    from client.card.connection import Reader, Readers
    from client.card.monitor import Monitor
    from installer.demo.authority import Authority


__all__ = ["card_machine", "token_safe"]


class CardBench(Protocol):
    """A reader whose cards a test puts in, pulls, slows down and hangs."""

    readers: Readers
    monitor: Monitor

    @property
    def reader(self) -> Reader: ...
    def open(self, *, patience_s: float = PATIENCE_S) -> CardInHand: ...
    def present(self) -> bool: ...
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

    def open(self, *, patience_s: float = PATIENCE_S) -> PivCard:
        return PivCard.open(self.reader, patience_s=patience_s)

    def present(self) -> bool:
        return self.reader.present()

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


SLOW = pytest.mark.slow
PIV = ["simulator", pytest.param("pcsc", marks=SLOW)]
OPENSC = pytest.param("opensc", marks=SLOW)
TOKENS = [OPENSC, pytest.param("softhsm", marks=SLOW)]


def made(request) -> CardBench:
    """Make the bench that a fixture's parameter names."""
    if request.param == "simulator":
        return SimulatorBench()
    if request.param == "softhsm":
        return SoftHsmBench(request.getfixturevalue("token_safe"))
    machine = request.getfixturevalue("card_machine")
    return PcscBench(machine) if request.param == "pcsc" else OpenscBench(machine)


@pytest.fixture(params=[*PIV, *TOKENS])
def bench(request) -> Iterator[CardBench]:
    with closing(made(request)) as bench:
        yield bench


@pytest.fixture(params=PIV)
def piv_bench(request) -> Iterator[CardBench]:
    with closing(made(request)) as bench:
        yield bench


@pytest.fixture(params=[*PIV, OPENSC])
def apdu_bench(request) -> Iterator[CardBench]:
    """Give a bench on which a card can be pulled at a chosen APDU, whoever sends it."""
    with closing(made(request)) as bench:
        yield bench


@pytest.fixture(params=TOKENS)
def token_bench(request) -> Iterator[TokenBench]:
    with closing(made(request)) as bench:
        yield bench


@pytest.fixture
def opensc_bench(card_machine) -> Iterator[OpenscBench]:
    with closing(OpenscBench(card_machine)) as bench:
        yield bench


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
