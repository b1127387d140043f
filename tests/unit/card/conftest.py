"""The demonstration's cards, one copy per test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.helpers.cards import authority_for_tests, card_named

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.card.cardfile import CardFile
    from installer.demo.authority import Authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory) -> Authority:
    return authority_for_tests(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def card_of(authority, tmp_path) -> Callable[[str], CardFile]:
    return lambda name: card_named(authority, name, tmp_path)
