"""Cards for tests: the demonstration's, copied so that each test has its own tries."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from client.card.cardfile import CardFile
from installer.demo.authority import Authority, make_authority
from sync.domain.secret import Secret

if TYPE_CHECKING:
    from pathlib import Path

MADE_AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in China
PIN = Secret("123456")
WRONG_PIN = Secret("654321")
PUK = Secret("12345678")
WRONG_PUK = Secret("87654321")


def authority_for_tests(folder: Path) -> Authority:
    """Make an authority whose certificates hold around MADE_AT."""
    return make_authority(folder, MADE_AT)


def card_named(authority: Authority, name: str, folder: Path) -> CardFile:
    """Load a copy of a card that the test may wear out."""
    source = {**authority.cards, **authority.refused_cards}[name]
    return CardFile.load(shutil.copy(source, folder / source.name))


def with_slots(card: CardFile, *slots: str) -> CardFile:
    """Return the card in memory with only these of its keys."""
    return replace(card, keys={slot: card.keys[slot] for slot in slots}, path=None)


def agreeing_by_rsa(card: CardFile) -> CardFile:
    """Return the RSA card in memory with its RSA key in 9D, too: a card without any P-256 9D."""
    return replace(card, keys={**card.keys, "9D": card.keys["9C"]}, path=None)
