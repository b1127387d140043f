"""Faults of real PC/SC: cards, two readers and a service that die at will, walled off."""

from __future__ import annotations

import pytest

from client.card.at_window import CardAtWindow
from client.card.pcsc import PcscMonitor, PcscReaders
from tests.helpers.cards import authority_for_tests, card_named
from tests.helpers.hall import StandingStage
from tests.helpers.pcsc import PcscBench, card_machine

__all__ = ["card_machine"]


@pytest.fixture
def bench(card_machine):
    made = PcscBench(card_machine)
    yield made
    made.close()


@pytest.fixture
def other_bench(card_machine):
    """The second of the two readers."""
    made = PcscBench(card_machine, 1)
    yield made
    made.close()


@pytest.fixture
def window():
    """The card at the window, as the product puts it together."""
    made = CardAtWindow(PcscReaders(), PcscMonitor())
    yield made
    made.close()


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return authority_for_tests(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def card_of(authority, tmp_path):
    return lambda name: card_named(authority, name, tmp_path)


@pytest.fixture
def stage(tmp_path, card_machine):
    """A stage whose window has real readers; the next test finds them empty and well."""
    made = StandingStage(tmp_path / "stage")
    made.machine = card_machine
    yield made
    hand = card_machine.reader(0)
    hand.mood()
    hand.pull_at(0)
    hand.pull()
